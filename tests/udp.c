/* SPDX-License-Identifier: MIT */
/* Many datagrams in one call, and one by one where that is refused; what comes, taken apart. */
#include "produce.h"

#include <anc/inet.h>
#include <anc/udp.h>

#define TOTAL (150 * 100)
#define SIZE 100
#define UDP_NO_CHECK6_TX_OPTION 101
#define UDP_NO_CHECK6_RX_OPTION 102

static unsigned char sent[200000];
static unsigned char got[ANC_UDP_GRO_BUFFER];

static struct produce_pair udp_pair(int family)
{
	struct produce_pair pair;
	uint64_t seed = 1;
	size_t i;

	for (i = 0; i < sizeof(sent); i++)
		sent[i] = (unsigned char)tap_random(&seed);
	produce_begin();
	pair = produce_udp(family);
	CHECK_EQ(connect(pair.sender, (struct sockaddr *)&pair.addr, pair.len), 0);
	return pair;
}

/* One receive: each datagram in it has `size` bytes, the last of all may have fewer. */
static void receive_one(int sock, size_t size, size_t total, size_t *done, size_t *datagrams)
{
	struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(sock), got, sizeof(got));
	struct anc_recv_result result;
	struct anc_udp_segments it;
	const void *bytes;
	size_t len;

	ANC_DATA(data, ANC_UDP_GRO_SPACE);
	receiver.data = &data;
	anc_recv_options_dont_wait(&receiver.options, true);
	CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
	CHECK_EQ(anc_udp_segments_get(&data, got, result.len, &it), 0);
	for (; anc_udp_segments_next(&it, &bytes, &len); *done += len, ++*datagrams) {
		CHECK_EQ(len, total - *done < size ? total - *done : size);
		CHECK(memcmp(bytes, sent + *done, len) == 0);
	}
}

/* Receives it all; returns in how many calls. */
static size_t receive_all(int sock, size_t size, size_t total)
{
	size_t datagrams = 0;
	size_t receives = 0;
	size_t done = 0;

	for (; done < total; receives++)
		receive_one(sock, size, total, &done, &datagrams);
	CHECK_EQ(done, total);
	CHECK_EQ(datagrams, (total + size - 1) / size);
	CHECK_EQ(recv(sock, got, sizeof(got), MSG_DONTWAIT), -1);
	return receives;
}

static struct anc_udp_sender sender_of(const struct produce_pair *pair, size_t len, size_t size)
{
	return anc_udp_sender_on(anc_socket_fd(pair->sender), sent, len, size);
}

static void segment_and_coalesce(int family, size_t len, size_t size, size_t receives)
{
	const struct produce_pair pair = udp_pair(family);
	struct anc_udp_sender sender = sender_of(&pair, len, size);

	CHECK_EQ(anc_udp_gro_enable(pair.receiver, true), 0);
	CHECK_EQ(anc_udp_sender_send(&sender), (ssize_t)len);
	CHECK_EQ(sender.gso, 1);
	CHECK_EQ(receive_all(pair.receiver, size, len), receives);
	/* without a receiver that wants it, each by itself */
	CHECK_EQ(anc_udp_gro_enable(pair.receiver, false), 0);
	CHECK_EQ(anc_udp_sender_send(&sender), (ssize_t)len);
	CHECK_EQ(receive_all(pair.receiver, size, len), (len + size - 1) / size);
	produce_end();
}

TEST(many_go_and_come_in_one_call)
{
	segment_and_coalesce(AF_INET, 64 * SIZE, SIZE, 1);
	segment_and_coalesce(AF_INET6, 64 * SIZE, SIZE, 1);
}

TEST(what_one_call_does_not_take_is_split)
{
	segment_and_coalesce(AF_INET, 65 * SIZE, SIZE, 2);
	segment_and_coalesce(AF_INET, TOTAL - 1, SIZE, 3);
	segment_and_coalesce(AF_INET6, TOTAL - 1, SIZE, 3);
	/* 47 of these are past a packet */
	segment_and_coalesce(AF_INET, 47 * 1400, 1400, 2);
	segment_and_coalesce(AF_INET6, 47 * 1400, 1400, 2);
}

