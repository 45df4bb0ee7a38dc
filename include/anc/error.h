/* SPDX-License-Identifier: MIT */
#ifndef ANC_ERROR_H
#define ANC_ERROR_H

/*
 * What a socket's error queue delivers, as one typed stream: errors with who reported them,
 * completions of sends without a copy, stamps of what was sent, packets that missed their time.
 * Linux has such queues. See anc_error(3).
 */

#include <anc/inet.h>
#include <anc/receiver.h>
#include <anc/time.h>

ANC_BEGIN_DECLS

/** What an entry of the queue is about. */
enum anc_error_kind {
	ANC_ERROR_OTHER,
	ANC_ERROR_LOCAL,    /* this host refused: too long, no route */
	ANC_ERROR_ICMP,     /* a host reported, by ICMP of IPv4 */
	ANC_ERROR_ICMP6,    /* ... of IPv6 */
	ANC_ERROR_ZEROCOPY, /* no error: buffers of MSG_ZEROCOPY are the program's again */
	ANC_ERROR_TIME,     /* no error: a stamp of what was sent */
	ANC_ERROR_TXTIME    /* a packet was not sent at its SCM_TXTIME; if the time was not valid,
			       its send may have failed as well: ENOBUFS */
};

/** An entry. What does not belong to its kind is zero. */
struct anc_error {
	enum anc_error_kind kind;
	int error;     /* of this host, positive: ECONNREFUSED ... 0, ENOMSG: no error */
	uint8_t type;  /* ICMP: in its header */
	uint8_t code;  /* likewise; of other kinds what the kernel says */
	bool copied;   /* ZEROCOPY: it was copied all the same */
	bool missed;   /* TXTIME: its time had passed; false: the time is not valid */
	uint32_t info; /* EMSGSIZE: the greatest packet that fits, in bytes */
	uint32_t data; /* as the kernel has it */

	struct anc_inet_address offender; /* who reported; family 0: not known, or nobody did */
	/* ICMP: where the RFC 4884 extension starts in the quoted packet as it was received, in
	 * bytes, up to its end; 0: there is none. */
	uint16_t extension;
	bool extension_is_bad; /* its length or checksum is wrong */
	bool reserved[5];      /* zero */

	uint32_t first; /* ZEROCOPY: the sends from this to ... */
	uint32_t last;  /* ... that one, modulo 2^32; the first send of a socket is 0 */

	uint32_t id;          /* TIME: of which send; see anc_time_enable_sent() */
	uint32_t stage;       /* TIME: ANC_TIME_SCHEDULED ... of which there is one; 0: another */
	struct anc_time time; /* TIME; nothing known: a wireless card's status */

	int64_t txtime; /* TXTIME: nanoseconds of the socket's clock, as SCM_TXTIME had it */
};

/** The control bytes that an entry takes, with all of ANC_INET_ and a timestamp, at most. */
#define ANC_ERROR_SPACE                                                                            \
	(ANC_INET_SPACE + ANC_CMSG_SPACE(44) + ANC_CMSG_SPACE(48) + 2 * ANC_CMSG_SPACE(16))

/**
 * Asks for errors in detail: IP_RECVERR or IPV6_RECVERR, both on an IPv6 socket that takes IPv4 as
 * well (IPV6_V6ONLY, asked now), and RFC 4884 extensions where the kernel knows them (Linux 5.9).
 * From now on errors concern unconnected sockets too: while one is pending a send or receive fails
 * with it, once. Completions and stamps come without this. Returns 0; -EAFNOSUPPORT: it is no
 * socket of the Internet; -EBADF, -ENOTSOCK: as getsockopt(2); else what setsockopt(2) says,
 * negative. Source: ip(7), ipv6(7).
 */
ANC_API int anc_error_enable(int fd) ANC_FD_ARG(1);

