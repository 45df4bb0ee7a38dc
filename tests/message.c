/* SPDX-License-Identifier: MIT */
/* Rows and their generic calls, and a type of one's own that carries descriptors. */
#include "tap.h"

#include <stdio.h>
#include <unistd.h>

#include <anc/anc.h>

/* A message of a protocol of our own: a number, and two descriptors behind it. */
struct delivery {
	uint32_t id;
	int fds[2];
};

static const struct anc_field delivery_fields[] = {
	{"id", ANC_FIELD_UINT, sizeof(uint32_t), offsetof(struct delivery, id), NULL},
};

static const struct anc_message_type delivery_type = {
	.name = "DELIVERY",
	.level = 1000,
	.type = 7,
	.size = sizeof(struct delivery),
	.flags = ANC_RECEIVED | ANC_SENT,
	.fds_at = offsetof(struct delivery, fds),
	.fds_max = 2,
	.fields = delivery_fields,
	.field_count = 1,
};

static const struct anc_message_type *const own_types[] = {&delivery_type};

ANC_TYPED_GET(delivery, &delivery_type, struct delivery)
ANC_TYPED_ADD(delivery, &delivery_type, struct delivery)
ANC_TYPED_ENABLE(delivery, &delivery_type)

/* Payloads of any size from 2 bytes. */
static const struct anc_message_type open_type = {
	.name = "OPEN", .level = 1000, .type = 8, .min_size = 2, .flags = ANC_SENT};

TEST(is_compares_level_and_type_together)
{
	struct anc_cmsg msg = {1000, 7, NULL, 0, true};

	CHECK(anc_message_is(&delivery_type, &msg));
	CHECK(delivery_is(&msg));
	msg.level = 1001;
	CHECK(!anc_message_is(&delivery_type, &msg));
	msg.level = 1000;
	msg.type = 8;
	CHECK(!anc_message_is(&delivery_type, &msg));
}

TEST(get_copies_the_payload_at_any_alignment)
{
	const struct delivery sent = {9, {1, 2}};
	unsigned char buf[64];
	struct anc_cmsg msg = {1000, 7, NULL, sizeof(sent), false};
	struct delivery got;
	size_t offset;

	for (offset = 0; offset < 16; offset++) {
		memcpy(buf + offset, &sent, sizeof(sent));
		memset(&got, 0, sizeof(got));
		msg.data = buf + offset;
		CHECK_EQ(delivery_get(&msg, &got), 0);
		CHECK_EQ(memcmp(&got, &sent, sizeof(got)), 0);
	}
}

TEST(get_answers_as_documented_and_writes_nothing_on_error)
{
	const struct delivery sent = {9, {1, 2}};
	struct anc_cmsg msg = {1000, 8, &sent, sizeof(sent), false};
	struct delivery got = {77, {77, 77}};

	CHECK_EQ(delivery_get(&msg, &got), -ENOMSG);
	msg.type = 7;
	for (msg.len = 0; msg.len < sizeof(sent); msg.len++)
		CHECK_EQ(delivery_get(&msg, &got), -EBADMSG);
	msg.len = sizeof(sent) + 1;
	CHECK_EQ(delivery_get(&msg, &got), -EBADMSG);
	msg.len = sizeof(sent);
	CHECK_EQ(anc_message_get(&delivery_type, &msg, &got, sizeof(got) - 1), -EINVAL);
	CHECK_EQ(anc_message_get(&delivery_type, &msg, &got, sizeof(got) + 1), -EINVAL);
	CHECK_EQ(got.id, 77);
	CHECK_EQ(got.fds[1], 77);
}

