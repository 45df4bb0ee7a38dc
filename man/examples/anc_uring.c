/* SPDX-License-Identifier: MIT */
/* The program of anc_uring(3): a buffer of a multishot recvmsg, written
 * by hand here. */
#include <string.h>

#include <anc/anc.h>
#include <anc/uring.h>

static int on_message(const void *buf, size_t len,
		      const struct msghdr *request,
		      struct anc_data *data)
{
	struct anc_uring_recvmsg m;
	int error =
		anc_uring_recvmsg_split(buf, len, request->msg_namelen,
					request->msg_controllen, &m);

	if (error < 0)
		return error;
	return anc_data_adopt(data, m.control.bytes, m.control.len,
			      m.flags, m.flags);
}

int main(void)
{
	const struct anc_ucred ucred = {1, 0, 0};
	struct msghdr request = {.msg_controllen = ANC_CMSG_SPACE(12)};
	unsigned char buf[ANC_URING_RECVMSG_HEADER + 64] = {0};
	struct anc_credentials who;
	uint32_t control_len;

	ANC_DATA(data, 64);
	/* name, control, payload, flags: 4 bytes each */
	control_len = (uint32_t)anc_cmsg_put(
		buf + ANC_URING_RECVMSG_HEADER, 64, SOL_SOCKET,
		SCM_CREDENTIALS, &ucred, sizeof(ucred));
	memcpy(buf + 4, &control_len, sizeof(control_len));
	if (on_message(buf, sizeof(buf), &request, &data) < 0)
		return 1;
	return anc_data_credentials(&data, &who) != 0 || who.pid != 1;
}
