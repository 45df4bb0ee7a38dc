/* SPDX-License-Identifier: MIT */
#include "field.h"
#include "stamping.h"

#include "platform/linux_numbers.h"
#include "platform/platform.h"

#include <limits.h>

#include <anc/time.h>

#define ANC_NANO INT64_C(1000000000)

/* linux/net_tstamp.h */
#define ANC_SOF_TX_HARDWARE 0x1u
#define ANC_SOF_TX_SOFTWARE 0x2u
#define ANC_SOF_SOFTWARE 0x10u
#define ANC_SOF_RAW_HARDWARE 0x40u
#define ANC_SOF_OPT_ID 0x80u
#define ANC_SOF_TX_SCHED 0x100u
#define ANC_SOF_TX_ACK 0x200u
#define ANC_SOF_OPT_TSONLY 0x800u
#define ANC_SOF_OPT_TX_SWHW 0x4000u
#define ANC_SOF_OPT_ID_TCP 0x10000u
#define ANC_SOF_OPT_RX_FILTER 0x20000u
#define ANC_SOF_TX_COMPLETION 0x40000u
#define ANC_SOF_TX_ANY                                                                             \
	(ANC_SOF_TX_HARDWARE | ANC_SOF_TX_SOFTWARE | ANC_SOF_TX_SCHED | ANC_SOF_TX_ACK |           \
	 ANC_SOF_TX_COMPLETION)

/* A 32-bit program's old stamps end in 2038; kernels before 5.1 know no others. */
#if LONG_MAX > INT32_MAX
#define ANC_TIME_OPTION(name)                                                                      \
	{                                                                                          \
		name##_OLD, name##_NEW                                                             \
	}
#else
#define ANC_TIME_OPTION(name)                                                                      \
	{                                                                                          \
		name##_NEW, name##_OLD                                                             \
	}
#endif

/* The one time of a message; only timestamp messages have these names. */
static const struct anc_field *anc_time_field(const struct anc_message_type *row)
{
	const struct anc_field *field = anc_row_field(row, "time");

	return field != NULL ? field : anc_row_field(row, "ticks");
}

/* The kind of a field tells its clock: a number is in ticks. */
static void anc_time_set_software(struct anc_time *time, const struct anc_field *field,
				  int64_t number)
{
	const enum anc_field_kind kind = anc_field_kind_of(field);

	time->known |= ANC_TIME_SOFTWARE;
	time->software = number;
	time->clock = kind < ANC_FIELD_TIMEVAL    ? ANC_CLOCK_TICKS
		      : kind == ANC_FIELD_ELAPSED ? ANC_CLOCK_MONOTONIC
						  : ANC_CLOCK_REALTIME;
	if (kind >= ANC_FIELD_TIMEVAL)
		time->resolution = kind == ANC_FIELD_TIMEVAL ? 1000 : 1;
}

/* A message of one time. */
static int anc_time_load_one(const struct anc_message_type *row, const struct anc_field *field,
			     const struct anc_cmsg *msg, const struct anc_abi *abi,
			     struct anc_time *time)
{
	int64_t number;
	const int error = anc_message_field(row, msg, abi, field->name, &number);

	if (error == 0)
		anc_time_set_software(time, field, number);
	return error;
}

/* Of two, of which one that was not taken is zero. */
static int anc_time_load_two(const struct anc_message_type *row, const struct anc_field *field,
			     const struct anc_cmsg *msg, const struct anc_abi *abi,
			     struct anc_time *time)
{
	int64_t software = 0, hardware = 0;
	int error = anc_message_field(row, msg, abi, field->name, &software);

	if (error == 0)
		error = anc_message_field(row, msg, abi, "hardware", &hardware);
	if (error < 0)
		return error;
	if (software != 0)
		anc_time_set_software(time, field, software);
	if (hardware != 0) {
		time->known |= ANC_TIME_HARDWARE;
		time->hardware = hardware;
	}
	return time->known != 0 ? 0 : -ENOMSG;
}

