/* SPDX-License-Identifier: MIT */
/* What the kernel's cryptography takes; what virtual machines', TIPC and RDS sockets deliver. */
#include "produce.h"
#include "rtnetlink.h"

#include <poll.h>

/* linux/if_alg.h */
#define SOL_ALG 279
#define ALG_SET_KEY 1
#define ALG_SET_IV 2
#define ALG_SET_OP 3
#define ALG_SET_AEAD_ASSOCLEN 4
#define ALG_SET_AEAD_AUTHSIZE 5
enum { DECRYPT, ENCRYPT };
#define BLOCK 16

/* linux/vm_sockets.h, errqueue.h */
#define SOL_VSOCK 287
#define VSOCK_RECVERR 1
#define ORIGIN_ZEROCOPY 5

/* linux/tipc.h */
#define SOL_TIPC 271
enum { TIPC_ERRINFO = 1, TIPC_RETDATA, TIPC_DESTNAME };
#define TIPC_RANGE 1
#define TIPC_NAME 2
#define TIPC_NODE_SCOPE 3
#define TIPC_NO_PORT 2
#define TIPC_DEST_DROPPABLE 129
#define SERVICE 18888
#define INSTANCE 17

/* linux/rds.h */
#define SOL_RDS 276
#define RDS_CONG_MONITOR 6
#define SO_RDS_MSG_RXPATH_LATENCY 10
enum { CONG_UPDATE = 5, RXPATH_LATENCY = 11, ZCOPY_COOKIE = 12, ZCOPY_COMPLETION = 13 };

/* A socket for one operation by an algorithm. */
static struct produce_pair operation(const char *type, const char *name, size_t tag)
{
	static const unsigned char key[BLOCK] = {0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6,
						 0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c};
	struct {
		uint16_t family;
		char type[14];
		uint32_t feat, mask;
		char name[64];
	} algorithm = {.family = AF_ALG};
	const int sock = produce_socket(AF_ALG, SOCK_SEQPACKET, 0);
	struct produce_pair pair = {.len = 0};

	memcpy(algorithm.type, type, strlen(type));
	memcpy(algorithm.name, name, strlen(name));
	if (bind(sock, (const struct sockaddr *)&algorithm, sizeof(algorithm)) < 0)
		produce_skip("this kernel has no such algorithm");
	CHECK_EQ(setsockopt(sock, SOL_ALG, ALG_SET_KEY, key, sizeof(key)), 0);
	if (tag > 0)
		CHECK_EQ(setsockopt(sock, SOL_ALG, ALG_SET_AEAD_AUTHSIZE, NULL, (socklen_t)tag), 0);
	pair.sender = accept4(sock, NULL, NULL, SOCK_CLOEXEC);
	CHECK(pair.sender >= 0);
	produce_keep(pair.sender);
	return pair;
}

/* A vector of SP 800-38A, F.2.1, there and back. */
PRODUCE(alg_set_op_and_iv)
{
	static const unsigned char plain[BLOCK] = {0x6b, 0xc1, 0xbe, 0xe2, 0x2e, 0x40, 0x9f, 0x96,
						   0xe9, 0x3d, 0x7e, 0x11, 0x73, 0x93, 0x17, 0x2a};
	static const unsigned char cipher[BLOCK] = {0x76, 0x49, 0xab, 0xac, 0x81, 0x19, 0xb2, 0x46,
						    0xce, 0xe9, 0x8e, 0x9b, 0x12, 0xe9, 0x19, 0x7d};
	const struct {
		uint32_t len;
		unsigned char bytes[BLOCK];
	} iv = {BLOCK, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}};
	uint32_t op;
	const struct produce_part parts[] = {{"ALG_SET_OP", SOL_ALG, ALG_SET_OP, &op, sizeof(op)},
					     {"ALG_SET_IV", SOL_ALG, ALG_SET_IV, &iv, sizeof(iv)}};
	struct produce_pair pair;
	unsigned char got[BLOCK];

	produce_want("ALG_SET_OP", SOL_ALG, ALG_SET_OP);
	produce_want("ALG_SET_IV", SOL_ALG, ALG_SET_IV);
	for (op = DECRYPT; op <= ENCRYPT; op++) {
		pair = operation("skcipher", "cbc(aes)", 0);
		CHECK_EQ(produce_send_parts(&pair, op == ENCRYPT ? plain : cipher, BLOCK, 0, parts,
					    COUNT(parts)),
			 BLOCK);
		CHECK_EQ(read(pair.sender, got, sizeof(got)), BLOCK);
		CHECK(memcmp(got, op == ENCRYPT ? cipher : plain, BLOCK) == 0);
	}
	produced_parts(parts, COUNT(parts));
}

