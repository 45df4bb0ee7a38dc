/* SPDX-License-Identifier: MIT */
#include "rtnetlink.h"

#include "tap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void rtnetlink_put(struct rtnetlink_request *request, const void *bytes, size_t len)
{
	const size_t at = request->header.nlmsg_len - sizeof(request->header);

	CHECK(at + NLMSG_ALIGN(len) <= sizeof(request->bytes));
	memcpy(request->bytes + at, bytes, len);
	request->header.nlmsg_len += (uint32_t)NLMSG_ALIGN(len);
}

struct rtnetlink_request rtnetlink_request_of(int type, int flags, const void *body, size_t len)
{
	struct rtnetlink_request request = {.header = {.nlmsg_len = sizeof(request.header)}};

	request.header.nlmsg_type = (uint16_t)type;
	request.header.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags);
	rtnetlink_put(&request, body, len);
	return request;
}

void rtnetlink_attribute(struct rtnetlink_request *request, int type, const void *value, size_t len)
{
	const struct rtattr header = {(unsigned short)(sizeof(header) + len), (unsigned short)type};

	rtnetlink_put(request, &header, sizeof(header));
	rtnetlink_put(request, value, len);
}

size_t rtnetlink_nest(struct rtnetlink_request *request, int type)
{
	const size_t at = request->header.nlmsg_len - sizeof(request->header);

	rtnetlink_attribute(request, type, "", 0);
	return at;
}

void rtnetlink_nest_end(struct rtnetlink_request *request, size_t at)
{
	const size_t end = request->header.nlmsg_len - sizeof(request->header);
	const unsigned short len = (unsigned short)(end - at);

	memcpy(request->bytes + at, &len, sizeof(len));
}

int rtnetlink_ask(const struct rtnetlink_request *request)
{
	const int sock = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
		unsigned char more[RTNETLINK_ROOM];
	} answer = {.error = {.error = -EIO}};

	if (sock < 0)
		return -errno;
	if (send(sock, request, request->header.nlmsg_len, 0) < 0 ||
	    recv(sock, &answer, sizeof(answer), 0) < (ssize_t)NLMSG_LENGTH(sizeof(answer.error)))
		answer.error.error = -EIO;
	close(sock);
	return answer.error.error;
}

int rtnetlink_add_device(const char *name, const char *kind)
{
	const struct ifinfomsg info = {.ifi_flags = IFF_UP, .ifi_change = IFF_UP};
	struct rtnetlink_request request =
		rtnetlink_request_of(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &info, sizeof(info));
	size_t link;

	rtnetlink_attribute(&request, IFLA_IFNAME, name, strlen(name) + 1);
	link = rtnetlink_nest(&request, IFLA_LINKINFO);
	rtnetlink_attribute(&request, IFLA_INFO_KIND, kind, strlen(kind));
	rtnetlink_nest_end(&request, link);
	return rtnetlink_ask(&request);
}

size_t rtnetlink_address(const char *text, unsigned char *ret)
{
	const int family = strchr(text, ':') ? AF_INET6 : AF_INET;

	CHECK_EQ(inet_pton(family, text, ret), 1);
	return family == AF_INET6 ? 16 : 4;
}

int rtnetlink_add_address(const char *device, const char *text)
{
	unsigned char address[16];
	const size_t len = rtnetlink_address(text, address);
	const struct ifaddrmsg info = {.ifa_family = len == 4 ? AF_INET : AF_INET6,
				       .ifa_prefixlen = len == 4 ? 24 : 64,
				       .ifa_flags = IFA_F_NODAD,
				       .ifa_index = if_nametoindex(device)};
	struct rtnetlink_request request =
		rtnetlink_request_of(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &info, sizeof(info));

	rtnetlink_attribute(&request, IFA_LOCAL, address, len);
	rtnetlink_attribute(&request, IFA_ADDRESS, address, len);
	return rtnetlink_ask(&request);
}