TEST(an_address_is_sent_to)
{
	const struct produce_pair pair = udp_pair(AF_INET6);
	const int other = produce_socket(AF_INET6, SOCK_DGRAM, 0);
	struct anc_udp_sender sender =
		anc_udp_sender_on(anc_socket_fd(other), sent, 5 * SIZE, SIZE);

	CHECK_EQ(anc_udp_gro_enable(pair.receiver, true), 0);
	CHECK_EQ(anc_udp_sender_send(&sender), -EDESTADDRREQ);
	CHECK_EQ(anc_udp_sender_send_to(&sender, (const struct sockaddr *)&pair.addr, pair.len),
		 5 * SIZE);
	CHECK_EQ(sender.gso, 1);
	CHECK_EQ(receive_all(pair.receiver, SIZE, 5 * SIZE), 1);
	/* also where nothing segments */
	sender.gso = -EOPNOTSUPP;
	CHECK_EQ(anc_udp_sender_send(&sender), -EDESTADDRREQ);
	CHECK_EQ(anc_udp_sender_send_to(&sender, (const struct sockaddr *)&pair.addr, pair.len),
		 5 * SIZE);
	CHECK(receive_all(pair.receiver, SIZE, 5 * SIZE) >= 1);
	produce_end();
}

/* A socket that is made to refuse it; the payload is the same. */
static void fall_back(int family, int level, int option)
{
	const struct produce_pair pair = udp_pair(family);
	struct anc_udp_sender sender = sender_of(&pair, TOTAL - 1, SIZE);

	produce_may_set(pair.sender, level, option, 1, "no checksum");
	if (family == AF_INET6)
		produce_set(pair.receiver, SOL_UDP, UDP_NO_CHECK6_RX_OPTION, 1);
	CHECK_EQ(anc_udp_gro_enable(pair.receiver, true), 0);
	CHECK_EQ(anc_udp_sender_send(&sender), TOTAL - 1);
	CHECK(sender.gso == -EIO || sender.gso == -EINVAL);
	receive_all(pair.receiver, SIZE, TOTAL - 1);
	/* and it stays so, until it is asked again */
	produce_set(pair.sender, level, option, 0);
	CHECK_EQ(anc_udp_sender_send(&sender), TOTAL - 1);
	CHECK(sender.gso < 0);
	CHECK_EQ(receive_all(pair.receiver, SIZE, TOTAL - 1), TOTAL / SIZE);
	sender.gso = 0;
	CHECK_EQ(anc_udp_sender_send(&sender), TOTAL - 1);
	CHECK_EQ(sender.gso, 1);
	CHECK_EQ(receive_all(pair.receiver, SIZE, TOTAL - 1), 3);
	produce_end();
}

TEST(what_is_refused_goes_one_by_one)
{
	fall_back(AF_INET, SOL_SOCKET, SO_NO_CHECK);
	fall_back(AF_INET6, SOL_UDP, UDP_NO_CHECK6_TX_OPTION);
}

static void exceed_mtu(int family)
{
	const struct produce_pair pair = udp_pair(family);
	struct anc_udp_sender sender = sender_of(&pair, 3 * 2000, 2000);

	CHECK_EQ(anc_udp_sender_send(&sender), 3 * 2000);
	CHECK(sender.gso == -EMSGSIZE || sender.gso == -EINVAL);
	CHECK_EQ(receive_all(pair.receiver, 2000, 3 * 2000), 3);
	produce_end();
}

TEST(a_size_past_the_mtu_is_sent_in_fragments)
{
	SKIP_EMULATED("it has no network namespaces");
	if (!produce_is_alone())
		SKIP("no network namespace to be had");
	exceed_mtu(AF_INET);
	exceed_mtu(AF_INET6);
}

/* What fails one by one too is the sender's own fault. */
TEST(an_error_is_not_taken_for_a_refusal)
{
	const struct produce_pair pair = udp_pair(AF_INET);
	struct anc_udp_sender sender = sender_of(&pair, 3 * SIZE, SIZE);

	CHECK_EQ(anc_udp_sender_send_to(&sender, (const struct sockaddr *)&pair.addr, 2), -EINVAL);
	CHECK_EQ(sender.gso, 1);
	sender.socket = anc_socket_fd(-1);
	sender.gso = 0;
	CHECK_EQ(anc_udp_sender_send(&sender), -EBADF);
	CHECK_EQ(sender.gso, 0);
	produce_end();
}

