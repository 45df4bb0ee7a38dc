/* SPDX-License-Identifier: MIT */
#include "field.h"
#include "inet.h"

#include <netinet/in.h>

/* Messages of any system, read by the names that their rows give to the fields. */

/* Where addresses of sockets lie: <netinet/in.h>, <net/if_dl.h> of each system. */
#define ANC_SOCKADDR_PORT 2
#define ANC_SOCKADDR_IN 4
#define ANC_SOCKADDR_IN_SIZE 8 /* as far as it is read */
#define ANC_SOCKADDR_IN6 8
#define ANC_SOCKADDR_IN6_SCOPE 24
#define ANC_SOCKADDR_IN6_SIZE 28
#define ANC_SOCKADDR_DL_INDEX 2
#define ANC_SOCKADDR_DL_SIZE 4

/* A field of a message, as far as the message has it. */
struct anc_inet_field {
	const struct anc_field *field;
	struct anc_span span;
	const struct anc_abi *abi;
};

static uint64_t anc_inet_number(const struct anc_inet_field *from)
{
	return anc_field_number(from->field, from->span.at, from->span.len, from->abi);
}

/* The family of a struct sockaddr, in the numbers of its system; 0: none. */
static unsigned anc_inet_family(const struct anc_inet_field *from)
{
	const unsigned char *at = from->span.at;

	if (from->span.len < ANC_SOCKADDR_DL_SIZE)
		return 0;
	return from->abi->system->sockaddr_has_len
		       ? at[1]
		       : (unsigned)anc_field_load(at, 2, from->abi->big_endian);
}

static void anc_inet_load_sockaddr6(const struct anc_inet_field *from, struct anc_inet *inet)
{
	const unsigned char *at = from->span.at;

	anc_inet_address_set6(&inet->destination, at + ANC_SOCKADDR_IN6);
	if (inet->destination.family == AF_INET6)
		inet->destination.scope = (uint32_t)anc_field_load(at + ANC_SOCKADDR_IN6_SCOPE, 4,
								   from->abi->big_endian);
}

static bool anc_inet_load_sockaddr(const struct anc_inet_field *from, struct anc_inet *inet)
{
	const unsigned char *at = from->span.at;
	const unsigned family = anc_inet_family(from);

	if (family == AF_INET && from->span.len >= ANC_SOCKADDR_IN_SIZE)
		anc_inet_address_set4(&inet->destination, at + ANC_SOCKADDR_IN);
	else if (family == from->abi->system->inet6 && from->span.len >= ANC_SOCKADDR_IN6_SIZE)
		anc_inet_load_sockaddr6(from, inet);
	else
		return false;
	inet->destination.port = (uint16_t)anc_field_load(at + ANC_SOCKADDR_PORT, 2, true);
	inet->known |= ANC_INET_DESTINATION | ANC_INET_DESTINATION_PORT;
	return true;
}

static bool anc_inet_load_destination(const struct anc_inet_field *from, struct anc_inet *inet)
{
	if (anc_field_kind_of(from->field) == ANC_FIELD_SOCKADDR)
		return anc_inet_load_sockaddr(from, inet);
	if (from->span.len == 4)
		anc_inet_address_set4(&inet->destination, from->span.at);
	else
		anc_inet_address_set6(&inet->destination, from->span.at);
	anc_inet_guess_local(inet);
	return true;
}

static bool anc_inet_load_local(const struct anc_inet_field *from, struct anc_inet *inet)
{
	anc_inet_set_local4(inet, from->span.at);
	return true;
}

/* A number, or the address of a link, which begins with one. */
static bool anc_inet_load_interface(const struct anc_inet_field *from, struct anc_inet *inet)
{
	uint64_t index;

	if (anc_field_kind_of(from->field) != ANC_FIELD_SOCKADDR)
		index = anc_inet_number(from);
	else if (anc_inet_family(from) == from->abi->system->link)
		index = anc_field_load(from->span.at + ANC_SOCKADDR_DL_INDEX, 2,
				       from->abi->big_endian);
	else
		return false;
	anc_inet_set_interface(inet, (uint32_t)index);
	return true;
}

