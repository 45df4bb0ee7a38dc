#!/usr/bin/env python3
"""Times Python's own sendmsg and recvmsg of datagrams with packet info, TOS and time, one by one.

python_udp.py ROUNDS prints nanoseconds a datagram.
"""

import socket
import sys
import time

SO_TIMESTAMPNS = 35
IP_RECVTOS = 13
IP_PKTINFO = 8
ROOM = sum(socket.CMSG_SPACE(size) for size in (12, 1, 16))

rounds = int(sys.argv[1])
left, right = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
right.bind(("127.0.0.1", 0))
left.connect(right.getsockname())
right.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
right.setsockopt(socket.IPPROTO_IP, IP_RECVTOS, 1)
right.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
payload = bytes(1200)
start = time.monotonic_ns()
for _ in range(rounds):
    left.sendmsg([payload])
    _, control, _, _ = right.recvmsg(1200, ROOM)
    assert len(control) == 3
print((time.monotonic_ns() - start) // rounds)