/* Of every row of the library, with payloads of every size and for another type. */
TEST(a_copy_answers_as_get)
{
	static const size_t sizes[] = {0, 1, 4, 8, 12, 16, 20, 48};
	const struct anc_message_type *row = NULL;
	unsigned char payload[64] = {1};
	unsigned char got[2][64];
	struct anc_cmsg msg = {.data = payload};
	size_t copied = 0;
	size_t i;
	int error;

	while ((row = anc_message_next(NULL, row)) != NULL)
		for (msg.len = 0; msg.len <= sizeof(payload); msg.len++)
			for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
				msg.level = row->level + (msg.len % 3 == 1);
				msg.type = row->type + (msg.len % 5 == 1);
				memset(got, 0x5a, sizeof(got));
				error = anc_message_get(row, &msg, got[0], sizes[i]);
				CHECK_EQ(anc_message_copy(row, msg, got[1], sizes[i]), error);
				CHECK_EQ(memcmp(got[0], got[1], sizeof(got[0])), 0);
				copied += error == 0;
			}
	CHECK(copied > 20);
}

TEST(get_of_a_variable_size_needs_room_for_all_of_it)
{
	struct anc_cmsg msg = {1000, 8, "abc", 3, false};
	char got[8] = "#######";

	CHECK_EQ(anc_message_get(&open_type, &msg, got, 2), -EINVAL);
	CHECK_EQ(anc_message_get(&open_type, &msg, got, 3), 0);
	CHECK_STR(got, "abc####");
	CHECK_EQ(anc_message_get(&open_type, &msg, got, sizeof(got)), 0);
	msg.len = 1;
	CHECK_EQ(anc_message_get(&open_type, &msg, got, sizeof(got)), -EBADMSG);
}

TEST(add_appends_what_get_gives_back)
{
	const struct delivery sent = {9, {1, 2}};
	struct delivery got;
	ANC_DATA(data, ANC_CMSG_SPACE(sizeof(sent)));
	struct anc_cmsg_iter it;
	struct anc_cmsg msg;

	CHECK_EQ(delivery_add(&data, &sent), 0);
	it = anc_cmsgs_iter(anc_data_cmsgs(&data));
	CHECK(anc_cmsg_iter_next(&it, &msg) == 1);
	CHECK_EQ(delivery_get(&msg, &got), 0);
	CHECK_EQ(memcmp(&got, &sent, sizeof(got)), 0);
	CHECK_EQ(delivery_add(&data, &sent), -ENOBUFS);
}

TEST(add_answers_as_documented)
{
	ANC_DATA(data, 256);
	const char label[] = "label";
	size_t len;

	CHECK_EQ(anc_message_add(&anc_security_type, &data, label, 5), -EOPNOTSUPP);
	CHECK_EQ(anc_message_add(&anc_pidfd_type, &data, label, 4), -EOPNOTSUPP);
	CHECK_EQ(anc_message_add(&delivery_type, &data, label, 4), -EINVAL);
	CHECK_EQ(anc_message_add(&open_type, &data, label, 1), -EINVAL);
	CHECK_EQ(anc_message_add(&open_type, &data, NULL, 2), -EINVAL);
	CHECK_EQ(anc_data_cmsgs(&data).len, 0);
	CHECK_EQ(anc_message_add(&open_type, &data, label, 2), 0);
	CHECK(anc_data_control_buf(&data, &len) != NULL);
	CHECK_EQ(anc_message_add(&open_type, &data, label, 2), -EBUSY);
}

TEST(enable_answers_as_documented)
{
	const int fd = tap_new_fd();

	CHECK_EQ(delivery_enable(fd, true), -EOPNOTSUPP);
	CHECK_EQ(anc_ucred_enable(-1, true), -EBADF);
	CHECK_EQ(anc_ucred_enable(fd, true), -ENOTSOCK);
	close(fd);
}

/* Fills `data` with one delivery of two fresh descriptors, which also stand in `ret`. */
static void adopt_delivery(struct anc_data *data, struct delivery *ret)
{
	unsigned char control[ANC_CMSG_SPACE(sizeof(*ret))];
	size_t used;

	ret->id = 42;
	ret->fds[0] = tap_new_fd();
	ret->fds[1] = tap_new_fd();
	CHECK_EQ(anc_data_set_types(data, own_types, 1), 0);
	used = anc_cmsg_put(control, sizeof(control), 1000, 7, ret, sizeof(*ret));
	CHECK_EQ(anc_data_adopt(data, control, used, 0, 0), 0);
}

