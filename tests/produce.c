/* SPDX-License-Identifier: MIT */
#include "produce.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>

#define ROWS_MOST 1024
#define FDS_MOST 32
#define WANTED_MOST 4

static const struct anc_message_type *done[ROWS_MOST];
static const struct anc_message_type *refused[ROWS_MOST];
static size_t done_count;
static size_t refused_count;

static bool is_alone;
/* Where a scene comes from that went to the machine's own namespace. */
static int inside = -1;

static int kept[FDS_MOST];
static size_t kept_count;

/* The rows that the scene is about, for a skip to name. */
static const struct anc_message_type *wanted[WANTED_MOST];
static size_t wanted_count;

static unsigned char control[65536];
static char bytes[65536];
static struct anc_data data;
static int received_family;
static const struct anc_message_type *expected_row;
static struct anc_cmsg expected_msg;

static bool write_file(const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);
	const bool good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return good;
}

/* Whoever may not have a namespace may have one inside a user namespace. */
static bool unshare_network(void)
{
	const unsigned uid = geteuid();
	const unsigned gid = getegid();
	char map[64];

	if (unshare(CLONE_NEWNET) == 0)
		return true;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
		return false;
	snprintf(map, sizeof(map), "%u %u 1", uid, uid);
	write_file("/proc/self/uid_map", map);
	write_file("/proc/self/setgroups", "deny");
	snprintf(map, sizeof(map), "%u %u 1", gid, gid);
	write_file("/proc/self/gid_map", map);
	return true;
}

static bool raise_loopback(void)
{
	struct ifreq request = {.ifr_name = "lo"};
	const int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool good;

	if (sock < 0)
		return false;
	request.ifr_mtu = PRODUCE_MTU;
	good = ioctl(sock, SIOCSIFMTU, &request) == 0;
	request.ifr_flags = IFF_UP | IFF_RUNNING;
	good = good && ioctl(sock, SIOCSIFFLAGS, &request) == 0;
	close(sock);
	return good;
}

void produce_enter(void)
{
	is_alone = !tap_is_under("qemu-user") && unshare_network() && raise_loopback();
}

bool produce_is_alone(void)
{
	return is_alone;
}

