/* SPDX-License-Identifier: MIT */
#ifndef RTNETLINK_H
#define RTNETLINK_H

/* Requests about devices, addresses and what stands between: rtnetlink(7). */

#include <linux/rtnetlink.h>
#include <stddef.h>

#define RTNETLINK_ROOM 1024

/* A request to the kernel, and how many bytes of it there are. */
struct rtnetlink_request {
	struct nlmsghdr header;
	unsigned char bytes[RTNETLINK_ROOM];
};

struct rtnetlink_request rtnetlink_request_of(int type, int flags, const void *body, size_t len);
void rtnetlink_put(struct rtnetlink_request *, const void *bytes, size_t len);
void rtnetlink_attribute(struct rtnetlink_request *, int type, const void *value, size_t len);

/* An attribute that has others in it, until rtnetlink_nest_end(). */
size_t rtnetlink_nest(struct rtnetlink_request *, int type);
void rtnetlink_nest_end(struct rtnetlink_request *, size_t at);

/* The kernel's answer: 0 or a negative errno. */
int rtnetlink_ask(const struct rtnetlink_request *);

/* The bytes of an address of either family; returns how many. */
size_t rtnetlink_address(const char *text, unsigned char *ret);
int rtnetlink_add_address(const char *device, const char *text);

/* A device of that kind, which is then up. */
int rtnetlink_add_device(const char *name, const char *kind);

#endif
