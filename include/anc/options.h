/* SPDX-License-Identifier: MIT */
#ifndef ANC_OPTIONS_H
#define ANC_OPTIONS_H

/*
 * The flags that go into and come out of one call; small structs, by value. A zeroed one is the
 * default. A setter exists only where its flag does. See anc_socket(3).
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include <anc/attributes.h>

ANC_BEGIN_DECLS

/** How to send. Zeroed: no flags, and no SIGPIPE when the peer has gone. */
struct anc_send_options {
	int flags;   /* MSG_... */
	bool signal; /* let the kernel raise SIGPIPE */
};

/** How to receive. MSG_CMSG_CLOEXEC is added by the library, always. */
struct anc_recv_options {
	int flags; /* MSG_... */
};

/** What one receive gave. */
struct anc_recv_result {
	size_t len; /* bytes of data; with the truncate option they may exceed the buffer */
	int flags;  /* MSG_... of the kernel, without MSG_CMSG_CLOEXEC */
};

/* Each setter below turns its flag on or off; custom_flags turns flags on. */
#define ANC_SET_FLAG(options, flag, on)                                                            \
	((options)->flags = (on) ? (options)->flags | (flag) : (options)->flags & ~(flag))

/** Flags for which there is no setter, added to those that are set. */
ANC_API ANC_INLINE void anc_send_options_custom_flags(struct anc_send_options *options, int flags)
{
	options->flags |= flags;
}

/** MSG_EOR: this ends a record (seqpacket). */
ANC_API ANC_INLINE void anc_send_options_end_of_record(struct anc_send_options *options, bool on)
{
	ANC_SET_FLAG(options, MSG_EOR, on);
}

/** MSG_OOB: out-of-band data, where the protocol has it. */
ANC_API ANC_INLINE void anc_send_options_out_of_band(struct anc_send_options *options, bool on)
{
	ANC_SET_FLAG(options, MSG_OOB, on);
}

/** MSG_NOSIGNAL: on by default; `false` asks for the SIGPIPE. RDS refuses the flag, with
 * EOPNOTSUPP, and sends no signal. */
ANC_API ANC_INLINE void anc_send_options_no_signal(struct anc_send_options *options, bool on)
{
	options->signal = !on;
}

#ifdef MSG_CONFIRM
/** MSG_CONFIRM: tell the link layer that the neighbour answered. */
ANC_API ANC_INLINE void anc_send_options_confirm(struct anc_send_options *options, bool on)
{
	ANC_SET_FLAG(options, MSG_CONFIRM, on);
}
#endif

#ifdef MSG_DONTROUTE
/** MSG_DONTROUTE: to directly connected hosts only. */
ANC_API ANC_INLINE void anc_send_options_dont_route(struct anc_send_options *options, bool on)
{
	ANC_SET_FLAG(options, MSG_DONTROUTE, on);
}
#endif

#ifdef MSG_DONTWAIT
/** MSG_DONTWAIT: -EAGAIN instead of waiting. */
ANC_API ANC_INLINE void anc_send_options_dont_wait(struct anc_send_options *options, bool on)
{
	ANC_SET_FLAG(options, MSG_DONTWAIT, on);
}
#endif

#ifdef MSG_MORE
/** MSG_MORE: more is coming, wait with sending. */
ANC_API ANC_INLINE void anc_send_options_more(struct anc_send_options *options, bool on)
{
	ANC_SET_FLAG(options, MSG_MORE, on);
}
#endif

#ifdef MSG_EOF
/** MSG_EOF: this ends the connection. */
ANC_API ANC_INLINE void anc_send_options_eof(struct anc_send_options *options, bool on)
{
	ANC_SET_FLAG(options, MSG_EOF, on);
}
#endif

/** The flags that sendmsg(2) is given. */
ANC_API ANC_INLINE int anc_send_options_flags(struct anc_send_options options)
{
#ifdef MSG_NOSIGNAL
	if (!options.signal)
		options.flags |= MSG_NOSIGNAL;
#endif
	return options.flags;
}

