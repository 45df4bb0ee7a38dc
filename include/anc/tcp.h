/* SPDX-License-Identifier: MIT */
#ifndef ANC_TCP_H
#define ANC_TCP_H

/* What comes with a stream of TCP: how much is left to read, and what a packet of it had. See
 * anc_tcp(3). */

#include <anc/data.h>
#include <anc/message.h>

ANC_BEGIN_DECLS

/** TCP_CM_INQ, turned on by TCP_INQ: the bytes that are left to be read after this receive; 1 also
 * when only the end of the stream is. Linux 4.18; MPTCP too. */
extern ANC_API const struct anc_message_type anc_tcp_inq_type;

/** The control bytes of TCP_CM_INQ. */
#define ANC_TCP_INQ_SPACE ANC_CMSG_SPACE(4)

/** anc_tcp_inq_is(msg), anc_tcp_inq_get(msg, int32_t *ret),
 * anc_tcp_inq_expect(it, int32_t *ret), anc_tcp_inq_enable(fd, on). */
ANC_TYPED_GET(anc_tcp_inq, &anc_tcp_inq_type, int32_t)
ANC_TYPED_EXPECT(anc_tcp_inq, &anc_tcp_inq_type, int32_t)
ANC_TYPED_ENABLE(anc_tcp_inq, &anc_tcp_inq_type)

/**
 * What the options that are on (anc_inet_enable()) say of a packet of a stream, for no receive
 * brings it: IP_PKTOPTIONS, or IPV6_2292PKTOPTIONS of a peer of IPv6. Of IPv6 it is the last
 * packet; of IPv4 Linux keeps the hop limit of the packet that made the connection. It becomes the
 * contents of `data`; what was there and not taken is closed. anc_inet_get() reads it. The kernel
 * does not say when it had too little room: with less than 16 bytes to spare the contents count as
 * cut. What a 64-bit kernel lays out in its own way for a 32-bit program is put right. Returns 0,
 * also when nothing is on; -ENOBUFS: `data` has no room at all; -EAFNOSUPPORT: it is no socket of
 * the Internet; -EOPNOTSUPP: the system has no such option; else what getsockopt(2) says, negative:
 * -ENOPROTOOPT: it is no stream. On an error `data` is empty. Source: do_ip_getsockopt(),
 * do_ipv6_getsockopt() of Linux.
 */
ANC_API int anc_tcp_packet_options(int fd, struct anc_data *data) ANC_FD_ARG(1);

ANC_END_DECLS

#endif
