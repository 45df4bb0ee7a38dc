/* SPDX-License-Identifier: MIT */
#ifndef CMD_PROBE_H
#define CMD_PROBE_H

/* anc probe: one generic exchange, driven by the rows; a scene says over what sockets. */

#include <anc/anc.h>

/* Two sockets that reach each other, or one that sends to nobody and hears of it. */
struct probe_ends {
	int sender;
	int receiver; /* may be the sender */
	int helper;   /* kept open for their sake, or -1 */
};

/* Sockets of one kind; nothing but this program's own, on loopback. */
struct probe_scene {
	const char *name;
	int family;
	int type;
	int protocol;
	/* 0, or a negative errno; `ends` are -1 before, and closed by the caller. */
	int (*open)(const struct probe_scene *scene, struct probe_ends *ends);
	/* Whose messages the kernel looks at here; others it would ignore without a word. */
	int sends[4], receives[4];
	/* Opening it turned its messages on: their option takes more than an int. */
	bool turns_on;
};

/* Ends a list of levels; IPPROTO_IP is 0. */
#define PROBE_END (-1)

/* The scene after one, the first after NULL, NULL after the last. */
const struct probe_scene *probe_scene_next(const struct probe_scene *scene);

/* What is known of a question, the better the higher. */
enum probe_answer {
	PROBE_SENSELESS,    /* the row has no such thing */
	PROBE_NO_EXCHANGE,  /* not tried: there is no scene for it */
	PROBE_NO_SOCKETS,   /* not tried: the scene failed, `error` */
	PROBE_NOT_PROVOKED, /* an exchange worked and did not bring it, which proves nothing */
	PROBE_NO,           /* the kernel said `error` */
	PROBE_YES
};

struct probe_verdict {
	enum probe_answer answer;
	int error;
	const char *scene; /* where; NULL: nowhere */
};

/* The three questions to a row. Each opens sockets, and closes them. */
struct probe_verdict probe_enable(const struct anc_message_type *row);
struct probe_verdict probe_send(const struct anc_message_type *row);
struct probe_verdict probe_receive(const struct anc_message_type *row);

/* Whether a level is in such a list. */
bool probe_is_among(int level, const int *levels);

/* Sends what the scene's other end takes, without waiting. Returns 0 or a negative errno. */
int probe_send_packet(const struct probe_scene *scene, int fd, const struct anc_data *data);

/*
 * Sends, and says whether that brought a message of this row, on either end's queue or error queue.
 * After an overflow one more tells of it; what is slow gets more time.
 */
bool probe_exchange(const struct anc_message_type *row, const struct probe_scene *scene,
		    const struct probe_ends *ends);

/* Control data with a plausible message of this type; `fd` is one to lend. */
int probe_add_sample(const struct anc_message_type *row, struct anc_data *data, int fd);

/* What the two ends need beside that. Returns 0 or a negative errno. */
int probe_prepare(const struct anc_message_type *row, const struct probe_ends *ends);

/* Whether the kernel takes a while to turn it on: stamps, once nobody had them on. */
bool probe_is_slow(const struct anc_message_type *row);

/* How many messages provoke it. */
int probe_message_count(const struct anc_message_type *row);

#endif
