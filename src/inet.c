/* SPDX-License-Identifier: MIT */
#include "inet.h"

#include "platform/linux_numbers.h"

/*
 * The host's own messages, which come with every packet, read straight: by their rows it would be
 * some hundred instructions for each. tests/inet.c holds both against each other.
 */

#ifndef IP_ORIGDSTADDR
#define IP_ORIGDSTADDR 20
#endif
#ifndef IPV6_ORIGDSTADDR
#define IPV6_ORIGDSTADDR 74
#endif
#ifndef IPV6_2292PKTINFO
#define IPV6_2292PKTINFO 2
#endif
#ifndef IPV6_2292HOPLIMIT
#define IPV6_2292HOPLIMIT 8
#endif

static inline int anc_inet_load_pktinfo(const struct anc_cmsg *msg, struct anc_inet *inet)
{
	struct anc_in_pktinfo info;

	if (msg->len != sizeof(info))
		return -EBADMSG;
	memcpy(&info, msg->data, sizeof(info));
	anc_inet_set_interface(inet, (uint32_t)info.ifindex);
	anc_inet_set_local4(inet, info.spec_dst);
	anc_inet_address_set4(&inet->destination, info.addr);
	anc_inet_guess_local(inet);
	return 0;
}

static inline int anc_inet_load_pktinfo6(const struct anc_cmsg *msg, struct anc_inet *inet)
{
	struct anc_in6_pktinfo info;

	if (msg->len != sizeof(info))
		return -EBADMSG;
	memcpy(&info, msg->data, sizeof(info));
	anc_inet_set_interface(inet, (uint32_t)info.ifindex);
	anc_inet_address_set6(&inet->destination, info.addr);
	anc_inet_guess_local(inet);
	return 0;
}

/* An int, or a byte where there may be one: at least `least` bytes. */
static inline int anc_inet_load_byte(const struct anc_cmsg *msg, size_t least, unsigned bit,
				     uint8_t *ret, struct anc_inet *inet)
{
	uint32_t number;

	if (msg->len == sizeof(number))
		memcpy(&number, msg->data, sizeof(number));
	else if (msg->len == 1 && least == 1)
		number = *(const unsigned char *)msg->data;
	else
		return -EBADMSG;
	if (number > UINT8_MAX)
		return -EBADMSG;
	*ret = (uint8_t)number;
	inet->known |= bit;
	return 0;
}

static inline int anc_inet_load_hop_limit(const struct anc_cmsg *msg, struct anc_inet *inet)
{
	return anc_inet_load_byte(msg, sizeof(int), ANC_INET_HOP_LIMIT, &inet->hop_limit, inet);
}

static inline int anc_inet_load_traffic_class(const struct anc_cmsg *msg, size_t least,
					      struct anc_inet *inet)
{
	return anc_inet_load_byte(msg, least, ANC_INET_TRAFFIC_CLASS, &inet->traffic_class, inet);
}

static int anc_inet_load_original(const struct anc_cmsg *msg, size_t size, struct anc_inet *inet)
{
	struct anc_inet_address to;
	struct sockaddr_in6 addr;

	if (msg->len != size)
		return -EBADMSG;
	memcpy(&addr, msg->data, size);
	if (anc_inet_address_from((struct sockaddr *)&addr, (socklen_t)size, &to) < 0)
		return -EBADMSG;
	inet->destination = to;
	inet->known |= ANC_INET_DESTINATION | ANC_INET_DESTINATION_PORT;
	return 0;
}

static inline int anc_inet_load4(const struct anc_cmsg *msg, struct anc_inet *inet)
{
	switch (msg->type) {
	case IP_PKTINFO:
		return anc_inet_load_pktinfo(msg, inet);
	case IP_TTL:
		return anc_inet_load_hop_limit(msg, inet);
	case IP_TOS:
		return anc_inet_load_traffic_class(msg, 1, inet);
	case IP_ORIGDSTADDR:
		return anc_inet_load_original(msg, sizeof(struct sockaddr_in), inet);
	default:
		return -ENOMSG;
	}
}

static inline int anc_inet_load6(const struct anc_cmsg *msg, struct anc_inet *inet)
{
	switch (msg->type) {
	case IPV6_PKTINFO:
	case IPV6_2292PKTINFO:
		return anc_inet_load_pktinfo6(msg, inet);
	case IPV6_HOPLIMIT:
	case IPV6_2292HOPLIMIT:
		return anc_inet_load_hop_limit(msg, inet);
	case IPV6_TCLASS:
		return anc_inet_load_traffic_class(msg, sizeof(int), inet);
	case IPV6_ORIGDSTADDR:
		return anc_inet_load_original(msg, sizeof(struct sockaddr_in6), inet);
	default:
		return -ENOMSG;
	}
}

static inline int anc_inet_load(const struct anc_cmsg *msg, struct anc_inet *inet)
{
	if (msg->level == IPPROTO_IP)
		return anc_inet_load4(msg, inet);
	return msg->level == IPPROTO_IPV6 ? anc_inet_load6(msg, inet) : -ENOMSG;
}

int anc_inet_read(const struct anc_cmsg *msg, const struct anc_abi *or_null, struct anc_inet *inet)
{
	const int error =
		or_null == NULL ? anc_inet_load(msg, inet) : anc_inet_read_row(msg, or_null, inet);

	if (error == 0)
		anc_inet_set_scopes(inet);
	return error;
}

int anc_inet_get(const struct anc_data *data, struct anc_inet *ret)
{
	/* Of what has one size no cut took anything: the iterator need not look for one. */
	struct anc_cmsg_iter it =
		anc_cmsgs_iter(anc_cmsgs_from_bytes(data->built.bytes, data->built.len));
	struct anc_inet all = {.known = 0};
	struct anc_cmsg msg;

	while (anc_cmsg_iter_next(&it, &msg) > 0)
		anc_inet_load(&msg, &all);
	if (all.known == 0)
		return -ENOMSG;
	anc_inet_set_scopes(&all);
	*ret = all;
	return 0;
}
