/* SPDX-License-Identifier: MIT */
/* Payloads, rows and descriptors that nobody means well with: what is read, said and believed. */
#include "data_peer.h"

#include <limits.h>
#include <sys/mman.h>

/* Payload bytes in front of a page that cannot be read. */
#define REACH 4096

static unsigned char *guarded_end(void)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	unsigned char *pages =
		mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(pages != MAP_FAILED && page >= REACH);
	CHECK_EQ(mprotect(pages + page, page, PROT_NONE), 0);
	return pages + page;
}

static void release_guarded(unsigned char *end)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);

	CHECK_EQ(munmap(end - page, 2 * page), 0);
}

/* Counts and offsets that lie: small, at the edges, past every end; in either byte order. */
static void fill_with_lies(unsigned char *at, size_t len, uint64_t *seed)
{
	static const uint32_t lies[] = {0,          1,          16,         17,         20,
					32,         104,        148,        0x3fffffff, 0x40000000,
					0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffe4, 0xffffffff};
	uint32_t lie;
	size_t i;

	for (i = 0; i < len; i++)
		at[i] = (unsigned char)tap_random(seed);
	for (i = 0; i + 4 <= len; i += 4) {
		lie = lies[tap_random(seed) % (sizeof(lies) / sizeof(lies[0]))];
		if (tap_random(seed) % 2 == 0)
			lie = htonl(lie);
		if (tap_random(seed) % 3 > 0)
			memcpy(at + i, &lie, sizeof(lie));
	}
}

/* One line of characters that a terminal shows, ended. */
static void check_printable(const char *text, int len)
{
	int i;

	CHECK(len > 0 && len < 65536);
	for (i = 0; i < len; i++)
		CHECK(text[i] >= ' ' && text[i] <= '~');
	CHECK_EQ(text[len], '\0');
}

static void check_texts(const struct anc_message_type *row, const struct anc_cmsg *msg,
			const struct anc_abi *abi)
{
	static char text[65536];

	check_printable(text, anc_message_format(row, msg, abi, text, sizeof(text)));
	check_printable(text, anc_message_json(row, msg, abi, text, sizeof(text)));
	CHECK_EQ(text[0], '{');
	check_printable(text, anc_cmsg_format(msg, abi, text, sizeof(text)));
}

static void check_fields(const struct anc_message_type *row, const struct anc_cmsg *msg,
			 const struct anc_abi *abi)
{
	const unsigned char *begin = msg->data;
	const void *at;
	int64_t number;
	size_t len;
	size_t i;

	for (i = 0; i < row->field_count; i++) {
		anc_message_field(row, msg, abi, row->fields[i].name, &number);
		if (anc_message_field_bytes(row, msg, abi, row->fields[i].name, &at, &len) == 0)
			CHECK((const unsigned char *)at >= begin &&
			      (size_t)((const unsigned char *)at - begin) + len <= msg->len);
	}
}

static void check_credentials(const struct anc_cmsg *msg, const struct anc_abi *abi)
{
	struct anc_credentials got = {.known = 99};
	uint32_t groups[REACH / 4];
	size_t count;
	const int error = anc_credentials_get(msg, abi, &got);

	if (error < 0) {
		CHECK_EQ(got.known, 99);
		return;
	}
	CHECK_EQ(got.by_kernel & ~got.known, 0);
	CHECK_EQ(got.pidfd, -1);
	CHECK((got.known & ANC_CREDENTIALS_PID) == 0 || got.pid > 0);
	if (anc_credentials_groups(msg, abi, groups, REACH / 4, &count) == 0)
		CHECK_EQ(count, got.group_count);
}

