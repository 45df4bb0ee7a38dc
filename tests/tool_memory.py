#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""anc where an allocation fails: tool_memory.py ANC ROOT SHUFFLED MODULE. Speaks TAP."""

import os
import socket
import sys

import tap
from tap import equal, has
from tool import Place, finish, start, wait_until

MODULE = os.path.abspath(sys.argv[4])
PLACE = Place()
# SCM_RIGHTS of linux-64
DUMP = PLACE.file("dump", "1400000000000000 01000000 01000000 07000000")


def begin(args, fail_at=None, count_fd=None, **options):
    """The program, whose allocation with that number fails."""
    env = {**os.environ, "LD_PRELOAD": MODULE}
    if fail_at is not None:
        env["ANC_TEST_FAIL_AT"] = str(fail_at)
    if count_fd is not None:
        env["ANC_TEST_COUNT_FD"] = str(count_fd)
        options["pass_fds"] = [count_fd]
    return start(*args, env=env, **options)


def run(args, **options):
    """Its exit status, output and complaints."""
    with open(DUMP, encoding="utf-8") as dump:
        return finish(begin(args, stdin=dump, **options))


def counted(drive, *args):
    """How many allocations it takes."""
    reader, writer = os.pipe()
    with os.fdopen(reader) as counts:
        equal(drive(args, count_fd=writer)[0], 0)
        os.close(writer)
        count = counts.read()
    if not count:
        raise tap.Skip("nothing can be loaded in front of this program's libraries")
    return int(count)


def each_failure(drive, *args):
    """Whatever fails is told, unless it makes no difference. How often it was."""
    whole = drive(args)
    told = 0
    for fail_at in range(counted(drive, *args)):
        status, out, err = drive(args, fail_at=fail_at)
        if (status, out, err) == whole:
            continue
        assert status in (1, 2), (fail_at, status, out, err)
        assert "out of memory" in err or "Cannot allocate memory" in err, (fail_at, err)
        told += 1
    return told


def test_of_decode():
    assert each_failure(run, "decode", "--abi", "linux-64") >= 3
    assert each_failure(run, "decode", "--abi", "linux-64", "--json") >= 20


def test_of_lists():
    assert each_failure(run, "types", "--abis") >= 35
    assert each_failure(run, "types", "--families", "--json") >= 20
    assert each_failure(run, "types", "--flags", "--json", "--system", "illumos") >= 20


def receive(args, **options):
    """The same of one that listens, to whom a descriptor is sent; its socket file does not stay."""
    place = Place()
    process = begin(["recv", "--listen", *args, place.socket], **options)
    with socket.socket(socket.AF_UNIX) as sock:
        wait_until("it neither listens nor ends", lambda: process.poll() is not None or sock.connect_ex(place.socket) == 0)
        if process.poll() is None:
            try:
                socket.send_fds(sock, [b"\0\xff"], [sock.fileno()])
            except OSError:
                pass
        result = finish(process)
    equal(place.names(), [])
    return result


def test_of_recv():
    assert each_failure(receive) >= 5
    assert each_failure(receive, "--json") >= 40


def test_what_was_printed_before_is_not_lost():
    args = ["types", "--flags", "--json", "--system", "illumos"]
    status, out, err = run(args, fail_at=counted(run, *args) // 2)
    equal(status, 1)
    has(out, '"name":"MSG_OOB"')
    has(err, "anc types: out of memory")


tap.run(globals())
