/* SPDX-License-Identifier: MIT */
#include "network.h"

#include "produce.h"
#include "rtnetlink.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/veth.h>
#include <sched.h>

#include <anc/inet.h>

const struct network_family network_families[2] = {
	{AF_INET, "10.1.0.2", "10.2.0.2", "10.2.0.3", "10.9.0.1", "0.0.0.0", IPPROTO_IP, IP_TTL,
	 IP_MTU_DISCOVER},
	{AF_INET6, "fd01::2", "fd02::2", "fd02::3", "fd09::1", "::", IPPROTO_IPV6,
	 IPV6_UNICAST_HOPS, IPV6_MTU_DISCOVER},
};

static int places[NETWORK_PLACES];

/* A device of this namespace, and its peer in another. */
static int add_veth(const char *name, int peer_namespace)
{
	const struct ifinfomsg info = {.ifi_family = AF_UNSPEC};
	struct rtnetlink_request request =
		rtnetlink_request_of(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &info, sizeof(info));
	size_t link, data, peer;

	rtnetlink_attribute(&request, IFLA_IFNAME, name, strlen(name) + 1);
	link = rtnetlink_nest(&request, IFLA_LINKINFO);
	rtnetlink_attribute(&request, IFLA_INFO_KIND, "veth", 4);
	data = rtnetlink_nest(&request, IFLA_INFO_DATA);
	peer = rtnetlink_nest(&request, VETH_INFO_PEER);
	rtnetlink_put(&request, &info, sizeof(info));
	rtnetlink_attribute(&request, IFLA_IFNAME, name, strlen(name) + 1);
	rtnetlink_attribute(&request, IFLA_NET_NS_FD, &peer_namespace, sizeof(peer_namespace));
	rtnetlink_nest_end(&request, peer);
	rtnetlink_nest_end(&request, data);
	rtnetlink_nest_end(&request, link);
	return rtnetlink_ask(&request);
}

static int raise_device(const char *name, uint32_t mtu)
{
	const struct ifinfomsg info = {
		.ifi_index = (int)if_nametoindex(name), .ifi_flags = IFF_UP, .ifi_change = IFF_UP};
	struct rtnetlink_request request =
		rtnetlink_request_of(RTM_NEWLINK, 0, &info, sizeof(info));

	rtnetlink_attribute(&request, IFLA_MTU, &mtu, sizeof(mtu));
	return rtnetlink_ask(&request);
}

static int add_default_route(const char *gateway)
{
	unsigned char address[16];
	const size_t len = rtnetlink_address(gateway, address);
	const struct rtmsg info = {.rtm_family = len == 4 ? AF_INET : AF_INET6,
				   .rtm_table = RT_TABLE_MAIN,
				   .rtm_protocol = RTPROT_BOOT,
				   .rtm_scope = RT_SCOPE_UNIVERSE,
				   .rtm_type = RTN_UNICAST};
	struct rtnetlink_request request =
		rtnetlink_request_of(RTM_NEWROUTE, NLM_F_CREATE, &info, sizeof(info));

	rtnetlink_attribute(&request, RTA_GATEWAY, address, len);
	return rtnetlink_ask(&request);
}

static bool write_number(const char *path, char digit)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);
	const bool good = fd >= 0 && write(fd, &digit, 1) == 1;

	if (fd >= 0)
		close(fd);
	return good;
}

/* Addresses are there at once, for nobody else is on these links; every error is reported; and
 * packets of others are passed on. */
static bool settle(void)
{
	return write_number("/proc/sys/net/ipv6/conf/all/accept_dad", '0') &&
	       write_number("/proc/sys/net/ipv6/conf/default/accept_dad", '0') &&
	       write_number("/proc/sys/net/ipv6/conf/default/dad_transmits", '0') &&
	       write_number("/proc/sys/net/ipv6/icmp/ratelimit", '0') &&
	       write_number("/proc/sys/net/ipv4/icmp_ratelimit", '0') &&
	       write_number("/proc/sys/net/ipv4/ip_forward", '1') &&
	       write_number("/proc/sys/net/ipv6/conf/all/forwarding", '1');
}

static bool make_place(enum network_place place)
{
	if (unshare(CLONE_NEWNET) < 0)
		return false;
	places[place] = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (places[place] < 0)
		return false;
	produce_keep(places[place]);
	return settle() && raise_device("lo", 65536) == 0;
}

