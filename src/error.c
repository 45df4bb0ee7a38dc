/* SPDX-License-Identifier: MIT */
#include "field.h"
#include "inet.h"
#include "socket.h"

#include "platform/linux_numbers.h"

#include <netinet/in.h>

#include <anc/error.h>

/* Linux's error queues: linux/errqueue.h, net/ipv4/ip_sockglue.c (ip_recv_error), net/core/skbuff.c
 * (__skb_tstamp_tx, __msg_zerocopy_callback), net/sched/sch_etf.c (report_sock_error). */

#ifndef IP_RECVERR
#define IP_RECVERR 11
#endif
#ifndef IP_RECVERR_RFC4884
#define IP_RECVERR_RFC4884 26
#endif
#ifndef IPV6_RECVERR
#define IPV6_RECVERR 25
#endif
#ifndef IPV6_RECVERR_RFC4884
#define IPV6_RECVERR_RFC4884 31
#endif

#define ANC_CODE_COPIED 1
#define ANC_CODE_MISSED 2
#define ANC_EXTENSION_IS_BAD 1

/* struct sockaddr_in and sockaddr_in6, as far as they are read. */
#define ANC_OFFENDER_IN 4
#define ANC_OFFENDER_IN_SIZE 8
#define ANC_OFFENDER_IN6 8
#define ANC_OFFENDER_SCOPE 24
#define ANC_OFFENDER_IN6_SIZE 28

/* Room for TCP's statistics, beside what a program may ask for. */
#define ANC_ERROR_ROOM (ANC_ERROR_SPACE + ANC_CMSG_SPACE(512))

/* Which of them, by the kernel's number. */
static enum anc_error_kind anc_error_kind_of(int64_t origin)
{
	static const enum anc_error_kind kinds[] = {
		ANC_ERROR_OTHER, ANC_ERROR_LOCAL,    ANC_ERROR_ICMP,   ANC_ERROR_ICMP6,
		ANC_ERROR_TIME,  ANC_ERROR_ZEROCOPY, ANC_ERROR_TXTIME,
	};

	return origin < (int64_t)(sizeof(kinds) / sizeof(kinds[0])) ? kinds[origin]
								    : ANC_ERROR_OTHER;
}

/* An errno of another machine as this one numbers it; one without a name stays. */
static int anc_error_number(int64_t number, const struct anc_abi *abi)
{
	const struct anc_names *theirs = anc_linux_errno_of((enum anc_machine)abi->machine);
	const struct anc_names *ours = anc_linux_errno;

	while (theirs->name != NULL && theirs->value != (uint64_t)number)
		theirs++;
	if (theirs->name == NULL)
		return (int)number;
	while (ours->name != NULL && strcmp(ours->name, theirs->name) != 0)
		ours++;
	return ours->name != NULL ? (int)ours->value : (int)number;
}

static void anc_error_load_offender(const unsigned char *at, size_t len, const struct anc_abi *abi,
				    struct anc_inet_address *ret)
{
	const uint64_t family = len >= 2 ? anc_field_load(at, 2, abi->big_endian) : 0;

	if (family == AF_INET && len >= ANC_OFFENDER_IN_SIZE)
		anc_inet_address_set4(ret, at + ANC_OFFENDER_IN);
	if (family != abi->system->inet6 || len < ANC_OFFENDER_IN6_SIZE)
		return;
	anc_inet_address_set6(ret, at + ANC_OFFENDER_IN6);
	if (ret->family == AF_INET6)
		ret->scope = (uint32_t)anc_field_load(at + ANC_OFFENDER_SCOPE, 4, abi->big_endian);
}

/* Nobody reports the others; to IPv6 Linux then writes the packet's own source:
 * net/ipv6/datagram.c ipv6_recv_error(). */
static bool anc_error_has_offender(enum anc_error_kind kind)
{
	return kind == ANC_ERROR_ICMP || kind == ANC_ERROR_ICMP6;
}

/* ee_data is two bytes of offset, and one of flags, with such errors. */
static void anc_error_load_extension(struct anc_error *error, bool big_endian)
{
	const uint32_t flags = big_endian ? error->data >> 8 : error->data >> 16;

	error->extension = (uint16_t)(big_endian ? error->data >> 16 : error->data);
	error->extension_is_bad = error->extension != 0 && (flags & ANC_EXTENSION_IS_BAD) != 0;
}