static void receive_ttl(int sock, int expected, size_t count)
{
	struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(sock), got, sizeof(got));
	struct anc_recv_result result;
	struct anc_inet inet;

	ANC_DATA(data, ANC_INET_SPACE);
	receiver.data = &data;
	anc_recv_options_dont_wait(&receiver.options, true);
	for (; count > 0; count--) {
		CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
		CHECK_EQ(result.len, SIZE);
		CHECK_EQ(anc_inet_get(&data, &inet), 0);
		CHECK_EQ(inet.hop_limit, expected);
	}
}

TEST(control_data_goes_with_each)
{
	const struct produce_pair pair = udp_pair(AF_INET);
	struct anc_udp_sender sender = sender_of(&pair, 3 * SIZE, SIZE);
	static unsigned char room[2048];
	struct anc_data data;
	int ttl = 9;
	size_t more;

	anc_data_init(&data, room, sizeof(room));
	sender.data = &data;
	CHECK_EQ(anc_ttl_enable(pair.receiver, true), 0);
	CHECK_EQ(anc_ttl_add(&data, &ttl), 0);
	CHECK_EQ(anc_udp_sender_send(&sender), 3 * SIZE);
	CHECK_EQ(sender.gso, 1);
	receive_ttl(pair.receiver, ttl, 3);
	sender.gso = -EIO;
	CHECK_EQ(anc_udp_sender_send(&sender), 3 * SIZE);
	CHECK_EQ(sender.gso, -EIO);
	receive_ttl(pair.receiver, ttl, 3);

	/* as many as there is room for, and one more */
	sender.gso = 0;
	for (more = 2; more * ANC_CMSG_SPACE(sizeof(ttl)) <= ANC_UDP_CONTROL_MAX; more++)
		CHECK_EQ(anc_ttl_add(&data, &ttl), 0);
	CHECK_EQ(anc_udp_sender_send(&sender), 3 * SIZE);
	CHECK_EQ(sender.gso, 1);
	receive_ttl(pair.receiver, ttl, 3);
	sender.gso = 0;
	CHECK_EQ(anc_ttl_add(&data, &ttl), 0);
	CHECK_EQ(anc_ttl_add(&data, &ttl), 0);
	CHECK_EQ(anc_udp_sender_send(&sender), 3 * SIZE);
	CHECK_EQ(sender.gso, -ENOBUFS);
	receive_ttl(pair.receiver, ttl, 3);
	produce_end();
}

/* The kernel would ignore the message there, as before Linux 4.18, and make one datagram of all. */
TEST(where_nothing_segments_each_goes_by_itself)
{
	struct anc_udp_sender sender;
	int pair[2];

	tap_pair(SOCK_DGRAM, pair);
	sender = anc_udp_sender_on(anc_socket_fd(pair[0]), sent, 5 * SIZE - 1, SIZE);
	CHECK_EQ(anc_udp_sender_send(&sender), 5 * SIZE - 1);
	CHECK(sender.gso < 0);
	CHECK_EQ(receive_all(pair[1], SIZE, 5 * SIZE - 1), 5);
	close(pair[0]);
	close(pair[1]);
}

TEST(nothing_and_one_ask_nothing)
{
	struct anc_udp_sender sender;
	int pair[2];

	tap_pair(SOCK_DGRAM, pair);
	sender = anc_udp_sender_on(anc_socket_fd(pair[0]), sent, 0, SIZE);
	CHECK_EQ(anc_udp_sender_send(&sender), 0);
	sender.size = 0;
	CHECK_EQ(anc_udp_sender_send(&sender), 0);
	sender.len = 1;
	CHECK_EQ(anc_udp_sender_send(&sender), -EINVAL);
	CHECK_EQ(recv(pair[1], got, 1, MSG_DONTWAIT), -1);
	sender.size = sender.len = SIZE;
	CHECK_EQ(anc_udp_sender_send(&sender), SIZE);
	CHECK_EQ(receive_all(pair[1], SIZE, SIZE), 1);
	CHECK_EQ(sender.gso, 0);
	close(pair[0]);
	close(pair[1]);
}

/* A socket of one's own that answers in turn. */
struct custom {
	const ssize_t *answers;
	size_t calls;
	size_t first_len;
	bool controlled;
};

