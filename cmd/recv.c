/* SPDX-License-Identifier: MIT */
#include "cmd.h"

#include "endpoint.h"
#include "names.h"
#include "run.h"
#include "socket_file.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* anc recv: one message, printed, and a command that gets its descriptors. */

/* Past any platform's maximum for one message. */
#define FDS_ROOM 1024
/* All that a stream gives at once, and more than a datagram usually has. */
#define DATA_ROOM (256 * 1024)

struct recv {
	struct endpoint endpoint;
	size_t max;
	bool json;
	bool truncated; /* take what was cut too */
	char **command; /* NULL: none */
};

/* What came. */
struct arrival {
	struct anc_data data;
	void *control; /* its storage */
	struct anc_recv_result result;
	char *bytes;
	int fds[FDS_ROOM];
	size_t fd_count;
};

static void receive(struct arrival *arrival, int sock)
{
	const ssize_t control = anc_socket_control_space(sock);
	struct anc_receiver receiver;
	int error;

	if (control < 0)
		cmd_fail("cannot receive: %s", strerror((int)-control));
	arrival->bytes = cmd_room(DATA_ROOM);
	arrival->control = cmd_room((size_t)control);
	anc_data_init(&arrival->data, arrival->control, (size_t)control);
	receiver = anc_receiver_on(anc_socket_fd(sock), arrival->bytes, DATA_ROOM);
	receiver.data = &arrival->data;
	do
		error = anc_receiver_recv(&receiver, &arrival->result);
	while (error == -EINTR);
	if (error < 0)
		cmd_fail("cannot receive: %s", strerror(-error));
}

static const char *why_cut(const struct anc_data *data)
{
	switch (anc_data_cut(data)) {
	case ANC_CUT_ROOM:
		return "there was no room for it";
	case ANC_CUT_REFUSED:
		return "the descriptor table is full (ulimit -n), or a policy refused them";
	case ANC_CUT_NONE:
	case ANC_CUT_UNKNOWN:
	default:
		return "nothing tells why";
	}
}

static void refuse_cut(const struct arrival *arrival)
{
	if (anc_recv_result_normal_data_truncated(arrival->result))
		cmd_fail("the message has more than %d bytes and was cut; --truncated takes it",
			 DATA_ROOM);
	if (anc_recv_result_control_data_truncated(arrival->result))
		cmd_fail("control data was cut: %s; --truncated takes the rest",
			 why_cut(&arrival->data));
}

static size_t check_slots(const struct anc_cmsg *msg, const struct recv *recv)
{
	const size_t count = anc_message_fds(&anc_rights_type, msg);
	size_t i;
	int slot;

	for (i = 0; i < count && !recv->truncated; i++) {
		memcpy(&slot, (const char *)msg->data + i * sizeof(slot), sizeof(slot));
		if (slot < 0)
			cmd_fail("a descriptor did not arrive: %s; --truncated takes the others",
				 strerror(-slot));
	}
	return count;
}

/*
 * A stream has no empty messages. An empty one of seqpacket brings the credentials that were asked
 * for, and the end brings nothing; a stream's end may bring nobody's.
 */
static bool is_end(const struct arrival *arrival, const struct recv *recv)
{
	switch (recv->endpoint.type) {
	case SOCK_STREAM:
		return arrival->result.len == 0;
	case SOCK_SEQPACKET:
		return arrival->result.len == 0 && anc_data_cmsgs(&arrival->data).len == 0;
	default:
		return false;
	}
}

/* What is refused is closed with the program. */
static void check(const struct arrival *arrival, const struct recv *recv)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_data_cmsgs(&arrival->data));
	struct anc_cmsg msg;
	size_t count = 0;

	if (!recv->truncated)
		refuse_cut(arrival);
	while (anc_cmsg_iter_next(&it, &msg) > 0)
		count += check_slots(&msg, recv);
	if (count > recv->max)
		cmd_fail("%zu descriptors came and were closed; --max %zu takes them", count,
			 count);
	if (is_end(arrival, recv))
		cmd_fail("the other side closed without a message");
}

static void take_fds(struct arrival *arrival)
{
	struct anc_fd_iter it = anc_data_received_fds(&arrival->data);
	int fd;

	while (arrival->fd_count < FDS_ROOM && anc_fd_iter_next(&it, &fd))
		if (fd >= 0)
			arrival->fds[arrival->fd_count++] = fd;
}