static void attack_with(const struct anc_abi *abi, const struct anc_message_type *row,
			unsigned char *end, size_t len, uint64_t *seed)
{
	static const int families[] = {AF_UNSPEC, AF_UNIX, AF_INET, AF_INET6,
				       -1,        64,      INT_MAX, INT_MIN};
	const struct anc_cmsg msg = {row->level, row->type, end - len, len,
				     tap_random(seed) % 4 == 0};
	const struct anc_message_type *best;
	enum anc_match match;

	fill_with_lies(end - len, len, seed);
	best = anc_message_match(abi, families[tap_random(seed) % 8], &msg, &match);
	CHECK_EQ(best == NULL, match == ANC_MATCH_NONE);
	check_texts(best, &msg, abi);
	check_texts(row, &msg, abi);
	check_fields(row, &msg, abi);
	check_credentials(&msg, abi);
}

/* Its own sizes and their neighbours, and some of all others. */
static void attack_row(const struct anc_abi *abi, const struct anc_message_type *row,
		       unsigned char *end, uint64_t *seed)
{
	const size_t own = row->size > 0 ? row->size : row->min_size;
	size_t len;

	for (len = own > 0 ? own - 1 : 0; len <= own + 1; len++)
		attack_with(abi, row, end, len, seed);
	for (len = 0; len <= 300; len += 1 + tap_random(seed) % 100)
		attack_with(abi, row, end, len, seed);
}

TEST(no_payload_is_read_past_its_end)
{
	const struct anc_message_type *row;
	const struct anc_abi *abi = NULL;
	unsigned char *end = guarded_end();
	uint64_t seed = 3;

	while ((abi = anc_abi_next(abi)) != NULL)
		for (row = NULL; (row = anc_message_next(abi, row)) != NULL;)
			attack_row(abi, row, end, &seed);
	release_guarded(end);
}

/* A payload reaches every field of its row that has one size. */
TEST(fields_lie_within_their_row_and_have_names_of_their_own)
{
	const struct anc_message_type *row;
	const struct anc_abi *abi = NULL;
	const struct anc_field *field;
	size_t most, i, j;

	while ((abi = anc_abi_next(abi)) != NULL)
		for (row = NULL; (row = anc_message_next(abi, row)) != NULL;) {
			most = row->size > 0 ? row->size : row->max_size;
			CHECK(row->size == 0 || row->max_size == 0);
			for (i = 0; i < row->field_count; i++) {
				field = &row->fields[i];
				CHECK(most == 0 || (size_t)field->offset + field->width <= most);
				for (j = 0; j < i; j++)
					CHECK(strcmp(field->name, row->fields[j].name) != 0);
			}
		}
}

TEST(a_row_of_anyone_s_is_no_place_in_the_list)
{
	const struct anc_message_type foreign = {.name = "FOREIGN", .level = SOL_SOCKET, .type = 1};
	const struct anc_message_type *of_linux = anc_message_next(anc_abi_find("linux-64"), NULL);

	CHECK(anc_message_next(NULL, &foreign) == NULL);
	CHECK(anc_message_next(anc_abi_find("freebsd-64"), of_linux) == NULL);
}

/* Absurd rows: every kind and width, lists of lists, offsets past the payload. */
static struct anc_field absurd_field(uint64_t *seed)
{
	static const struct anc_names names[] = {{0, "ZERO"}, {3, "BOTH"}, {1, "ONE"}, {0, NULL}};
	const struct anc_field field = {
		.name = "field",
		.kind = (unsigned char)tap_random(seed),
		.width = (unsigned char)(tap_random(seed) % (tap_random(seed) % 2 == 0 ? 20 : 256)),
		.offset = (unsigned short)(tap_random(seed) %
					   (tap_random(seed) % 2 == 0 ? 40 : 65536)),
		.names = tap_random(seed) % 2 == 0 ? names : NULL,
	};

	return field;
}