static ssize_t custom_send(void *impl, const struct iovec *bufs, size_t nbufs,
			   const struct anc_data *data, struct anc_send_options options)
{
	struct custom *const custom = impl;

	(void)options;
	CHECK_EQ(nbufs, 1);
	if (custom->calls == 0)
		custom->first_len = bufs[0].iov_len;
	custom->controlled |= data != NULL;
	return custom->answers[custom->calls++];
}

TEST(more_that_would_join_datagrams_is_refused)
{
	struct anc_udp_sender sender = anc_udp_sender_on(anc_socket_fd(-1), sent, 3, 1);

	sender.options.flags = MSG_MORE;
	CHECK_EQ(anc_udp_sender_send(&sender), -EINVAL);
	sender.options.flags = 0;
	CHECK_EQ(anc_udp_sender_send(&sender), -EBADF);
}

TEST(progress_is_told_before_an_error)
{
	static const struct anc_socket_ops ops = {.send_message = custom_send};
	static const struct {
		ssize_t answers[4];
		ssize_t expected;
		size_t calls;
	} cases[] = {
		{{SIZE, -EINTR, SIZE, 1}, 2 * SIZE + 1, 4},
		{{SIZE, SIZE, -EAGAIN}, 2 * SIZE, 3},
		{{-EAGAIN}, -EAGAIN, 1},
		{{-EINVAL}, -EINVAL, 1},
		{{SIZE, SIZE - 1}, 2 * SIZE - 1, 2},
		{{SIZE, 100000}, SIZE, 3},
		{{SIZE, 0}, SIZE, 2},
	};
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		struct custom custom = {.answers = cases[i].answers};
		struct anc_udp_sender sender = anc_udp_sender_on(anc_socket_custom(&ops, &custom),
								 sent, 2 * SIZE + 1, SIZE);

		CHECK_EQ(anc_udp_sender_send(&sender), cases[i].expected);
		CHECK_EQ(custom.calls, cases[i].calls);
		CHECK_EQ(custom.first_len, SIZE);
		CHECK_EQ(sender.gso, -EOPNOTSUPP);
		CHECK(!custom.controlled);
	}
}

/* What comes with a receive of `len` bytes, made up. */
static int take_apart(const void *payload, size_t payload_len, bool cut, size_t len,
		      struct anc_udp_segments *ret)
{
	unsigned char message[ANC_CMSG_SPACE(64)];
	size_t size = 0;

	ANC_DATA(data, sizeof(message));
	if (payload != NULL)
		size = anc_cmsg_put(message, sizeof(message), SOL_UDP, PRODUCE_UDP_GRO, payload,
				    payload_len);
	CHECK_EQ(anc_data_adopt(&data, message, size, MSG_CMSG_CLOEXEC, cut ? MSG_CTRUNC : 0), 0);
	return anc_udp_segments_get(&data, got, len, ret);
}

TEST(segments_have_one_size_but_the_last)
{
	static const struct {
		int32_t size;
		size_t len, count, last;
	} cases[] = {
		{100, 300, 3, 100}, {100, 301, 4, 1}, {100, 99, 1, 99},
		{100, 0, 1, 0},     {1, 64, 64, 1},   {INT32_MAX, 65535, 1, 65535},
		{0, 300, 1, 300},   {0, 0, 1, 0},
	};
	struct anc_udp_segments it = {NULL, 0, 0, false};
	const void *at;
	size_t count;
	size_t len = 0;
	size_t i;

	CHECK(!anc_udp_segments_next(&it, &at, &len));
	for (i = 0; i < COUNT(cases); i++) {
		CHECK_EQ(take_apart(cases[i].size != 0 ? &cases[i].size : NULL, 4, false,
				    cases[i].len, &it),
			 0);
		for (count = 0; anc_udp_segments_next(&it, &at, &len); count++)
			CHECK(at == got + count * (size_t)cases[i].size);
		CHECK_EQ(count, cases[i].count);
		CHECK_EQ(len, cases[i].last);
		CHECK(!anc_udp_segments_next(&it, &at, &len));
	}
}

