#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks what the demo prints, with Python and without, from another directory: check_demo.py DEMO README. Speaks TAP."""

import os
import re
import shlex
import shutil
import subprocess
import sys

LINES_MOST = 40
COUNTS = r"open descriptors: (\d+) before, \1 after"


def run(demo, *args, **env):
    """Its exit status and its lines. A cross build's programs need a wrapper; it must not depend on PATH."""
    command = [*shlex.split(os.environ.get("MESON_EXE_WRAPPER", "")), os.path.abspath(demo), *args]
    command[0] = shutil.which(command[0]) or command[0]
    done = subprocess.run(command, cwd="/", env={**os.environ, **env}, text=True, timeout=60, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout.splitlines()


def says(lines, *facts):
    """Whether each fact, a pattern, is a whole line, in this order."""
    rest = iter(lines)
    return all(any(re.fullmatch(" *" + fact, line) for line in rest) for fact in facts)


def main(demo, readme):
    """One test for each promise."""
    with open(readme, encoding="utf-8") as file:
        line = re.escape(file.readline().rstrip())
    messages = (r"SCM_CREDENTIALS pid=\d+ uid=\d+ gid=\d+", r"SCM_RIGHTS fds=(\d+),(\d+)",
                rf'the first line of \d+ is "{line}"', "the other one is left unclaimed, of .*", COUNTS)
    python = (rf'Python read "{line}" and sent a memfd that holds "from Python"', COUNTS)
    refusal = (r"3\..* 253 .*", "anc_recv_fd says -E2BIG: .*", COUNTS, "All was as said.")

    status, lines = run(demo)
    lone_status, lone_lines = run(demo, PATH="/nonexistent")
    lost_status, _ = run(demo, "/nonexistent/README.md")
    checks = {
        "the_demo_shows_all_three_parts": status == 0 and says(lines, *messages, *python, *refusal),
        "the_demo_is_short": len(lines) <= LINES_MOST,
        "the_demo_goes_on_without_python":
            lone_status == 0 and says(lone_lines, *messages, "there is no python3 here: left out", COUNTS, *refusal),
        "the_demo_fails_without_its_file": lost_status not in (0, None),
    }
    print(*(f"# {text}" for text in [*lines, "-- without python3 --", *lone_lines]), sep="\n")
    for number, (name, good) in enumerate(checks.items(), 1):
        print(f"{'ok' if good else 'not ok'} {number} - {name}")
    print(f"1..{len(checks)}")
    return not all(checks.values())


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