static bool make_links(unsigned right_mtu)
{
	network_move(NETWORK_LEFT);
	if (add_veth(NETWORK_DEVICE_LEFT, places[NETWORK_ROUTER]) < 0)
		return false;
	network_move(NETWORK_RIGHT);
	if (add_veth(NETWORK_DEVICE_RIGHT, places[NETWORK_ROUTER]) < 0 ||
	    raise_device(NETWORK_DEVICE_RIGHT, right_mtu) < 0)
		return false;
	network_move(NETWORK_ROUTER);
	if (raise_device(NETWORK_DEVICE_LEFT, NETWORK_MTU) < 0 ||
	    raise_device(NETWORK_DEVICE_RIGHT, right_mtu) < 0)
		return false;
	network_move(NETWORK_LEFT);
	return raise_device(NETWORK_DEVICE_LEFT, NETWORK_MTU) == 0;
}

static bool add_addresses(void)
{
	static const struct {
		enum network_place place;
		const char *device, *address;
	} all[] = {
		{NETWORK_LEFT, NETWORK_DEVICE_LEFT, "10.1.0.1"},
		{NETWORK_LEFT, NETWORK_DEVICE_LEFT, "fd01::1"},
		{NETWORK_ROUTER, NETWORK_DEVICE_LEFT, "10.1.0.2"},
		{NETWORK_ROUTER, NETWORK_DEVICE_LEFT, "fd01::2"},
		{NETWORK_ROUTER, NETWORK_DEVICE_RIGHT, "10.2.0.1"},
		{NETWORK_ROUTER, NETWORK_DEVICE_RIGHT, "fd02::1"},
		{NETWORK_RIGHT, NETWORK_DEVICE_RIGHT, "10.2.0.2"},
		{NETWORK_RIGHT, NETWORK_DEVICE_RIGHT, "fd02::2"},
		{NETWORK_RIGHT, NETWORK_DEVICE_RIGHT, "10.2.0.3"},
		{NETWORK_RIGHT, NETWORK_DEVICE_RIGHT, "fd02::3"},
	};
	size_t i;

	for (i = 0; i < COUNT(all); i++) {
		network_move(all[i].place);
		if (rtnetlink_add_address(all[i].device, all[i].address) < 0)
			return false;
	}
	return true;
}

static bool add_routes(void)
{
	network_move(NETWORK_RIGHT);
	if (add_default_route("10.2.0.1") < 0 || add_default_route("fd02::1") < 0)
		return false;
	network_move(NETWORK_LEFT);
	return add_default_route("10.1.0.2") == 0 && add_default_route("fd01::2") == 0;
}

void network_open(unsigned right_mtu)
{
	enum network_place place;

	if (!produce_is_alone())
		produce_skip("no network namespace is to be had");
	for (place = 0; place < NETWORK_PLACES; place++)
		if (!make_place(place))
			produce_skip("no further network namespaces are to be had");
	if (!make_links(right_mtu))
		produce_skip("no veth devices are to be had");
	if (!add_addresses() || !add_routes())
		produce_skip("no addresses or routes of both families are to be had");
}

/* Moves there and opens a socket of the address's family. */
static int open_at(enum network_place place, const char *text, uint16_t port,
		   struct sockaddr_storage *ret, socklen_t *ret_len)
{
	struct anc_inet_address address = {.port = port};

	address.family = rtnetlink_address(text, address.bytes) == 4 ? AF_INET : AF_INET6;
	CHECK_EQ(anc_inet_address_to(&address, 0, ret, ret_len), 0);
	network_move(place);
	return produce_socket(address.family, SOCK_DGRAM, 0);
}

int network_listen(enum network_place place, const char *address, uint16_t *ret_port)
{
	struct anc_inet_address bound;
	struct sockaddr_storage addr;
	socklen_t len;
	const int sock = open_at(place, address, 0, &addr, &len);

	CHECK_EQ(bind(sock, (struct sockaddr *)&addr, len), 0);
	CHECK_EQ(getsockname(sock, (struct sockaddr *)&addr, &len), 0);
	CHECK_EQ(anc_inet_address_from((struct sockaddr *)&addr, len, &bound), 0);
	*ret_port = bound.port;
	return sock;
}

int network_connect(enum network_place place, const char *address, uint16_t port)
{
	struct sockaddr_storage addr;
	socklen_t len;
	const int sock = open_at(place, address, port, &addr, &len);

	CHECK_EQ(connect(sock, (struct sockaddr *)&addr, len), 0);
	return sock;
}

void network_move(enum network_place place)
{
	CHECK_EQ(setns(places[place], CLONE_NEWNET), 0);
}

/* A namespace goes, with its devices, when nobody is in it nor holds it. */
void network_close(void)
{
	CHECK_EQ(unshare(CLONE_NEWNET), 0);
}