TEST(absurd_rows_read_nothing_else_either)
{
	unsigned char *end = guarded_end();
	struct anc_message_type row = {.name = "ABSURD", .level = 77, .type = 1};
	struct anc_cmsg msg = {.level = 77, .type = 1};
	struct anc_field fields[3];
	uint64_t seed = 5;
	int i, j;

	row.fields = fields;
	row.field_count = 3;
	for (i = 0; i < 1500; i++) {
		for (j = 0; j < 3; j++)
			fields[j] = absurd_field(&seed);
		row.size = (unsigned short)(tap_random(&seed) % 3 == 0 ? 0 : tap_random(&seed));
		row.fds_at = (unsigned short)(tap_random(&seed) % 80);
		row.fds_max = (unsigned short)(tap_random(&seed) % 2 == 0 ? 0 : tap_random(&seed));
		msg.len = tap_random(&seed) % 80;
		msg.data = end - msg.len;
		fill_with_lies(end - msg.len, msg.len, &seed);
		check_texts(&row, &msg, NULL);
		check_fields(&row, &msg, NULL);
	}
	release_guarded(end);
}

/* A name may have what ends a string of JSON. */
TEST(names_of_numbers_are_escaped_in_json)
{
	static const struct anc_names names[] = {{1, "a\"b\\"}, {0, NULL}};
	const struct anc_field fields[] = {{"e", ANC_FIELD_ENUM, 1, 0, names},
					   {"f", ANC_FIELD_FLAGS, 1, 0, names}};
	const struct anc_message_type row = {.name = "ODD",
					     .level = 77,
					     .type = 1,
					     .size = 1,
					     .fields = fields,
					     .field_count = 2};
	const struct anc_cmsg msg = {77, 1, "\1", 1, false};
	char json[160];

	anc_message_json(&row, &msg, NULL, json, sizeof(json));
	CHECK_STR(json, "{\"name\":\"ODD\",\"level\":77,\"type\":1,\"len\":1,\"fields\":{"
			"\"e\":\"a\\u0022b\\u005c\",\"f\":[\"a\\u0022b\\u005c\"]}}");
}

/* Cut to 32 bits, 2^32 would be root. */
TEST(numbers_that_no_member_holds_are_not_known)
{
	static const struct anc_field fields[] = {{"pid", ANC_FIELD_UINT, 8, 0, NULL},
						  {"uid", ANC_FIELD_UINT, 8, 8, NULL},
						  {"gid", ANC_FIELD_UINT, 8, 16, NULL}};
	static const struct anc_message_type wide = {.name = "WIDE",
						     .level = 77,
						     .type = 1,
						     .size = 24,
						     .flags = ANC_RECEIVED | ANC_CREDENTIALS,
						     .fields = fields,
						     .field_count = 3};
	static const struct anc_message_type *const types[] = {&wide};
	const uint64_t numbers[] = {0x100000001, 0x100000000, 7};
	struct forged forged = {.len = 0};
	struct anc_credentials got;

	ANC_DATA(data, 256);
	CHECK_EQ(anc_data_set_types(&data, types, 1), 0);
	forge(&forged, 77, 1, numbers, sizeof(numbers));
	CHECK_EQ(anc_data_adopt(&data, forged.bytes, forged.len, MSG_CMSG_CLOEXEC, 0), 0);
	CHECK_EQ(anc_data_credentials(&data, &got), 0);
	CHECK_EQ(got.known, ANC_CREDENTIALS_GID);
	CHECK_EQ(got.gid, 7);
}

/* As the ledger of tap.h, for one step. */
static void check_lent(const struct anc_data *data, size_t open)
{
	struct anc_credentials got;

	if (anc_data_credentials(data, &got) == 0 && (got.known & ANC_CREDENTIALS_PIDFD) != 0)
		CHECK(tap_is_open(got.pidfd));
	CHECK_EQ(count_open(), open);
}

