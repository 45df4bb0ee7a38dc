/* SPDX-License-Identifier: MIT */
#include "socket_file.h"

#include "cmd.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const int deadly[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};

static const char *made_path;
static struct socket_file made;
static volatile sig_atomic_t is_made;

static struct socket_file identity(const char *path)
{
	struct socket_file file = {0};
	struct stat found;

	if (lstat(path, &found) == 0 && S_ISSOCK(found.st_mode))
		file = (struct socket_file){found.st_dev, found.st_ino};
	return file;
}

static bool is_same(const struct socket_file *one, const struct socket_file *other)
{
	return one->inode != 0 && one->device == other->device && one->inode == other->inode;
}

struct socket_file socket_file_look(const char *path)
{
	struct stat found;

	/* A symbolic link is followed, as connect(2) does. */
	if (stat(path, &found) == 0 && !S_ISSOCK(found.st_mode))
		cmd_fail("%s exists and is not a socket; choose another name", path);
	return identity(path);
}

void socket_file_replace(const char *path, const struct socket_file *stale)
{
	const struct socket_file now = identity(path);

	if (is_same(&now, stale) && unlink(path) < 0)
		cmd_fail("the stale socket %s cannot be removed: %s; remove it, or choose another "
			 "name",
			 path, strerror(errno));
}

/* Also called from a signal handler. */
void socket_file_remove(void)
{
	struct socket_file now;

	if (!is_made)
		return;
	is_made = 0;
	now = identity(made_path);
	if (is_same(&now, &made))
		unlink(made_path);
}

/* The signal's own effect comes when the handler returns. */
static void remove_and_die(int number)
{
	socket_file_remove();
	raise(number);
}

static void remove_on_signals(void)
{
	struct sigaction action = {.sa_handler = remove_and_die, .sa_flags = (int)SA_RESETHAND};
	struct sigaction before;
	size_t i;

	for (i = 0; i < sizeof(deadly) / sizeof(deadly[0]); i++)
		if (sigaction(deadly[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
			sigaction(deadly[i], &action, NULL);
}

int socket_file_bind(int fd, const char *path, const struct sockaddr *address, socklen_t len)
{
	sigset_t all, before;
	int error = 0;

	/* No signal between the file and the memory of it. */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	if (bind(fd, address, len) < 0) {
		error = -errno;
	} else {
		made_path = path;
		made = identity(path);
		is_made = 1;
		remove_on_signals();
		atexit(socket_file_remove);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return error;
}