TEST(a_size_that_is_none_is_told)
{
	static const int32_t zero = 0, less = -1, good = 7;
	struct anc_udp_segments it = {NULL, 0, 0, false};

	CHECK_EQ(take_apart(&zero, 4, false, 100, &it), -EBADMSG);
	CHECK_EQ(take_apart(&less, 4, false, 100, &it), -EBADMSG);
	CHECK_EQ(take_apart(&good, 3, false, 100, &it), -EBADMSG);
	CHECK_EQ(take_apart("\0\1\2\3\4\5\6\7", 8, false, 100, &it), -EBADMSG);
	/* nobody knows where the datagrams end */
	CHECK_EQ(take_apart(NULL, 0, true, 100, &it), -EMSGSIZE);
	CHECK(!it.more);
	CHECK_EQ(take_apart(&good, 4, true, 100, &it), 0);
	CHECK_EQ(it.size, good);
}

TEST(a_cut_of_this_kernel_is_told)
{
	const struct produce_pair pair = udp_pair(AF_INET);
	struct anc_udp_sender sender = sender_of(&pair, 3 * SIZE, SIZE);
	struct anc_receiver receiver =
		anc_receiver_on(anc_socket_fd(pair.receiver), got, sizeof(got));
	struct anc_recv_result result;
	struct anc_udp_segments it;
	size_t room;

	CHECK_EQ(anc_udp_gro_enable(pair.receiver, true), 0);
	for (room = 0; room <= ANC_UDP_GRO_SPACE; room++) {
		unsigned char control[ANC_UDP_GRO_SPACE];
		struct anc_data data;

		anc_data_init(&data, control, room);
		receiver.data = &data;
		CHECK_EQ(anc_udp_sender_send(&sender), 3 * SIZE);
		CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
		CHECK_EQ(anc_udp_segments_get(&data, got, result.len, &it),
			 room < ANC_CMSG_LEN(sizeof(int)) ? -EMSGSIZE : 0);
		anc_data_fini(&data);
	}
	produce_end();
}

TEST(a_segment_size_is_added_by_hand)
{
	const struct produce_pair pair = udp_pair(AF_INET);
	struct anc_sender sender = anc_sender_on(anc_socket_fd(pair.sender), sent, 250);
	struct anc_receiver receiver =
		anc_receiver_on(anc_socket_fd(pair.receiver), got, sizeof(got));
	struct anc_cmsg_iter it;
	struct anc_recv_result result;
	struct anc_cmsg msg;
	uint16_t size = 100;
	int32_t came;

	ANC_DATA(data, ANC_CMSG_SPACE(4));
	CHECK_EQ(anc_udp_gro_enable(pair.receiver, true), 0);
	CHECK_EQ(anc_udp_segment_add(&data, &size), 0);
	it = anc_cmsgs_iter(anc_data_cmsgs(&data));
	CHECK_EQ(anc_cmsg_iter_next(&it, &msg), 1);
	CHECK(anc_udp_segment_is(&msg) && !anc_udp_gro_is(&msg));
	sender.data = receiver.data = &data;
	CHECK_EQ(anc_sender_send(&sender), 250);
	CHECK_EQ(anc_receiver_recv(&receiver, &result), 0);
	it = anc_cmsgs_iter(anc_data_cmsgs(&data));
	CHECK_EQ(anc_cmsg_iter_next(&it, &msg), 1);
	CHECK_EQ(anc_udp_gro_get(&msg, &came), 0);
	CHECK_EQ(came, 100);
	CHECK_EQ(result.len, 250);
	produce_end();
}

#define NAMED(name)                                                                                \
	{                                                                                          \
#name, test_##name                                                                 \
	}

static const struct tap_test tests[] = {
	NAMED(many_go_and_come_in_one_call),
	NAMED(what_one_call_does_not_take_is_split),
	NAMED(an_address_is_sent_to),
	NAMED(what_is_refused_goes_one_by_one),
	NAMED(a_size_past_the_mtu_is_sent_in_fragments),
	NAMED(an_error_is_not_taken_for_a_refusal),
	NAMED(control_data_goes_with_each),
	NAMED(where_nothing_segments_each_goes_by_itself),
	NAMED(nothing_and_one_ask_nothing),
	NAMED(more_that_would_join_datagrams_is_refused),
	NAMED(progress_is_told_before_an_error),
	NAMED(segments_have_one_size_but_the_last),
	NAMED(a_size_that_is_none_is_told),
	NAMED(a_cut_of_this_kernel_is_told),
	NAMED(a_segment_size_is_added_by_hand),
};

int main(int argc, char **argv)
{
	produce_enter();
	return tap_run(tests, COUNT(tests), argc, argv);
}
