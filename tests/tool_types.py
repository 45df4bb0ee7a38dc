#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""anc types, and what is common to all commands: tool_types.py ANC ROOT. Speaks TAP."""

import json
import os
import re
import socket
import struct
import subprocess
import sys

import tap
from tap import equal, has
from tool import ANC, Place, anc, wait_for

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
        equal([(line[0], line[2], line[3], line[4] == "query") for line in cells[1:]],
              [(row["system"], row["name"], "-" if row["type"] is None else str(row["type"]), row["query"])
               for row in listed])
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
        equal(set(row), {"system", "name", "level_name", "level", "type", "query", "received", "sent", "error_queue", "size",
                         "bits", "option", "payload", "fields", "fds"})
        assert row["level_name"] or row["query"], row
        equal(row["received"] or row["sent"], not row["query"])
        assert row["option"] is None or re.fullmatch(r"[A-Z][A-Z0-9_]+", row["option"]), row


def test_known_rows_are_right():
    by_name = {(row["system"], row["name"]): row for row in rows()}
    credentials = by_name["linux", "SCM_CREDENTIALS"]
    equal((credentials["size"], credentials["fields"], credentials["option"]),
          ({"min": 12, "max": 12}, ["pid", "uid", "gid"], "SO_PASSCRED"))
    for system in SYSTEMS:
        assert by_name[system, "SCM_RIGHTS"]["fds"], system
    equal(by_name["illumos", "SCM_RIGHTS"]["type"], 0x1010)


QUERIES = {
    "linux": {"SO_PEERCRED", "SO_PEERGROUPS", "SO_PEERPIDFD", "SO_PEERSEC"},
    "freebsd": {"LOCAL_PEERCRED"},
    "darwin": {"LOCAL_PEERCRED", "LOCAL_PEERPID", "LOCAL_PEEREPID", "LOCAL_PEERUUID", "LOCAL_PEEREUUID",
               "LOCAL_PEERTOKEN"},
    "netbsd": {"LOCAL_PEEREID"},
    "openbsd": {"SO_PEERCRED"},
    "dragonfly": {"LOCAL_PEERCRED"},
    "illumos": {"getpeerucred"},
}


def test_queries_of_a_peer_are_listed_behind_messages():
    for system, names_of in QUERIES.items():
        listed = rows("--system", system)
        equal({row["name"] for row in listed if row["query"]}, names_of)
        equal([row["query"] for row in listed], sorted(row["query"] for row in listed))
        assert names_of.isdisjoint(row["name"] for row in listed if not row["query"]), system


def test_queries_have_what_they_are_made_of():
    queries = [row for row in rows() if row["query"]]
    by_name = {(row["system"], row["name"]): row for row in queries}
    openbsd = by_name["openbsd", "SO_PEERCRED"]
    equal((openbsd["level_name"], openbsd["level"], openbsd["type"], openbsd["size"], openbsd["fields"]),
          ("SOL_SOCKET", 0xFFFF, 0x1022, {"min": 12, "max": 12}, ["euid", "egid", "pid"]))
    assert by_name["linux", "SO_PEERPIDFD"]["fds"]
    # of both widths
    equal({row["bits"]: row["size"]["max"] for row in queries if row["system"] == "freebsd"}, {64: 88, 32: 80})
    equal({(row["level"], row["type"]) for row in queries if row["system"] == "freebsd"}, {(0, 1)})
    # a call is no option
    equal({(row["level_name"], row["level"], row["type"]) for row in queries if row["name"] == "getpeerucred"},
          {(None, None, None)})
    equal({tuple(line[1:5]) for line in table("--system", "illumos") if line[2] == "getpeerucred"},
          {("-", "getpeerucred", "-", "query")})


def test_an_unknown_system_is_told():
    status, out, err = anc("types", "--system", "beos")
    equal((status, out), (2, ""))
    has(err, "there is no system 'beos'", "freebsd")


def names(*args):
    """A list of names, the same as lines and as an array of JSON."""
    status, out, err = anc("types", *args)
    equal((status, err), (0, ""))
    equal(anc("types", "--json", *args), (0, json.dumps(out.splitlines(), separators=(",", ":")) + "\n", ""))
    found = out.splitlines()
    equal(len(found), len(set(found)))
    return found


def test_abis_are_listed():
    found = names("--abis")
    assert {"linux-64", "linux-32be", "freebsd-64", "illumos-64"} <= set(found), found
    equal(names("--abis", "--system", "illumos"), ["illumos-64", "illumos-32"])


def test_families_are_those_that_decode_takes():
    found = names("--families")
    assert {"unix", "inet", "inet6", "packet", "netlink", "can", "vsock"} <= set(found), found
    status, _, err = anc("decode", "--family", "house")
    equal((status, err.splitlines()[0].split(": ")[2].split()), (2, found))
    for name in found:
        equal(anc("decode", "--family", name, "/dev/null")[0], 0)


def test_families_are_of_this_host_only():
    for order in (["--families", "--system", "openbsd"], ["--system", "openbsd", "--families"]):
        status, out, err = anc("types", *order)
        equal((status, out), (2, ""))
        has(err, "the families are those of linux", "no list of those of openbsd")
    equal(names("--families", "--system", "linux"), names("--families"))


