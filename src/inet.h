/* SPDX-License-Identifier: MIT */
#ifndef ANC_INET_INTERNAL_H
#define ANC_INET_INTERNAL_H

#include <anc/inet.h>

static inline uint32_t anc_inet_word(const void *at)
{
	uint32_t word;

	memcpy(&word, at, sizeof(word));
	return word;
}

static inline uint64_t anc_inet_words(const void *at)
{
	uint64_t words;

	memcpy(&words, at, sizeof(words));
	return words;
}

static inline void anc_inet_address_set4(struct anc_inet_address *address, const void *at)
{
	const uint32_t word = anc_inet_word(at);

	memset(address->bytes, 0, sizeof(address->bytes));
	memcpy(address->bytes, &word, sizeof(word));
	address->family = AF_INET;
	address->scope = 0;
}

/* 16 bytes; ::ffff:192.0.2.1 is IPv4. */
static inline void anc_inet_address_set6(struct anc_inet_address *address, const unsigned char *at)
{
	static const unsigned char mapped[4] = {0, 0, 0xff, 0xff};

	if (anc_inet_words(at) == 0 && memcmp(at + 8, mapped, sizeof(mapped)) == 0) {
		anc_inet_address_set4(address, at + 12);
		return;
	}
	memcpy(address->bytes, at, sizeof(address->bytes));
	address->family = AF_INET6;
	address->scope = 0;
}

/* Whether packets may come from it, as far as bytes tell: not from none, a group, or everyone. */
static inline bool anc_inet_address_is_one(const struct anc_inet_address *address)
{
	const uint8_t *at = address->bytes;

	if (address->family == AF_INET6)
		return at[0] != 0xff && (anc_inet_words(at) | anc_inet_words(at + 8)) != 0;
	return (at[0] & 0xf0) != 0xe0 && anc_inet_word(at) != 0 && anc_inet_word(at) != UINT32_MAX;
}

/* Whether an IPv6 address means something on one interface only: RFC 4007. */
static inline bool anc_inet_address6_needs_scope(const uint8_t *at)
{
	if (at[0] == 0xff)
		return (at[1] & 0xf) == 1 || (at[1] & 0xf) == 2;
	return at[0] == 0xfe && (at[1] & 0xc0) == 0x80;
}

/* Where a packet was sent to; this host's own address is the same unless a group's. */
static inline void anc_inet_guess_local(struct anc_inet *inet)
{
	inet->known |= ANC_INET_DESTINATION;
	if ((inet->known & ANC_INET_LOCAL) != 0 || !anc_inet_address_is_one(&inet->destination))
		return;
	inet->local = inet->destination;
	inet->local.port = 0;
	inet->known |= ANC_INET_LOCAL;
}

/* What the system says itself, unless 0.0.0.0, goes before a guess. */
static inline void anc_inet_set_local4(struct anc_inet *inet, const unsigned char *at)
{
	if (anc_inet_word(at) == 0)
		return;
	anc_inet_address_set4(&inet->local, at);
	inet->known |= ANC_INET_LOCAL;
}

static inline void anc_inet_set_interface(struct anc_inet *inet, uint32_t index)
{
	if (index == 0)
		return;
	inet->interface = index;
	inet->known |= ANC_INET_INTERFACE;
}

static inline void anc_inet_address_set_scope(struct anc_inet_address *address, uint32_t scope)
{
	if (address->scope == 0 && anc_inet_address6_needs_scope(address->bytes) &&
	    address->family == AF_INET6)
		address->scope = scope;
}

/* Addresses of a link belong to the packet's interface, where no other is said. */
static inline void anc_inet_set_scopes(struct anc_inet *inet)
{
	/* Most begin with less. */
	if (ANC_LIKELY(inet->destination.bytes[0] < 0xfe && inet->local.bytes[0] < 0xfe))
		return;
	anc_inet_address_set_scope(&inet->destination, inet->interface);
	anc_inet_address_set_scope(&inet->local, inet->interface);
}

/* By the row of a system: inet_rows.c. */
int anc_inet_read_row(const struct anc_cmsg *, const struct anc_abi *, struct anc_inet *inet);

#endif
