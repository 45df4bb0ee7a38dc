/* SPDX-License-Identifier: MIT */
/* A control message of one's own, defined outside the library, that carries two descriptors. */
#include "pipe_socket.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The payload: a job, where its input comes from and where its output goes. */
struct job {
	uint32_t id;
	int fds[2];
};

static const struct anc_field job_fields[] = {
	{ANC_FIELD_OF(struct job, id, ANC_FIELD_UINT)},
};

static const struct anc_message_type job_type = {
	.name = "JOB",
	.level = 0x4a4f42, /* no kernel's */
	.type = 1,
	.size = sizeof(struct job),
	.flags = ANC_RECEIVED | ANC_SENT,
	.fds_at = offsetof(struct job, fds),
	.fds_max = 2,
	.fields = job_fields,
	.field_count = 1,
};

/* bool job_is(msg), int job_get(msg, struct job *ret), int job_add(data, const struct job *value)
 */
ANC_TYPED_GET(job, &job_type, struct job)
ANC_TYPED_ADD(job, &job_type, struct job)

/* Given to an anc_data, it owns, yields and prints them. */
static const struct anc_message_type *const types[] = {&job_type};

static void check(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "own_message: not as expected: %s\n", what);
	exit(EXIT_FAILURE);
}

/* Sends a job with the two ends of a new pipe, and closes its own. */
static void send_job(struct anc_socket sock, uint32_t id)
{
	struct job job = {.id = id};
	struct anc_sender sender = anc_sender_on(sock, "job", 3);
	ANC_DATA(data, ANC_CMSG_SPACE(sizeof(job)));

	check(pipe(job.fds) == 0, "pipe");
	check(job_add(&data, &job) == 0, "job_add");
	sender.data = &data;
	check(anc_sender_send(&sender) == 3, "sending");
	close(job.fds[0]);
	close(job.fds[1]);
}

static void receive(struct anc_socket sock, struct anc_data *data)
{
	char text[3];
	struct anc_receiver receiver = anc_receiver_on(sock, text, sizeof(text));
	struct anc_recv_result result;

	receiver.data = data;
	check(anc_receiver_recv(&receiver, &result) == 0, "receiving");
}

/* The one control message must be the job `id`. */
static void print_job(const struct anc_data *data, uint32_t id)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_data_cmsgs(data));
	struct anc_cmsg msg;
	struct job job;
	char text[64];
	char expected[64];

	check(anc_cmsg_iter_next(&it, &msg) == 1 && job_is(&msg), "the message");
	check(job_get(&msg, &job) == 0 && job.id == id, "job_get");
	anc_data_format(data, &msg, text, sizeof(text));
	printf("%s\n", text);
	snprintf(expected, sizeof(expected), "JOB id=%u fds=%d,%d", job.id, job.fds[0], job.fds[1]);
	check(strcmp(text, expected) == 0, "its text");
}

/* Takes both descriptors; they are the ends of one pipe. */
static void use_job(struct anc_data *data)
{
	struct anc_fd_iter iter = anc_data_received_fds_of(data, job_type.level, job_type.type);
	char text[3] = "";
	int input;
	int output;
	int more;

	check(anc_fd_iter_next(&iter, &input) && input >= 0, "the first descriptor");
	check(anc_fd_iter_next(&iter, &output) && output >= 0, "the second descriptor");
	check(!anc_fd_iter_next(&iter, &more), "the end");
	check(write(output, "ok", 2) == 2 && read(input, text, 2) == 2, "the pipe");
	printf("through the pipe: %s\n", text);
	close(input);
	close(output);
}

/* Whether every descriptor that a received job named is closed again. */
static bool is_closed(const struct job *job)
{
	return fcntl(job->fds[0], F_GETFD) < 0 && fcntl(job->fds[1], F_GETFD) < 0;
}

/* Leaves both descriptors in the anc_data, which closes them at the end of the scope. */
static struct job leave_job(struct anc_socket sock)
{
	ANC_DATA(data, ANC_CMSG_SPACE(sizeof(struct job)));
	struct anc_cmsg_iter it;
	struct anc_cmsg msg;
	struct job job = {0};

	check(anc_data_set_types(&data, types, 1) == 0, "set_types");
	receive(sock, &data);
	it = anc_cmsgs_iter(anc_data_cmsgs(&data));
	check(anc_cmsg_iter_next(&it, &msg) == 1 && job_get(&msg, &job) == 0, "job_get");
	check(!is_closed(&job), "open descriptors");
	return job;
}

static void run(struct anc_socket from, struct anc_socket to)
{
	ANC_DATA(data, ANC_CMSG_SPACE(sizeof(struct job)));
	struct job left;

	check(anc_data_set_types(&data, types, 1) == 0, "set_types");
	send_job(from, 7);
	receive(to, &data);
	print_job(&data, 7);
	use_job(&data);
	send_job(from, 8);
	left = leave_job(to);
	check(is_closed(&left), "closed descriptors");
	printf("what was not taken is closed\n");
}

int main(void)
{
	struct pipe_socket *pair[2];

	check(pipe_socket_pair(types, 1, pair) == 0, "pipe_socket_pair");
	run(pipe_socket(pair[0]), pipe_socket(pair[1]));
	pipe_socket_destroy(pair[0]);
	pipe_socket_destroy(pair[1]);
	return EXIT_SUCCESS;
}
