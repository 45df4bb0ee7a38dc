/* SPDX-License-Identifier: MIT */
#ifndef PRODUCE_H
#define PRODUCE_H

/*
 * Messages that this kernel makes: a scene provokes one, receives it with the library and holds it
 * against what is known of it. produced() remembers the rows for the coverage test of messages.c.
 * The program lives in a network namespace of its own, where it may do what it likes.
 */

#include "tap.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <anc/abi.h>
#include <anc/anc.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Fragments are made past this. */
#define PRODUCE_MTU 1500

/* A row by its name and numbers, and what turns it on: the numbers are the kernel's headers'. */
struct produce {
	const char *name;
	int level, type;
	int option_level, option;
};

/* A scene is a test: its sockets are closed when it ends, also by a skip. */
#define PRODUCE(name)                                                                              \
	static void scene_##name(void);                                                            \
	static void test_##name(void)                                                              \
	{                                                                                          \
		produce_begin();                                                                   \
		scene_##name();                                                                    \
		produce_end();                                                                     \
	}                                                                                          \
	static void scene_##name(void)

#define SCENE(name)                                                                                \
	{                                                                                          \
#name "_is_produced", test_##name                                                  \
	}

/* Enters the namespace, if there is one to be had; and whether there was. */
void produce_enter(void);
bool produce_is_alone(void);

/* Goes to the machine's own namespace, until the scene ends; skips where the machine is not the
 * test's: tools/guest. */
void produce_leave(void);

void produce_begin(void);
void produce_end(void);
_Noreturn void produce_skip(const char *reason);
_Noreturn void produce_refuse(const struct anc_message_type *row, const char *reason);

/* Remembers a row that this run produced, and one that this kernel or these rights refuse. */
void produced(const struct anc_message_type *row);
bool produced_is(const struct anc_message_type *row);
bool produced_is_refused(const struct anc_message_type *row);

/* The host's row of that name and those numbers; a failed check where it is missing. `size`: one
 * that it must take, 0 any. */
const struct anc_message_type *produce_row(const char *name, int level, int type, size_t size);

/* A socket of the scene; the test is skipped where it is refused. */
int produce_socket(int family, int type, int protocol);
int produce_keep(int fd);

/* Sets an option that must be known; produce_may_set() skips where it is not. */
void produce_set(int sock, int level, int option, int value);
void produce_may_set(int sock, int level, int option, int value, const char *name);

/* Says of a row that the scene is about it, for a skip before produce_on(), which says it too. */
const struct anc_message_type *produce_want(const char *name, int level, int type);

/* Turns the row on by the library; skips where the kernel itself does not know the option. */
void produce_on(int sock, const struct produce *what);

/* A socket that is sent to, at a loopback address, and one that sends to it. */
struct produce_pair {
	int sender, receiver;
	bool signal; /* sent without MSG_NOSIGNAL, which RDS refuses */
	struct sockaddr_storage addr;
	socklen_t len;
};

/* Binds to a loopback address and any port, and tells which. */
void produce_bind(int sock, int family, struct sockaddr_storage *ret, socklen_t *ret_len);

struct produce_pair produce_udp(int family);
/* Connected: to be sent to without an address. */
struct produce_pair produce_tcp(int family);
struct produce_pair produce_connection(int family, int type, int protocol);

/* Sends `len` bytes, or those bytes with one raw control message; returns 0 or a negative errno. */
int produce_send(const struct produce_pair *, size_t len);
int produce_send_with(const struct produce_pair *, size_t len, int level, int type,
		      const void *data, size_t data_len);

/* Waits for a message, except with MSG_DONTWAIT, and receives it; what it had is kept for the calls
 * below. */
struct anc_recv_result produce_receive(int sock, int flags);

/* The same for control messages that getsockopt() gave of a socket. */
void produce_adopt(int sock, const void *messages, size_t len);

/* The message that was received: sure to be of this row, which is then produced. */
void produce_expect(const struct produce *what);
/* Whether one with those numbers was received; not a check. */
bool produce_got(int level, int type);

/* All of these: on, one byte sent, received, expected. */
void produce_deliver(const struct produce_pair *, const struct produce *what);

