#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A peer written with Python's own socket module: python_peer.py send|recv DESCRIPTOR."""
import os
import socket
import sys

COUNT = 3


def send(sock):
    """Sends descriptors of files with a word each."""
    fds = []
    for number in range(COUNT):
        fds.append(os.memfd_create("python"))
        os.write(fds[-1], b"file %d" % number)
    socket.send_fds(sock, [b"from ", b"python"], fds)


def recv(sock):
    """Answers with the words and what stands in each file that came."""
    words, fds, _, _ = socket.recv_fds(sock, 100, COUNT)
    files = [os.pread(fd, 100, 0) for fd in fds]
    sock.sendall(b"|".join([words] + files))


{"send": send, "recv": recv}[sys.argv[1]](socket.socket(fileno=int(sys.argv[2])))
