/* SPDX-License-Identifier: MIT */
/* Pairs of example sockets for their tests, and what is done with any of them. */
#ifndef ENDS_H
#define ENDS_H

#include "pipe_socket.h"
#include "recording_socket.h"

/* A message type of these tests' own, with a descriptor behind a number. */
struct note {
	uint32_t number;
	int fd;
};

extern const struct anc_message_type note_type;
ANC_TYPED_ADD(note, &note_type, struct note)

/* Two connected ends, either in-process or the kernel's with recorders around them. */
struct ends {
	struct anc_socket a;
	struct anc_socket b;
	struct pipe_socket *pipe[2];
	struct recording_socket recorders[2];
	int kernel[2];
	char *text;
	size_t text_len;
	FILE *record;
};

/* Both the in-process socket, or two recorders around a kernel pair of that type. */
void ends_open_pipe(struct ends *ends);
void ends_open_recorded(struct ends *ends, int type);

/* First one end, then the other. */
void ends_close_a(struct ends *ends);
void ends_close_b(struct ends *ends);

/* What the recorders wrote down; valid until the next call. */
const char *ends_recorded(struct ends *ends);

/* Sends `text` with up to 8 new descriptors, closed here then; as anc_socket_send_fds(). */
ssize_t send_new(struct anc_socket sock, const char *text, size_t count);

/* anc_receiver_recv() with these flags. */
int receive(struct anc_socket sock, char *buf, size_t len, struct anc_data *data, int flags,
	    struct anc_recv_result *ret);

#endif
