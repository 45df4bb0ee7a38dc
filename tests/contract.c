/* SPDX-License-Identifier: MIT */
/* The interface, pinned: each function as a pointer of its exact type. A change breaks programs. */
#include "tap.h"

#include <anc/anc.h>

/* anc/cmsg.h */
static struct anc_cmsgs (*const cmsgs_from_bytes)(const void *, size_t) = anc_cmsgs_from_bytes;
static struct anc_cmsg_iter (*const cmsgs_iter)(struct anc_cmsgs) = anc_cmsgs_iter;
static int (*const cmsg_iter_next)(struct anc_cmsg_iter *, struct anc_cmsg *) = anc_cmsg_iter_next;
static size_t (*const cmsg_iter_rest)(const struct anc_cmsg_iter *,
				      const void **) = anc_cmsg_iter_rest;
static size_t (*const cmsg_put)(void *, size_t, int, int, const void *, size_t) = anc_cmsg_put;

/* anc/data.h */
static void (*const data_init)(struct anc_data *, void *, size_t) = anc_data_init;
static void (*const data_fini)(struct anc_data *) = anc_data_fini;
static void (*const data_clear)(struct anc_data *) = anc_data_clear;
static size_t (*const data_capacity)(const struct anc_data *) = anc_data_capacity;
static struct anc_cmsgs (*const data_cmsgs)(const struct anc_data *) = anc_data_cmsgs;
static int (*const data_add_cmsg)(struct anc_data *, const struct anc_cmsg *) = anc_data_add_cmsg;
static int (*const data_add_fds)(struct anc_data *, const int *, size_t) = anc_data_add_fds;
static struct anc_fd_iter (*const data_received_fds)(struct anc_data *) = anc_data_received_fds;
static struct anc_fd_iter (*const data_received_fds_of)(struct anc_data *, int,
							int) = anc_data_received_fds_of;
static bool (*const fd_iter_next)(struct anc_fd_iter *, int *) = anc_fd_iter_next;
static void (*const fd_iter_fini)(struct anc_fd_iter *) = anc_fd_iter_fini;
static int (*const data_take_fd)(struct anc_data *) = anc_data_take_fd;
static int (*const data_take_fds)(struct anc_data *, int *, size_t, size_t *) = anc_data_take_fds;
static int (*const data_take_pidfd)(struct anc_data *) = anc_data_take_pidfd;
static enum anc_cut (*const data_cut)(const struct anc_data *) = anc_data_cut;
static void (*const data_release)(struct anc_data *) = anc_data_release;
static int (*const data_set_types)(struct anc_data *, const struct anc_message_type *const *,
				   size_t) = anc_data_set_types;
static void *(*const data_control_buf)(struct anc_data *, size_t *) = anc_data_control_buf;
static int (*const data_set_control_len)(struct anc_data *, size_t) = anc_data_set_control_len;
static int (*const data_take_ownership)(struct anc_data *, int, int) = anc_data_take_ownership;
static int (*const data_adopt)(struct anc_data *, const void *, size_t, int, int) = anc_data_adopt;

/* anc/buf.h */
static void (*const buf_init)(struct anc_buf *) = anc_buf_init;
static void (*const buf_fini)(struct anc_buf *) = anc_buf_fini;
static void (*const buf_clear)(struct anc_buf *) = anc_buf_clear;
static size_t (*const buf_capacity)(const struct anc_buf *) = anc_buf_capacity;
static struct anc_cmsgs (*const buf_cmsgs)(const struct anc_buf *) = anc_buf_cmsgs;
static int (*const buf_add_cmsg)(struct anc_buf *, const struct anc_cmsg *) = anc_buf_add_cmsg;
static int (*const buf_add_fds)(struct anc_buf *, const int *, size_t) = anc_buf_add_fds;
static int (*const buf_extend)(struct anc_buf *, const struct anc_cmsg *, size_t) = anc_buf_extend;
static int (*const buf_reserve)(struct anc_buf *, size_t) = anc_buf_reserve;
static int (*const buf_reserve_exact)(struct anc_buf *, size_t) = anc_buf_reserve_exact;
static int (*const buf_to_data)(struct anc_buf *, struct anc_data *) = anc_buf_to_data;

/* anc/options.h */
typedef void send_setter(struct anc_send_options *, bool);
typedef void recv_setter(struct anc_recv_options *, bool);
typedef bool result_getter(struct anc_recv_result);
static void (*const send_custom_flags)(struct anc_send_options *,
				       int) = anc_send_options_custom_flags;
