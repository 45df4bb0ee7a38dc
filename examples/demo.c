/* SPDX-License-Identifier: MIT */
/* Descriptors between processes: a message, Python as a peer, a peer that sends too many. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <anc/anc.h>

#define MANY 253       /* the most that Linux takes in one message */
#define LINE 256       /* bytes of a line that is looked at */
#define NO_PROGRAM 127 /* a shell's word for it */

static const char python_peer[] = "import os, socket\n"
				  "sock = socket.socket(fileno=0)\n"
				  "text, fds, flags, address = socket.recv_fds(sock, 1, 1)\n"
				  "line = os.fdopen(fds[0], 'rb').readline().rstrip()\n"
				  "answer = os.memfd_create('answer')\n"
				  "os.write(answer, b'from Python')\n"
				  "socket.send_fds(sock, [line], [answer])\n";

/* Ends a process in which something was not as it should be; 0: no errno says why. */
static _Noreturn void fail(const char *what, ssize_t error)
{
	fprintf(stderr, "demo: %s: %s\n", what,
		error < 0 ? strerror((int)-error) : "not as expected");
	exit(EXIT_FAILURE);
}

static size_t count_open(void)
{
	DIR *const dir = opendir("/proc/self/fd");
	size_t count = 0;

	if (dir == NULL)
		fail("/proc/self/fd", -errno);
	while (readdir(dir) != NULL)
		count++;
	closedir(dir);
	return count - 3; /* ".", ".." and the directory's own */
}

static void check_count(size_t before)
{
	const size_t after = count_open();

	printf("   open descriptors: %zu before, %zu after\n", before, after);
	if (after != before)
		fail("open descriptors", 0);
}

static void read_line(int fd, char *line, size_t size)
{
	const ssize_t len = pread(fd, line, size - 1, 0);

	if (len < 0)
		fail("pread", -errno);
	line[len] = '\0';
	line[strcspn(line, "\n")] = '\0';
}

static int open_file(const char *path)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		fail(path, -errno);
	return fd;
}

/* Runs `peer` at the other end of a seqpacket socket, in a process of its own; returns this end. */
static int start_peer(void (*peer)(int sock, const char *readme), const char *readme,
		      pid_t *ret_pid)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		fail("socketpair", -errno);
	*ret_pid = fork();
	if (*ret_pid < 0)
		fail("fork", -errno);
	if (*ret_pid == 0) {
		close(pair[0]);
		peer(pair[1], readme);
		_exit(EXIT_SUCCESS);
	}
	close(pair[1]);
	return pair[0];
}

/* Returns the exit status of a peer. */
static int stop_peer(int sock, pid_t pid)
{
	int status;

	close(sock);
	if (waitpid(pid, &status, 0) < 0)
		fail("waitpid", -errno);
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE;
}

/* The sender: two descriptors, who it is, and a text, in one message. */
static void send_files(int sock, const char *readme)
{
	static const char text[] = "a file and some memory";
	const struct anc_ucred me = {getpid(), getuid(), getgid()};
	const int fds[] = {open_file(readme), memfd_create("memory", MFD_CLOEXEC)};
	struct anc_sender sender = anc_sender_on(anc_socket_fd(sock), text, strlen(text));
	ANC_DATA(data, ANC_CMSG_SPACE(sizeof(me)) + ANC_FDS_SPACE(2));
	int error = anc_ucred_add(&data, &me);
	ssize_t sent;

	if (error == 0)
		error = anc_data_add_fds(&data, fds, 2);
	if (error < 0)
		fail("adding to the message", error);
	sender.data = &data;
	sent = anc_sender_send(&sender);
	if (sent < 0)
		fail("sending the message", sent);
}

static void print_messages(const struct anc_data *data)
{
	struct anc_cmsg_iter it = anc_cmsgs_iter(anc_data_cmsgs(data));
	struct anc_cmsg msg;
	char text[128];

	while (anc_cmsg_iter_next(&it, &msg) == 1) {
		anc_cmsg_format(&msg, NULL, text, sizeof(text));
		printf("   %s\n", text);
	}
}

/* Takes the first descriptor, which must be the README; the others stay in `data`. */
static void take_readme(struct anc_data *data, const char *expected)
{
	struct anc_fd_iter fds = anc_data_received_fds(data);
	char line[LINE];
	int fd;

	if (!anc_fd_iter_next(&fds, &fd) || fd < 0)
		fail("the first descriptor", 0);
	read_line(fd, line, sizeof(line));
	printf("   the first line of %d is \"%s\"\n", fd, line);
	close(fd);
	if (strcmp(line, expected) != 0)
		fail("the first line", 0);
}

