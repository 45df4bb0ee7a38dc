#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""anc types, and what is common to all commands: tool_types.py ANC ROOT. Speaks TAP."""

import json
import os
import re
import subprocess
import sys

import tap
from tap import equal, has
from tool import ANC, Place, anc

ROOT = sys.argv[2]
COMMANDS = ("send", "recv", "decode", "types", "probe")
SYSTEMS = {"linux", "freebsd", "darwin", "netbsd", "openbsd", "dragonfly", "illumos"}


def rows(*args):
    """The JSON of the rows."""
    status, out, err = anc("types", "--json", *args)
    equal((status, err), (0, ""))
    return [json.loads(line) for line in out.splitlines()]


def table(*args):
    """The cells of the table; columns are two spaces apart at least."""
    status, out, err = anc("types", *args)
    equal((status, err), (0, ""))
    return [re.split(r" {2,}", line.strip()) for line in out.splitlines()]


def options(command):
    """The long options that its help lists."""
    return set(re.findall(r"^ {2,8}(?:-., )? *(--[a-z]+)", anc(command, "--help")[1], re.M))


def test_every_system_is_listed():
    equal({row["system"] for row in rows()}, SYSTEMS)


def test_the_table_has_what_the_json_has():
    for system in sorted(SYSTEMS):
        cells = table("--system", system)
        listed = rows("--system", system)
        equal(cells[0][0], "SYSTEM")
        equal([(line[0], line[2], int(line[3])) for line in cells[1:]],
              [(row["system"], row["name"], row["type"]) for row in listed])
        assert listed, system
    equal(len(table()) - 1, len(rows()))


def test_rows_of_both_widths_are_listed():
    stamps = {row["size"]["max"] for row in rows() if row["name"] == "SCM_TIMESTAMPNS" and row["system"] == "linux"}
    equal(stamps, {8, 16})


def test_an_empty_payload_is_listed_as_such():
    equal([row["size"] for row in rows() if row["name"] == "RXRPC_ACK"], [{"min": 0, "max": 0}])


def test_columns_are_aligned():
    lines = anc("types")[1].splitlines()
    for start in (match.start() for match in re.finditer(r"\S+", lines[0])):
        assert all(line[start - 1:start] in ("", " ") and line[start] != " " for line in lines), start


def test_rows_have_what_they_are_made_of():
    for row in rows():
        equal(set(row), {"system", "name", "level_name", "level", "type", "received", "sent", "error_queue", "size",
                         "bits", "option", "payload", "fields", "fds"})
        assert row["level_name"], row
        assert row["received"] or row["sent"], row
        assert row["option"] is None or re.fullmatch(r"[A-Z][A-Z0-9_]+", row["option"]), row


def test_known_rows_are_right():
    by_name = {(row["system"], row["name"]): row for row in rows()}
    credentials = by_name["linux", "SCM_CREDENTIALS"]
    equal((credentials["size"], credentials["fields"], credentials["option"]),
          ({"min": 12, "max": 12}, ["pid", "uid", "gid"], "SO_PASSCRED"))
    for system in SYSTEMS:
        assert by_name[system, "SCM_RIGHTS"]["fds"], system
    equal(by_name["illumos", "SCM_RIGHTS"]["type"], 0x1010)


def test_an_unknown_system_is_told():
    status, out, err = anc("types", "--system", "beos")
    equal((status, out), (2, ""))
    has(err, "there is no system 'beos'", "freebsd")


def test_abis_are_listed():
    names = anc("types", "--abis")[1].split()
    assert {"linux-64", "linux-32be", "freebsd-64", "illumos-64"} <= set(names), names
    equal(len(names), len(set(names)))


def test_help_and_version():
    status, out, err = anc("--version")
    equal((status, err), (0, ""))
    assert re.fullmatch(r"anc \d+\.\d+\.\d+\n", out), out
    status, out, _ = anc("--help")
    equal(status, 0)
    has(out, "Examples:", *COMMANDS)
    for command in COMMANDS:
        status, out, err = anc(command, "--help")
        equal((status, err), (0, ""))
        has(out, "Usage: anc " + command, "Examples:")
        assert max(map(len, out.splitlines())) < 80, command


def test_wrong_usage_is_told():
    for words, told in {(): "which command?", ("walk",): "there is no command 'walk'", ("--walk",): "--walk"}.items():
        status, out, err = anc(*words)
        equal((status, out), (2, ""))
        has(err, told, "--help")


def test_the_page_has_every_option():
    with open(os.path.join(ROOT, "man", "anc.1"), encoding="utf-8") as file:
        page = file.read()
    for command in COMMANDS:
        for option in options(command) - {"--usage"}:
            has(page, f"-{option[2:]}")


def shown_in_page():
    """The literal blocks of the page."""
    with open(os.path.join(ROOT, "man", "anc.1"), encoding="utf-8") as file:
        return re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed", file.read(), re.M | re.S)


def test_the_examples_of_the_page_run():
    place = Place()
    env = {**os.environ, "PATH": os.path.dirname(ANC) + ":" + os.environ["PATH"]}
    assert shown_in_page()
    for block in shown_in_page():
        block = block.replace("/tmp/sock", place.socket).replace("@door", f"@door-{os.getpid()}").replace("\\e", "\\")
        done = subprocess.run(["bash", "-c", "set -o pipefail\n" + block + "wait"], capture_output=True, text=True,
                              env=env, cwd=ROOT, timeout=60, check=False)
        equal((done.returncode, done.stderr), (0, ""))
        assert done.stdout, block


def complete(*words):
    """What bash offers for the last word."""
    script = ('source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _anc; '
              'printf "%s\\n" "${COMPREPLY[@]}"')
    env = {**os.environ, "PATH": os.path.dirname(ANC) + ":" + os.environ["PATH"]}
    done = subprocess.run(["bash", "-c", script, "bash", os.path.join(ROOT, "cmd", "completion.bash"), "anc", *words],
                          capture_output=True, text=True, env=env, cwd=ROOT, timeout=60, check=True)
    equal(done.stderr, "")
    return done.stdout.split()


def test_completion_of_commands():
    equal(set(complete("")), {*COMMANDS, "--help", "--version"})
    equal(complete("se"), ["send"])


def test_completion_has_every_option():
    for command in COMMANDS:
        equal(set(complete(command, "--")), options(command))


def test_completion_of_values():
    equal(set(complete("types", "--system", "")), SYSTEMS)
    equal(complete("types", "--system", "free"), ["freebsd"])
    has(complete("decode", "--abi", "freebsd"), "freebsd-64")
    equal(complete("recv", "--type", "d"), ["dgram"])
    equal(complete("recv", "--max", ""), [])


def test_completion_of_a_command_to_run():
    has(complete("recv", "sock", "--", "pytho"), "python3")
    equal(complete("recv", "sock", "--", "cat", "READ"), ["README.md"])


def test_completion_of_files():
    equal(complete("send", "READ"), ["README.md"])
    equal(complete("types", "READ"), [])


def test_an_unwritten_table_is_an_error():
    with open("/dev/full", "w", encoding="utf-8") as full:
        status, _, err = anc("types", stdout=full)
    equal(status, 1)
    has(err, "standard output: No space left")


tap.run(globals())
