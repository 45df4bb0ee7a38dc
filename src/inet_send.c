/* SPDX-License-Identifier: MIT */
#include "inet.h"

#include "socket.h"

#include <netinet/in.h>

/* Addresses, and what goes with a packet that is sent. */

int anc_inet_address_from(const struct sockaddr *addr, socklen_t len, struct anc_inet_address *ret)
{
	struct sockaddr_in6 in6 = {.sin6_family = AF_UNSPEC};
	struct sockaddr_in in;

	if (addr == NULL || len < sizeof(in))
		return -EAFNOSUPPORT;
	memcpy(&in, addr, sizeof(in));
	memcpy(&in6, addr, len < sizeof(in6) ? len : sizeof(in6));
	if (in.sin_family == AF_INET) {
		anc_inet_address_set4(ret, &in.sin_addr);
		ret->port = ntohs(in.sin_port);
		return 0;
	}
	/* RFC 2133 had it without a scope. */
	if (in.sin_family != AF_INET6 || len < offsetof(struct sockaddr_in6, sin6_scope_id))
		return -EAFNOSUPPORT;
	anc_inet_address_set6(ret, in6.sin6_addr.s6_addr);
	ret->port = ntohs(in6.sin6_port);
	if (ret->family == AF_INET6)
		ret->scope = in6.sin6_scope_id;
	return 0;
}

static void anc_inet_address_to6(const struct anc_inet_address *address, struct sockaddr_in6 *in6)
{
	uint8_t *at = in6->sin6_addr.s6_addr;

	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons(address->port);
	in6->sin6_scope_id = address->scope;
	if (address->family == AF_INET6) {
		memcpy(at, address->bytes, 16);
		return;
	}
	at[10] = at[11] = 0xff;
	memcpy(at + 12, address->bytes, 4);
}

int anc_inet_address_to(const struct anc_inet_address *address, int family,
			struct sockaddr_storage *ret, socklen_t *ret_len)
{
	struct sockaddr_in6 in6 = {.sin6_family = AF_UNSPEC};
	struct sockaddr_in in = {.sin_family = AF_INET};
	const int as = family != AF_UNSPEC ? family : address->family;
	const bool is4 = address->family == AF_INET;

	if ((!is4 && address->family != AF_INET6) || (as == AF_INET ? !is4 : as != AF_INET6))
		return -EAFNOSUPPORT;
	memset(ret, 0, sizeof(*ret));
	*ret_len = as == AF_INET ? sizeof(in) : sizeof(in6);
	in.sin_port = htons(address->port);
	memcpy(&in.sin_addr, address->bytes, sizeof(in.sin_addr));
	anc_inet_address_to6(address, &in6);
	memcpy(ret, as == AF_INET ? (const void *)&in : &in6, *ret_len);
	return 0;
}

/* Whether an address belongs to one link: RFC 3927, RFC 5771, RFC 4007. */
static bool anc_inet_address_is_of_link(const struct anc_inet_address *address)
{
	const uint8_t *at = address->bytes;

	if (address->family == AF_INET6)
		return anc_inet_address6_needs_scope(at);
	return (at[0] == 169 && at[1] == 254) || (at[0] == 224 && at[1] == 0 && at[2] == 0) ||
	       (at[0] == 255 && at[1] == 255);
}

struct anc_inet anc_inet_answer(const struct anc_inet *received)
{
	struct anc_inet answer = {.known = received->known & ANC_INET_LOCAL};

	if (answer.known != 0)
		answer.local = received->local;
	/* Elsewhere the way back may be another interface's. */
	if ((received->known & ANC_INET_INTERFACE) != 0 &&
	    ((answer.known != 0 && anc_inet_address_is_of_link(&received->local)) ||
	     ((received->known & ANC_INET_DESTINATION) != 0 &&
	      anc_inet_address_is_of_link(&received->destination)))) {
		answer.known |= ANC_INET_INTERFACE;
		answer.interface = received->interface;
	}
	return answer;
}