/* Messages of all kinds in any order and number: asking neither closes, takes nor doubles. */
TEST(asking_for_credentials_never_touches_a_descriptor)
{
	const struct anc_ucred ucred = {4711, 1000, 100};
	const int file = tap_new_fd();
	const size_t before = count_open();
	struct forged forged;
	uint64_t seed = 9;
	int round, i, fd;

	for (round = 0; round < 300; round++) {
		ANC_DATA(data, 2048);
		forged.len = 0;
		for (i = (int)(tap_random(&seed) % 8); i >= 0; i--) {
			fd = tap_random(&seed) % 3 == 0 ? -(int)(tap_random(&seed) % 200) - 1
							: new_twin(file);
			if (tap_random(&seed) % 3 == 0)
				forge(&forged, SOL_SOCKET, SCM_CREDENTIALS, &ucred,
				      tap_random(&seed) % (sizeof(ucred) + 1));
			if (tap_random(&seed) % 2 == 0)
				forge_pidfd(&forged, fd);
			else
				forge_fds(&forged, &fd, 1);
		}
		CHECK_EQ(anc_data_adopt(&data, forged.bytes, forged.len, MSG_CMSG_CLOEXEC, 0), 0);
		check_lent(&data, count_open());
		fd = anc_data_take_pidfd(&data);
		check_lent(&data, count_open());
		if (fd >= 0)
			close(fd);
		anc_data_clear(&data);
		CHECK_EQ(count_open(), before);
	}
	close(file);
}

/* A stamp that one message asked for comes to a socket that has no option on. */
TEST(a_stamp_asked_for_with_one_message_has_room)
{
	const uint32_t software = 2; /* SOF_TIMESTAMPING_TX_SOFTWARE */
	struct sockaddr_in to = {.sin_family = AF_INET};
	struct pollfd ready = {.events = 0};
	struct anc_recv_result result;
	socklen_t len = sizeof(to);
	char letter = 'x';
	struct iovec byte = {&letter, 1};
	unsigned char control[64];
	struct msghdr msg = {.msg_iov = &byte, .msg_iovlen = 1};
	ssize_t space;
	int sock;

	SKIP_EMULATED("it does not pass control messages of this kind on");
	ready.fd = sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	CHECK_EQ(bind(sock, (const struct sockaddr *)&to, len), 0);
	CHECK_EQ(getsockname(sock, (struct sockaddr *)&to, &len), 0);
	CHECK_EQ(connect(sock, (const struct sockaddr *)&to, len), 0);
	msg.msg_control = control;
	msg.msg_controllen = anc_cmsg_put(control, sizeof(control), SOL_SOCKET, SO_TIMESTAMPING,
					  &software, sizeof(software));
	CHECK_EQ(sendmsg(sock, &msg, 0), 1);
	CHECK_EQ(poll(&ready, 1, 10000), 1);
	space = anc_socket_control_space(sock);
	CHECK(space >= 0);
	ANC_DATA(data, 256);
	CHECK_EQ(receive(sock, &data, MSG_ERRQUEUE, &result), 0);
	CHECK(anc_data_cmsgs(&data).len > 0);
	CHECK(anc_data_cmsgs(&data).len <= (size_t)space);
	close(sock);
}

/* A datagram to an IPv4 address where nobody listens, from a socket of both. */
static int refused_by_ipv4(void)
{
	const int sock = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	const int other = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	const int on = 1, off = 0;
	struct sockaddr_in6 to = {.sin6_family = AF_INET6};
	struct sockaddr_in free_port = {.sin_family = AF_INET};
	socklen_t len = sizeof(free_port);

	if (sock < 0) {
		close(other);
		return -1;
	}
	free_port.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	CHECK_EQ(bind(other, (const struct sockaddr *)&free_port, len), 0);
	CHECK_EQ(getsockname(other, (struct sockaddr *)&free_port, &len), 0);
	close(other);
	to.sin6_port = free_port.sin_port;
	memset(&to.sin6_addr.s6_addr[10], 0xff, 2);
	memcpy(&to.sin6_addr.s6_addr[12], &free_port.sin_addr, 4);
	CHECK_EQ(setsockopt(sock, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)), 0);
	CHECK_EQ(setsockopt(sock, IPPROTO_IP, IP_RECVERR, &on, sizeof(on)), 0);
	CHECK_EQ(connect(sock, (const struct sockaddr *)&to, sizeof(to)), 0);
	CHECK_EQ(send(sock, "x", 1, 0), 1);
	return sock;
}

