/* SPDX-License-Identifier: MIT */
#include "names.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const struct {
	const char *name;
	int family;
} families[] = {
	{"unix", AF_UNIX},
	{"local", AF_UNIX},
	{"inet", AF_INET},
	{"inet6", AF_INET6},
	{"packet", AF_PACKET},
	{"netlink", AF_NETLINK},
	{"alg", AF_ALG},
	{"bluetooth", AF_BLUETOOTH},
	{"caif", AF_CAIF},
	{"can", AF_CAN},
	{"ieee802154", AF_IEEE802154},
	{"isdn", AF_ISDN},
	{"iucv", AF_IUCV},
	{"kcm", AF_KCM},
	{"llc", AF_LLC},
	{"nfc", AF_NFC},
	{"phonet", AF_PHONET},
	{"qipcrtr", AF_QIPCRTR},
	{"rds", AF_RDS},
	{"rxrpc", AF_RXRPC},
	{"smc", AF_SMC},
	{"tipc", AF_TIPC},
	{"vsock", AF_VSOCK},
	{"x25", AF_X25},
	{"ax25", AF_AX25},
	{"xdp", AF_XDP},
};

#define FAMILIES (sizeof(families) / sizeof(families[0]))

const char *names_of_family(size_t index)
{
	return index < FAMILIES ? families[index].name : NULL;
}

const char *names_family_name(int family)
{
	size_t i;

	for (i = 0; i < FAMILIES; i++)
		if (families[i].family == family)
			return families[i].name;
	return NULL;
}

int names_family(struct argp_state *state, const char *name)
{
	const char *const stem = strncasecmp(name, "AF_", 3) == 0 ? name + 3 : name;
	size_t i;

	for (i = 0; i < FAMILIES; i++)
		if (strcasecmp(stem, families[i].name) == 0)
			return families[i].family;
	fprintf(stderr, "%s: families:", cmd_name);
	for (i = 0; i < FAMILIES; i++)
		fprintf(stderr, " %s", families[i].name);
	fputc('\n', stderr);
	argp_error(state, "there is no family '%s'", name);
	return AF_UNSPEC;
}

const struct anc_abi *names_abi(struct argp_state *state, const char *name)
{
	const struct anc_abi *abi = anc_abi_find(name);

	if (abi)
		return abi;
	fprintf(stderr, "%s: ABIs:", cmd_name);
	for (abi = anc_abi_next(NULL); abi; abi = anc_abi_next(abi))
		fprintf(stderr, " %s", anc_abi_name(abi));
	fputc('\n', stderr);
	argp_error(state, "there is no ABI '%s'", name);
	return NULL;
}

json_t *names_flags_json(int flags)
{
	const struct anc_names *flag;
	json_t *const names = json_array();
	unsigned left = (unsigned)flags;

	for (flag = anc_abi_flags(NULL); flag->name; flag++)
		if (left & (unsigned)flag->value) {
			json_array_append_new(names, json_string(flag->name));
			left &= ~(unsigned)flag->value;
		}
	if (left != 0)
		json_array_append_new(names, json_sprintf("0x%x", left));
	return names;
}

void names_print_flags(int flags)
{
	json_t *const names = names_flags_json(flags);
	const json_t *name;
	size_t i;

	json_array_foreach(names, i, name)
		printf("%s%s", i > 0 ? "|" : "", json_string_value(name));
	json_decref(names);
}
