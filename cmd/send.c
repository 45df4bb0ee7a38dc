/* SPDX-License-Identifier: MIT */
#include "cmd.h"

#include "endpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* anc send: descriptors, words and credentials in one message. */

/* Past any platform's maximum for one message. */
#define FDS_ROOM 1024

struct send {
	struct endpoint endpoint;
	const char *text;
	size_t len;
	bool credentials;
	int fds[FDS_ROOM];
	size_t fd_count;
};

/* For reading and writing if that may be, else for one of them. */
static int open_file(const char *path)
{
	static const int ways[] = {O_RDWR, O_RDONLY, O_WRONLY};
	int fd = -1;
	size_t i;

	for (i = 0; fd < 0 && i < sizeof(ways) / sizeof(ways[0]); i++) {
		fd = open(path, ways[i] | O_CLOEXEC | O_NOCTTY);
		if (fd < 0 && errno != EACCES && errno != EROFS && errno != EISDIR &&
		    errno != ETXTBSY && errno != EPERM)
			break;
	}
	if (fd < 0)
		cmd_fail("cannot open %s: %s", path, strerror(errno));
	return fd;
}

static void add_fd(struct send *send, int fd)
{
	if (send->fd_count == anc_fds_max())
		cmd_fail("a message takes %zu descriptors at most; send them in several",
			 anc_fds_max());
	send->fds[send->fd_count++] = fd;
}

static int checked_fd(struct argp_state *state, const char *text)
{
	const int fd = cmd_number(state, "--fd", text, INT32_MAX);

	if (fcntl(fd, F_GETFD) < 0)
		cmd_fail("descriptor %d is not open; the shell opens it with %d<FILE", fd, fd);
	return fd;
}

static void add_credentials(struct anc_data *data)
{
	const struct anc_ucred self = {getpid(), getuid(), getgid()};
	const int error = anc_ucred_add(data, &self);

	if (error < 0)
		cmd_fail("credentials cannot be added: %s", strerror(-error));
}

static void send_message(struct send *send, int sock)
{
	struct anc_sender sender = anc_sender_on(anc_socket_fd(sock), send->text, send->len);
	ANC_DATA(data, ANC_FDS_SPACE(FDS_ROOM) + ANC_CMSG_SPACE(sizeof(struct anc_ucred)));
	ssize_t sent;
	int error;

	error = anc_data_add_fds(&data, send->fds, send->fd_count);
	if (error < 0)
		cmd_fail("descriptors cannot be added: %s", strerror(-error));
	if (send->credentials)
		add_credentials(&data);
	sender.data = &data;
	sent = send->endpoint.type == SOCK_STREAM ? anc_sender_send_all(&sender)
						  : anc_sender_send(&sender);
	if (sent < 0)
		cmd_fail("cannot send: %s", strerror((int)-sent));
	if ((size_t)sent < send->len)
		cmd_fail("only %zd of %zu bytes were sent: the other side has closed", sent,
			 send->len);
}

static const struct argp_option options[] = {
	{"fd", 'f', "N", 0, "send descriptor N of this program", 0},
	{"data", 'd', "TEXT", 0, "send this text with it; without it, one zero byte", 0},
	{"creds", 'c', NULL, 0, "name process, user and group; the kernel checks them", 0},
	{0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct send *const send = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &send->endpoint;
		return 0;
	case 'f':
		add_fd(send, checked_fd(state, arg));
		return 0;
	case 'd':
		send->text = arg;
		send->len = strlen(arg);
		return 0;
	case 'c':
		send->credentials = true;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num == 0)
			send->endpoint.name = arg;
		else
			add_fd(send, open_file(arg));
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which socket?");
		return 0;
	case ARGP_KEY_END:
		if (send->len == 0 && send->endpoint.type == SOCK_STREAM)
			argp_error(state, "a stream takes at least one byte of --data");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int anc_cmd_send(int argc, char **argv)
{
	static const struct argp_child children[] = {{.argp = &endpoint_argp}, {0}};
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "SOCKET [--fd N | FILE]...",
		.children = children,
		.doc = "Sends one message with descriptors over a Unix socket, in the order in "
		       "which "
		       "they stand. SOCKET is a path, or @NAME for an abstract name. It connects; "
		       "where nobody listens, it listens and waits for anc recv. A FILE is opened "
		       "for reading and writing, or for what is allowed.\v"
		       "Examples:\n"
		       "  anc send /tmp/sock README.md --data 'read this'\n"
		       "  anc send @door --creds --fd 3 3</etc/hostname\n"
		       "\n"
		       "Exit status: 0 sent, 1 failed, 2 wrong usage."};
	static struct send send = {.text = "", .len = 1, .endpoint.type = SOCK_STREAM};
	int sock;

	cmd_parse(&argp, argc, argv, ARGP_IN_ORDER, &send);
	sock = endpoint_open(&send.endpoint);
	send_message(&send, sock);
	close(sock);
	return CMD_OK;
}