/* What stands in front is bound to the rest, and not encrypted: of another length it is refused. */
PRODUCE(alg_set_aead_assoclen)
{
	const struct {
		uint32_t len;
		unsigned char bytes[12];
	} iv = {12, {0}};
	static const char text[] = "in front0123456789abcdef";
	uint32_t op = ENCRYPT;
	uint32_t front = 8;
	const struct produce_part parts[] = {
		{"ALG_SET_OP", SOL_ALG, ALG_SET_OP, &op, sizeof(op)},
		{"ALG_SET_IV", SOL_ALG, ALG_SET_IV, &iv, sizeof(iv)},
		{"ALG_SET_AEAD_ASSOCLEN", SOL_ALG, ALG_SET_AEAD_ASSOCLEN, &front, sizeof(front)}};
	unsigned char sealed[8 + BLOCK + BLOCK], opened[8 + BLOCK];
	struct produce_pair pair;

	produce_want("ALG_SET_AEAD_ASSOCLEN", SOL_ALG, ALG_SET_AEAD_ASSOCLEN);
	pair = operation("aead", "gcm(aes)", BLOCK);
	CHECK_EQ(produce_send_parts(&pair, text, sizeof(opened), 0, parts, COUNT(parts)),
		 sizeof(opened));
	CHECK_EQ(read(pair.sender, sealed, sizeof(sealed)), sizeof(sealed));
	CHECK(memcmp(sealed, text, 8) == 0);
	CHECK(memcmp(sealed + 8, text + 8, BLOCK) != 0);
	op = DECRYPT;
	pair = operation("aead", "gcm(aes)", BLOCK);
	CHECK_EQ(produce_send_parts(&pair, sealed, sizeof(sealed), 0, parts, COUNT(parts)),
		 sizeof(sealed));
	CHECK_EQ(read(pair.sender, opened, sizeof(opened)), sizeof(opened));
	CHECK(memcmp(opened, text, sizeof(opened)) == 0);
	front = 4;
	pair = operation("aead", "gcm(aes)", BLOCK);
	CHECK_EQ(produce_send_parts(&pair, sealed, sizeof(sealed), 0, parts, COUNT(parts)),
		 sizeof(sealed));
	CHECK(read(pair.sender, opened, sizeof(opened)) < 0 && errno == EBADMSG);
	produced_parts(parts, COUNT(parts));
}

/* The kernel is done with what was lent to it: numbers 0 to 0. */
PRODUCE(vsock_recverr)
{
	const struct produce recverr = {"VSOCK_RECVERR", SOL_VSOCK, VSOCK_RECVERR, 0, 0};
	struct produce_pair pair;

	produce_want(recverr.name, recverr.level, recverr.type);
	pair = produce_connection(AF_VSOCK, SOCK_STREAM, 0);
	produce_may_set(pair.sender, SOL_SOCKET, SO_ZEROCOPY, 1, "SO_ZEROCOPY of vsock");
	CHECK_EQ(send(pair.sender, "abc", 3, MSG_ZEROCOPY), 3);
	CHECK_EQ(produce_receive(pair.receiver, 0).len, 3);
	produce_receive(pair.sender, MSG_ERRQUEUE);
	produce_expect(&recverr);
	CHECK_EQ(produced_field("ee_origin"), ORIGIN_ZEROCOPY);
	CHECK_EQ(produced_field("ee_info"), 0);
	CHECK_EQ(produced_field("ee_data"), 0);
}

/* A name, a range of them, or a socket. */
struct tipc_address {
	uint16_t family;
	uint8_t kind;
	int8_t scope;
	uint32_t words[3];
};

