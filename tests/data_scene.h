/* SPDX-License-Identifier: MIT */
#ifndef DATA_SCENE_H
#define DATA_SCENE_H

/* A pair of sockets, descriptors to send, and an anc_data that receives them. */
#include "data_peer.h"

#define MOST 5

/* A pair with a few descriptors that are sent. */
struct scene {
	int pair[2];
	int fds[MOST];
	size_t before; /* open */
	unsigned char storage[ANC_FDS_SPACE(256)];
	struct anc_data data;
	struct anc_recv_result result;
};

static inline void scene_begin(struct scene *scene, size_t capacity)
{
	size_t i;

	tap_pair(SOCK_SEQPACKET, scene->pair);
	for (i = 0; i < MOST; i++)
		scene->fds[i] = tap_new_fd();
	anc_data_init(&scene->data, scene->storage, capacity);
	scene->before = count_open();
}

static inline void scene_end(struct scene *scene)
{
	size_t i;

	anc_data_fini(&scene->data);
	CHECK_EQ(count_open(), scene->before);
	for (i = 0; i < MOST; i++)
		close(scene->fds[i]);
	close(scene->pair[0]);
	close(scene->pair[1]);
}

static inline void want_pidfd(struct scene *scene)
{
	if (anc_pidfd_enable(scene->pair[1], true) == 0)
		return;
	scene_end(scene);
	SKIP("SO_PASSPIDFD came with Linux 6.5");
}

/* What stands in a buffer. */
struct seen {
	size_t fds;
	size_t rights; /* those of SCM_RIGHTS */
	bool pidfd;
	bool truncated; /* a message says that it was cut */
};

static inline struct seen look(const struct anc_data *data)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_data_cmsgs(data));
	struct seen seen = {0, 0, false, false};
	struct anc_cmsg msg;
	int fd;

	while (anc_cmsg_iter_next(&it, &msg) == 1) {
		seen.truncated = seen.truncated || msg.truncated;
		if (anc_rights_is(&msg))
			seen.rights += msg.len / sizeof(int);
		if (anc_pidfd_is(&msg) && msg.len == sizeof(fd)) {
			memcpy(&fd, msg.data, sizeof(fd));
			seen.pidfd = fd >= 0;
		}
	}
	seen.fds = seen.rights + seen.pidfd;
	return seen;
}

#endif
