/* SPDX-License-Identifier: MIT */
#include "endpoint.h"

#include "socket_file.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

struct address {
	struct sockaddr_un un;
	socklen_t len;
};

static bool is_abstract(const struct endpoint *endpoint)
{
	return endpoint->name[0] == '@';
}

static struct address address_of(const struct endpoint *endpoint)
{
	const size_t len = strlen(endpoint->name);
	struct address address = {.un = {.sun_family = AF_UNIX}};

	/* A path has a closing NUL, an abstract name begins with one. */
	if (len == 0 || len >= sizeof(address.un.sun_path))
		cmd_fail("the socket's name has %zu characters; choose one of 1 to %zu", len,
			 sizeof(address.un.sun_path) - 1);
	memcpy(address.un.sun_path, endpoint->name, len);
	if (is_abstract(endpoint))
		address.un.sun_path[0] = '\0';
	address.len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len +
				  (is_abstract(endpoint) ? 0 : 1));
	return address;
}

static int new_socket(const struct endpoint *endpoint)
{
	const int fd = socket(AF_UNIX, endpoint->type | SOCK_CLOEXEC, 0);
	int error;

	if (fd < 0)
		cmd_fail("no socket: %s", strerror(errno));
	/* Before anything can arrive: credentials that were not asked for are lost. */
	error = endpoint->credentials ? anc_credentials_enable(fd) : 0;
	if (error < 0)
		cmd_fail("credentials cannot be asked for: %s", strerror(-error));
	return fd;
}

/* A connected socket, or a negative errno. */
static int try_connect(const struct endpoint *endpoint, const struct address *address)
{
	const int fd = new_socket(endpoint);
	int error = 0;

	while (connect(fd, (const struct sockaddr *)&address->un, address->len) < 0) {
		error = errno;
		if (error == EINTR)
			continue;
		close(fd);
		return -error;
	}
	return fd;
}

static void pause_a_little(void)
{
	const struct timespec pause = {.tv_nsec = 10000000};

	nanosleep(&pause, NULL);
}

/* Who has bound the name may be about to listen: a refusal is believed after a while. */
static int connect_patiently(const struct endpoint *endpoint, const struct address *address)
{
	int fd = try_connect(endpoint, address);
	int tries;

	for (tries = 0; fd == -ECONNREFUSED && tries < 10 && !is_abstract(endpoint); tries++) {
		pause_a_little();
		fd = try_connect(endpoint, address);
	}
	return fd;
}

static noreturn void fail_to_connect(const struct endpoint *endpoint, int error)
{
	const char *const name = endpoint->name;

	if (error == ENOENT || error == ECONNREFUSED)
		cmd_fail("nobody is at %s; start the other side first", name);
	if (error == EPROTOTYPE)
		cmd_fail("%s is a socket of another type; give the other side's --type", name);
	cmd_fail("cannot connect to %s: %s", name, strerror(error));
}

/* A bound socket, or -EADDRINUSE. */
static int try_bind(const struct endpoint *endpoint, const struct address *address)
{
	const struct sockaddr *const un = (const struct sockaddr *)&address->un;
	const int fd = new_socket(endpoint);
	int error;

	if (is_abstract(endpoint))
		error = bind(fd, un, address->len) < 0 ? -errno : 0;
	else
		error = socket_file_bind(fd, endpoint->name, un, address->len);
	if (error == 0)
		return fd;
	if (error != -EADDRINUSE)
		cmd_fail("cannot make the socket %s: %s", endpoint->name, strerror(-error));
	close(fd);
	return error;
}

static int accept_one(const struct endpoint *endpoint, int listener)
{
	int fd, error;

	if (listen(listener, 1) < 0)
		cmd_fail("cannot listen at %s: %s", endpoint->name, strerror(errno));
	do
		fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		cmd_fail("cannot accept a connection: %s", strerror(errno));
	/* Older kernels do not hand the option down from the listener. */
	error = endpoint->credentials ? anc_credentials_enable(fd) : 0;
	if (error < 0)
		cmd_fail("credentials cannot be asked for: %s", strerror(-error));
	socket_file_remove();
	close(listener);
	return fd;
}