static void anc_error_load_stage(struct anc_error *error)
{
	static const uint32_t stages[] = {ANC_TIME_SENT, ANC_TIME_SCHEDULED, ANC_TIME_ACKNOWLEDGED,
					  ANC_TIME_COMPLETED};

	error->id = error->data;
	if (error->info < sizeof(stages) / sizeof(stages[0]))
		error->stage = stages[error->info];
}

/* What the numbers mean in this kind. */
static void anc_error_explain(struct anc_error *error, bool big_endian)
{
	switch (error->kind) {
	case ANC_ERROR_ICMP:
	case ANC_ERROR_ICMP6:
		anc_error_load_extension(error, big_endian);
		break;
	case ANC_ERROR_ZEROCOPY:
		error->first = error->info;
		error->last = error->data;
		error->copied = (error->code & ANC_CODE_COPIED) != 0;
		break;
	case ANC_ERROR_TIME:
		anc_error_load_stage(error);
		break;
	case ANC_ERROR_TXTIME:
		error->txtime = (int64_t)((uint64_t)error->data << 32 | error->info);
		error->missed = error->code == ANC_CODE_MISSED;
		break;
	case ANC_ERROR_OTHER:
	case ANC_ERROR_LOCAL:
		break;
	}
}

static int anc_error_load(const struct anc_message_type *row, const struct anc_cmsg *msg,
			  const struct anc_abi *abi, struct anc_error *ret)
{
	static const char *const names[] = {"ee_errno", "ee_origin", "ee_type",
					    "ee_code",  "ee_info",   "ee_data"};
	enum { ERRNO, ORIGIN, TYPE, CODE, INFO, DATA, COUNT };
	int64_t numbers[COUNT];
	const void *offender;
	size_t len;
	size_t i;

	for (i = 0; i < COUNT; i++)
		if (anc_message_field(row, msg, abi, names[i], &numbers[i]) < 0)
			return -EBADMSG;
	*ret = (struct anc_error){
		.kind = anc_error_kind_of(numbers[ORIGIN]),
		.error = anc_error_number(numbers[ERRNO], abi),
		.type = (uint8_t)numbers[TYPE],
		.code = (uint8_t)numbers[CODE],
		.info = (uint32_t)numbers[INFO],
		.data = (uint32_t)numbers[DATA],
	};
	if (anc_error_has_offender(ret->kind) &&
	    anc_message_field_bytes(row, msg, abi, "offender", &offender, &len) == 0)
		anc_error_load_offender(offender, len, abi, &ret->offender);
	anc_error_explain(ret, abi->big_endian);
	return 0;
}

/* Whether messages of this row begin with a struct sock_extended_err. */
static bool anc_error_row_is(const struct anc_message_type *row)
{
	return row != NULL && (row->flags & ANC_ERROR_QUEUE) != 0 && row->field_count > 0 &&
	       strcmp(row->fields[0].name, "ee_errno") == 0;
}

int anc_error_get(const struct anc_cmsg *msg, const struct anc_abi *or_null, struct anc_error *ret)
{
	const struct anc_abi *abi = anc_abi_or_host(or_null);
	enum anc_match match;
	const struct anc_message_type *row = anc_message_match(abi, AF_UNSPEC, msg, &match);

	if (!anc_error_row_is(row))
		return -ENOMSG;
	/* Of a longer one a cut may have left the size of a shorter, which is never the first row.
	 */
	if (match <= ANC_MATCH_SIZE ||
	    (msg->truncated && row != anc_message_find(abi, AF_UNSPEC, msg->level, msg->type)))
		return -EBADMSG;
	return anc_error_load(row, msg, abi, ret);
}

/* The stamp of what was sent. SO_TIMESTAMPNS gives one beside it that may be the time of this
 * receive: net/socket.c __sock_recv_timestamp(). */
