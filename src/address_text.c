/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <arpa/inet.h>
#include <string.h>

/*
 * Addresses of any system. IPv4 and IPv6 ones lie alike everywhere but for the family's number; the
 * BSDs have a length in its first byte. A link's is BSD's and illumos's struct sockaddr_dl.
 */
#define ANC_IN_PORT 2
#define ANC_IN_ADDRESS 4
#define ANC_IN_SIZE 8 /* as far as it is read */
#define ANC_IN6_ADDRESS 8
#define ANC_IN6_SCOPE 24
#define ANC_IN6_SIZE 28
#define ANC_DL_INDEX 2
#define ANC_DL_NAME_LEN 5
#define ANC_DL_ADDRESS_LEN 6
#define ANC_DL_DATA 8

void anc_text_add_in_addr(struct anc_text *text, int family, const unsigned char *at, size_t len)
{
	char address[INET6_ADDRSTRLEN];

	if (len != (family == AF_INET ? 4 : 16) ||
	    inet_ntop(family, at, address, sizeof(address)) == NULL)
		anc_text_add_hex(text, at, len, "");
	else
		anc_text_add(text, "%s", address);
}

static unsigned anc_port(const unsigned char *at)
{
	return (unsigned)anc_field_load(at + ANC_IN_PORT, 2, true);
}

static void anc_text_add_in6(struct anc_text *text, const unsigned char *at, bool big_endian)
{
	const uint64_t scope = anc_field_load(at + ANC_IN6_SCOPE, 4, big_endian);

	anc_text_add(text, "[");
	anc_text_add_in_addr(text, AF_INET6, at + ANC_IN6_ADDRESS, 16);
	if (scope != 0)
		anc_text_add(text, "%%%u", (unsigned)scope);
	anc_text_add(text, "]:%u", anc_port(at));
}

/* A name from outside, without what would end the value or its line. */
static void anc_text_add_link_name(struct anc_text *text, const unsigned char *at, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		anc_text_add(text, "%c",
			     at[i] > ' ' && at[i] < '~' && at[i] != '"' && at[i] != '\\' ? at[i]
											 : '?');
}

/* NAME(INDEX)/ADDRESS, as far as they are there. */
static void anc_text_add_link(struct anc_text *text, const unsigned char *at, size_t len,
			      bool big_endian)
{
	const size_t left = len - ANC_DL_DATA;
	size_t name = at[ANC_DL_NAME_LEN];
	size_t address = at[ANC_DL_ADDRESS_LEN];

	name = name < left ? name : left;
	address = address < left - name ? address : left - name;
	anc_text_add_link_name(text, at + ANC_DL_DATA, name);
	anc_text_add(text, "(%u)", (unsigned)anc_field_load(at + ANC_DL_INDEX, 2, big_endian));
	if (address > 0)
		anc_text_add(text, "/");
	anc_text_add_hex(text, at + ANC_DL_DATA + name, address, ":");
}

void anc_text_add_sockaddr(struct anc_text *text, const unsigned char *at, size_t len,
			   const struct anc_abi *abi)
{
	const struct anc_system *system = abi->system;
	unsigned family;

	if (len < 2) {
		anc_text_add_hex(text, at, len, "");
		return;
	}
	family =
		system->sockaddr_has_len ? at[1] : (unsigned)anc_field_load(at, 2, abi->big_endian);
	if (family == AF_UNSPEC) {
		anc_text_add(text, "unspec");
	} else if (family == AF_INET && len >= ANC_IN_SIZE) {
		anc_text_add_in_addr(text, AF_INET, at + ANC_IN_ADDRESS, 4);
		anc_text_add(text, ":%u", anc_port(at));
	} else if (family == system->inet6 && len >= ANC_IN6_SIZE) {
		anc_text_add_in6(text, at, abi->big_endian);
	} else if (family == system->link && len >= ANC_DL_DATA) {
		anc_text_add_link(text, at, len, abi->big_endian);
	} else {
		anc_text_add(text, "af%u", family);
	}
}
