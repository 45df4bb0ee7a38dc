#!/usr/bin/env python3
"""Times Python's own send_fds and recv_fds: python_round.py FDS ROUNDS prints nanoseconds a round."""

import os
import socket
import sys
import time

count, rounds = int(sys.argv[1]), int(sys.argv[2])
left, right = socket.socketpair()
fds = [os.open("/dev/null", os.O_RDWR) for _ in range(count)]
start = time.monotonic_ns()
for _ in range(rounds):
    socket.send_fds(left, [b"x"], fds)
    for fd in socket.recv_fds(right, 1, count)[1]:
        os.close(fd)
print((time.monotonic_ns() - start) // rounds)