static send_setter *const send_setters[] = {
	anc_send_options_end_of_record, anc_send_options_out_of_band, anc_send_options_no_signal,
	anc_send_options_confirm,       anc_send_options_dont_route,  anc_send_options_dont_wait,
	anc_send_options_more,
#ifdef MSG_EOF
	anc_send_options_eof,
#endif
};
static void (*const recv_custom_flags)(struct anc_recv_options *,
				       int) = anc_recv_options_custom_flags;
static recv_setter *const recv_setters[] = {
	anc_recv_options_out_of_band, anc_recv_options_peek,      anc_recv_options_wait_all,
	anc_recv_options_dont_wait,   anc_recv_options_err_queue, anc_recv_options_truncate,
};
static int (*const send_flags)(struct anc_send_options) = anc_send_options_flags;
static int (*const recv_flags)(struct anc_recv_options) = anc_recv_options_flags;
static result_getter *const result_getters[] = {
	anc_recv_result_end_of_record,
	anc_recv_result_out_of_band,
	anc_recv_result_normal_data_truncated,
	anc_recv_result_control_data_truncated,
	anc_recv_result_err_queue,
};
static bool (*const result_custom_flags)(struct anc_recv_result,
					 int) = anc_recv_result_custom_flags;

/* anc/socket.h, anc/sender.h, anc/receiver.h */
static struct anc_socket (*const socket_fd)(int) = anc_socket_fd;
static int (*const socket_checked)(int, struct anc_socket *) = anc_socket_checked;
static struct anc_socket (*const socket_custom)(const struct anc_socket_ops *,
						void *) = anc_socket_custom;
static ssize_t (*const socket_control_space)(int) = anc_socket_control_space;
static struct anc_sender (*const sender_on)(struct anc_socket, const void *,
					    size_t) = anc_sender_on;
static struct anc_sender (*const sender_onv)(struct anc_socket, const struct iovec *,
					     size_t) = anc_sender_onv;
static ssize_t (*const sender_send)(const struct anc_sender *) = anc_sender_send;
static ssize_t (*const sender_send_to)(const struct anc_sender *, const struct sockaddr *,
				       socklen_t) = anc_sender_send_to;
static ssize_t (*const sender_send_all)(const struct anc_sender *) = anc_sender_send_all;
static struct anc_receiver (*const receiver_on)(struct anc_socket, void *,
						size_t) = anc_receiver_on;
static struct anc_receiver (*const receiver_onv)(struct anc_socket, const struct iovec *,
						 size_t) = anc_receiver_onv;
static int (*const receiver_recv)(const struct anc_receiver *,
				  struct anc_recv_result *) = anc_receiver_recv;
static int (*const receiver_recv_from)(const struct anc_receiver *, struct anc_recv_result *,
				       struct sockaddr_storage *,
				       socklen_t *) = anc_receiver_recv_from;

/* anc/fds.h */
static int (*const send_fd)(int, int) = anc_send_fd;
static int (*const recv_fd)(int) = anc_recv_fd;
static ssize_t (*const send_fds)(int, const void *, size_t, const int *, size_t) = anc_send_fds;
static ssize_t (*const recv_fds)(int, void *, size_t, int *, size_t, size_t *) = anc_recv_fds;
static int (*const socket_send_fd)(struct anc_socket, int) = anc_socket_send_fd;
static int (*const socket_recv_fd)(struct anc_socket) = anc_socket_recv_fd;
static ssize_t (*const socket_send_fds)(struct anc_socket, const void *, size_t, const int *,
					size_t, struct anc_send_options) = anc_socket_send_fds;
static ssize_t (*const socket_recv_fds)(struct anc_socket, void *, size_t, int *, size_t, size_t *,
					struct anc_recv_options) = anc_socket_recv_fds;

/* anc/message.h */
static bool (*const message_is)(const struct anc_message_type *,
				const struct anc_cmsg *) = anc_message_is;
static int (*const message_get)(const struct anc_message_type *, const struct anc_cmsg *, void *,
				size_t) = anc_message_get;
static int (*const message_add)(const struct anc_message_type *, struct anc_data *, const void *,
				size_t) = anc_message_add;
static int (*const message_enable)(const struct anc_message_type *, int, bool) = anc_message_enable;
static int (*const cmsg_format)(const struct anc_cmsg *, const struct anc_abi *, char *,
				size_t) = anc_cmsg_format;

/* anc/version.h, anc/abi.h */
static const char *(*const version)(void) = anc_version;
static const struct anc_abi *(*const abi_find)(const char *) = anc_abi_find;
static int (*const abi_iter_next)(const struct anc_abi *, struct anc_cmsg_iter *,
				  struct anc_cmsg *) = anc_abi_iter_next;