static bool anc_inet_load_port(const struct anc_inet_field *from, struct anc_inet *inet)
{
	inet->destination.port = (uint16_t)anc_inet_number(from);
	inet->known |= ANC_INET_DESTINATION_PORT;
	return true;
}

static bool anc_inet_load_hops(const struct anc_inet_field *from, struct anc_inet *inet)
{
	const uint64_t number = anc_inet_number(from);

	inet->hop_limit = (uint8_t)number;
	inet->known |= ANC_INET_HOP_LIMIT;
	return number <= UINT8_MAX;
}

static bool anc_inet_load_class(const struct anc_inet_field *from, struct anc_inet *inet)
{
	const uint64_t number = anc_inet_number(from);

	inet->traffic_class = (uint8_t)number;
	inet->known |= ANC_INET_TRAFFIC_CLASS;
	return number <= UINT8_MAX;
}

/* What the rows of IPv4 and IPv6 call it; no other field of theirs has one of these names. */
static const struct anc_inet_loader {
	const char *name;
	bool (*load)(const struct anc_inet_field *, struct anc_inet *);
} anc_inet_loaders[] = {
	{"ipi_ifindex", anc_inet_load_interface},
	{"ipi_spec_dst", anc_inet_load_local},
	{"ipi_addr", anc_inet_load_destination},
	{"ipi6_addr", anc_inet_load_destination},
	{"ipi6_ifindex", anc_inet_load_interface},
	{"addr", anc_inet_load_destination},
	{"ifindex", anc_inet_load_interface},
	{"interface", anc_inet_load_interface},
	{"port", anc_inet_load_port},
	{"ttl", anc_inet_load_hops},
	{"hoplimit", anc_inet_load_hops},
	{"tos", anc_inet_load_class},
	{"tclass", anc_inet_load_class},
};

static const struct anc_inet_loader *anc_inet_loader_of(const struct anc_field *field)
{
	size_t i;

	for (i = 0; i < sizeof(anc_inet_loaders) / sizeof(anc_inet_loaders[0]); i++)
		if (strcmp(anc_inet_loaders[i].name, field->name) == 0)
			return &anc_inet_loaders[i];
	return NULL;
}

/* Whether a field of the row says anything of this. */
static bool anc_inet_row_tells(const struct anc_message_type *row)
{
	size_t i;

	for (i = 0; i < row->field_count; i++)
		if (anc_inet_loader_of(&row->fields[i]) != NULL)
			return true;
	return false;
}

static bool anc_inet_load_field(const struct anc_message_type *row, const struct anc_field *field,
				const struct anc_cmsg *msg, const struct anc_abi *abi,
				struct anc_inet *inet)
{
	const struct anc_inet_loader *loader = anc_inet_loader_of(field);
	struct anc_inet_field from = {.field = field, .abi = abi};

	if (loader == NULL)
		return true;
	return anc_field_span(row, field, msg, abi, &from.span) && loader->load(&from, inet);
}

static int anc_inet_load_row(const struct anc_message_type *row, const struct anc_cmsg *msg,
			     const struct anc_abi *abi, struct anc_inet *inet)
{
	struct anc_inet next = *inet;
	size_t i;

	for (i = 0; i < row->field_count; i++)
		if (!anc_inet_load_field(row, &row->fields[i], msg, abi, &next))
			return -EBADMSG;
	*inet = next;
	return 0;
}

int anc_inet_read_row(const struct anc_cmsg *msg, const struct anc_abi *abi, struct anc_inet *inet)
{
	const struct anc_message_type *row;
	enum anc_match match;

	/* The two levels have their protocols' numbers everywhere. */
	if (msg->level != IPPROTO_IP && msg->level != IPPROTO_IPV6)
		return -ENOMSG;
	row = anc_message_match(abi, AF_UNSPEC, msg, &match);
	if (row == NULL || !anc_inet_row_tells(row))
		return -ENOMSG;
	return match <= ANC_MATCH_SIZE ? -EBADMSG : anc_inet_load_row(row, msg, abi, inet);
}
