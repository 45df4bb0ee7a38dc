/* SPDX-License-Identifier: MIT */
/* Descriptors from Python's socket module, and to it. */
#include "peer.h"

#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>

#include <anc/anc.h>

static const char *python_mode;

/* Becomes Python; without a mode, one that only tells whether it can do it. */
static int become_python(int sock)
{
#ifdef ANC_TEST_SOURCE_DIR
	const char *folder = ANC_TEST_SOURCE_DIR;
#else
	char here[] = __FILE__;
	const char *folder = dirname(here);
#endif
	char script[4096];
	char number[16];

	if (getenv("ANC_TEST_SOURCE_DIR") != NULL)
		folder = getenv("ANC_TEST_SOURCE_DIR");
	snprintf(script, sizeof(script), "%s/python_peer.py", folder);
	snprintf(number, sizeof(number), "%d", sock);
	fcntl(sock, F_SETFD, 0);
	if (python_mode != NULL)
		execlp("python3", "python3", script, python_mode, number, (char *)NULL);
	else
		execlp("python3", "python3", "-c",
		       "import os, socket; socket.send_fds, socket.recv_fds, os.memfd_create",
		       (char *)NULL);
	return 127;
}

static int start_python(const char *or_null, int type, pid_t *ret)
{
	python_mode = or_null;
	return start_peer(type, become_python, ret);
}

static void need_python(void)
{
	pid_t python;

	close(start_python(NULL, SOCK_STREAM, &python));
	if (exit_code(python) != 0)
		SKIP("no python3 with socket.send_fds here");
}

static void receive_from_python(int type)
{
	static const char *const words[] = {"file 0", "file 1", "file 2"};
	int fds[COUNT(words)];
	char buf[32];
	pid_t python;
	const int sock = start_python("send", type, &python);
	size_t count;
	size_t i;

	CHECK_EQ(anc_recv_fds(sock, buf, sizeof(buf), fds, COUNT(fds), &count), 11);
	CHECK(memcmp(buf, "from python", 11) == 0);
	CHECK_EQ(count, COUNT(fds));
	CHECK_EQ(exit_code(python), 0);
	close(sock);
	for (i = 0; i < count; i++) {
		CHECK(file_has(fds[i], words[i]));
		CHECK(tap_is_cloexec(fds[i]));
		close(fds[i]);
	}
}

TEST(descriptors_come_from_python)
{
	need_python();
	receive_from_python(SOCK_STREAM);
	receive_from_python(SOCK_SEQPACKET);
}

TEST(descriptors_go_to_python)
{
	int fds[2];
	char answer[32] = "";
	pid_t python;
	int sock;

	need_python();
	fds[0] = file_with("one");
	fds[1] = file_with("two");
	sock = start_python("recv", SOCK_STREAM, &python);
	CHECK_EQ(anc_send_fds(sock, "words", 5, fds, 2), 5);
	close_both(fds);
	CHECK_EQ(exit_code(python), 0);
	CHECK_EQ(recv(sock, answer, sizeof(answer) - 1, 0), 13);
	CHECK_STR(answer, "words|one|two");
	close(sock);
}

static const struct tap_test tests[] = {
	{"descriptors_come_from_python", test_descriptors_come_from_python},
	{"descriptors_go_to_python", test_descriptors_go_to_python},
};
TAP_MAIN(tests)