/* The kernel says it by IPV6_RECVERR, though IP_RECVERR asked. */
TEST(an_error_of_an_ipv4_peer_has_room_on_an_ipv6_socket)
{
	struct pollfd ready = {.events = 0};
	struct anc_recv_result result;
	ssize_t space;
	int sock;

	SKIP_EMULATED("it does not pass error queues on");
	sock = refused_by_ipv4();
	if (sock < 0)
		SKIP("no IPv6 here");
	ready.fd = sock;
	CHECK_EQ(poll(&ready, 1, 10000), 1);
	space = anc_socket_control_space(sock);
	CHECK(space >= 0);
	ANC_DATA(data, 256);
	CHECK_EQ(receive(sock, &data, MSG_ERRQUEUE, &result), 0);
	CHECK(anc_data_cmsgs(&data).len > 0);
	CHECK(anc_data_cmsgs(&data).len <= (size_t)space);
	close(sock);
}

TEST(a_field_without_a_name_is_left_out)
{
	const struct anc_field fields[] = {{NULL, ANC_FIELD_UINT, 1, 0, NULL},
					   {"b", ANC_FIELD_UINT, 1, 0, NULL}};
	const struct anc_message_type row = {
		.name = "ODD", .level = 77, .type = 1, .fields = fields, .field_count = 2};
	const struct anc_cmsg msg = {77, 1, "\1", 1, false};
	int64_t number;
	char text[80];

	anc_message_format(&row, &msg, NULL, text, sizeof(text));
	CHECK_STR(text, "ODD b=1");
	anc_message_json(&row, &msg, NULL, text, sizeof(text));
	CHECK_STR(text,
		  "{\"name\":\"ODD\",\"level\":77,\"type\":1,\"len\":1,\"fields\":{\"b\":1}}");
	CHECK_EQ(anc_message_field(&row, &msg, NULL, "b", &number), 0);
}

TEST(a_row_without_a_name_is_its_numbers)
{
	const struct anc_message_type row = {.level = 77, .type = 1};
	const struct anc_cmsg msg = {77, 1, "\1", 1, false};
	char text[80];

	anc_message_format(&row, &msg, NULL, text, sizeof(text));
	CHECK_STR(text, "level=77 type=1 len=1 01");
	anc_message_json(&row, &msg, NULL, text, sizeof(text));
	CHECK_STR(text, "{\"level\":77,\"type\":1,\"len\":1,\"bytes\":\"01\"}");
}

static const struct tap_test tests[] = {
	{"no_payload_is_read_past_its_end", test_no_payload_is_read_past_its_end},
	{"fields_lie_within_their_row_and_have_names_of_their_own",
	 test_fields_lie_within_their_row_and_have_names_of_their_own},
	{"a_row_of_anyone_s_is_no_place_in_the_list",
	 test_a_row_of_anyone_s_is_no_place_in_the_list},
	{"absurd_rows_read_nothing_else_either", test_absurd_rows_read_nothing_else_either},
	{"names_of_numbers_are_escaped_in_json", test_names_of_numbers_are_escaped_in_json},
	{"numbers_that_no_member_holds_are_not_known",
	 test_numbers_that_no_member_holds_are_not_known},
	{"asking_for_credentials_never_touches_a_descriptor",
	 test_asking_for_credentials_never_touches_a_descriptor},
	{"a_stamp_asked_for_with_one_message_has_room",
	 test_a_stamp_asked_for_with_one_message_has_room},
	{"an_error_of_an_ipv4_peer_has_room_on_an_ipv6_socket",
	 test_an_error_of_an_ipv4_peer_has_room_on_an_ipv6_socket},
	{"a_field_without_a_name_is_left_out", test_a_field_without_a_name_is_left_out},
	{"a_row_without_a_name_is_its_numbers", test_a_row_without_a_name_is_its_numbers},
};
TAP_MAIN(tests)
