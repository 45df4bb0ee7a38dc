/* SPDX-License-Identifier: MIT */
#ifndef ANC_FDS_H
#define ANC_FDS_H

/*
 * Passing descriptors in one line. Every call retries EINTR, never retries EAGAIN, raises no
 * SIGPIPE unless its options ask for one, and preserves errno; what is received is close-on-exec.
 * See anc_send_fd(3).
 *
 * Sending borrows: the descriptors stay the caller's. It returns -E2BIG: more descriptors than the
 * platform takes in one send; -EINVAL: no data byte; -EBADF: a negative descriptor; -EOPNOTSUPP:
 * not a Unix socket; else as sendmsg(2).
 *
 * Receiving moves the descriptors to the caller. It returns, in this order, -EMSGSIZE: a datagram
 * was cut; -EMSGSIZE, -EMFILE or -EACCES: control was cut, as anc_data_take_fd(); a slot's own
 * errno; -E2BIG: too many; and what recvmsg(2) says. On any error all descriptors that came are
 * closed.
 */

#include <anc/socket.h>

ANC_BEGIN_DECLS

/** The most descriptors that one send takes on this platform: 253 on Linux. */
ANC_API ANC_PURE size_t anc_fds_max(void);

/** Sends one descriptor with one zero byte. Asks the socket's family each time. Returns 0. */
ANC_API int anc_send_fd(int sock, int borrowed_fd) ANC_FD_ARG(1);

/**
 * Receives exactly one descriptor with one byte. Returns it; without one -EPIPE: zero bytes on a
 * stream or seqpacket, the orderly end; -ENOMSG: otherwise.
 */
ANC_API ANC_MUST_USE int anc_recv_fd(int sock) ANC_FD_ARG(1);

/** Sends `len` bytes and `count` descriptors; asks the family. Returns the bytes sent. */
ANC_API ssize_t anc_send_fds(int sock, const void *buf, size_t len, const int *borrowed,
			     size_t count) ANC_FD_ARG(1);

/**
 * Receives up to `len` bytes and up to `max` descriptors, also none, into `ret_fds`; their number
 * in `*ret_count`. Returns the bytes; 0 with count 0 at the end of a stream or seqpacket.
 */
ANC_API ANC_MUST_USE ssize_t anc_recv_fds(int sock, void *buf, size_t len, int *ret_fds, size_t max,
					  size_t *ret_count) ANC_FD_ARG(1);

/**
 * The same on any socket, a custom one included; its family is not asked: what anc_socket_checked()
 * remembered is used. anc_socket_send_fd() gives -EAGAIN when a custom socket took no byte.
 */
ANC_API int anc_socket_send_fd(struct anc_socket, int borrowed_fd);
ANC_API ANC_MUST_USE int anc_socket_recv_fd(struct anc_socket);
ANC_API ssize_t anc_socket_send_fds(struct anc_socket, const void *buf, size_t len,
				    const int *borrowed, size_t count, struct anc_send_options);
ANC_API ANC_MUST_USE ssize_t anc_socket_recv_fds(struct anc_socket, void *buf, size_t len,
						 int *ret_fds, size_t max, size_t *ret_count,
						 struct anc_recv_options);

ANC_END_DECLS

#endif