void produce_leave(void)
{
	int outside;

	if (getenv("ANC_TEST_GUEST") == NULL)
		produce_skip("it would be seen on the whole machine");
	inside = produce_keep(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
	outside = produce_keep(open("/proc/1/ns/net", O_RDONLY | O_CLOEXEC));
	CHECK_EQ(setns(outside, CLONE_NEWNET), 0);
}

static void close_kept(void)
{
	if (inside >= 0)
		setns(inside, CLONE_NEWNET);
	inside = -1;
	while (kept_count > 0)
		close(kept[--kept_count]);
	anc_data_fini(&data);
}

/* What a failed scene left open was reported, and stays. */
void produce_begin(void)
{
	kept_count = 0;
	anc_data_release(&data);
	wanted_count = 0;
	SKIP_EMULATED("it translates few options and messages");
}

void produce_end(void)
{
	close_kept();
}

/* A message of several sizes is refused in all. */
static void refuse_all_of(const struct anc_message_type *one)
{
	const struct anc_message_type *row = NULL;

	while ((row = anc_message_next(NULL, row)) != NULL)
		if (row->level == one->level && row->type == one->type &&
		    strcmp(row->name, one->name) == 0 && refused_count < ROWS_MOST)
			refused[refused_count++] = row;
}

void produce_skip(const char *reason)
{
	while (wanted_count > 0)
		refuse_all_of(wanted[--wanted_count]);
	close_kept();
	tap_skip(reason);
}

void produce_refuse(const struct anc_message_type *row, const char *reason)
{
	wanted_count = row != NULL;
	wanted[0] = row;
	produce_skip(reason);
}

static bool is_among(const struct anc_message_type *const *rows, size_t count,
		     const struct anc_message_type *row)
{
	size_t i = 0;

	while (i < count && rows[i] != row)
		i++;
	return i < count;
}

void produced(const struct anc_message_type *row)
{
	CHECK(done_count < ROWS_MOST);
	if (!produced_is(row))
		done[done_count++] = row;
}

bool produced_is(const struct anc_message_type *row)
{
	return is_among(done, done_count, row);
}

bool produced_is_refused(const struct anc_message_type *row)
{
	return is_among(refused, refused_count, row);
}

static bool takes(const struct anc_message_type *row, size_t size)
{
	if (size == 0)
		return true;
	if (row->size > 0)
		return row->size == size;
	return size >= row->min_size && (row->max_size == 0 || size <= row->max_size);
}

const struct anc_message_type *produce_row(const char *name, int level, int type, size_t size)
{
	const struct anc_message_type *row = anc_message_next(NULL, NULL);

	while (row != NULL && (strcmp(row->name, name) != 0 || row->level != level ||
			       row->type != type || !takes(row, size)))
		row = anc_message_next(NULL, row);
	if (row == NULL)
		printf("# no row %s, level %d, type %d, of %zu bytes\n", name, level, type, size);
	CHECK(row != NULL);
	return row;
}

int produce_keep(int fd)
{
	CHECK(kept_count < FDS_MOST);
	kept[kept_count++] = fd;
	return fd;
}

int produce_socket(int family, int type, int protocol)
{
	const int sock = socket(family, type | SOCK_CLOEXEC, protocol);

	if (sock < 0)
		produce_skip("no such socket to be had here");
	return produce_keep(sock);
}

void produce_set(int sock, int level, int option, int value)
{
	CHECK(setsockopt(sock, level, option, &value, sizeof(value)) >= 0);
}

void produce_may_set(int sock, int level, int option, int value, const char *name)
{
	static char reason[128];

	/* J1939 says 1 when it did. */
	if (setsockopt(sock, level, option, &value, sizeof(value)) >= 0)
		return;
	snprintf(reason, sizeof(reason), "%s: %s", name, strerror(errno));
	CHECK(errno == ENOPROTOOPT || errno == EOPNOTSUPP || errno == EPERM);
	produce_skip(reason);
}

const struct anc_message_type *produce_want(const char *name, int level, int type)
{
	CHECK(wanted_count < WANTED_MOST);
	wanted[wanted_count++] = produce_row(name, level, type, 0);
	return wanted[wanted_count - 1];
}

void produce_on(int sock, const struct produce *what)
{
	const struct anc_message_type *const row =
		produce_want(what->name, what->level, what->type);

	CHECK_EQ(row->option_level, what->option_level);
	CHECK_EQ(row->option, what->option);
	produce_may_set(sock, what->option_level, what->option, 1, row->option_name);
	produce_set(sock, what->option_level, what->option, 0);
	CHECK_EQ(anc_message_enable(row, sock, true), 0);
}

/* The machine itself, and any port: struct sockaddr_vm of linux/vm_sockets.h. */
static socklen_t set_vsock(struct sockaddr_storage *ret)
{
	const struct {
		uint16_t family, reserved;
		uint32_t port, machine;
		unsigned char rest[4];
	} addr = {ret->ss_family, 0, UINT32_MAX, 1, {0}};

	memcpy(ret, &addr, sizeof(addr));
	return sizeof(addr);
}

void produce_bind(int sock, int family, struct sockaddr_storage *ret, socklen_t *ret_len)
{
	struct sockaddr_in *const in = (struct sockaddr_in *)ret;
	struct sockaddr_in6 *const in6 = (struct sockaddr_in6 *)ret;

	*ret = (struct sockaddr_storage){.ss_family = (sa_family_t)family};
	*ret_len = family == AF_INET ? sizeof(*in) : sizeof(*in6);
	if (family == AF_INET)
		in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	else if (family == AF_INET6)
		in6->sin6_addr = in6addr_loopback;
	else
		*ret_len = set_vsock(ret);
	if (bind(sock, (struct sockaddr *)ret, *ret_len) < 0)
		produce_skip("the family's loopback is not here");
	CHECK_EQ(getsockname(sock, (struct sockaddr *)ret, ret_len), 0);
}

struct produce_pair produce_udp(int family)
{
	struct produce_pair pair = {0};

	pair.receiver = produce_socket(family, SOCK_DGRAM, 0);
	produce_bind(pair.receiver, family, &pair.addr, &pair.len);
	pair.sender = produce_socket(family, SOCK_DGRAM, 0);
	return pair;
}

struct produce_pair produce_tcp(int family)
{
	return produce_connection(family, SOCK_STREAM, 0);
}

struct produce_pair produce_connection(int family, int type, int protocol)
{
	struct produce_pair pair = {0};
	const int listening = produce_socket(family, type, protocol);

	produce_bind(listening, family, &pair.addr, &pair.len);
	CHECK_EQ(listen(listening, 1), 0);
	pair.sender = produce_socket(family, type, protocol);
	CHECK_EQ(connect(pair.sender, (struct sockaddr *)&pair.addr, pair.len), 0);
	pair.receiver = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
	CHECK(pair.receiver >= 0);
	produce_keep(pair.receiver);
	pair.len = 0;
	return pair;
}

int produce_send(const struct produce_pair *pair, size_t len)
{
	return produce_send_with(pair, len, 0, 0, NULL, 0);
}

int produce_send_with(const struct produce_pair *pair, size_t len, int level, int type,
		      const void *payload, size_t payload_len)
{
	static unsigned char message[8192];
	struct sockaddr_storage addr = pair->addr;
	struct iovec iov = {bytes, len};
	struct msghdr msg = {.msg_name = pair->len > 0 ? &addr : NULL,
			     .msg_namelen = pair->len,
			     .msg_iov = &iov,
			     .msg_iovlen = 1};

	CHECK(len <= sizeof(bytes));
	if (payload != NULL) {
		msg.msg_control = message;
		msg.msg_controllen = (socklen_t)anc_cmsg_put(message, sizeof(message), level, type,
							     payload, payload_len);
		CHECK(msg.msg_controllen > 0);
	}
	/* musl's sendmsg takes fewer descriptors than the kernel; its msghdr is the kernel's */
	return syscall(SYS_sendmsg, pair->sender, &msg, pair->signal ? 0 : MSG_NOSIGNAL) < 0
		       ? -errno
		       : 0;
}

static void receive_anew(int sock)
{
	socklen_t len = sizeof(received_family);

	CHECK_EQ(getsockopt(sock, SOL_SOCKET, SO_DOMAIN, &received_family, &len), 0);
	anc_data_fini(&data);
	anc_data_init(&data, control, sizeof(control));
}

void produce_adopt(int sock, const void *messages, size_t len)
{
	receive_anew(sock);
	CHECK_EQ(anc_data_adopt(&data, messages, len, MSG_CMSG_CLOEXEC, 0), 0);
}

struct anc_recv_result produce_receive(int sock, int flags)
{
	struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(sock), bytes, sizeof(bytes));
	struct pollfd ready = {.fd = sock, .events = (flags & MSG_ERRQUEUE) ? 0 : POLLIN};
	struct anc_recv_result result;

	receive_anew(sock);
	receiver.data = &data;
	anc_recv_options_custom_flags(&receiver.options, flags);
	if ((flags & MSG_DONTWAIT) == 0)
		CHECK_EQ(poll(&ready, 1, 10000), 1);
	CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
	CHECK_EQ(anc_data_cut(&data), ANC_CUT_NONE);
	return result;
}