/* What has the name; none, when it is abstract. */
static struct socket_file look(const struct endpoint *endpoint)
{
	return is_abstract(endpoint) ? (struct socket_file){0} : socket_file_look(endpoint->name);
}

/* A bound socket. A stale file is replaced, and nothing else. */
static int bind_name(const struct endpoint *endpoint, const struct address *address)
{
	const struct socket_file seen = look(endpoint);
	int fd = try_bind(endpoint, address);

	if (fd < 0 && seen.inode != 0 && connect_patiently(endpoint, address) == -ECONNREFUSED) {
		socket_file_replace(endpoint->name, &seen);
		fd = try_bind(endpoint, address);
	}
	if (fd < 0)
		cmd_fail("%s is in use; choose another name", endpoint->name);
	return fd;
}

static int open_datagram(const struct endpoint *endpoint, const struct address *address)
{
	int fd;

	if (endpoint->way == (endpoint->receives ? ENDPOINT_CONNECT : ENDPOINT_LISTEN))
		cmd_fail("of datagrams the receiver has the name; leave %s out",
			 endpoint->receives ? "--connect" : "--listen");
	if (endpoint->receives)
		return bind_name(endpoint, address);
	fd = try_connect(endpoint, address);
	if (fd < 0)
		fail_to_connect(endpoint, -fd);
	return fd;
}

/* Two that begin at once: who does not get the name finds the other listening. */
static int open_either(const struct endpoint *endpoint, const struct address *address)
{
	struct socket_file seen;
	int tries, fd;

	for (tries = 0; tries < 10; tries++) {
		seen = look(endpoint);
		fd = connect_patiently(endpoint, address);
		if (fd >= 0)
			return fd;
		if (fd != -ENOENT && fd != -ECONNREFUSED)
			fail_to_connect(endpoint, -fd);
		if (fd == -ECONNREFUSED && seen.inode != 0)
			socket_file_replace(endpoint->name, &seen);
		fd = try_bind(endpoint, address);
		if (fd >= 0)
			return accept_one(endpoint, fd);
		pause_a_little();
	}
	cmd_fail("%s is in use by what does not listen; choose another name", endpoint->name);
}

static int open_connection(const struct endpoint *endpoint, const struct address *address)
{
	int fd;

	switch (endpoint->way) {
	case ENDPOINT_LISTEN:
		return accept_one(endpoint, bind_name(endpoint, address));
	case ENDPOINT_CONNECT:
		fd = try_connect(endpoint, address);
		if (fd < 0)
			fail_to_connect(endpoint, -fd);
		return fd;
	case ENDPOINT_EITHER:
	default:
		return open_either(endpoint, address);
	}
}

int endpoint_open(const struct endpoint *endpoint)
{
	const struct address address = address_of(endpoint);

	(void)look(endpoint);
	return endpoint->type == SOCK_DGRAM ? open_datagram(endpoint, &address)
					    : open_connection(endpoint, &address);
}

static const struct argp_option options[] = {
	{"type", 't', "TYPE", 0, "stream (the default), dgram or seqpacket", 1},
	{"connect", 'C', NULL, 0, "connect, and fail where nobody listens", 1},
	{"listen", 'L', NULL, 0, "listen, and fail where somebody does", 1},
	{0},
};

static int type_of(struct argp_state *state, const char *name)
{
	if (strcmp(name, "stream") == 0)
		return SOCK_STREAM;
	if (strcmp(name, "dgram") == 0)
		return SOCK_DGRAM;
	if (strcmp(name, "seqpacket") != 0)
		argp_error(state, "--type takes stream, dgram or seqpacket, not '%s'", name);
	return SOCK_SEQPACKET;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct endpoint *const endpoint = state->input;

	switch (key) {
	case 't':
		endpoint->type = type_of(state, arg);
		return 0;
	case 'C':
		endpoint->way = ENDPOINT_CONNECT;
		return 0;
	case 'L':
		endpoint->way = ENDPOINT_LISTEN;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp endpoint_argp = {.options = options, .parser = parse};