static bool anc_error_stamp_is(const struct anc_cmsg *msg)
{
	return msg->level == SOL_SOCKET &&
	       (msg->type == SO_TIMESTAMPING_OLD || msg->type == SO_TIMESTAMPING_NEW);
}

int anc_data_error(const struct anc_data *data, struct anc_error *ret)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_data_cmsgs(data));
	struct anc_time time = {.known = 0};
	struct anc_error error;
	struct anc_cmsg msg;
	int found = -ENOMSG;

	while (anc_cmsg_iter_next(&it, &msg) > 0) {
		if (anc_error_stamp_is(&msg))
			anc_time_get(&msg, NULL, &time);
		else if (found == -ENOMSG)
			found = anc_error_get(&msg, NULL, &error);
	}
	if (found < 0)
		return found;
	if (error.kind == ANC_ERROR_TIME)
		error.time = time;
	*ret = error;
	return 0;
}

/* The entry of a receive; without one, why. */
static int anc_error_of(const struct anc_data *data, struct anc_recv_result result,
			struct anc_error *ret)
{
	const int error = anc_data_error(data, ret);

	return error < 0 && anc_recv_result_control_data_truncated(result) ? -EMSGSIZE : error;
}

int anc_error_recv_from(const struct anc_receiver *receiver, struct anc_recv_result *ret_result,
			struct anc_error *ret_error, struct sockaddr_storage *ret_addr,
			socklen_t *ret_addrlen)
{
#ifdef MSG_ERRQUEUE
	unsigned char room[ANC_ERROR_ROOM];
	struct anc_receiver queue = *receiver;
	struct sockaddr_storage addr;
	socklen_t addrlen = 0;
	struct anc_recv_result result;
	struct anc_data own;
	int error;

	if (receiver->socket.family == AF_UNIX)
		return -EOPNOTSUPP;
	anc_data_init(&own, room, sizeof(room));
	if (queue.data == NULL)
		queue.data = &own;
	anc_recv_options_err_queue(&queue.options, true);
	anc_recv_options_dont_wait(&queue.options, true);
	error = ret_addr != NULL ? anc_receiver_recv_from(&queue, &result, &addr, &addrlen)
				 : anc_receiver_recv(&queue, &result);
	if (error == 0)
		error = anc_error_of(queue.data, result, ret_error);
	if (error == 0 && ret_result != NULL)
		*ret_result = result;
	if (error == 0 && ret_addr != NULL) {
		memcpy(ret_addr, &addr, addrlen);
		*ret_addrlen = addrlen;
	}
	anc_data_fini(&own);
	return error;
#else
	(void)receiver;
	(void)ret_result;
	(void)ret_error;
	(void)ret_addr;
	(void)ret_addrlen;
	return -EOPNOTSUPP;
#endif
}

int anc_error_recv(const struct anc_receiver *receiver, struct anc_recv_result *ret_result,
		   struct anc_error *ret_error)
{
	return anc_error_recv_from(receiver, ret_result, ret_error, NULL, NULL);
}

/* Older kernels have no extensions: they are not told then. */
static int anc_error_turn_on(int fd, int level, int option, int rfc4884)
{
	const int on = 1;

	if (anc_platform_setsockopt(fd, level, option, &on, sizeof(on)) < 0)
		return -errno;
	(void)anc_platform_setsockopt(fd, level, rfc4884, &on, sizeof(on));
	return 0;
}

int anc_error_enable(int fd)
{
	struct anc_socket sock;
	int error = anc_socket_checked(fd, &sock);
	bool is6;

	if (error < 0)
		return error;
	is6 = sock.family == AF_INET6;
	if (!is6 && sock.family != AF_INET)
		return -EAFNOSUPPORT;
	if (is6)
		error = anc_error_turn_on(fd, IPPROTO_IPV6, IPV6_RECVERR, IPV6_RECVERR_RFC4884);
	/* Raw sockets of IPv6 have no IPv4. */
	if (error == 0 &&
	    (!is6 || (sock.type != SOCK_RAW && anc_socket_ask(fd, IPPROTO_IPV6, IPV6_V6ONLY) == 0)))
		error = anc_error_turn_on(fd, IPPROTO_IP, IP_RECVERR, IP_RECVERR_RFC4884);
	return error;
}