/**
 * Reads one message of an error queue: IP_RECVERR of 16 or 32 bytes, IPV6_RECVERR of 44, and those
 * of packet, CAN, Bluetooth and vsock sockets. `or_null`: the system it came from; NULL: this host.
 * A stamp is in another message: `time` stays unknown. Returns 0; -ENOMSG: it is none; -EBADMSG:
 * its size is wrong; nothing is written then.
 */
ANC_API int anc_error_get(const struct anc_cmsg *, const struct anc_abi *or_null,
			  struct anc_error *ret);

/**
 * The entry that a receive with anc_recv_options_err_queue() brought, with its stamp, in whatever
 * order the messages lie. Returns 0; -EBADMSG: there is one and its size is wrong; -ENOMSG: there
 * is none.
 */
ANC_API int anc_data_error(const struct anc_data *, struct anc_error *ret);

/**
 * Takes one entry from the error queue and never waits: poll(2) says POLLERR when there is one. The
 * packet that caused an error lies in the receiver's buffers, from its payload on, as far as it was
 * quoted; its length is in `*ret_result`, unless that is NULL. The receiver's options count, and
 * its `data` has the messages, for anc_inet_get(): of ANC_ERROR_SPACE bytes, or NULL for room of
 * the call's own. Returns 0; -EAGAIN: the queue is empty; -EMSGSIZE: `data` was too small, the
 * entry is lost; -ENOMSG: what came is no entry, and is lost; -EOPNOTSUPP: this system has none, or
 * a Unix socket of anc_socket_checked(); else as anc_receiver_recv(). Do not ask other Unix or
 * netlink sockets: Linux reads their messages instead.
 */
ANC_API int anc_error_recv(const struct anc_receiver *, struct anc_recv_result *ret_result,
			   struct anc_error *ret_error);

/**
 * The same with the address that the packet was sent to; `*ret_addrlen` bytes of it are set, 0 when
 * it is not known, as for completions. Of a socket of IPv4 that is not connected Linux leaves out
 * the port for an error of this host's own (EMSGSIZE). (NULL, NULL): it is not wanted.
 */
ANC_API int anc_error_recv_from(const struct anc_receiver *, struct anc_recv_result *ret_result,
				struct anc_error *ret_error, struct sockaddr_storage *ret_addr,
				socklen_t *ret_addrlen);

/** Allows MSG_ZEROCOPY: SO_ZEROCOPY. Returns 0, or what setsockopt(2) says, negative. */
ANC_API int anc_zerocopy_enable(int fd) ANC_FD_ARG(1);

/** How many sends there are from `first` to `last`, modulo 2^32, both included: 1 to 2^32. */
ANC_STATIC_INLINE uint64_t anc_zerocopy_count(uint32_t first, uint32_t last)
{
	return (uint64_t)(uint32_t)(last - first) + 1;
}

/** How many gaps a struct anc_zerocopy remembers. */
#define ANC_ZEROCOPY_RANGES 16

/** Some sends, both ends included. */
struct anc_zerocopy_range {
	uint32_t first;
	uint32_t last;
};

/**
 * Which sends of a socket are completed. Zeroed: none is. Sends are counted modulo 2^32; every
 * MSG_ZEROCOPY send that took at least a byte is one. No more than 2^31 may be under way.
 */
struct anc_zerocopy {
	uint32_t next;        /* all before this one are completed */
	uint32_t range_count; /* private, as all below */
	struct anc_zerocopy_range ranges[ANC_ZEROCOPY_RANGES]; /* completed out of turn */
};

/**
 * Notes what an ANC_ERROR_ZEROCOPY says, in any order; what was known before stays. `next` moves up
 * to the first send that is not completed. Returns 0; -EINVAL: another kind, or more than 2^31
 * sends; -ENOBUFS: more gaps than it remembers, and nothing was noted: wait for others, and note
 * this again.
 */
ANC_API int anc_zerocopy_note(struct anc_zerocopy *, const struct anc_error *);

/** Whether a send is completed. */
ANC_API ANC_PURE bool anc_zerocopy_is_done(const struct anc_zerocopy *, uint32_t send);

ANC_END_DECLS

#endif