/* Whether it is one of 64-bit seconds and nanoseconds, as anc_time_enable() has it. */
static inline bool anc_time_is_plain(const struct anc_cmsg *msg)
{
	return msg->level == SOL_SOCKET && msg->len == 2 * sizeof(int64_t) &&
	       (msg->type == SO_TIMESTAMPNS_NEW ||
		(msg->type == SO_TIMESTAMPNS_OLD && sizeof(long) == sizeof(int64_t)));
}

/* The host's own, which comes with every packet, read straight: its row would have to be searched
 * for. tests/time.c holds both against each other. False: by its row. */
static inline bool anc_time_load_plain(const struct anc_cmsg *msg, struct anc_time *ret)
{
	int64_t parts[2];

	if (!anc_time_is_plain(msg))
		return false;
	memcpy(parts, msg->data, sizeof(parts));
	if (parts[0] < 0 || parts[0] >= INT64_MAX / ANC_NANO - 1 || parts[1] < 0 ||
	    parts[1] >= ANC_NANO)
		return false;
	*ret = (struct anc_time){
		.known = ANC_TIME_SOFTWARE,
		.clock = ANC_CLOCK_REALTIME,
		.software = parts[0] * ANC_NANO + parts[1],
		.resolution = 1,
	};
	return true;
}

/* By the row of a system. */
static int anc_time_get_row(struct anc_cmsg msg, const struct anc_abi *abi, struct anc_time *ret)
{
	enum anc_match match;
	const struct anc_message_type *row = anc_message_match(abi, AF_UNSPEC, &msg, &match);
	const struct anc_field *one = row != NULL ? anc_time_field(row) : NULL;
	const struct anc_field *first = row != NULL ? anc_row_field(row, "software") : NULL;
	struct anc_time time = {.known = 0};
	int error = -ENOMSG;

	if ((one != NULL || first != NULL) && match <= ANC_MATCH_SIZE)
		return -EBADMSG;
	if (one != NULL)
		error = anc_time_load_one(row, one, &msg, abi, &time);
	else if (first != NULL)
		error = anc_time_load_two(row, first, &msg, abi, &time);
	if (error == 0)
		*ret = time;
	return error;
}

int anc_time_get(const struct anc_cmsg *msg, const struct anc_abi *or_null, struct anc_time *ret)
{
	if (or_null == NULL && anc_time_load_plain(msg, ret))
		return 0;
	return anc_time_get_row(*msg, anc_abi_or_host(or_null), ret);
}

/* Adds what another message says: the first stamp stands, unless there is a finer one. */
static inline void anc_time_join(struct anc_time *to, const struct anc_time *from)
{
	const unsigned more = from->known & ~to->known;
	const bool is_finer = (from->known & to->known & ANC_TIME_SOFTWARE) != 0 &&
			      from->resolution != 0 && from->resolution < to->resolution;

	if ((more & ANC_TIME_HARDWARE) != 0)
		to->hardware = from->hardware;
	if ((more & ANC_TIME_SOFTWARE) != 0 || is_finer) {
		to->software = from->software;
		to->clock = from->clock;
		to->resolution = from->resolution;
	}
	to->known |= more;
}

int anc_data_time(const struct anc_data *data, struct anc_time *ret)
{
	/* Of what has one size no cut took anything: the iterator need not look for one. */
	struct anc_cmsg_iter it =
		anc_cmsgs_iter(anc_cmsgs_from_bytes(data->built.bytes, data->built.len));
	struct anc_time all = {.known = 0};
	struct anc_time one;
	struct anc_cmsg msg;

	while (anc_cmsg_iter_next(&it, &msg) > 0) {
		if (msg.level != SOL_SOCKET)
			continue;
		if (anc_time_load_plain(&msg, &one) ||
		    anc_time_get_row(msg, anc_abi_host(), &one) == 0)
			anc_time_join(&all, &one);
	}
	if (all.known == 0)
		return -ENOMSG;
	*ret = all;
	return 0;
}