TEST(own_type_s_descriptors_are_closed_when_not_taken)
{
	ANC_DATA(data, 256);
	struct delivery sent;

	adopt_delivery(&data, &sent);
	CHECK(tap_is_cloexec(sent.fds[0]));
	CHECK(tap_is_cloexec(sent.fds[1]));
	anc_data_clear(&data);
	CHECK(!tap_is_open(sent.fds[0]));
	CHECK(!tap_is_open(sent.fds[1]));
	adopt_delivery(&data, &sent);
	anc_data_fini(&data);
	CHECK(!tap_is_open(sent.fds[1]));
}

TEST(own_type_s_descriptors_are_found_and_taken)
{
	ANC_DATA(data, 256);
	struct delivery sent;
	struct anc_fd_iter fds;
	int fd = -1;

	adopt_delivery(&data, &sent);
	fds = anc_data_received_fds(&data);
	CHECK(!anc_fd_iter_next(&fds, &fd));
	fds = anc_data_received_fds_of(&data, 1000, 7);
	CHECK(anc_fd_iter_next(&fds, &fd));
	CHECK_EQ(fd, sent.fds[0]);
	anc_fd_iter_fini(&fds);
	CHECK(tap_is_open(sent.fds[0]));
	CHECK(!tap_is_open(sent.fds[1]));
	anc_data_fini(&data);
	CHECK_EQ(close(fd), 0);
}

/* The first message of `data`, as text. */
static void format_first(const struct anc_data *data, char *text, size_t size)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_data_cmsgs(data));
	struct anc_cmsg msg;

	CHECK(anc_cmsg_iter_next(&it, &msg) == 1);
	anc_data_format(data, &msg, text, size);
}

TEST(own_type_is_printed_as_the_library_s_are)
{
	ANC_DATA(data, 256);
	struct delivery sent;
	struct anc_fd_iter fds;
	char expected[64];
	char text[64];
	int fd = -1;

	adopt_delivery(&data, &sent);
	format_first(&data, text, sizeof(text));
	snprintf(expected, sizeof(expected), "DELIVERY id=42 fds=%d,%d", sent.fds[0], sent.fds[1]);
	CHECK_STR(text, expected);
	fds = anc_data_received_fds_of(&data, 1000, 7);
	CHECK(anc_fd_iter_next(&fds, &fd));
	close(fd);
	format_first(&data, text, sizeof(text));
	snprintf(expected, sizeof(expected), "DELIVERY id=42 fds=taken,%d", sent.fds[1]);
	CHECK_STR(text, expected);
	anc_data_fini(&data);
}

TEST(own_type_owns_no_more_slots_than_its_row_says)
{
	const int fds[] = {42, tap_new_fd(), tap_new_fd(), tap_new_fd()};
	unsigned char control[ANC_CMSG_SPACE(sizeof(fds))];
	ANC_DATA(data, 256);
	size_t used;

	CHECK_EQ(anc_data_set_types(&data, own_types, 1), 0);
	used = anc_cmsg_put(control, sizeof(control), 1000, 7, fds, sizeof(fds));
	CHECK_EQ(anc_data_adopt(&data, control, used, 0, 0), 0);
	anc_data_fini(&data);
	CHECK(!tap_is_open(fds[1]));
	CHECK(!tap_is_open(fds[2]));
	CHECK_EQ(close(fds[3]), 0);
}

TEST(own_type_cut_short_owns_the_slots_that_came_whole)
{
	const int fds[] = {42, tap_new_fd(), tap_new_fd()};
	unsigned char control[ANC_CMSG_SPACE(sizeof(fds))];
	ANC_DATA(data, 256);

	CHECK_EQ(anc_data_set_types(&data, own_types, 1), 0);
	anc_cmsg_put(control, sizeof(control), 1000, 7, fds, sizeof(fds));
	CHECK_EQ(anc_data_adopt(&data, control, ANC_CMSG_LEN(sizeof(fds)) - 1, 0, 0), 0);
	anc_data_fini(&data);
	CHECK(!tap_is_open(fds[1]));
	CHECK_EQ(close(fds[2]), 0);
}