/* Messages to be added all together, or none. */
struct anc_inet_messages {
	struct anc_in_pktinfo info;
	struct anc_in6_pktinfo info6;
	int hop_limit;
	int traffic_class;
	struct anc_cmsg list[3];
	size_t count;
	size_t space;
};

static void anc_inet_messages_put(struct anc_inet_messages *to, const struct anc_message_type *row,
				  const void *value, size_t size)
{
	to->list[to->count++] = (struct anc_cmsg){row->level, row->type, value, size, false};
	to->space += ANC_CMSG_SPACE(size);
}

static void anc_inet_put4(const struct anc_inet *inet, struct anc_inet_messages *to)
{
	to->info.ifindex = (int32_t)inet->interface;
	memcpy(to->info.spec_dst, inet->local.bytes, sizeof(to->info.spec_dst));
	if ((inet->known & (ANC_INET_LOCAL | ANC_INET_INTERFACE)) != 0)
		anc_inet_messages_put(to, &anc_pktinfo_type, &to->info, sizeof(to->info));
	if ((inet->known & ANC_INET_HOP_LIMIT) != 0)
		anc_inet_messages_put(to, &anc_ttl_type, &to->hop_limit, sizeof(int));
	/* An int, which every Linux takes; a byte only from 3.13 on. */
	if ((inet->known & ANC_INET_TRAFFIC_CLASS) != 0)
		anc_inet_messages_put(to, &anc_tos_type, &to->traffic_class, sizeof(int));
}

static void anc_inet_put6(const struct anc_inet *inet, struct anc_inet_messages *to)
{
	const uint32_t interface = inet->interface != 0 ? inet->interface : inet->local.scope;

	to->info6.ifindex = (int32_t)interface;
	memcpy(to->info6.addr, inet->local.bytes, sizeof(to->info6.addr));
	if ((inet->known & (ANC_INET_LOCAL | ANC_INET_INTERFACE)) != 0)
		anc_inet_messages_put(to, &anc_pktinfo6_type, &to->info6, sizeof(to->info6));
	if ((inet->known & ANC_INET_HOP_LIMIT) != 0)
		anc_inet_messages_put(to, &anc_hoplimit_type, &to->hop_limit, sizeof(int));
	if ((inet->known & ANC_INET_TRAFFIC_CLASS) != 0)
		anc_inet_messages_put(to, &anc_tclass_type, &to->traffic_class, sizeof(int));
}

static int anc_inet_messages_add(const struct anc_inet_messages *messages, struct anc_data *data)
{
	const bool fits = messages->space <= data->built.capacity - data->built.len;
	int error = 0;
	size_t i;

	/* One that is busy says so at the first. */
	if (!fits && (data->state == ANC_STATE_EMPTY || data->state == ANC_STATE_BUILT))
		return -ENOBUFS;
	for (i = 0; i < messages->count && error == 0; i++)
		error = anc_data_add_cmsg(data, &messages->list[i]);
	return error;
}

/* What is not known is zero, and so means: as it would be. */
static struct anc_inet anc_inet_known(const struct anc_inet *inet)
{
	struct anc_inet known = {.known = inet->known};

	if ((inet->known & ANC_INET_LOCAL) != 0)
		known.local = inet->local;
	if ((inet->known & ANC_INET_INTERFACE) != 0)
		known.interface = inet->interface;
	return known;
}

