/* SPDX-License-Identifier: MIT */
#ifndef CMD_PROBE_OPEN_H
#define CMD_PROBE_OPEN_H

#include "probe.h"

/* How the sockets of a scene come about; each is a scene's `open`. */

/* socketpair(2). */
int probe_open_pair(const struct probe_scene *scene, struct probe_ends *ends);

/* UDP and raw sockets, the sender connected to the receiver. */
int probe_open_datagram(const struct probe_scene *scene, struct probe_ends *ends);

/*
 * The receiver of a port listens to another port only: what is sent to it comes back as an ICMP
 * error, and nobody else can have the port meanwhile.
 */
int probe_open_refused(const struct probe_scene *scene, struct probe_ends *ends);

/* A connection of TCP, or of what works alike. */
int probe_open_connection(const struct probe_scene *scene, struct probe_ends *ends);

/* TCP with the kernel's TLS on it; the key is zeros. */
int probe_open_tls(const struct probe_scene *scene, struct probe_ends *ends);

/* Frames of an experimental type, on the loopback device. */
int probe_open_packet(const struct probe_scene *scene, struct probe_ends *ends);

/* The kernel is the peer: it answers to the socket that asks. */
int probe_open_netlink(const struct probe_scene *scene, struct probe_ends *ends);

/* A cipher of the kernel's; what is sent is not read back. */
int probe_open_cipher(const struct probe_scene *scene, struct probe_ends *ends);

#endif