/* The members in the order that the design shows. */
static const struct anc_cmsg literal_cmsg = {1, 2, "", 0, false};
static const struct anc_cmsgs literal_cmsgs = {"", 0, false, 0};
static const struct anc_send_options literal_send = {0, false};
static const struct anc_recv_options literal_recv = {0};
static const struct anc_recv_result literal_result = {0, 0};
static const struct anc_field literal_field = {"f", ANC_FIELD_INT, 4, 0, NULL};
static const struct anc_message_type literal_type = {
	"T", 1, 2, 4, 0, ANC_RECEIVED | ANC_SENT, 0, 1, &literal_field, 1, 0, 0, NULL};
static const struct anc_socket_ops literal_ops = {NULL, NULL, NULL, NULL};

/* Integer constant expressions, that saturate. */
static char constant_len[ANC_CMSG_LEN(4)];
static char constant_space[ANC_CMSG_SPACE(4)];
static char constant_fds[ANC_FDS_SPACE(2)];
_Static_assert(ANC_CMSG_LEN(SIZE_MAX) == SIZE_MAX, "saturates");
_Static_assert(ANC_CMSG_SPACE(SIZE_MAX - 8) == SIZE_MAX, "saturates");
_Static_assert(ANC_FDS_SPACE(SIZE_MAX / 2) == SIZE_MAX, "saturates");
_Static_assert(ANC_FD_TAKEN == INT_MIN, "not an errno");

ANC_TYPED_GET(literal, &literal_type, int)
ANC_TYPED_ADD(literal, &literal_type, int)
ANC_TYPED_ENABLE(literal, &literal_type)

TEST(every_function_is_there)
{
	const void *const bytes = &literal_cmsgs;

	CHECK(cmsgs_from_bytes && cmsgs_iter && cmsg_iter_next && cmsg_iter_rest && cmsg_put);
	CHECK(data_init && data_fini && data_clear && data_capacity && data_cmsgs);
	CHECK(data_add_cmsg && data_add_fds && data_received_fds && data_received_fds_of);
	CHECK(fd_iter_next && fd_iter_fini && data_take_fd && data_take_fds && data_take_pidfd);
	CHECK(data_cut && data_release && data_set_types && data_control_buf);
	CHECK(data_set_control_len && data_take_ownership && data_adopt);
	CHECK(buf_init && buf_fini && buf_clear && buf_capacity && buf_cmsgs && buf_add_cmsg);
	CHECK(buf_add_fds && buf_extend && buf_reserve && buf_reserve_exact && buf_to_data);
	CHECK(send_custom_flags && send_setters[0] && recv_custom_flags && recv_setters[0]);
	CHECK(send_flags && recv_flags && result_getters[0] && result_custom_flags);
	CHECK(socket_fd && socket_checked && socket_custom && socket_control_space);
	CHECK(sender_on && sender_onv && sender_send && sender_send_to && sender_send_all);
	CHECK(receiver_on && receiver_onv && receiver_recv && receiver_recv_from);
	CHECK(send_fd && recv_fd && send_fds && recv_fds && socket_send_fd && socket_recv_fd);
	CHECK(socket_send_fds && socket_recv_fds && message_is && message_get && message_add);
	CHECK(message_enable && cmsg_format && version && abi_find && abi_iter_next);
	CHECK(bytes != NULL && literal_send.flags == literal_recv.flags);
	CHECK(literal_ops.send_message == NULL && literal_result.len == 0);
	CHECK(constant_len[0] == constant_space[0] && constant_fds[0] == 0);
}

TEST(typed_calls_are_stamped)
{
	unsigned char storage[64];
	struct anc_data data;
	int value = 5;

	anc_data_init(&data, storage, sizeof(storage));
	CHECK(!literal_is(&(struct anc_cmsg){1, 1, NULL, 0, false}));
	CHECK_EQ(literal_get(&literal_cmsg, &value), -EBADMSG);
	CHECK_EQ(literal_add(&data, &value), 0);
	CHECK_EQ(literal_enable(-1, true), -EOPNOTSUPP);
	anc_data_fini(&data);
}

TEST(the_version_is_one)
{
	CHECK_STR(anc_version(), ANC_VERSION_STRING);
	CHECK_STR(anc_version(), ANC_TEST_PROJECT_VERSION);
}

static const struct tap_test tests[] = {
	{"every_function_is_there", test_every_function_is_there},
	{"typed_calls_are_stamped", test_typed_calls_are_stamped},
	{"the_version_is_one", test_the_version_is_one},
};
TAP_MAIN(tests)
