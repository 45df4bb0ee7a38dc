/* SPDX-License-Identifier: MIT */
#include "credentials.h"

#include "field.h"
#include "message.h"

#include <anc/credentials.h>
#include <anc/unix.h>

/* A member of a struct anc_credentials, of 32 bits, and the field of a row that it comes from. */
struct anc_member {
	unsigned bit;
	const char *field; /* NULL: of none, a descriptor is no number */
	size_t at;
};

static const struct anc_member anc_members[] = {
	{ANC_CREDENTIALS_PID, "pid", offsetof(struct anc_credentials, pid)},
	{ANC_CREDENTIALS_PIDFD, NULL, offsetof(struct anc_credentials, pidfd)},
	{ANC_CREDENTIALS_UID, "uid", offsetof(struct anc_credentials, uid)},
	{ANC_CREDENTIALS_EUID, "euid", offsetof(struct anc_credentials, euid)},
	{ANC_CREDENTIALS_GID, "gid", offsetof(struct anc_credentials, gid)},
	{ANC_CREDENTIALS_EGID, "egid", offsetof(struct anc_credentials, egid)},
};

#define ANC_MEMBERS (sizeof(anc_members) / sizeof(anc_members[0]))

int anc_credentials_enable(int fd)
{
	/* SO_PASSPIDFD goes first: SO_PASSCRED is the one that may not fail, and what fails last
	 * leaves nothing turned on. Netlink has no pidfds (EOPNOTSUPP since Linux 6.16). */
	const int error = anc_message_enable(&anc_pidfd_type, fd, true);

	if (error < 0 && error != -ENOPROTOOPT && error != -EOPNOTSUPP)
		return error;
	return anc_message_enable(&anc_ucred_type, fd, true);
}

/* The groups of a message as its payload has them; -ENOMSG: it names none. */
static int anc_credentials_span(const struct anc_message_type *row, const struct anc_cmsg *msg,
				const struct anc_abi *abi, const unsigned char **ret_at,
				size_t *ret_count)
{
	const struct anc_field *field = anc_row_field(row, "groups");
	const void *at;
	size_t len;
	int error;

	/* Numbers of another width would be other groups. */
	if (field == NULL || !anc_field_is_list(field) || field->width != sizeof(uint32_t))
		return -ENOMSG;
	error = anc_message_field_bytes(row, msg, abi, "groups", &at, &len);
	if (error < 0)
		return error;
	*ret_at = at;
	*ret_count = len / sizeof(uint32_t);
	return 0;
}

static void anc_groups_load(const unsigned char *at, size_t count, const struct anc_abi *abi,
			    uint32_t *ret)
{
	size_t i;

	for (i = 0; i < count; i++)
		ret[i] = (uint32_t)anc_field_load(at + i * sizeof(*ret), sizeof(*ret),
						  abi->big_endian);
}

static void anc_credentials_load_groups(const struct anc_message_type *row,
					const struct anc_cmsg *msg, const struct anc_abi *abi,
					struct anc_credentials *ret)
{
	const unsigned char *at;
	size_t count;

	if (anc_credentials_span(row, msg, abi, &at, &count) < 0)
		return;
	ret->known |= ANC_CREDENTIALS_GROUPS;
	ret->group_count = (uint32_t)count;
	anc_groups_load(at, count < ANC_CREDENTIALS_GROUPS_MAX ? count : ANC_CREDENTIALS_GROUPS_MAX,
			abi, ret->groups);
}

/* What the fields of a row that fits say. Linux's "uid" is the real one where the kernel attached
 * it itself: include/net/scm.h scm_send(), net/unix/af_unix.c unix_maybe_add_creds(). */
void anc_credentials_load(const struct anc_message_type *row, const struct anc_cmsg *msg,
			  const struct anc_abi *abi, struct anc_credentials *ret)
{
	struct anc_credentials read = {.pidfd = -1};
	int64_t number;
	uint32_t value;
	size_t i;

	for (i = 0; i < ANC_MEMBERS; i++) {
		if (anc_members[i].field == NULL ||
		    anc_message_field(row, msg, abi, anc_members[i].field, &number) < 0 ||
		    number < INT32_MIN || number > UINT32_MAX)
			continue;
		value = (uint32_t)number;
		memcpy((unsigned char *)&read + anc_members[i].at, &value, sizeof(value));
		read.known |= anc_members[i].bit;
	}
	anc_credentials_load_groups(row, msg, abi, &read);
	/* No process has it: the sender cannot be seen from here, or it is the kernel. */
	if (read.pid <= 0) {
		read.pid = 0;
		read.known &= ~(unsigned)ANC_CREDENTIALS_PID;
	}
	read.by_kernel = (row->flags & ANC_CLAIMED) != 0 ? 0 : read.known;
	*ret = read;
}

/* A row for a message, and how well it fits. */
struct anc_reading {
	const struct anc_message_type *row;
	enum anc_match match;
};

