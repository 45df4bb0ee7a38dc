/* SPDX-License-Identifier: MIT */
/* A batch as a user of GLib writes it. */
#include <gio/gio.h>
#include <gio/gunixfdmessage.h>

#include "batches.h"

int batch_glib(struct batch_bench *);

static gboolean glib_send(GSocket *sock, int fd)
{
	GSocketControlMessage *control[BATCH];
	GOutputMessage messages[BATCH] = {0};
	GOutputVector vector = {"", 1};
	gint sent;
	int i;

	for (i = 0; i < BATCH; i++) {
		control[i] = g_unix_fd_message_new();
		g_unix_fd_message_append_fd(G_UNIX_FD_MESSAGE(control[i]), fd, NULL);
		messages[i].vectors = &vector;
		messages[i].num_vectors = 1;
		messages[i].control_messages = &control[i];
		messages[i].num_control_messages = 1;
	}
	sent = g_socket_send_messages(sock, messages, BATCH, 0, NULL, NULL);
	for (i = 0; i < BATCH; i++)
		g_object_unref(control[i]);
	return sent == BATCH;
}

static gboolean glib_recv_and_close(GSocket *sock)
{
	GSocketControlMessage **control[BATCH] = {0};
	GInputMessage messages[BATCH] = {0};
	GInputVector vectors[BATCH];
	guint count[BATCH] = {0};
	char bytes[BATCH];
	int closed = 0;
	int i;

	for (i = 0; i < BATCH; i++) {
		vectors[i].buffer = &bytes[i];
		vectors[i].size = 1;
		messages[i].vectors = &vectors[i];
		messages[i].num_vectors = 1;
		messages[i].control_messages = &control[i];
		messages[i].num_control_messages = &count[i];
	}
	if (g_socket_receive_messages(sock, messages, BATCH, 0, NULL, NULL) != BATCH)
		return FALSE;
	for (i = 0; i < BATCH; i++) {
		if (count[i] != 1)
			return FALSE;
		closed += g_unix_fd_list_get_length(
			g_unix_fd_message_get_fd_list(G_UNIX_FD_MESSAGE(control[i][0])));
		g_object_unref(control[i][0]);
		g_free(control[i]);
	}
	return closed == BATCH;
}

int batch_glib(struct batch_bench *bench)
{
	GSocket **ends = bench->extra;
	int i;

	if (ends == NULL) {
		ends = g_new(GSocket *, 2);
		for (i = 0; i < 2; i++)
			ends[i] = g_socket_new_from_fd(bench->ends[i], NULL);
		bench->extra = ends;
	}
	return glib_send(ends[0], bench->fd) && glib_recv_and_close(ends[1]) ? 0 : -1;
}
