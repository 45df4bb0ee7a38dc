/* SPDX-License-Identifier: MIT */
#include "addresses.h"

#include "produce.h"

#include <arpa/inet.h>
#include <linux/ipv6.h>
#include <poll.h>
#include <sys/ioctl.h>

#define SETTLE_MS 10000

const char *const addresses[] = {
	"127.0.0.1",   "127.0.0.2",   "192.0.2.1", "192.0.2.2", "::1",
	"2001:db8::1", "2001:db8::2", "fe80::1",   NULL,
};

static bool add_address4(int sock, const char *alias, const char *address)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	struct ifreq request = {.ifr_flags = 0};

	strcpy(request.ifr_name, alias);
	inet_pton(AF_INET, address, &in.sin_addr);
	memcpy(&request.ifr_addr, &in, sizeof(in));
	return ioctl(sock, SIOCSIFADDR, &request) == 0;
}

static bool add_addresses4(void)
{
	const int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	const bool good = sock >= 0 && add_address4(sock, "lo:1", "192.0.2.1") &&
			  add_address4(sock, "lo:2", "192.0.2.2");

	if (sock >= 0)
		close(sock);
	return good;
}

static bool add_address6(int sock, const char *address, unsigned prefix)
{
	/* valgrind takes it for the other struct, which is longer. */
	union {
		struct ifreq longer;
		struct in6_ifreq in6;
	} request = {.longer = {.ifr_flags = 0}};

	request.in6.ifr6_prefixlen = prefix;
	request.in6.ifr6_ifindex = (int)if_nametoindex("lo");
	inet_pton(AF_INET6, address, &request.in6.ifr6_addr);
	return ioctl(sock, SIOCSIFADDR, &request) == 0;
}

static bool may_bind6(const char *address)
{
	const int sock = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_scope_id = if_nametoindex("lo")};
	bool good;

	inet_pton(AF_INET6, address, &in6.sin6_addr);
	good = bind(sock, (struct sockaddr *)&in6, sizeof(in6)) == 0;
	close(sock);
	return good;
}

/* An address is tentative, and hears nothing, until the kernel has had a moment for it. */
static bool settle6(const char *address)
{
	int tries = SETTLE_MS;

	while (!may_bind6(address) && tries-- > 0)
		poll(NULL, 0, 1);
	return tries > 0;
}

static bool add_addresses6(void)
{
	const int sock = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	const bool good = sock >= 0 && add_address6(sock, "2001:db8::1", 128) &&
			  add_address6(sock, "2001:db8::2", 128) &&
			  add_address6(sock, "fe80::1", 64);

	if (sock >= 0)
		close(sock);
	return good && settle6("2001:db8::1") && settle6("2001:db8::2") && settle6("fe80::1");
}

static const char *enter(void)
{
	if (tap_is_under("qemu-user"))
		return "qemu-user: it translates few options and messages";
	produce_enter();
	if (!produce_is_alone())
		return "no network namespace is to be had";
	if (!add_addresses4())
		return "no address is to be had";
	return add_addresses6() ? NULL : "no IPv6 address is to be had";
}

const char *addresses_enter(void)
{
	static const char *reason;
	static bool entered;

	if (!entered)
		reason = enter();
	entered = true;
	return reason;
}
