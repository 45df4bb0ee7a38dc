/* SPDX-License-Identifier: MIT */
#ifndef ANC_UDP_H
#define ANC_UDP_H

/*
 * Many datagrams of UDP in one call: the kernel cuts what is sent into segments (GSO), and puts
 * together what comes (GRO). See anc_udp(3).
 */

#include <anc/data.h>
#include <anc/message.h>
#include <anc/socket.h>

ANC_BEGIN_DECLS

/** UDP_SEGMENT, only sent: the bytes of each datagram that is made of one send. Linux 4.18. */
extern ANC_API const struct anc_message_type anc_udp_segment_type;
/** UDP_GRO, turned on by UDP_GRO: the bytes of each datagram that came in one receive. Linux 5.0.
 */
extern ANC_API const struct anc_message_type anc_udp_gro_type;

/**
 * anc_udp_segment_is(msg), anc_udp_segment_add(data, const uint16_t *value); anc_udp_gro_is(msg),
 * anc_udp_gro_get(msg, int32_t *ret), anc_udp_gro_enable(fd, on).
 */
ANC_TYPED_IS(anc_udp_segment, &anc_udp_segment_type)
ANC_TYPED_ADD(anc_udp_segment, &anc_udp_segment_type, uint16_t)
ANC_TYPED_GET(anc_udp_gro, &anc_udp_gro_type, int32_t)
ANC_TYPED_ENABLE(anc_udp_gro, &anc_udp_gro_type)

/** Room for whatever one receive delivers with UDP_GRO on, in bytes: less may cut the last of many
 * datagrams. And the control bytes that tell of it. */
#define ANC_UDP_GRO_BUFFER 65535
#define ANC_UDP_GRO_SPACE ANC_CMSG_SPACE(4)

/** Control bytes beside which anc_udp_sender_send() has room for UDP_SEGMENT. */
#define ANC_UDP_CONTROL_MAX 1000

/** The datagrams in the payload of one receive; the members are private. Zeroed: none. */
struct anc_udp_segments {
	const void *at;
	size_t left;
	size_t size;
	bool more;
};

/**
 * Takes apart what one receive on a UDP socket gave: `len` bytes at `bytes`, lent until the last
 * was read, and what came with them. `len` is what lies there: with MSG_TRUNC asked for, a result
 * may say more. Without UDP_GRO in `data` it is one datagram, perhaps of no byte. Returns 0;
 * -EMSGSIZE: control was cut and UDP_GRO may be lost, so nobody knows where datagrams end;
 * -EBADMSG: its size is wrong, or the number is not positive. Source: udp(7), udp_cmsg_recv().
 */
ANC_API int anc_udp_segments_get(const struct anc_data *data, const void *bytes, size_t len,
				 struct anc_udp_segments *ret);

/**
 * Gives the next datagram: where it lies and how many bytes it has; all have the same but the last,
 * which may have fewer. Returns false when there are no more.
 */
ANC_API ANC_MUST_USE bool anc_udp_segments_next(struct anc_udp_segments *, const void **ret,
						size_t *ret_len);

/** What to send as datagrams; borrows what it points to until then. Zero what is not used. */
struct anc_udp_sender {
	struct anc_socket socket;
	const void *buf;
	size_t len;                  /* bytes at buf */
	size_t size;                 /* bytes of each datagram; the last may have fewer */
	const struct anc_data *data; /* control messages that go with each, or NULL */
	struct anc_send_options options;
	int gso; /* 0: not asked; 1: it works; else why it does not, a negative errno */
	void *reserved;
};

/** A sender of `len` bytes at `buf` in datagrams of `size`, without control data. */
ANC_API ANC_INLINE struct anc_udp_sender anc_udp_sender_on(struct anc_socket sock, const void *buf,
							   size_t len, size_t size)
{
	struct anc_udp_sender sender = {sock, buf, len, size, NULL, {0, false}, 0, NULL};

	return sender;
}

/**
 * Sends all of it as datagrams of `size` bytes, in order, up to 64 of them in one call where kernel
 * and device cut it themselves (GSO), else each as a message of its own, in batches as
 * anc_batch_send(). The first send of more than one asks the kernel, once, whether it does. What it
 * refuses (EINVAL, EIO, EMSGSIZE, EOPNOTSUPP, ENOPROTOOPT) is sent so; if that goes, `gso` becomes
 * that error, and so it stays for the next sends: set it to 0 when size, route or device are
 * others, or to any error to go one by one. A custom socket is not asked: -EOPNOTSUPP. `data` has
 * no UDP_SEGMENT; one of more than ANC_UDP_CONTROL_MAX bytes goes one by one: -ENOBUFS.
 *
 * Retries EINTR. Returns the bytes sent, a whole number of datagrams unless a custom socket takes
 * less; after progress an error gives
 * the count so far, also -EAGAIN. Without progress: -EINVAL: `size` is 0 and `len` is not, or
 * MSG_MORE, which would join datagrams; else as anc_sender_send(). Source: udp(7), udp_send_skb().
 */
ANC_API ssize_t anc_udp_sender_send(struct anc_udp_sender *);

/** The same to an address of `addrlen` bytes. */
ANC_API ssize_t anc_udp_sender_send_to(struct anc_udp_sender *, const struct sockaddr *addr,
				       socklen_t addrlen);

ANC_END_DECLS

#endif
