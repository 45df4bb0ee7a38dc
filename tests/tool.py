# SPDX-License-Identifier: MIT
"""The program under test, started and waited for."""

import os
import subprocess
import sys
import tempfile
import time

import tap

ANC = os.path.abspath(sys.argv[1])
PATIENCE = 30


def start(*args, **options):
    """The program, running, with its output caught as text."""
    options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **options}
    return subprocess.Popen([ANC, *args], **options)  # pylint: disable=consider-using-with


def finish(process):
    """Its exit status, output and complaints."""
    out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out, err


def anc(*args, **options):
    """The same of a run from beginning to end."""
    return finish(start(*args, **options))


def as_nobody():
    """The options that run the program as another user, or the reason why that cannot be had here."""
    options = {"user": 65534, "group": 65534, "extra_groups": []}
    if os.getuid() != 0:
        raise tap.Skip("only root can become another user")
    try:
        anc("--version", **options)
    except PermissionError as error:
        raise tap.Skip(f"another user cannot reach the program: {error}") from error
    return options


def wait_until(what, holds):
    """Waits for what another process does, for a while."""
    for _ in range(PATIENCE * 100):
        if holds():
            return
        time.sleep(0.01)
    raise AssertionError(f"in vain: {what}")


def is_bound(name):
    """Whether a socket with this name, a path or @NAME, is there and listened at, or of datagrams."""
    with open("/proc/net/unix", encoding="utf-8", errors="replace") as sockets:
        for line in sockets:
            words = line.split()
            # flag 0x10000 is __SO_ACCEPTCON; type 2 is a datagram socket
            if words[7:] == [name] and (words[3] == "00010000" or words[4] == "0002"):
                return True
    return False


def wait_for(name):
    """Waits until one can connect to it."""
    wait_until(f"{name} is not there", lambda: is_bound(name))


class Place:
    """A directory for sockets and files."""

    def __init__(self):
        self.kept = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with
        self.socket = os.path.join(self.kept.name, "sock")

    def file(self, name, text):
        """The path of a new file with this text."""
        path = os.path.join(self.kept.name, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def names(self):
        """What is in it."""
        return sorted(os.listdir(self.kept.name))
