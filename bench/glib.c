/* SPDX-License-Identifier: MIT */
/* A round as a user of GLib writes it. */
#include <gio/gio.h>
#include <gio/gunixfdmessage.h>

#include "rounds.h"

int round_glib(struct bench *);

static GSocket *glib_socket(int fd)
{
	GError *error = NULL;
	GSocket *sock = g_socket_new_from_fd(fd, &error);

	if (sock == NULL)
		g_error("g_socket_new_from_fd: %s", error->message);
	return sock;
}

static gboolean glib_send(GSocket *sock, const int *fds, size_t count)
{
	GSocketControlMessage *message = g_unix_fd_message_new();
	char byte = 0;
	GOutputVector vector = {&byte, 1};
	gssize sent;
	size_t i;

	for (i = 0; i < count; i++)
		g_unix_fd_message_append_fd(G_UNIX_FD_MESSAGE(message), fds[i], NULL);
	sent = g_socket_send_message(sock, NULL, &vector, 1, &message, 1, 0, NULL, NULL);
	g_object_unref(message);
	return sent == 1;
}

static size_t glib_recv_and_close(GSocket *sock)
{
	GSocketControlMessage **messages = NULL;
	char byte;
	GInputVector vector = {&byte, 1};
	int flags = 0;
	int count = 0;
	size_t closed = 0;
	int i;

	if (g_socket_receive_message(sock, NULL, &vector, 1, &messages, &count, &flags, NULL,
				     NULL) != 1)
		return 0;
	for (i = 0; i < count; i++) {
		closed += (size_t)g_unix_fd_list_get_length(
			g_unix_fd_message_get_fd_list(G_UNIX_FD_MESSAGE(messages[i])));
		g_object_unref(messages[i]);
	}
	g_free(messages);
	return closed;
}

int round_glib(struct bench *bench)
{
	GSocket **ends = bench->extra;

	if (ends == NULL) {
		ends = g_new(GSocket *, 2);
		ends[0] = glib_socket(bench->pair[0]);
		ends[1] = glib_socket(bench->pair[1]);
		bench->extra = ends;
	}
	if (!glib_send(ends[0], bench->fds, bench->count))
		return -1;
	return glib_recv_and_close(ends[1]) == bench->count ? 0 : -1;
}