static void print_text(const struct arrival *arrival)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_data_cmsgs(&arrival->data));
	struct anc_cmsg msg;
	char *text;

	printf("%zu bytes ", arrival->result.len);
	cmd_print_quoted(arrival->bytes, arrival->result.len);
	if (arrival->result.flags != 0) {
		fputs(" flags=", stdout);
		names_print_flags(arrival->result.flags);
	}
	putchar('\n');
	while (anc_cmsg_iter_next(&it, &msg) > 0) {
		text = cmd_message_text(&msg, NULL, AF_UNIX, false);
		puts(text);
		free(text);
	}
}

/* "data" where it is text, "bytes" where it is not. */
static void put_data(json_t *object, const struct arrival *arrival)
{
	json_t *const text = json_stringn(arrival->bytes, arrival->result.len);

	if (text)
		json_object_set_new(object, "data", text);
	else
		json_object_set_new(object, "bytes",
				    cmd_hex_json(arrival->bytes, arrival->result.len));
}

static void print_json(const struct arrival *arrival)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_data_cmsgs(&arrival->data));
	json_t *const object = json_pack("{s:I}", "len", (json_int_t)arrival->result.len);
	json_t *const messages = json_array();
	struct anc_cmsg msg;

	put_data(object, arrival);
	json_object_set_new(object, "flags", names_flags_json(arrival->result.flags));
	while (anc_cmsg_iter_next(&it, &msg) > 0)
		json_array_append_new(messages, cmd_message_json(&msg, NULL, AF_UNIX));
	json_object_set_new(object, "messages", messages);
	cmd_print_json(object);
}

static const struct argp_option options[] = {
	{"max", 'm', "N", 0, "refuse a message with more than N descriptors", 0},
	{"truncated", 'T', NULL, 0, "take what is left of a message that was cut", 0},
	{"json", 'j', NULL, 0, "print one JSON object", 0},
	{0},
};

/* The socket; everything behind it is the command, also without --. */
static void take_argument(struct recv *recv, char *arg, struct argp_state *state)
{
	if (state->arg_num == 0) {
		recv->endpoint.name = arg;
		return;
	}
	recv->command = state->argv + state->next - 1;
	state->next = state->argc;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct recv *const recv = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &recv->endpoint;
		return 0;
	case 'm':
		recv->max = (size_t)cmd_number(state, "--max", arg, (int)anc_fds_max());
		return 0;
	case 'T':
		recv->truncated = true;
		return 0;
	case 'j':
		recv->json = true;
		return 0;
	case ARGP_KEY_ARG:
		take_argument(recv, arg, state);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which socket?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {{.argp = &endpoint_argp}, {0}};
static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "SOCKET [-- COMMAND...]",
	.children = children,
	.doc = "Receives one message from a Unix socket, prints it, and runs COMMAND with the "
	       "descriptors that came as 3 and up, and their number in ANC_FDS; no other "
	       "descriptor reaches it but 0, 1 and 2. Without COMMAND they are closed. SOCKET is a "
	       "path, or @NAME for an abstract name. It connects; where nobody listens, it listens "
	       "and waits for anc send.\v"
	       "Examples:\n"
	       "  anc recv /tmp/sock -- sh -c 'cat <&3'\n"
	       "  anc recv --max 1 --json @door\n"
	       "\n"
	       "Exit status: COMMAND's own; 0 received, 1 failed, 2 wrong usage, 126 COMMAND "
	       "cannot "
	       "be run, 127 there is no COMMAND."};

int anc_cmd_recv(int argc, char **argv)
{
	static struct recv recv = {
		.endpoint = {.type = SOCK_STREAM, .receives = true, .credentials = true}};
	static struct arrival arrival;
	int sock;

	recv.max = anc_fds_max();
	cmd_parse(&argp, argc, argv, ARGP_IN_ORDER, &recv);
	sock = endpoint_open(&recv.endpoint);
	receive(&arrival, sock);
	close(sock);
	socket_file_remove();
	check(&arrival, &recv);
	if (recv.json)
		print_json(&arrival);
	else
		print_text(&arrival);
	take_fds(&arrival);
	anc_data_fini(&arrival.data);
	free(arrival.control);
	free(arrival.bytes);
	if (recv.command)
		run_with_fds(recv.command, arrival.fds, arrival.fd_count);
	return CMD_OK;
}