static struct produce_pair tipc_pair(void)
{
	const struct tipc_address range = {
		AF_TIPC, TIPC_RANGE, TIPC_NODE_SCOPE, {SERVICE, INSTANCE, INSTANCE}};
	struct produce_pair pair = {.sender = produce_socket(AF_TIPC, SOCK_RDM, 0),
				    .receiver = produce_socket(AF_TIPC, SOCK_RDM, 0)};

	CHECK_EQ(bind(pair.receiver, (const struct sockaddr *)&range, sizeof(range)), 0);
	return pair;
}

PRODUCE(tipc_destname)
{
	const struct produce destname = {"TIPC_DESTNAME", SOL_TIPC, TIPC_DESTNAME, 0, 0};
	const struct tipc_address name = {AF_TIPC, TIPC_NAME, 0, {SERVICE, INSTANCE, 0}};
	struct produce_pair pair;

	produce_want(destname.name, destname.level, destname.type);
	pair = tipc_pair();
	CHECK_EQ(sendto(pair.sender, "abc", 3, 0, (const struct sockaddr *)&name, sizeof(name)), 3);
	CHECK_EQ(produce_receive(pair.receiver, 0).len, 3);
	produce_expect(&destname);
	CHECK_EQ(produced_field("type"), SERVICE);
	CHECK_EQ(produced_field("lower"), INSTANCE);
	CHECK_EQ(produced_field("upper"), INSTANCE);
}

/* What came to nobody is returned. */
PRODUCE(tipc_errinfo_and_retdata)
{
	const struct produce errinfo = {"TIPC_ERRINFO", SOL_TIPC, TIPC_ERRINFO, 0, 0};
	const struct produce retdata = {"TIPC_RETDATA", SOL_TIPC, TIPC_RETDATA, 0, 0};
	struct tipc_address gone;
	socklen_t len = sizeof(gone);
	struct produce_pair pair;
	int sock;

	produce_want(errinfo.name, errinfo.level, errinfo.type);
	produce_want(retdata.name, retdata.level, retdata.type);
	pair = tipc_pair();
	produce_set(pair.sender, SOL_TIPC, TIPC_DEST_DROPPABLE, 0);
	sock = socket(AF_TIPC, SOCK_RDM | SOCK_CLOEXEC, 0);
	CHECK(sock >= 0);
	CHECK_EQ(getsockname(sock, (struct sockaddr *)&gone, &len), 0);
	close(sock);
	CHECK_EQ(sendto(pair.sender, "abc", 3, 0, (const struct sockaddr *)&gone, len), 3);
	CHECK_EQ(produce_receive(pair.sender, 0).len, 0);
	produce_expect(&errinfo);
	CHECK_EQ(produced_field("error"), TIPC_NO_PORT);
	CHECK_EQ(produced_field("returned_size"), 3);
	produce_expect(&retdata);
	produced_bytes("data", "abc", 3);
}

/* Two sockets at an address of the loopback device: at 127.0.0.1 nothing is lent, and no port is
 * ever full. */
static struct produce_pair rds_pair(const char *name, int type)
{
	struct sockaddr_in from = {.sin_family = AF_INET};
	struct produce_pair pair = {.signal = true, .len = sizeof(from)};
	int error;

	produce_want(name, SOL_RDS, type);
	pair.sender = produce_socket(AF_RDS, SOCK_SEQPACKET, 0);
	pair.receiver = produce_socket(AF_RDS, SOCK_SEQPACKET, 0);
	if (!produce_is_alone())
		produce_skip("no address of one's own");
	error = rtnetlink_add_address("lo", "10.9.0.1");
	CHECK(error == 0 || error == -EEXIST);
	rtnetlink_address("10.9.0.1", (unsigned char *)&from.sin_addr);
	CHECK_EQ(bind(pair.sender, (struct sockaddr *)&from, pair.len), 0);
	CHECK_EQ(bind(pair.receiver, (struct sockaddr *)&from, pair.len), 0);
	CHECK_EQ(getsockname(pair.receiver, (struct sockaddr *)&pair.addr, &pair.len), 0);
	return pair;
}

