/* SPDX-License-Identifier: MIT */
/* The program of anc_time(3): how long a datagram waited in the
 * socket. */
#include <time.h>
#include <unistd.h>

#include <anc/anc.h>
#include <anc/time.h>

/* `sock` has had anc_time_enable(). Nanoseconds, or a negative
 * errno. */
static int64_t receive_one(int sock, void *buf, size_t len)
{
	struct anc_receiver receiver =
		anc_receiver_on(anc_socket_fd(sock), buf, len);
	struct anc_recv_result result;
	struct anc_time came;
	struct timespec now;
	int error;

	ANC_DATA(data, ANC_TIME_SPACE);
	receiver.data = &data;
	error = anc_receiver_recv(&receiver, &result);
	if (error == 0)
		error = anc_data_time(&data, &came);
	if (error < 0)
		return error;
	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec -
	       came.software;
}

int main(void)
{
	int pair[2], error;
	int64_t waited = 0;
	char byte;

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) < 0)
		return 1;
	error = anc_time_enable(pair[1]);
	if (error == 0 && send(pair[0], "x", 1, 0) == 1)
		waited = receive_one(pair[1], &byte, 1);
	close(pair[0]);
	close(pair[1]);
	/* qemu-user does not know the option; a clock may be set back
	 */
	return (error < 0 && error != -ENOPROTOOPT) ||
	       (waited < 0 && waited > -4096);
}
