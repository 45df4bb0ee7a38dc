/* SPDX-License-Identifier: MIT */
/* The program of anc_error(3): who says that a packet did not
 * arrive. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <anc/anc.h>
#include <anc/error.h>

/* `sock` has had anc_error_enable(); it need not be readable. */
static int print_errors(int sock)
{
	char packet[128];
	const struct anc_receiver receiver = anc_receiver_on(
		anc_socket_fd(sock), packet, sizeof(packet));
	struct anc_error entry;
	int error;

	while ((error = anc_error_recv(&receiver, NULL, &entry)) == 0) {
		char text[INET6_ADDRSTRLEN] = "nobody";

		if (entry.kind != ANC_ERROR_ICMP &&
		    entry.kind != ANC_ERROR_ICMP6)
			continue;
		if (entry.offender.family != 0)
			inet_ntop(entry.offender.family,
				  entry.offender.bytes, text,
				  sizeof(text));
		printf("%s says: %s\n", text, strerror(entry.error));
	}
	return error == -EAGAIN ? 0 : error;
}

/* `zerocopy` knows which sends are completed; all before its `next`
 * may have their buffers freed. */
static int note_completions(int sock, struct anc_zerocopy *zerocopy)
{
	const struct anc_receiver receiver =
		anc_receiver_on(anc_socket_fd(sock), NULL, 0);
	struct anc_error entry;
	int error;

	while ((error = anc_error_recv(&receiver, NULL, &entry)) == 0) {
		if (entry.kind != ANC_ERROR_ZEROCOPY)
			continue;
		error = anc_zerocopy_note(zerocopy, &entry);
		if (error < 0)
			return error;
	}
	return error == -EAGAIN ? 0 : error;
}

int main(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	socklen_t len = sizeof(addr);
	struct anc_zerocopy zerocopy = {.next = 0};
	int gone = socket(AF_INET, SOCK_DGRAM, 0);
	int sock = socket(AF_INET, SOCK_DGRAM, 0);
	struct pollfd ready = {.fd = sock};
	bool good;

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(gone, (struct sockaddr *)&addr, len) < 0 ||
	    getsockname(gone, (struct sockaddr *)&addr, &len) < 0)
		return 1;
	close(gone);
	good = sendto(sock, "x", 1, 0, (struct sockaddr *)&addr, len) ==
	       1;
	/* qemu-user does not know every option */
	if (good && anc_error_enable(sock) == 0)
		good = sendto(sock, "x", 1, 0, (struct sockaddr *)&addr,
			      len) == 1 &&
		       poll(&ready, 1, 10000) >= 0 &&
		       print_errors(sock) == 0 &&
		       note_completions(sock, &zerocopy) == 0 &&
		       zerocopy.next == 0;
	close(sock);
	return !good;
}