static struct anc_reading anc_reading_of(const struct anc_cmsg *msg, const struct anc_abi *abi)
{
	struct anc_reading reading;

	reading.row = anc_message_match(abi, AF_UNSPEC, msg, &reading.match);
	return reading;
}

/* Whether the row says who sent the message, and the message is whole. */
static int anc_reading_check(struct anc_reading reading, const struct anc_cmsg *msg)
{
	if (reading.row == NULL || (reading.row->flags & ANC_CREDENTIALS) == 0)
		return -ENOMSG;
	/* As for anc_message_get(): one right size is whole, whatever was cut beside it. */
	if (reading.match <= ANC_MATCH_SIZE || (msg->truncated && reading.row->size == 0))
		return -EBADMSG;
	return 0;
}

static int anc_reading_get(struct anc_reading reading, const struct anc_cmsg *msg,
			   const struct anc_abi *abi, struct anc_credentials *ret)
{
	const int error = anc_reading_check(reading, msg);
	struct anc_credentials read;

	if (error < 0)
		return error;
	anc_credentials_load(reading.row, msg, abi, &read);
	if (read.known == 0)
		return -ENOMSG;
	/* Read as another message's, another number would be called the kernel's word. */
	if (reading.match == ANC_MATCH_GUESS)
		read.by_kernel = 0;
	*ret = read;
	return 0;
}

static int anc_credentials_get_pidfd(const struct anc_cmsg *msg, struct anc_credentials *ret)
{
	int pidfd;
	const int error = anc_message_get(&anc_pidfd_type, msg, &pidfd, sizeof(pidfd));

	if (error < 0)
		return error;
	if (pidfd < 0)
		return pidfd == ANC_FD_TAKEN ? -EBADF : pidfd;
	*ret = (struct anc_credentials){.known = ANC_CREDENTIALS_PIDFD, .pidfd = pidfd};
	/* It is a descriptor of the process that SCM_CREDENTIALS names. */
	ret->by_kernel = (anc_pidfd_type.flags & ANC_CLAIMED) != 0 ? 0 : ret->known;
	return 0;
}

int anc_credentials_get(const struct anc_cmsg *msg, const struct anc_abi *or_null,
			struct anc_credentials *ret)
{
	const struct anc_abi *abi = anc_abi_or_host(or_null);

	if (or_null == NULL && anc_message_is(&anc_pidfd_type, msg))
		return anc_credentials_get_pidfd(msg, ret);
	return anc_reading_get(anc_reading_of(msg, abi), msg, abi, ret);
}

int anc_credentials_groups(const struct anc_cmsg *msg, const struct anc_abi *or_null,
			   uint32_t *ret_groups, size_t max, size_t *ret_count)
{
	const struct anc_abi *abi = anc_abi_or_host(or_null);
	const struct anc_reading reading = anc_reading_of(msg, abi);
	const unsigned char *at = NULL;
	int error = anc_reading_check(reading, msg);

	if (error == 0)
		error = anc_credentials_span(reading.row, msg, abi, &at, ret_count);
	if (error < 0)
		return error;
	if (*ret_count > max)
		return -E2BIG;
	anc_groups_load(at, *ret_count, abi, ret_groups);
	return 0;
}

static int anc_data_credentials_get(const struct anc_data *data, const struct anc_cmsg *msg,
				    struct anc_credentials *ret)
{
	struct anc_reading reading;

	reading.row = anc_data_match(data, msg, &reading.match);
	if (reading.row == &anc_pidfd_type)
		return anc_credentials_get_pidfd(msg, ret);
	return anc_reading_get(reading, msg, anc_abi_host(), ret);
}

/* Adds what another message says: the first word stands, unless the kernel gives a better one. */
static void anc_credentials_join(struct anc_credentials *to, const struct anc_credentials *from)
{
	const unsigned better =
		(from->known & ~to->known) | (from->by_kernel & ~to->by_kernel & from->known);
	size_t i;

	for (i = 0; i < ANC_MEMBERS; i++)
		if ((better & anc_members[i].bit) != 0)
			memcpy((unsigned char *)to + anc_members[i].at,
			       (const unsigned char *)from + anc_members[i].at, sizeof(uint32_t));
	if ((better & ANC_CREDENTIALS_GROUPS) != 0) {
		to->group_count = from->group_count;
		memcpy(to->groups, from->groups, sizeof(to->groups));
	}
	to->known |= better;
	to->by_kernel |= better & from->by_kernel;
}

int anc_data_credentials(const struct anc_data *data, struct anc_credentials *ret)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_data_cmsgs(data));
	struct anc_credentials all = {.pidfd = -1};
	struct anc_credentials one;
	struct anc_cmsg msg;

	while (anc_cmsg_iter_next(&it, &msg) > 0)
		if (anc_data_credentials_get(data, &msg, &one) == 0)
			anc_credentials_join(&all, &one);
	if (all.known == 0)
		return -ENOMSG;
	*ret = all;
	return 0;
}
