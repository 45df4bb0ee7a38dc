/* SPDX-License-Identifier: MIT */
#ifndef ANC_BATCH_H
#define ANC_BATCH_H

/*
 * Many messages in one call, over sendmmsg and recvmmsg where the system has them. Fill one element
 * for each message. See anc_batch(3).
 */

#include <anc/socket.h>

ANC_BEGIN_DECLS

/** One message to be sent; borrows what it points to until then. Zero what is not used. */
struct anc_batch_outgoing {
	const void *buf;
	size_t len;               /* bytes at buf */
	const struct iovec *bufs; /* wins over buf when set */
	size_t nbufs;
	const struct sockaddr *addr; /* where to, or NULL: where the socket is connected to */
	socklen_t addrlen;
	const struct anc_data *data; /* control messages, or NULL */
	ssize_t result;              /* set: the bytes sent, or why it was not: a negative errno */
	void *reserved;
};

/** Room for one message; borrows what it points to until then. Zero what is not used. */
struct anc_batch_incoming {
	void *buf;
	size_t len;               /* bytes at buf */
	const struct iovec *bufs; /* wins over buf when set */
	size_t nbufs;
	struct sockaddr_storage *addr; /* for the sender's address, or NULL: not wanted */
	socklen_t addrlen;             /* set: bytes of it, 0 when the socket has none */
	int error;                     /* set: 0, or why it did not come whole: a negative errno */
	struct anc_data *data; /* its own, or NULL: control is not wanted, what comes is closed */
	struct anc_recv_result result; /* set: its length and flags */
	void *reserved;
};

/**
 * Sends `count` messages in their order, 64 with a system call where there is sendmmsg(2), else one
 * by one. Descriptors in their control data are borrowed: the caller keeps them open and still owns
 * them after.
 *
 * Returns how many went, always the first ones; each has in `result` the bytes sent, and its
 * descriptors went with it. No other message has sent a byte or a descriptor. When fewer than
 * `count` went, either the last that did is on a stream and has sent fewer bytes than it has, and
 * its rest is sent without control data; or `result` of the next one is the negative errno that
 * stopped the batch, 0 when the kernel did not say: send again from there, which tells unless the
 * error was one that is told once (ECONNREFUSED). What stands behind that is not touched.
 *
 * When none went, returns that errno, as anc_sender_send() says, -EINTR and -EAGAIN included.
 */
ANC_API ssize_t anc_batch_send(struct anc_socket sock, struct anc_batch_outgoing *messages,
			       size_t count, struct anc_send_options options);

/**
 * Receives up to `count` messages in their order, 64 with a system call where there is recvmmsg(2),
 * else one by one. Waits for the first alone, as with MSG_WAITFORONE; with
 * anc_recv_options_wait_all for all messages, each with the bytes that a stream had, unless
 * MSG_WAITFORONE is among the flags. With a peek every message is the first one.
 *
 * What any `data` of them held before is closed first; each owns every descriptor that came with
 * its message, close-on-exec, and is empty where no message came. No two may share one.
 *
 * Returns how many came, always the first ones; each has its length and flags in `result` and the
 * length of its address in `addrlen`; `error` is 0, or -EBADMSG: the kernel's control data was
 * malformed, what it carried is closed and `result` is zero. When fewer than `count` came, `error`
 * of the next one is the negative errno that stopped the batch, or 0: there were no more, or the
 * kernel keeps it for the next call.
 *
 * Returns 0 at the end of the stream, whatever the kernel gives then: messages without a byte, a
 * flag, an address and control data behind which the connection is shut down, or, of a custom
 * socket, such a message. An empty message behind which the end comes, or another empty one that
 * was not received with it, cannot be told from it.
 *
 * When none came, returns the negative errno, as anc_receiver_recv() says, -EINTR and -EAGAIN
 * included; -EINVAL: `data` is shared with a message before it.
 */
ANC_API ssize_t anc_batch_recv(struct anc_socket sock, struct anc_batch_incoming *messages,
			       size_t count, struct anc_recv_options options);

ANC_END_DECLS

#endif
