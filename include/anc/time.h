/* SPDX-License-Identifier: MIT */
#ifndef ANC_TIME_H
#define ANC_TIME_H

/*
 * When a packet came, and when one left: the timestamp messages of every system in one form, in
 * nanoseconds. See anc_time(3); stamps of what was sent come by the error queue, anc_error(3).
 */

#include <anc/abi.h>
#include <anc/data.h>
#include <anc/message.h>

ANC_BEGIN_DECLS

/** Which stamps are known; bits for `known`. */
#define ANC_TIME_SOFTWARE 0x01 /* the kernel took it */
#define ANC_TIME_HARDWARE 0x02 /* the network card took it, by a clock of its own */

/** When a packet that was sent is stamped: bits for anc_time_enable_sent() and anc_time_add(). */
#define ANC_TIME_SCHEDULED 0x04    /* it entered the packet scheduler */
#define ANC_TIME_SENT 0x08         /* it was handed to the network card, or left it */
#define ANC_TIME_ACKNOWLEDGED 0x10 /* the peer acknowledged all of it: TCP */
#define ANC_TIME_COMPLETED 0x20    /* the device says that it went out: Linux 6.16, Bluetooth */

/** The clock of a software stamp. */
enum anc_clock {
	ANC_CLOCK_REALTIME,  /* nanoseconds since 1970, UTC; it may be stepped */
	ANC_CLOCK_MONOTONIC, /* nanoseconds since some start of the system's */
	ANC_CLOCK_TICKS      /* macOS: of mach_absolute_time() or mach_continuous_time() there */
};

/** A time. A stamp counts only when its bit is in `known`; else it is zero. */
struct anc_time {
	unsigned known;
	enum anc_clock clock; /* of `software` */
	int64_t software;     /* nanoseconds, or ticks */
	int64_t hardware; /* nanoseconds of the network card's clock, perhaps since 1970 in TAI */
	uint32_t resolution; /* of `software`, in nanoseconds: 1, or 1000; 0: not known */
	uint32_t reserved;   /* zero */
};

/**
 * Reads one timestamp message of any system: SCM_TIMESTAMP, SCM_TIMESTAMPNS, SCM_TIMESTAMPING, old,
 * new and 32-bit, SCM_BINTIME, SCM_REALTIME, SCM_MONOTONIC, SCM_TIMESTAMP_MONOTONIC ... `or_null`:
 * the system it came from; NULL: this host. Returns 0; -ENOMSG: it is none, or has no stamp in it;
 * -EBADMSG: its size is wrong; -ERANGE: it is no time, or past 64 bits. Nothing is written then.
 */
ANC_API int anc_time_get(const struct anc_cmsg *, const struct anc_abi *or_null,
			 struct anc_time *ret);

/**
 * All that a receive says of its time, from every timestamp message in it together; of two stamps
 * of the kernel's the finer counts. A message that cannot be read adds nothing. Returns 0; -ENOMSG:
 * there was none that could be read.
 */
ANC_API int anc_data_time(const struct anc_data *, struct anc_time *ret);

/**
 * Asks for the kernel's time of arrival with everything that is received from now on:
 * SO_TIMESTAMPNS, in 64 bits where a 32-bit program can have it. What came before may have the time
 * of its first receive instead. SO_TIMESTAMP is turned off by it. Returns 0, or what setsockopt(2)
 * says, negative.
 */
ANC_API int anc_time_enable(int fd) ANC_FD_ARG(1);

/** The control bytes of the stamp that anc_time_enable() asks for. */
#define ANC_TIME_SPACE ANC_CMSG_SPACE(16)

/**
 * SCM_TIMESTAMPNS in 64 bits, whatever the program's width: what anc_time_enable() turns on. Before
 * Linux 5.1 a program of 32 bits cannot have it.
 */
extern ANC_API const struct anc_message_type anc_timestampns_type;

/** The payload of SCM_TIMESTAMPNS in 64 bits: struct timespec, or struct __kernel_timespec. */
struct anc_timespec {
	int64_t sec; /* since 1970, UTC */
	int64_t nsec;
};

/**
 * anc_timestampns_is(msg), anc_timestampns_get(msg, struct anc_timespec *ret),
 * anc_timestampns_expect(it, struct anc_timespec *ret), anc_timestampns_enable(fd, on).
 */
ANC_TYPED_GET(anc_timestampns, &anc_timestampns_type, struct anc_timespec)
ANC_TYPED_EXPECT(anc_timestampns, &anc_timestampns_type, struct anc_timespec)
ANC_TYPED_ENABLE(anc_timestampns, &anc_timestampns_type)

/**
 * Asks for stamps of everything that is sent from now on: `what` is bits of ANC_TIME_SCHEDULED,
 * ANC_TIME_SENT, ANC_TIME_ACKNOWLEDGED, ANC_TIME_COMPLETED, and ANC_TIME_HARDWARE for the network
 * card's beside the kernel's; 0: only of what asks by anc_time_add(). They come by the error queue,
 * without the packet, one for each stage, with an id. On datagrams it counts the sends that ask for
 * a stamp, from 0 when this is first called: not those that name an id, and one that the kernel
 * cuts into segments is one. On a stream the id is that of the last byte of the send, the first
 * byte after the call being 0 (before Linux 6.2 counted from the first that was not acknowledged).
 * What the socket stamps on receipt stays as it is; before Linux 6.12 stamps of arrival may come
 * besides, in an SCM_TIMESTAMPING of 64 control bytes, when any program asked for some. Source:
 * Documentation/networking/timestamping.rst. Returns 0; -EINVAL: unknown bits, a kernel that does
 * not know one, or a TCP socket that is not connected; else what setsockopt(2) says, negative.
 */
ANC_API int anc_time_enable_sent(int fd, unsigned what) ANC_FD_ARG(1);

/**
 * Asks for stamps of the one message that is sent with `data`: SO_TIMESTAMPING; `what` as above,
 * instead of what the socket asks for; 0: none. Stamps are delivered once anc_time_enable_sent()
 * was called. Returns 0; -EINVAL: unknown bits; else as anc_data_add_cmsg().
 */
ANC_API int anc_time_add(struct anc_data *, unsigned what);

/**
 * Names the id that the stamps of this one datagram have: SCM_TS_OPT_ID, Linux 6.13; not on TCP,
 * whose send then says -EINVAL, as older kernels do. Returns as anc_data_add_cmsg().
 */
ANC_API int anc_time_add_id(struct anc_data *, uint32_t id);

ANC_END_DECLS

#endif