TEST(own_type_is_not_owned_where_it_was_not_set)
{
	const struct delivery sent = {42, {tap_new_fd(), tap_new_fd()}};
	ANC_DATA(data, 256);
	unsigned char control[ANC_CMSG_SPACE(sizeof(sent))];
	const size_t used = anc_cmsg_put(control, sizeof(control), 1000, 7, &sent, sizeof(sent));

	CHECK_EQ(anc_data_adopt(&data, control, used, 0, 0), 0);
	anc_data_fini(&data);
	CHECK_EQ(close(sent.fds[0]), 0);
	CHECK_EQ(close(sent.fds[1]), 0);
}

TEST(types_cannot_change_while_descriptors_are_held)
{
	ANC_DATA(data, 256);
	struct delivery sent;

	CHECK_EQ(anc_data_set_types(&data, NULL, 1), -EINVAL);
	adopt_delivery(&data, &sent);
	CHECK_EQ(anc_data_set_types(&data, NULL, 0), -EBUSY);
	CHECK_EQ(anc_data_set_types(&data, own_types, 1), -EBUSY);
	anc_data_clear(&data);
	CHECK(!tap_is_open(sent.fds[0]));
	CHECK_EQ(anc_data_set_types(&data, NULL, 0), 0);
}

TEST(rows_are_named_found_and_listed_once)
{
	const struct anc_message_type *row = NULL;
	size_t count = 0;

	while ((row = anc_message_next(NULL, row)) != NULL) {
		CHECK(row->name != NULL && row->name[0] != '\0');
		CHECK((row->flags & (ANC_RECEIVED | ANC_SENT)) != 0);
		CHECK(row->size == 0 || row->min_size == 0);
		CHECK(anc_message_find(NULL, AF_UNSPEC, row->level, row->type) != NULL);
		CHECK(++count < 1000);
	}
	CHECK(count >= 100);
	CHECK(anc_message_find(NULL, AF_UNSPEC, 1000, 7) == NULL);
	CHECK(anc_message_next(NULL, &delivery_type) == NULL);
}

/* How much a cut took from a payload of any size nobody can say. */
TEST(get_of_a_variable_size_that_was_cut_is_refused)
{
	struct anc_cmsg msg = {1000, 8, "abc", 3, true};
	const struct delivery sent = {9, {1, 2}};
	struct delivery got;
	char text[8] = "#######";

	CHECK_EQ(anc_message_get(&open_type, &msg, text, sizeof(text)), -EBADMSG);
	CHECK_STR(text, "#######");
	/* one that is as long as it can be is whole */
	msg = (struct anc_cmsg){1000, 7, &sent, sizeof(sent), true};
	CHECK_EQ(delivery_get(&msg, &got), 0);
	CHECK_EQ(got.fds[1], 2);
}

TEST(slots_of_a_message_are_counted_by_its_row)
{
	static const int fds[4] = {1, 2, 3, 4};
	struct anc_cmsg msg = {1000, 7, fds, 0, false};

	/* two slots at most, behind a number */
	for (msg.len = 0; msg.len <= sizeof(fds); msg.len++)
		CHECK_EQ(anc_message_fds(&delivery_type, &msg), msg.len < 8    ? 0
								: msg.len < 12 ? 1
									       : 2);
	CHECK_EQ(anc_message_fds(&anc_rights_type, &msg), 0);
	CHECK_EQ(anc_message_fds(&open_type, &msg), 0);
	msg = (struct anc_cmsg){SOL_SOCKET, SCM_RIGHTS, fds, 0, true};
	for (msg.len = 0; msg.len <= sizeof(fds); msg.len++)
		CHECK_EQ(anc_message_fds(&anc_rights_type, &msg), msg.len / sizeof(int));
	msg.type = anc_pidfd_type.type;
	CHECK_EQ(anc_message_fds(&anc_pidfd_type, &msg), 1);
	msg.len = 3;
	CHECK_EQ(anc_message_fds(&anc_pidfd_type, &msg), 0);
	msg.type = anc_ucred_type.type;
	msg.len = sizeof(struct anc_ucred);
	CHECK_EQ(anc_message_fds(&anc_ucred_type, &msg), 0);
}