/* The receiver. The descriptor that it does not take is closed when `data` goes out of scope. */
static void receive_files(int sock, const char *expected)
{
	char text[64];
	struct anc_receiver receiver = anc_receiver_on(anc_socket_fd(sock), text, sizeof(text));
	ANC_DATA(data, ANC_CMSG_SPACE(sizeof(struct anc_ucred)) + ANC_FDS_SPACE(2));
	struct anc_recv_result result;
	int error = anc_ucred_enable(sock, true);

	receiver.data = &data;
	if (error == 0)
		error = anc_receiver_recv(&receiver, &result);
	if (error < 0)
		fail("receiving the message", error);
	printf("   received \"%.*s\" with\n", (int)result.len, text);
	print_messages(&data);
	take_readme(&data, expected);
	printf("   the other one is left unclaimed, of %zu that are open now\n", count_open());
}

static void show_messages(const char *readme, const char *line)
{
	const size_t before = count_open();
	pid_t pid;
	const int sock = start_peer(send_files, readme, &pid);

	printf("1. Another process sends the README, a memfd and its credentials in one message\n");
	receive_files(sock, line);
	if (stop_peer(sock, pid) != EXIT_SUCCESS)
		fail("the sender", 0);
	check_count(before);
}

static void become_python(int sock, const char *readme)
{
	(void)readme;
	if (dup2(sock, STDIN_FILENO) < 0)
		fail("dup2", -errno);
	execlp("python3", "python3", "-c", python_peer, (char *)NULL);
	if (errno != ENOENT)
		fail("python3", -errno);
	_exit(NO_PROGRAM);
}

/* One descriptor to Python, which answers with the line it read and one of its own. */
static ssize_t exchange(int sock, const char *readme, char *line, size_t size, int *ret_answer)
{
	const int file = open_file(readme);
	const int error = anc_send_fd(sock, file);
	size_t count = 0;
	ssize_t len;

	close(file);
	if (error < 0)
		return error;
	len = anc_recv_fds(sock, line, size - 1, ret_answer, 1, &count);
	if (len < 0)
		return len;
	line[len] = '\0';
	return (ssize_t)count;
}

static void check_answer(const char *line, const char *expected, int answer)
{
	char memory[LINE];

	read_line(answer, memory, sizeof(memory));
	close(answer);
	printf("   Python read \"%s\" and sent a memfd that holds \"%s\"\n", line, memory);
	if (strcmp(line, expected) != 0 || strcmp(memory, "from Python") != 0)
		fail("what Python sent", 0);
}

static void show_python(const char *readme, const char *expected)
{
	const size_t before = count_open();
	char line[LINE];
	pid_t pid;
	int answer;
	const int sock = start_peer(become_python, readme, &pid);
	const ssize_t count = exchange(sock, readme, line, sizeof(line), &answer);
	const int status = stop_peer(sock, pid);

	printf("2. The README goes to Python's socket.recv_fds, a memfd comes from its send_fds\n");
	if (status == NO_PROGRAM)
		printf("   there is no python3 here: left out\n");
	else if (status != EXIT_SUCCESS || count != 1)
		fail("the exchange with Python", count < 0 ? count : 0);
	else
		check_answer(line, expected, answer);
	check_count(before);
}

static void send_many(int sock, const char *readme)
{
	const int file = open_file(readme);
	int fds[MANY];
	ssize_t sent;
	size_t i;

	for (i = 0; i < MANY; i++)
		fds[i] = file;
	sent = anc_send_fds(sock, "", 1, fds, MANY);
	if (sent < 0)
		fail("sending many", sent);
}

static void show_refusal(const char *readme)
{
	const size_t before = count_open();
	pid_t pid;
	const int sock = start_peer(send_many, readme, &pid);
	const int fd = anc_recv_fd(sock);

	printf("3. A peer sends %d descriptors to a receiver of one\n", MANY);
	if (fd != -E2BIG || stop_peer(sock, pid) != EXIT_SUCCESS)
		fail("the refusal", fd < 0 ? fd : 0);
	printf("   anc_recv_fd says -E2BIG: %s\n", strerror(-fd));
	check_count(before);
}

int main(int argc, char **argv)
{
	const char *readme = argc > 1 ? argv[1] : DEMO_README;
	const int file = open_file(readme);
	char line[LINE];

	read_line(file, line, sizeof(line));
	close(file);
	/* Whole lines, so that no process that starts here inherits half of one. */
	setvbuf(stdout, NULL, _IOLBF, 0);
	show_messages(readme, line);
	show_python(readme, line);
	show_refusal(readme);
	printf("All was as said.\n");
	return EXIT_SUCCESS;
}