/* An option's two numbers: the one that is wanted, and the other. */
static const int anc_time_received[2] = ANC_TIME_OPTION(SO_TIMESTAMPNS);
static const int anc_time_stamping[2] = ANC_TIME_OPTION(SO_TIMESTAMPING);

int anc_time_enable(int fd)
{
	const int *option = anc_time_received;
	const int on = 1;

	if (anc_platform_setsockopt(fd, SOL_SOCKET, option[0], &on, sizeof(on)) == 0)
		return 0;
	if (errno == ENOPROTOOPT &&
	    anc_platform_setsockopt(fd, SOL_SOCKET, option[1], &on, sizeof(on)) == 0)
		return 0;
	return -errno;
}

/* What Linux calls the bits; -EINVAL: there is no such. */
static int anc_time_flags(unsigned what, unsigned *ret)
{
	static const unsigned flags[][2] = {
		{ANC_TIME_SCHEDULED, ANC_SOF_TX_SCHED},
		{ANC_TIME_SENT, ANC_SOF_TX_SOFTWARE},
		{ANC_TIME_ACKNOWLEDGED, ANC_SOF_TX_ACK},
		{ANC_TIME_COMPLETED, ANC_SOF_TX_COMPLETION},
		{ANC_TIME_HARDWARE, ANC_SOF_TX_HARDWARE},
	};
	size_t i;

	*ret = 0;
	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if ((what & flags[i][0]) != 0) {
			*ret |= flags[i][1];
			what &= ~flags[i][0];
		}
	return what == 0 ? 0 : -EINVAL;
}

/* By the number that leaves what is received as it is. */
static int anc_time_ask_stamps(int fd, const struct anc_stamping *stamping)
{
	const int number = anc_stamping_number(fd, anc_time_stamping[0]);
	const int error = anc_stamping_set(fd, number, stamping);

	return error == -ENOPROTOOPT ? anc_stamping_set(fd, anc_time_stamping[1], stamping) : error;
}

int anc_time_enable_sent(int fd, unsigned what)
{
	unsigned flags;
	struct anc_stamping before = {0, 0};
	struct anc_stamping after;
	/* What older kernels do not know: before Linux 6.12, before 6.2. */
	static const unsigned late[] = {ANC_SOF_OPT_RX_FILTER | ANC_SOF_OPT_ID_TCP,
					ANC_SOF_OPT_ID_TCP, 0};
	size_t i;
	int error = anc_time_flags(what, &flags);

	if (error == 0)
		error = anc_stamping_get(fd, &before);
	if (error < 0)
		return error;
	flags |= ANC_SOF_SOFTWARE | ANC_SOF_OPT_ID | ANC_SOF_OPT_TSONLY;
	if ((what & ANC_TIME_HARDWARE) != 0)
		flags |= ANC_SOF_RAW_HARDWARE | ANC_SOF_OPT_TX_SWHW;
	flags |= before.flags & ~ANC_SOF_TX_ANY;
	after = before;
	/* A stamp that another program asked for is none of this socket's, unless it was before. */
	i = (before.flags & (ANC_SOF_SOFTWARE | ANC_SOF_RAW_HARDWARE)) != 0 ? 1 : 0;
	do {
		after.flags = flags | late[i];
		error = anc_time_ask_stamps(fd, &after);
	} while (error == -EINVAL && ++i < sizeof(late) / sizeof(late[0]));
	return error;
}

int anc_time_add(struct anc_data *data, unsigned what)
{
	unsigned flags = 0;
	const int error = anc_time_flags(what, &flags);
	const struct anc_cmsg msg = {SOL_SOCKET, SO_TIMESTAMPING_OLD, &flags, sizeof(flags), false};

	return error < 0 ? error : anc_data_add_cmsg(data, &msg);
}

int anc_time_add_id(struct anc_data *data, uint32_t id)
{
	const struct anc_cmsg msg = {SOL_SOCKET, SCM_TS_OPT_ID, &id, sizeof(id), false};

	return anc_data_add_cmsg(data, &msg);
}
