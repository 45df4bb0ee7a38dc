/* SPDX-License-Identifier: MIT */
#ifndef NETWORK_H
#define NETWORK_H

/*
 * Three network namespaces, joined by two pairs of veth devices:
 *
 *     LEFT 10.1.0.1, fd01::1 -- 10.1.0.2, fd01::2 ROUTER 10.2.0.1, fd02::1 -- 10.2.0.2, fd02::2
 * RIGHT
 *
 * RIGHT has 10.2.0.3 and fd02::3 as well. All is gone when the test ends.
 */

#include <stdint.h>

enum network_place { NETWORK_LEFT, NETWORK_ROUTER, NETWORK_RIGHT, NETWORK_PLACES };

/* What the links take in one packet. */
#define NETWORK_MTU 1500
#define NETWORK_NARROW 1300

/* The devices: of LEFT, of ROUTER to the left and to the right, of RIGHT. */
#define NETWORK_DEVICE_LEFT "left"
#define NETWORK_DEVICE_RIGHT "right"

/* Makes them, for a test between produce_begin() and produce_end(); skips it where they are not to
 * be had. `right_mtu`: of the link on the right. */
void network_open(unsigned right_mtu);
void network_close(void);

/* Moves this thread there: sockets that it opens then belong there. */
void network_move(enum network_place);

/* Moves there too. A socket of UDP, kept for the test, that hears on an address and any port; one
 * that is connected to an address. */
int network_listen(enum network_place, const char *address, uint16_t *ret_port);
int network_connect(enum network_place, const char *address, uint16_t port);

/* What a family's hosts are called, and its numbers. */
struct network_family {
	int family;
	const char *near, *right, *right_too, *nowhere, *any;
	int level, hops, discover;
};
extern const struct network_family network_families[2];

/* A scene with the three namespaces around it. */
#define WIRED(name, mtu)                                                                           \
	static void scene_##name(void);                                                            \
	static void test_##name(void)                                                              \
	{                                                                                          \
		produce_begin();                                                                   \
		network_open(mtu);                                                                 \
		scene_##name();                                                                    \
		network_close();                                                                   \
		produce_end();                                                                     \
	}                                                                                          \
	static void scene_##name(void)

#endif
