#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""anc probe says what this kernel does, and nothing that was not tried: tool_probe.py ANC. Speaks TAP."""

import json
import os
import re
import socket
import struct
import time

import tap
from tap import equal
from tool import anc, as_nobody, finish, start

QUESTIONS = ("enabled", "sent", "received")


def probe(**options):
    """The answers, a list of objects."""
    status, out, err = anc("probe", "--json", **options)
    equal((status, err), (0, ""))
    return [json.loads(line) for line in out.splitlines()]


def answers(row):
    """The three words."""
    return tuple(row[question] and row[question]["answer"] for question in QUESTIONS)


def answers_of(rows, name):
    """The best answers of the rows with that name: a message may have several sizes."""
    found = [answers(row) for row in rows if row["name"] == name]
    assert found, name
    return tuple("yes" if "yes" in each else each[0] for each in zip(*found))


def test_every_row_has_three_answers():
    rows = probe()
    listed = [json.loads(line) for line in anc("types", "--json", "--system", "linux")[1].splitlines()]
    listed = [row for row in listed if not row["query"]]
    # of another width, and of a machine that this is none of
    listed = [row for row in listed if row["bits"] in (0, 8 * struct.calcsize("l")) and "(sparc)" not in (row["payload"] or "")]
    equal([row["name"] for row in rows], [row["name"] for row in listed])
    for row, known in zip(rows, listed):
        equal((row["enabled"] is None, row["sent"] is None, row["received"] is None),
              (known["option"] is None, not known["sent"], not known["received"]))


def test_answers_have_their_reasons():
    for row in probe():
        for question in QUESTIONS:
            said = row[question]
            if said is None:
                continue
            assert said["answer"] in ("yes", "no", "not tried"), row
            equal("why" in said, said["answer"] == "not tried")
            assert said["answer"] != "no" or said["errno"].startswith("E"), row
            assert said["answer"] != "yes" or "errno" not in said, row


def test_the_table_has_what_the_json_has():
    lines = [re.split(r" {2,}", line) for line in anc("probe")[1].splitlines()]
    equal(lines[0], ["LEVEL", "NAME", "SIZE", "ENABLED", "SENT", "RECEIVED"])
    equal([line[:2] for line in lines[1:]], [[row["level_name"], row["name"]] for row in probe()])
    equal({len(line) for line in lines}, {6})


def test_rows_of_one_name_are_told_apart():
    lines = [tuple(re.split(r" {2,}", line)[:3]) for line in anc("probe")[1].splitlines()]
    listed = [re.split(r" {2,}", line) for line in anc("types", "--system", "linux")[1].splitlines()]
    assert set(lines) <= {(cells[1], cells[2], cells[5]) for cells in listed}, lines
    equal(sorted(line for line in set(lines) if lines.count(line) > 1), [])
    equal([size for _, name, size in lines if name == "IP_TOS"], ["1", "4"])
    equal(len({level for level, name, _ in lines if name == "SCM_SECURITY"}), 2)


def test_what_works_everywhere():
    rows = probe()
    equal(answers_of(rows, "SCM_RIGHTS")[1:], ("yes", "yes"))
    equal(answers_of(rows, "SCM_CREDENTIALS"), ("yes", "yes", "yes"))
    for name in ("IP_TTL", "IP_TOS", "IP_PKTINFO"):
        equal(answers_of(rows, name), ("yes", "yes", "yes"))
    equal(answers_of(rows, "IP_RECVERR"), ("yes", None, "yes"))


def test_what_works_with_ipv6():
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock:
            sock.bind(("::1", 0))
    except OSError as error:
        raise tap.Skip(f"no IPv6 on loopback: {error}") from error
    rows = probe()
    for name in ("IPV6_HOPLIMIT", "IPV6_TCLASS", "IPV6_PKTINFO"):
        equal(answers_of(rows, name), ("yes", "yes", "yes"))


def test_what_needs_rights():
    rows = probe(**as_nobody())
    by_name = {row["name"]: row for row in rows}
    equal((by_name["SO_MARK"]["sent"]["answer"], by_name["SO_MARK"]["sent"]["errno"]), ("no", "EPERM"))
    equal((by_name["PACKET_AUXDATA"]["enabled"]["answer"], by_name["PACKET_AUXDATA"]["enabled"]["errno"]), ("no", "EPERM"))
    equal(by_name["PACKET_AUXDATA"]["received"]["answer"], "not tried")
    # what comes unasked, where its option is refused
    equal(by_name["NETLINK_LISTEN_ALL_NSID"]["received"],
          {"answer": "not tried", "errno": "EPERM", "why": "no such sockets", "socket": "netlink"})
    equal(answers_of(rows, "SCM_CREDENTIALS"), ("yes", "yes", "yes"))


def test_families_without_an_exchange_are_named():
    said = {row["name"]: row["enabled"] for row in probe()}
    equal(said["LLC_OPT_PKTINFO"]["socket"], "llc")


def test_what_did_not_come_is_not_claimed():
    rows = probe()
    for name in ("SCM_WIFI_STATUS", "SCM_DEVMEM_LINEAR"):
        equal(answers_of(rows, name)[2], "not tried")
    # recvmsg gives it as one byte; the int is of getsockopt
    equal({row["size"]: answers(row)[2] for row in rows if row["name"] == "IP_TOS"}, {1: "yes", 4: "not tried"})
    for row in rows:
        for said in filter(None, (row[question] for question in QUESTIONS)):
            assert said["answer"] != "yes" or said["socket"], row


def test_output_comes_line_by_line():
    """Whoever reads a pipe gets whole lines; a full buffer would be cut anywhere."""
    process = start("probe", text=False)
    chunks = list(iter(lambda: os.read(process.stdout.fileno(), 1 << 16), b""))
    equal(finish(process)[0], 0)
    assert chunks and all(chunk.endswith(b"\n") for chunk in chunks), chunks


def test_it_does_not_hang():
    begun = time.monotonic()
    probe()
    assert time.monotonic() - begun < 25


tap.run(globals())