/** Flags for which there is no setter, added to those that are set. */
ANC_API ANC_INLINE void anc_recv_options_custom_flags(struct anc_recv_options *options, int flags)
{
	options->flags |= flags;
}

/** MSG_OOB: out-of-band data, where the protocol has it. */
ANC_API ANC_INLINE void anc_recv_options_out_of_band(struct anc_recv_options *options, bool on)
{
	ANC_SET_FLAG(options, MSG_OOB, on);
}

/** MSG_PEEK: leave the data queued. Descriptors that each peek installs anew are owned. */
ANC_API ANC_INLINE void anc_recv_options_peek(struct anc_recv_options *options, bool on)
{
	ANC_SET_FLAG(options, MSG_PEEK, on);
}

/** MSG_WAITALL: wait for the whole buffer; a stream still stops where descriptors stand. */
ANC_API ANC_INLINE void anc_recv_options_wait_all(struct anc_recv_options *options, bool on)
{
	ANC_SET_FLAG(options, MSG_WAITALL, on);
}

#ifdef MSG_DONTWAIT
/** MSG_DONTWAIT: -EAGAIN instead of waiting. */
ANC_API ANC_INLINE void anc_recv_options_dont_wait(struct anc_recv_options *options, bool on)
{
	ANC_SET_FLAG(options, MSG_DONTWAIT, on);
}
#endif

#ifdef MSG_ERRQUEUE
/** MSG_ERRQUEUE: read the error queue. */
ANC_API ANC_INLINE void anc_recv_options_err_queue(struct anc_recv_options *options, bool on)
{
	ANC_SET_FLAG(options, MSG_ERRQUEUE, on);
}
#endif

#ifdef MSG_TRUNC
/** MSG_TRUNC: give the datagram's own length, even past the buffer. */
ANC_API ANC_INLINE void anc_recv_options_truncate(struct anc_recv_options *options, bool on)
{
	ANC_SET_FLAG(options, MSG_TRUNC, on);
}
#endif

/** The flags that recvmsg(2) is given. */
ANC_API ANC_INLINE int anc_recv_options_flags(struct anc_recv_options options)
{
#ifdef MSG_CMSG_CLOEXEC
	options.flags |= MSG_CMSG_CLOEXEC;
#endif
	return options.flags;
}

/** Whether all of these flags came back. */
ANC_API ANC_INLINE bool anc_recv_result_custom_flags(struct anc_recv_result result, int flags)
{
	return (result.flags & flags) == flags;
}

/** MSG_EOR: the end of a record. */
ANC_API ANC_INLINE bool anc_recv_result_end_of_record(struct anc_recv_result result)
{
	return anc_recv_result_custom_flags(result, MSG_EOR);
}

/** MSG_OOB: this is out-of-band data. */
ANC_API ANC_INLINE bool anc_recv_result_out_of_band(struct anc_recv_result result)
{
	return anc_recv_result_custom_flags(result, MSG_OOB);
}

/** MSG_TRUNC: the datagram was longer than the buffer. */
ANC_API ANC_INLINE bool anc_recv_result_normal_data_truncated(struct anc_recv_result result)
{
	return anc_recv_result_custom_flags(result, MSG_TRUNC);
}

/** MSG_CTRUNC: control data came short; anc_data_cut() says why. */
ANC_API ANC_INLINE bool anc_recv_result_control_data_truncated(struct anc_recv_result result)
{
	return anc_recv_result_custom_flags(result, MSG_CTRUNC);
}

#ifdef MSG_ERRQUEUE
/** MSG_ERRQUEUE: this came from the error queue. */
ANC_API ANC_INLINE bool anc_recv_result_err_queue(struct anc_recv_result result)
{
	return anc_recv_result_custom_flags(result, MSG_ERRQUEUE);
}
#endif

ANC_END_DECLS

#undef ANC_SET_FLAG

#endif