def test_flags_are_listed():
    status, out, err = anc("types", "--flags", "--json")
    equal((status, err), (0, ""))
    flags = [json.loads(line) for line in out.splitlines()]
    equal({flag["system"] for flag in flags}, SYSTEMS)
    equal([[flag["system"], flag["name"], hex(flag["value"])] for flag in flags],
          [line.split() for line in anc("types", "--flags")[1].splitlines()[1:]])
    by_name = {(flag["system"], flag["name"]): flag["value"] for flag in flags}
    equal(len(by_name), len(flags))
    for name, value in by_name.items():
        equal((name, value & value - 1), (name, 0))
    equal({by_name[system, "MSG_PEEK"] for system in SYSTEMS}, {2})
    equal((by_name["freebsd", "MSG_CTRUNC"], by_name["linux", "MSG_CTRUNC"]), (0x20, 8))
    known = {name: value for (system, name), value in by_name.items() if system == "linux"}
    ours = {name: value.value for name, value in socket.__dict__.items() if name.startswith("MSG_")}
    equal({name: known[name] for name in ours if name in known}, {name: ours[name] for name in ours if name in known})
    assert {"MSG_CTRUNC", "MSG_DONTWAIT", "MSG_ERRQUEUE", "MSG_TRUNC"} <= set(ours) & set(known), known
    equal({json.loads(line)["system"] for line in anc("types", "--flags", "--json", "--system", "netbsd")[1].splitlines()},
          {"netbsd"})


def test_one_list_at_a_time():
    for args in (["--abis", "--flags"], ["--families", "--abis"]):
        status, out, err = anc("types", *args)
        equal((status, out), (2, ""))
        has(err, "one of --abis, --families and --flags")


def test_help_and_version():
    status, out, err = anc("--version")
    equal((status, err), (0, ""))
    assert re.fullmatch(r"anc \d+\.\d+\.\d+\n", out), out
    status, out, _ = anc("--help")
    equal(status, 0)
    has(out, "Examples:", "Exit status: ", *COMMANDS)
    for command in COMMANDS:
        status, out, err = anc(command, "--help")
        equal((status, err), (0, ""))
        has(out, "Usage: anc " + command, "Examples:", "\nExit status: ", "2 wrong usage")
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


def shown_in_readme():
    """What a shell shows in the README's section of the tool: in each block (commands, lines) one after the other."""
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
        section = re.search(r"^## The tool\n(.*?)^## ", file.read(), re.M | re.S)[1]
    blocks = []
    for block in re.findall(r"(?:^ {4}.*\n|^\n(?= {4}))+", section, re.M):
        runs = []
        for line in filter(None, (line[4:] for line in block.splitlines())):
            if not line.startswith("$ "):
                runs[-1][1].append(line)
            elif runs and not runs[-1][1]:
                runs[-1][0].append(line[2:])
            else:
                runs.append(([line[2:]], []))
        blocks.append(runs)
    return blocks


def in_shell(command, cwd):
    """The command of a block, running; its complaints in its output."""
    env = {**os.environ, "PATH": os.path.dirname(ANC) + ":" + os.environ["PATH"]}
    return subprocess.Popen(  # pylint: disable=consider-using-with
        ["bash", "-c", command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env=env, cwd=cwd)


def has_pidfds():
    """Whether the kernel has SO_PASSPIDFD."""
    with socket.socket(socket.AF_UNIX) as sock:
        try:
            sock.getsockopt(socket.SOL_SOCKET, 76)
        except OSError:
            return False
    return True


def test_the_readme_shows_what_send_and_recv_print():
    [((recv, send), shown)] = shown_in_readme()[0]
    place = Place()
    place.file("greeting", "hello\n")
    name = f"@demo-{os.getpid()}"
    receiver = in_shell(recv.replace("@demo", name), place.kept.name)
    wait_for(name)
    sender = in_shell(send.replace("@demo", name), place.kept.name)
    equal((sender.communicate(timeout=30)[0], sender.returncode), ("", 0))
    out = receiver.communicate(timeout=30)[0]
    if not has_pidfds():
        shown = [line for line in shown if not line.startswith("SCM_PIDFD")]
    assert f" uid={os.getuid()} gid={os.getgid()}\n" in out, out
    masked = re.compile(r"\b(pid|uid|gid)=\d+")
    equal((receiver.returncode, masked.sub(r"\1=N", out).splitlines()), (0, [masked.sub(r"\1=N", line) for line in shown]))


def test_the_readme_shows_what_decode_prints():
    place = Place()
    # of NetBSD: a sockcred, and padding
    place.file("dump.hex", struct.pack("<Iii4x7I4x", 44, 0xFFFF, 16, 1000, 100, 100, 20, 20, 1, 20).hex(" "))
    runs = shown_in_readme()[1]
    equal(len(runs), 2)
    for (command,), shown in runs:
        done = in_shell(command, place.kept.name)
        equal(done.communicate(timeout=30)[0].splitlines(), shown)


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
    equal(complete("decode", "--family", ""), anc("types", "--families")[1].split())
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
