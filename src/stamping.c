/* SPDX-License-Identifier: MIT */
#include "stamping.h"

#include "platform/linux_numbers.h"
#include "platform/platform.h"

#include <errno.h>

bool anc_stamping_is(int level, int option)
{
	return level == SOL_SOCKET &&
	       (option == SO_TIMESTAMPING_OLD || option == SO_TIMESTAMPING_NEW);
}

static int anc_stamping_ask(int fd, int option)
{
	int word = 0;
	socklen_t len = sizeof(word);

	return anc_platform_getsockopt(fd, SOL_SOCKET, option, &word, &len) < 0 ? -errno : word;
}

static bool anc_stamp_is_on(int fd, int option)
{
	return anc_stamping_ask(fd, option) > 0;
}

bool anc_stamping_is_on(int fd, int option)
{
	const int word = anc_stamping_ask(fd, option);

	/* Before Linux 6.8 the new number is set and cannot be asked for. */
	if (word == -ENOPROTOOPT && option == SO_TIMESTAMPING_NEW)
		return anc_stamp_is_on(fd, SO_TIMESTAMPING_OLD);
	return word > 0;
}

int anc_stamping_number(int fd, int otherwise)
{
	/* By the old number every word is told, so the new ones are asked first. */
	if (anc_stamp_is_on(fd, SO_TIMESTAMPING_NEW) || anc_stamp_is_on(fd, SO_TIMESTAMPNS_NEW) ||
	    anc_stamp_is_on(fd, SO_TIMESTAMP_NEW))
		return SO_TIMESTAMPING_NEW;
	if (anc_stamp_is_on(fd, SO_TIMESTAMPING_OLD) || anc_stamp_is_on(fd, SO_TIMESTAMPNS_OLD) ||
	    anc_stamp_is_on(fd, SO_TIMESTAMP_OLD))
		return SO_TIMESTAMPING_OLD;
	return otherwise;
}

int anc_stamping_get(int fd, struct anc_stamping *ret)
{
	struct anc_stamping stamping = {0, 0};
	socklen_t len = sizeof(stamping);

	if (anc_platform_getsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING_OLD, &stamping, &len) < 0)
		return -errno;
	*ret = stamping;
	return 0;
}

int anc_stamping_set(int fd, int number, const struct anc_stamping *stamping)
{
	/* Older kernels take no more than the flags. */
	const socklen_t len = stamping->bind_phc != 0 ? sizeof(*stamping) : sizeof(stamping->flags);

	return anc_platform_setsockopt(fd, SOL_SOCKET, number, stamping, len) < 0 ? -errno : 0;
}