static bool find_received(int level, int type, struct anc_cmsg *ret)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_data_cmsgs(&data));

	while (anc_cmsg_iter_next(&it, ret) == 1)
		if (ret->level == level && ret->type == type)
			return true;
	return false;
}

bool produce_got(int level, int type)
{
	struct anc_cmsg msg;

	return find_received(level, type, &msg);
}

/* It has its name in front, and nothing is amiss. */
static void check_text(void)
{
	const size_t name_len = strlen(expected_row->name);
	char text[4096];
	int len = anc_message_format(expected_row, &expected_msg, NULL, text, sizeof(text));

	CHECK(len >= (int)name_len && len < (int)sizeof(text));
	CHECK(memcmp(text, expected_row->name, name_len) == 0);
	CHECK(strstr(text, "(expected") == NULL && strstr(text, "(truncated)") == NULL);
}

void produce_expect(const struct produce *what)
{
	enum anc_match match;

	CHECK(find_received(what->level, what->type, &expected_msg));
	CHECK(!expected_msg.truncated);
	expected_row = anc_message_match(NULL, received_family, &expected_msg, &match);
	CHECK(expected_row != NULL);
	CHECK_EQ(match, ANC_MATCH_SURE);
	CHECK_STR(expected_row->name, what->name);
	CHECK_EQ(expected_row->level, what->level);
	CHECK_EQ(expected_row->type, what->type);
	CHECK(expected_row->flags & ANC_RECEIVED);
	CHECK(takes(expected_row, expected_msg.len));
	check_text();
	produced(expected_row);
}

void produce_deliver(const struct produce_pair *pair, const struct produce *what)
{
	produce_on(pair->receiver, what);
	CHECK_EQ(produce_send(pair, 1), 0);
	produce_receive(pair->receiver, 0);
	produce_expect(what);
}

struct anc_cmsg produced_message(void)
{
	return expected_msg;
}

const struct anc_message_type *produced_row(void)
{
	return expected_row;
}

int64_t produced_field(const char *name)
{
	int64_t value = 0;

	CHECK_EQ(anc_message_field(expected_row, &expected_msg, NULL, name, &value), 0);
	return value;
}

int64_t produced_value(void)
{
	CHECK(expected_row->field_count > 0);
	return produced_field(expected_row->fields[0].name);
}

void produced_bytes(const char *field, const void *expected, size_t len)
{
	const void *got = NULL;
	size_t got_len = 0;

	CHECK_EQ(anc_message_field_bytes(expected_row, &expected_msg, NULL, field, &got, &got_len),
		 0);
	CHECK_EQ(got_len, len);
	CHECK(memcmp(got, expected, len) == 0);
}

/* A clock may be stepped while the test runs; five minutes are time enough. */
void produced_now(const char *field)
{
	const int64_t second = 1000000000;
	const int64_t difference = produced_field(field) / second - (int64_t)time(NULL);

	CHECK(difference >= -300 && difference <= 300);
}