TEST(carrier_is_the_row_that_an_anc_data_owns_by)
{
	const struct anc_message_type *const types[] = {&open_type, &delivery_type};
	struct anc_cmsg msg = {SOL_SOCKET, SCM_RIGHTS, NULL, 0, false};
	struct anc_data data = {0};

	CHECK(anc_data_carrier(&data, &msg) == &anc_rights_type);
	msg.type = anc_pidfd_type.type;
	CHECK(anc_data_carrier(&data, &msg) == &anc_pidfd_type);
	msg.type = anc_ucred_type.type;
	CHECK(anc_data_carrier(&data, &msg) == NULL);
	msg = (struct anc_cmsg){1000, 7, NULL, 0, false};
	CHECK(anc_data_carrier(&data, &msg) == NULL);
	CHECK_EQ(anc_data_set_types(&data, types, 2), 0);
	CHECK(anc_data_carrier(&data, &msg) == &delivery_type);
	/* set, but it has no slots */
	msg.type = open_type.type;
	CHECK(anc_data_carrier(&data, &msg) == NULL);
	msg.level = SOL_SOCKET + 1;
	msg.type = SCM_RIGHTS;
	CHECK(anc_data_carrier(&data, &msg) == NULL);
	msg.level = SOL_SOCKET;
	CHECK(anc_data_carrier(&data, &msg) == &anc_rights_type);
	anc_data_fini(&data);
}

static const struct tap_test tests[] = {
	{"is_compares_level_and_type_together", test_is_compares_level_and_type_together},
	{"get_copies_the_payload_at_any_alignment", test_get_copies_the_payload_at_any_alignment},
	{"get_answers_as_documented_and_writes_nothing_on_error",
	 test_get_answers_as_documented_and_writes_nothing_on_error},
	{"a_copy_answers_as_get", test_a_copy_answers_as_get},
	{"get_of_a_variable_size_needs_room_for_all_of_it",
	 test_get_of_a_variable_size_needs_room_for_all_of_it},
	{"add_appends_what_get_gives_back", test_add_appends_what_get_gives_back},
	{"add_answers_as_documented", test_add_answers_as_documented},
	{"enable_answers_as_documented", test_enable_answers_as_documented},
	{"own_type_s_descriptors_are_closed_when_not_taken",
	 test_own_type_s_descriptors_are_closed_when_not_taken},
	{"own_type_s_descriptors_are_found_and_taken",
	 test_own_type_s_descriptors_are_found_and_taken},
	{"own_type_is_printed_as_the_library_s_are", test_own_type_is_printed_as_the_library_s_are},
	{"own_type_owns_no_more_slots_than_its_row_says",
	 test_own_type_owns_no_more_slots_than_its_row_says},
	{"own_type_cut_short_owns_the_slots_that_came_whole",
	 test_own_type_cut_short_owns_the_slots_that_came_whole},
	{"own_type_is_not_owned_where_it_was_not_set",
	 test_own_type_is_not_owned_where_it_was_not_set},
	{"types_cannot_change_while_descriptors_are_held",
	 test_types_cannot_change_while_descriptors_are_held},
	{"rows_are_named_found_and_listed_once", test_rows_are_named_found_and_listed_once},
	{"get_of_a_variable_size_that_was_cut_is_refused",
	 test_get_of_a_variable_size_that_was_cut_is_refused},
	{"slots_of_a_message_are_counted_by_its_row",
	 test_slots_of_a_message_are_counted_by_its_row},
	{"carrier_is_the_row_that_an_anc_data_owns_by",
	 test_carrier_is_the_row_that_an_anc_data_owns_by},
};
TAP_MAIN(tests)