/* The payload of the message that was expected last, and its row. */
struct anc_cmsg produced_message(void);
const struct anc_message_type *produced_row(void);
/* Its fields: one by name, the first, bytes, a time that must be now. */
int64_t produced_field(const char *name);
int64_t produced_value(void);
void produced_bytes(const char *field, const void *expected, size_t len);
void produced_now(const char *field);

/* A message of `size` bytes that is sent, and what follows them in wrong sizes; sizes end with 0.
 */
struct produce_sending {
	const char *name;
	int level, type;
	size_t size;
	const void *payload;
	size_t library_refuses[4];
	size_t kernel_refuses[4];
};

/* Sends it by the library; skips where the kernel refuses the plain message, and knows none of its
 * kind. */
void produce_send_sizes(const struct produce_pair *, const struct produce_sending *);

#define SENT(name)                                                                                 \
	{                                                                                          \
#name "_is_sent_in_its_sizes_alone", test_##name                                   \
	}

/* One of several that are sent together. */
struct produce_part {
	const char *name;
	int level, type;
	const void *payload;
	size_t size;
};

/* Adds them by the library, and sends `len` bytes with them, to the pair's address if it has one;
 * returns what the send did. */
ssize_t produce_send_parts(const struct produce_pair *, const void *bytes, size_t len, int flags,
			   const struct produce_part *parts, size_t count);
/* They were taken for what they are: those that are sent alone are then produced. */
void produced_parts(const struct produce_part *parts, size_t count);

/* How the groups of scenes are found. */
struct produce_group {
	const struct tap_test *tests;
	size_t count;
};
extern const struct produce_group produce_unix, produce_socket_level, produce_inet, produce_inet6,
	produce_errors, produce_link, produce_sent, produce_transport, produce_other, produce_calls,
	produce_bus;

/* Numbers that a libc may lack: include/uapi/asm-generic/socket.h, linux/in.h, in6.h, udp.h, tcp.h.
 */
#ifndef SO_TIMESTAMP_OLD
#define SO_TIMESTAMP_OLD 29
#define SO_TIMESTAMPNS_OLD 35
#define SO_TIMESTAMPING_OLD 37
#define SO_TIMESTAMP_NEW 63
#define SO_TIMESTAMPNS_NEW 64
#define SO_TIMESTAMPING_NEW 65
#endif
#ifndef SO_RCVMARK
#define SO_RCVMARK 75
#endif
#ifndef SO_PASSPIDFD
#define SO_PASSPIDFD 76
#endif
#ifndef SO_RCVPRIORITY
#define SO_RCVPRIORITY 82
#endif
#ifndef SO_INQ
#define SO_INQ 84
#endif
#ifndef SCM_TS_OPT_ID
#define SCM_TS_OPT_ID 81
#endif
#ifndef SO_TXTIME
#define SO_TXTIME 61
#endif
#ifndef SO_ZEROCOPY
#define SO_ZEROCOPY 60
#endif
#ifndef MSG_ZEROCOPY
#define MSG_ZEROCOPY 0x4000000
#endif
#ifndef SCM_TIMESTAMPING_OPT_STATS
#define SCM_TIMESTAMPING_OPT_STATS 54
#endif
#ifndef SCM_CREDENTIALS
#define SCM_CREDENTIALS 2
#endif
#define PRODUCE_SCM_PIDFD 4
#ifndef SOL_UDP
#define SOL_UDP 17
#endif
#ifndef SOL_TCP
#define SOL_TCP 6
#endif
#define SOL_SCTP_ 132
#define SOL_DCCP_ 269
#define SOL_TLS_ 282
#define PRODUCE_UDP_SEGMENT 103
#define PRODUCE_UDP_GRO 104
#define PRODUCE_TCP_INQ 36

/* SOF_TIMESTAMPING_..., linux/net_tstamp.h */
#define STAMP_TX_SOFTWARE 0x2
#define STAMP_RX_SOFTWARE 0x8
#define STAMP_SOFTWARE 0x10
#define STAMP_OPT_ID 0x80
#define STAMP_TX_SCHED 0x100
#define STAMP_TX_ACK 0x200
#define STAMP_OPT_TSONLY 0x800
#define STAMP_OPT_STATS 0x1000

#endif