static void wait_for(int sock)
{
	struct pollfd ready = {.fd = sock, .events = POLLIN};

	CHECK_EQ(poll(&ready, 1, 10000), 1);
}

PRODUCE(rds_rxpath_latency)
{
	const struct produce latency = {"RDS_CMSG_RXPATH_LATENCY", SOL_RDS, RXPATH_LATENCY, 0, 0};
	const unsigned char traces[4] = {3, 0, 1, 2};
	const struct produce_pair pair = rds_pair(latency.name, RXPATH_LATENCY);

	CHECK_EQ(setsockopt(pair.receiver, SOL_RDS, SO_RDS_MSG_RXPATH_LATENCY, traces,
			    sizeof(traces)),
		 0);
	CHECK_EQ(produce_send(&pair, 3), 0);
	CHECK_EQ(produce_receive(pair.receiver, 0).len, 3);
	produce_expect(&latency);
	CHECK_EQ(produced_field("rx_traces"), 3);
}

/* The program's own number comes back when the kernel is done. */
PRODUCE(rds_zcopy_completion)
{
	const struct produce completion = {"RDS_CMSG_ZCOPY_COMPLETION", SOL_RDS, ZCOPY_COMPLETION,
					   SOL_SOCKET, SO_ZEROCOPY};
	const uint32_t cookie = 0xabcd;
	const struct produce_part part = {"RDS_CMSG_ZCOPY_COOKIE", SOL_RDS, ZCOPY_COOKIE, &cookie,
					  sizeof(cookie)};
	static char lent[8192];
	struct produce_pair pair;

	produce_want(part.name, SOL_RDS, ZCOPY_COOKIE);
	pair = rds_pair(completion.name, ZCOPY_COMPLETION);
	produce_on(pair.sender, &completion);
	CHECK_EQ(produce_send_parts(&pair, lent, sizeof(lent), MSG_ZEROCOPY, &part, 1),
		 sizeof(lent));
	CHECK_EQ(produce_receive(pair.receiver, 0).len, sizeof(lent));
	wait_for(pair.sender);
	produce_receive(pair.sender, MSG_DONTWAIT);
	produce_expect(&completion);
	CHECK_EQ(produced_field("num"), 1);
	CHECK(memcmp((const unsigned char *)produced_message().data + 4, &cookie, sizeof(cookie)) ==
	      0);
	produced_parts(&part, 1);
}

/* A sender that found the port full is told when it is not. */
PRODUCE(rds_cong_update)
{
	const struct produce update = {"RDS_CMSG_CONG_UPDATE", SOL_RDS, CONG_UPDATE, SOL_RDS,
				       RDS_CONG_MONITOR};
	const struct produce_pair pair = rds_pair(update.name, CONG_UPDATE);
	struct sockaddr_in to;
	static char message[4096];
	ssize_t sent = 0;
	int i;

	memcpy(&to, &pair.addr, sizeof(to));
	produce_on(pair.sender, &update);
	for (i = 0; i < 1000 && sent >= 0; i++)
		sent = sendto(pair.sender, message, sizeof(message), MSG_DONTWAIT,
			      (struct sockaddr *)&to, sizeof(to));
	CHECK(sent < 0 && (errno == ENOBUFS || errno == EAGAIN));
	while (recv(pair.receiver, message, sizeof(message), MSG_DONTWAIT) > 0)
		;
	wait_for(pair.sender);
	produce_receive(pair.sender, MSG_DONTWAIT);
	produce_expect(&update);
	CHECK((uint64_t)produced_field("ports") == UINT64_C(1) << (ntohs(to.sin_port) % 64));
}

static const struct tap_test tests[] = {
	SENT(alg_set_op_and_iv),     SENT(alg_set_aead_assoclen),     SCENE(vsock_recverr),
	SCENE(tipc_destname),        SCENE(tipc_errinfo_and_retdata), SCENE(rds_rxpath_latency),
	SCENE(rds_zcopy_completion), SCENE(rds_cong_update),
};
const struct produce_group produce_other = {tests, COUNT(tests)};
