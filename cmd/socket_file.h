/* SPDX-License-Identifier: MIT */
#ifndef CMD_SOCKET_FILE_H
#define CMD_SOCKET_FILE_H

/* The file of a bound socket: made, recognised, and gone when the program ends. */

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>

/* Which file it is that has a name; zeroed: none. */
struct socket_file {
	dev_t device;
	ino_t inode;
};

/* What has this name now. Fails when it is not a socket. */
struct socket_file socket_file_look(const char *path);

/* Removes a stale one, unless another has taken its place meanwhile. */
void socket_file_replace(const char *path, const struct socket_file *stale);

/*
 * bind(2) to a path, whose file is then removed at exit and on deadly signals. Returns 0 or a
 * negative errno.
 */
int socket_file_bind(int fd, const char *path, const struct sockaddr *address, socklen_t len);

/* Removes it now, if it is still the one that was made. */
void socket_file_remove(void);

#endif