int anc_inet_add(struct anc_data *data, const struct sockaddr *to, socklen_t tolen,
		 const struct anc_inet *inet)
{
	const struct anc_inet known = anc_inet_known(inet);
	struct anc_inet_messages messages = {
		.hop_limit = inet->hop_limit,
		.traffic_class = inet->traffic_class,
	};
	struct anc_inet_address remote;
	const int error = anc_inet_address_from(to, tolen, &remote);

	if (error < 0)
		return error;
	if ((known.known & ANC_INET_LOCAL) != 0 && known.local.family != remote.family)
		return -EAFNOSUPPORT;
	if (remote.family == AF_INET && (known.known & ANC_INET_HOP_LIMIT) != 0 &&
	    inet->hop_limit == 0)
		return -EINVAL;
	if (remote.family == AF_INET)
		anc_inet_put4(&known, &messages);
	else
		anc_inet_put6(&known, &messages);
	return anc_inet_messages_add(&messages, data);
}

int anc_inet_reply(struct anc_data *data, const struct sockaddr *to, socklen_t tolen,
		   const struct anc_inet *received)
{
	const struct anc_inet answer = anc_inet_answer(received);

	anc_data_clear(data);
	return anc_inet_add(data, to, tolen, &answer);
}

/* What turns each on, for IPv4 and for IPv6. */
static const struct anc_inet_option {
	unsigned bits;
	const struct anc_message_type *row4, *row6;
} anc_inet_options[] = {
	{ANC_INET_LOCAL | ANC_INET_INTERFACE | ANC_INET_DESTINATION, &anc_pktinfo_type,
	 &anc_pktinfo6_type},
	{ANC_INET_HOP_LIMIT, &anc_ttl_type, &anc_hoplimit_type},
	{ANC_INET_TRAFFIC_CLASS, &anc_tos_type, &anc_tclass_type},
	{ANC_INET_DESTINATION_PORT, &anc_origdst_type, &anc_origdst6_type},
};

#define ANC_INET_ALL                                                                               \
	(ANC_INET_LOCAL | ANC_INET_INTERFACE | ANC_INET_DESTINATION | ANC_INET_DESTINATION_PORT |  \
	 ANC_INET_HOP_LIMIT | ANC_INET_TRAFFIC_CLASS)

/* Raw sockets of IPv6 have no IPv4, nor its options. */
static bool anc_inet_takes_both(int fd, const struct anc_socket *sock)
{
	return sock->type != SOCK_RAW && anc_socket_ask(fd, IPPROTO_IPV6, IPV6_V6ONLY) == 0;
}

/* 0, or what the kernel said to the first that it refused. */
static int anc_inet_turn_on(int fd, const struct anc_inet_option *option, bool is6, bool is4)
{
	const int error6 = is6 ? anc_message_enable(option->row6, fd, true) : 0;
	const int error4 = is4 ? anc_message_enable(option->row4, fd, true) : 0;

	return error6 < 0 ? error6 : error4;
}

static int anc_inet_turn_all_on(int fd, const struct anc_socket *sock, unsigned what,
				unsigned *ret_refused)
{
	const bool is6 = sock->family == AF_INET6;
	const bool is4 = !is6 || anc_inet_takes_both(fd, sock);
	int first = 0;
	size_t i;

	*ret_refused = 0;
	for (i = 0; i < sizeof(anc_inet_options) / sizeof(anc_inet_options[0]); i++) {
		const unsigned bits = what & anc_inet_options[i].bits;
		const int error =
			bits != 0 ? anc_inet_turn_on(fd, &anc_inet_options[i], is6, is4) : 0;

		if (error < 0)
			*ret_refused |= bits;
		first = first < 0 ? first : error;
	}
	return first;
}

int anc_inet_enable(int fd, unsigned what, unsigned *ret_refused)
{
	struct anc_socket sock;
	unsigned refused;
	int error = anc_socket_checked(fd, &sock);

	if (error < 0)
		return error;
	if ((what & ~(unsigned)ANC_INET_ALL) != 0)
		return -EINVAL;
	if (sock.family != AF_INET && sock.family != AF_INET6)
		return -EAFNOSUPPORT;
	error = anc_inet_turn_all_on(fd, &sock, what, &refused);
	if (ret_refused == NULL)
		return error;
	*ret_refused = refused;
	return 0;
}
