/* SPDX-License-Identifier: MIT */
#include "probe_open.h"

#include "numbers.h"

#include <errno.h>
#include <linux/if_alg.h>
#include <linux/netlink.h>
#include <linux/tls.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netpacket/packet.h>
#include <string.h>
#include <unistd.h>

#define ETHER_LOCAL 0x88b5 /* an Ethernet type for local experiments: IEEE 802 */

union address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_ll link;
	struct sockaddr_nl netlink;
	struct sockaddr_alg alg;
};

static int new_socket(const struct probe_scene *scene, int *ret)
{
	*ret = socket(scene->family, scene->type | SOCK_CLOEXEC, scene->protocol);
	return *ret < 0 ? -errno : 0;
}

/* Binds to loopback, at a port that the kernel chooses; `ret` is the address. */
static int bind_loopback(const struct probe_scene *scene, int fd, union address *ret,
			 socklen_t *ret_len)
{
	memset(ret, 0, sizeof(*ret));
	ret->any.sa_family = (sa_family_t)scene->family;
	*ret_len = scene->family == AF_INET ? sizeof(ret->in) : sizeof(ret->in6);
	if (scene->family == AF_INET)
		ret->in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	else
		ret->in6.sin6_addr = in6addr_loopback;
	if (bind(fd, &ret->any, *ret_len) < 0 || getsockname(fd, &ret->any, ret_len) < 0)
		return -errno;
	return 0;
}

static int connect_to(int fd, const union address *address, socklen_t len)
{
	return connect(fd, &address->any, len) < 0 ? -errno : 0;
}

int probe_open_pair(const struct probe_scene *scene, struct probe_ends *ends)
{
	int pair[2];

	if (socketpair(scene->family, scene->type | SOCK_CLOEXEC, scene->protocol, pair) < 0)
		return -errno;
	ends->sender = pair[0];
	ends->receiver = pair[1];
	return 0;
}

int probe_open_datagram(const struct probe_scene *scene, struct probe_ends *ends)
{
	union address to, from;
	socklen_t to_len, from_len;
	int error;

	error = new_socket(scene, &ends->sender);
	if (!error)
		error = new_socket(scene, &ends->receiver);
	if (!error)
		error = bind_loopback(scene, ends->receiver, &to, &to_len);
	if (!error)
		error = bind_loopback(scene, ends->sender, &from, &from_len);
	return error ? error : connect_to(ends->sender, &to, to_len);
}

int probe_open_refused(const struct probe_scene *scene, struct probe_ends *ends)
{
	union address to;
	socklen_t len;
	int error;

	error = new_socket(scene, &ends->sender);
	ends->receiver = ends->sender;
	if (!error)
		error = new_socket(scene, &ends->helper);
	if (!error)
		error = bind_loopback(scene, ends->helper, &to, &len);
	if (!error)
		error = connect_to(ends->sender, &to, len);
	return error ? error : connect_to(ends->helper, &to, len);
}

int probe_open_connection(const struct probe_scene *scene, struct probe_ends *ends)
{
	union address to;
	socklen_t len;
	int error;

	error = new_socket(scene, &ends->sender);
	if (!error)
		error = new_socket(scene, &ends->helper);
	if (!error)
		error = bind_loopback(scene, ends->helper, &to, &len);
	if (!error && listen(ends->helper, 1) < 0)
		error = -errno;
	if (!error)
		error = connect_to(ends->sender, &to, len);
	if (error)
		return error;
	ends->receiver = accept4(ends->helper, NULL, NULL, SOCK_CLOEXEC);
	return ends->receiver < 0 ? -errno : 0;
}

int probe_open_tls(const struct probe_scene *scene, struct probe_ends *ends)
{
	struct tls12_crypto_info_aes_gcm_128 key;
	int error;

	error = probe_open_connection(scene, ends);
	if (error < 0)
		return error;
	memset(&key, 0, sizeof(key));
	key.info.version = TLS_1_2_VERSION;
	key.info.cipher_type = TLS_CIPHER_AES_GCM_128;
	if (setsockopt(ends->sender, IPPROTO_TCP, TCP_ULP, "tls", 3) < 0 ||
	    setsockopt(ends->receiver, IPPROTO_TCP, TCP_ULP, "tls", 3) < 0 ||
	    setsockopt(ends->sender, SOL_TLS, TLS_TX, &key, sizeof(key)) < 0 ||
	    setsockopt(ends->receiver, SOL_TLS, TLS_RX, &key, sizeof(key)) < 0)
		return -errno;
	return 0;
}

static int bind_packet(int fd, unsigned short protocol)
{
	union address address;

	memset(&address, 0, sizeof(address));
	address.link.sll_family = AF_PACKET;
	address.link.sll_protocol = htons(protocol);
	address.link.sll_ifindex = (int)if_nametoindex("lo");
	return bind(fd, &address.any, sizeof(address.link)) < 0 ? -errno : 0;
}

int probe_open_packet(const struct probe_scene *scene, struct probe_ends *ends)
{
	int error;

	error = new_socket(scene, &ends->sender);
	if (!error)
		error = new_socket(scene, &ends->receiver);
	if (!error)
		error = bind_packet(ends->sender, ETHER_LOCAL);
	return error ? error : bind_packet(ends->receiver, ETHER_LOCAL);
}

int probe_open_netlink(const struct probe_scene *scene, struct probe_ends *ends)
{
	union address kernel;
	int error;

	error = new_socket(scene, &ends->sender);
	if (error < 0)
		return error;
	memset(&kernel, 0, sizeof(kernel));
	kernel.netlink.nl_family = AF_NETLINK;
	ends->receiver = ends->sender;
	return connect_to(ends->sender, &kernel, sizeof(kernel.netlink));
}

int probe_open_cipher(const struct probe_scene *scene, struct probe_ends *ends)
{
	static const unsigned char key[16];
	union address cipher;
	int error;

	error = new_socket(scene, &ends->helper);
	if (error < 0)
		return error;
	memset(&cipher, 0, sizeof(cipher));
	cipher.alg.salg_family = AF_ALG;
	memcpy(cipher.alg.salg_type, "skcipher", sizeof("skcipher"));
	memcpy(cipher.alg.salg_name, "cbc(aes)", sizeof("cbc(aes)"));
	if (bind(ends->helper, &cipher.any, sizeof(cipher.alg)) < 0 ||
	    setsockopt(ends->helper, SOL_ALG, ALG_SET_KEY, key, sizeof(key)) < 0)
		return -errno;
	ends->sender = accept4(ends->helper, NULL, NULL, SOCK_CLOEXEC);
	ends->receiver = ends->sender;
	return ends->sender < 0 ? -errno : 0;
}
