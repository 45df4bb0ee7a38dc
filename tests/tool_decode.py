#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""anc decode: what programs print of a control buffer, and broken ones: tool_decode.py ANC. Speaks TAP.

tests/decode has the samples, and collect, which made them with the real tools."""

import json
import os
import re
import shutil
import struct
import subprocess
import tempfile

import tap
from tap import Skip, equal, has
from tool import ANC, PATIENCE, anc

SAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "decode")
RIGHTS = struct.pack("<Qii2i", 24, 1, 1, 5, 6)
RIGHTS_TEXT = "SOL_SOCKET SCM_RIGHTS fds=5,6\n"


def names(kind):
    """The samples of a kind."""
    found = sorted(os.listdir(os.path.join(SAMPLES, kind)))
    assert found, f"no samples: {kind}"
    return found


def sample(kind, name):
    """What is in one."""
    with open(os.path.join(SAMPLES, kind, name), "rb") as file:
        return file.read()


def decode(data, *args):
    """Exit status, output and complaints with this on standard input; of linux-64, unless said otherwise."""
    data = data.encode() if isinstance(data, str) else data
    done = subprocess.run([ANC, "decode", "--abi", "linux-64", *args], input=data, capture_output=True, timeout=PATIENCE, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def is_read_as_rights(text, *args):
    """Fails the test unless it is read as the descriptors 5 and 6, without a complaint."""
    equal(decode(text, *args), (0, RIGHTS_TEXT, ""))


def is_refused(text, line, column, *parts):
    """Fails the test unless the input is refused there, and standard error shows the place."""
    status, out, err = decode(text)
    equal((status, out), (2, ""))
    has(err, f"standard input, line {line}, column {column}: ", *parts)
    assert err.splitlines()[2].strip() == "^", err


def is_broken(data, lines, *parts, args=()):
    """Fails the test unless that many messages come before the trouble, which is explained so."""
    status, out, err = decode(data, *args)
    equal((status, len(out.splitlines())), (1, lines))
    has(err, "anc decode: broken at offset ", *parts)
    return err


def message(fds, header="<Qii", level=1):
    """An SCM_RIGHTS, in a layout without a gap behind the header."""
    length = struct.calcsize(header) + 4 * len(fds)
    return struct.pack(header, length, level, 1) + struct.pack(f"{header[0]}{len(fds)}i", *fds)


def gdb_words(data, width, order):
    """The bytes as gdb's x/xw and x/xg print them on a machine of that byte order."""
    text = ""
    for at in range(0, len(data), width):
        text += f"0x7ffe{at:04x}:\t0x{int.from_bytes(data[at:at + width], order):0{2 * width}x}\n"
    return text


def test_a_received_buffer_is_a_line_for_each_message():
    status, out, err = decode(sample("whole", "raw"))
    lines = out.splitlines()
    equal((status, err, len(lines)), (0, "", 3))
    has(lines[0], "SOL_SOCKET SCM_TIMESTAMPNS", "2026-11-25T", "Z")
    assert re.fullmatch(r"SOL_SOCKET SCM_CREDENTIALS pid=\d+ uid=0 gid=0", lines[1]), lines[1]
    equal(lines[2], "SOL_SOCKET SCM_RIGHTS fds=7,8")


def test_what_tools_print_is_read_as_the_bytes_themselves():
    expected = decode(sample("whole", "raw"))[:2]
    for name in names("whole"):
        status, out, err = decode(sample("whole", name))
        assert (status, out) == expected, f"{name}: {status} {out} {err}"
        # gdb leaves out the last byte of a char array when it is 0, and we say that we add it
        equal((name, "was added" in err), (name, name in ("gdb-p", "gdb-p-unsigned", "gdb-output", "gdb-batch-p-string")))
        equal((name, err.count("\n")), (name, 1 if "was added" in err else 0))


def test_a_file_is_read_as_standard_input_is():
    expected = decode(sample("whole", "raw"))
    equal(anc("decode", "--abi", "linux-64", os.path.join(SAMPLES, "whole", "raw")), expected)
    equal(decode(sample("whole", "raw"), "-"), expected)


def test_tools_of_this_machine_are_read():
    raw = os.path.join(SAMPLES, "whole", "raw")
    expected = decode(sample("whole", "raw"))[:2]
    commands = [["xxd"], ["xxd", "-p"], ["xxd", "-i"], ["hexdump", "-C"], ["od", "-A", "x", "-t", "x1"], ["od", "-t", "x1"]]
    commands = [command for command in commands if shutil.which(command[0])]
    if not commands:
        raise Skip("neither xxd nor hexdump nor od is here")
    for command in commands:
        text = subprocess.run([*command, raw], stdout=subprocess.PIPE, timeout=PATIENCE, check=True).stdout
        equal((command, *decode(text)[:2]), (command, *expected))


def test_strace_of_this_machine_is_read():
    if not shutil.which("strace"):
        raise Skip("no strace")
    raw = os.path.join(SAMPLES, "whole", "raw")
    expected = decode(sample("whole", "raw"))[:2]
    with tempfile.NamedTemporaryFile() as log:
        for options in (["-e", "write=1"], ["-xx", "-e", "write=1"], ["-xx", "-s", "999"], ["-s", "999"]):
            command = ["strace", "-o", log.name, "-e", "trace=write", *options, "head", "-c", "88", raw]
            if subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False).returncode:
                raise Skip("strace may not trace here")
            log.seek(0)
            equal((options, *decode(log.read())[:2]), (options, *expected))


def test_forms_of_other_tools_are_refused_with_a_place():
    for name, part in (
        ("gdb-elements", "cut here"),
        ("gdb-elements-x", "cut here"),
        ("gdb-p-words", "is no byte"),
        ("gdb-x-dw", "x/88xb"),
        ("hexdump", "found 4 digits"),
        ("od", "found 6 digits"),
        ("od-A-x-t-x4", "found 8 digits"),
        ("strace-cut", "-s 65536"),
        ("strace-decoded", "strace has decoded"),
        ("strace-two-dumps", "another dump"),
        ("xxd-b", "xxd without -e and -b"),
        ("xxd-e", "xxd without -e and -b"),
    ):
        status, out, err = decode(sample("refused", name))
        equal((name, status, out), (name, 2, ""))
        has(err, part, ", line ", ", column ")
    equal(len(names("refused")), 12)


def test_hexadecimal_digits_are_read_however_they_are_parted():
    digits = RIGHTS.hex()
    for text in (
        digits,
        digits.upper(),
        "0x" + digits,
        RIGHTS.hex(" "),
        RIGHTS.hex(":"),
        RIGHTS.hex(" ", 4),
        "\n".join(digits[at:at + 16] for at in range(0, len(digits), 16)) + "\r\n",
        ", ".join(f"0x{byte:x}" for byte in RIGHTS),
        "".join(f"\\x{byte:02x}" for byte in RIGHTS),
    ):
        is_read_as_rights(text)
        is_read_as_rights(text, "--input", "hex")


def test_strings_and_arrays_of_c_are_read():
    hexadecimal = "".join(f"\\x{byte:02x}" for byte in RIGHTS)
    for text in (
        f'"{hexadecimal}"',
        f'const char control[24] =\n\t"{hexadecimal[:32]}" /* a "comment" */\n\t"{hexadecimal[32:]}";\n',
        '"\\30\\0\\0\\0\\0\\0\\0\\0\\1\\0\\0\\0\\1\\0\\0\\0\\5\\0\\0\\0\\6\\0\\0\\0"',
        "unsigned char b[] = { " + ", ".join(map(hex, RIGHTS)) + ", };",
        "{" + ",".join(map(str, RIGHTS)) + "}",
        "{'\\30', " + ",".join(map(str, RIGHTS[1:])) + "}",
        "{24, 0 <repeats 7 times>, 1, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0, 6, 0 <repeats 3 times>}",
        repr(RIGHTS),
        str(list(RIGHTS)),
    ):
        is_read_as_rights(text)
        is_read_as_rights(text, "--input", "c")


def test_repeated_lines_of_a_dump_are_honoured():
    big = message([7] * 64)
    equal(big[16:32] * 15, big[16:-16])
    header = "00000000  10 01 00 00 00 00 00 00  01 00 00 00 01 00 00 00  |................|\n"
    line = "07 00 00 00 07 00 00 00  07 00 00 00 07 00 00 00  |................|\n"
    expected = (0, "SOL_SOCKET SCM_RIGHTS fds=" + ",".join(["7"] * 64) + "\n", "")
    equal(decode(f"{header}00000010  {line}*\n00000110\n"), expected)
    equal(decode(f"{header}00000010  {line}*\n00000100  {line}00000110\n"), expected)
    is_refused(f"{header}00000010  {line}*\n", 3, 1, "in a line behind *")
    is_refused(f"{header}00000010  {line}*\n00000111\n", 4, 1, "does not end the lines")
    is_refused(f"{header}*\n*\n00000011\n", 4, 1, "does not end the lines")


def test_octal_and_decimal_offsets_that_may_be_either_are_refused():
    line = "00 " * 16 + "\n"
    is_refused(f"0000000 {line}*\n0000160\n", 3, 1, "octal or decimal", "od -A x")
    equal(decode(f"000000 {line}*\n000160\n")[0], 0)


def test_a_gap_in_a_dump_is_refused():
    for name in ("xxd", "hexdump-C", "od-A-x-t-x1", "od-t-x1", "strace-e-write", "gdb-x-xb", "gdb-x-xg"):
        lines = sample("whole", name).splitlines(keepends=True)
        at = next(number for number, line in enumerate(lines) if b"1c" in line.lower())
        status, out, err = decode(b"".join(lines[:at] + lines[at + 1:]))
        equal((name, status, out), (name, 2, ""))
        has(err, "bytes are missing before this line", f"line {at + 1}, ")


def test_characters_beside_the_bytes_must_agree():
    text = sample("whole", "xxd").replace(b"#", b"?")
    is_refused(text, 1, 52, "not the bytes of the line")
    is_refused(sample("whole", "hexdump-C").replace(b"#", b"?"), 1, 62, "not the bytes")


def test_text_that_is_none_of_them_is_refused_with_a_place():
    is_refused("14 00 0g 00", 1, 8, "found 'g'", "hexadecimal digit")
    is_refused("14 00\n00 0", 2, 4, "found 1 hexadecimal digits, expected two")
    is_refused("0x0014 0x0000", 1, 1, "whose order nobody tells")
    is_refused('"\\x14\\q"', 1, 7, "found 'q'", "an escape of C")
    is_refused('"\\x14', 1, 1, "this quote is not closed")
    is_refused('"\\400"', 1, 2, "more than a byte")
    is_refused('"\\x141"', 1, 2, "found 3 digits after \\x")
    is_refused("{0x14, 0x100}", 1, 8, "0x100 is no byte")
    is_refused("{1 2}", 1, 4, "found '2', expected a comma")
    is_refused("{08}", 1, 3, "found '8', expected an octal digit")
    is_refused("{20 '\\025'}", 1, 5, "not the character 20")
    is_refused('"a", "b"', 1, 4, "which of them")
    is_refused('write(1, "a", 1) = 1\nwrite(1, "b", 1) = 1\n', 2, 10, "another value begins here")
    is_refused("000010 14 00", 1, 1, "an offset or bytes")
    is_refused("0x7f10:\t0x14\n0x7f18:\t0x14\n", 2, 3, "7 bytes are missing")
    is_refused("0x7f10:\t0x140\n", 1, 11, "expected 2, 4, 8 or 16")
    is_refused("000000 14\n000001\n000001 15\n", 3, 1, "the dump ended in the line before")
    is_refused(f"| 00820  00\n| {'b' * 200}  00\n", 2, 3, f"found {'b' * 24}, ", "Give one of them alone")
    is_refused("hello", 1, 1, "found 'h'")
    is_refused("14\u00a000", 1, 3, "found the byte 0xc2")


def test_more_than_a_buffer_can_be_is_refused():
    is_refused('{0 <repeats 4000000000 times>}', 1, 30, "more than 16 MiB")
    status, out, err = decode(bytes((16 << 20) + 1))
    equal((status, out), (2, ""))
    has(err, "standard input: more than 16 MiB")


def test_input_may_be_forced():
    text = b"\x18" + RIGHTS[1:]
    equal(decode(text, "--input", "raw")[:2], (0, RIGHTS_TEXT))
    equal(decode(text, "--input", "hex")[0], 2)
    equal(decode("14 00", "--input", "c")[0], 2)
    # digits are bytes too
    has(is_broken(b"14000000", 0, args=("--input", "raw")), "31 34 30 30", "8 bytes, read as raw bytes")


def test_words_are_of_the_byte_order_of_the_abi():
    data = message([5, 6], ">Qii")
    for width in (1, 2, 4, 8):
        is_read_as_rights(gdb_words(data, width, "big"), "--abi", "linux-64be")
    data = message([5, 6], "<Iii")
    is_read_as_rights(gdb_words(data, 4, "little"), "--abi", "linux-32")


def test_other_systems_are_read_by_name():
    equal(decode(message([5, 6], "<Iii", 0xFFFF), "--abi", "darwin-64"), (0, RIGHTS_TEXT, ""))
    freebsd = struct.pack("<Iii4x2i", 24, 0xFFFF, 1, 5, 6)
    equal(decode(freebsd, "--abi", "freebsd-64"), (0, RIGHTS_TEXT, ""))


def test_the_abis_that_a_broken_buffer_may_be_from_are_named():
    data = message([5, 6], "<Iii") + struct.pack("<Iii3I", 24, 1, 2, 4321, 1000, 1000)
    err = is_broken(data, 0, "broken at offset 0: ", "cmsg_len=4294967316", args=("--abi", "linux-64"))
    hint = next(line for line in err.splitlines() if "--abi" in line)
    has(hint, "linux-32", "walks to the end", "every message is known")
    assert "be" not in re.findall(r"\w+", hint) and "darwin" not in hint, hint
    # one that is broken there too is none
    err = is_broken(data[:-4], 0, args=("--abi", "linux-64"))
    assert "--abi" not in err, err


def test_a_buffer_of_strangers_is_told_to_be_anothers():
    data = message([5], "<Iii", 0xFFFF)
    status, out, err = decode(data, "--abi", "linux-32")
    equal(status, 0)
    has(out, "level=65535 type=1 len=4")
    has(err, "no message of it is known to linux-32", "darwin-64")


def test_a_length_that_is_too_small_is_explained():
    err = is_broken(RIGHTS + struct.pack("<Qii", 7, 1, 1), 1, "offset 24: cmsg_len is 7, less than a header")
    has(err, "  24: 07 00 00 00 00 00 00 00 01 00 00 00 01 00 00 00  cmsg_len=7 cmsg_level=1 (SOL_SOCKET) cmsg_type=1")
    has(err, "expected: cmsg_len 16\n", "--length 24")


def test_a_length_past_the_end_is_explained():
    err = is_broken(RIGHTS + RIGHTS[:20], 2, "offset 24: cmsg_len is 24, but 20 bytes are left")
    has(err, "expected: cmsg_len from 16 to 20\n", "4 bytes are missing")
    has(decode(RIGHTS + RIGHTS[:20])[1], "fds=5 (truncated)\n")


def test_a_clipped_stranger_is_no_message():
    is_broken(RIGHTS + b"\x7f" * 24, 1, "cmsg_len is 9187201950435737471, but 24 bytes are left")


def test_a_rest_that_is_no_header_is_explained():
    is_broken(RIGHTS + b"abcde", 1, "offset 24: 5 bytes are left, less than a header", "24: 61 62 63 64 65\n")


def test_zeros_behind_the_messages_are_a_longer_buffer():
    for count in (1, 8, 16, 100):
        status, out, err = decode(RIGHTS + bytes(count))
        equal((status, out), (0, RIGHTS_TEXT))
        has(err, f"the last {count} bytes, from offset 24 on, are zero", "--length 24")
    equal(decode(RIGHTS + bytes(16), "--length", "24"), (0, RIGHTS_TEXT, ""))


def test_no_bytes_are_no_messages():
    for nothing in (b"", b" \n", b'""'):
        status, out, err = decode(nothing)
        equal((status, out), (0, ""))
        has(err, "no bytes")


def test_a_part_of_the_buffer_may_be_asked_for():
    is_read_as_rights(b"\x01\x02" + RIGHTS + b"\x03", "--offset", "2", "--length", "24")
    status, out, err = decode(RIGHTS, "--offset", "20", "--length", "5")
    equal((status, out), (2, ""))
    has(err, "past the 24 bytes")
    equal(decode(RIGHTS, "--offset", "25")[0], 2)


def test_a_string_gets_its_last_zero_back_where_one_is_missing():
    status, out, err = decode('"\\30\\0\\0\\0\\0\\0\\0\\0\\1\\0\\0\\0\\1\\0\\0\\0\\5\\0\\0\\0\\6\\0\\0"')
    equal((status, out), (0, RIGHTS_TEXT))
    has(err, "one byte, 0, was added")
    is_broken('"\\30\\0\\0\\0\\0\\0\\0\\0\\1\\0\\0\\0\\1\\0\\0\\0\\5\\0\\0\\0\\6\\0"', 1, "2 bytes are missing")
    is_broken(RIGHTS[:-1].hex(), 1, "1 bytes are missing")
    # in a header too
    data = RIGHTS + struct.pack("<Qii", 16, 1, 2)
    text = "".join(f"\\x{byte:02x}" for byte in data[:-1])
    status, out, err = decode(f'"{text}"')
    equal((status, out), (0, RIGHTS_TEXT + "SOL_SOCKET SCM_CREDENTIALS len=0 (expected 12)\n"))
    has(err, "one byte, 0, was added")


def test_json_is_an_object_for_each_message():
    status, out, err = decode(sample("whole", "raw"), "--json")
    objects = [json.loads(line) for line in out.splitlines()]
    equal((status, err, len(objects)), (0, "", 3))
    equal([each["offset"] for each in objects], [0, 32, 64])
    equal({(each["abi"], each["level_name"], each["level"]) for each in objects}, {("linux-64", "SOL_SOCKET", 1)})
    equal((objects[2]["name"], objects[2]["fds"]), ("SCM_RIGHTS", [7, 8]))
    equal(objects[1]["fields"]["uid"], 0)
    equal([each.get("guess") for each in objects], [None] * 3)


def test_without_an_abi_it_is_this_machines():
    header = "@Nii"
    data = struct.pack(f"{header}i", struct.calcsize(header) + 4, 1, 1, 5)
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        equal(anc("decode", file.name), (0, "SOL_SOCKET SCM_RIGHTS fds=5\n", ""))


def test_a_level_without_a_name_is_null_in_json():
    data = struct.pack("<Qiii", 20, 12345, 1, 0)
    found = json.loads(decode(data, "--json")[1])
    equal((found["level_name"], found["level"]), (None, 12345))
    equal(decode(data)[1], "level=12345 type=1 len=4 00 00 00 00\n")
    data = struct.pack("<Qiii", 20, 1, 12345, 0)
    equal(json.loads(decode(data, "--json")[1])["level_name"], "SOL_SOCKET")
    equal(decode(data)[1], "level=SOL_SOCKET type=12345 len=4 00 00 00 00\n")


def test_messages_before_the_trouble_are_printed_as_json_too():
    status, out, err = decode(RIGHTS + b"abcde", "--json")
    equal((status, [json.loads(line)["name"] for line in out.splitlines()]), (1, ["SCM_RIGHTS"]))
    has(err, "broken at offset 24")


def test_a_family_tells_levels_apart():
    data = struct.pack("<Qiii4x", 20, 0, 1, 1)
    equal(decode(data, "--family", "inet"), (0, "IPPROTO_IP IP_TOS tos=0x1\n", ""))
    equal(decode(data, "--family", "AF_INET"), decode(data))
    equal(decode(data, "--family", "bluetooth"), (0, "SOL_HCI HCI_CMSG_DIR incoming=1\n", ""))


def test_what_may_be_another_message_is_called_a_guess():
    # of FreeBSD: a cmsgcred with 16 groups, and a sockcred with 16 groups
    for groups, is_guess in ((16, True), (1, False)):
        data = struct.pack("<Iii4x4ii16i4x", 100, 0xFFFF, 3, 1, 2, 3, 4, groups, *range(16))
        status, out, err = decode(data, "--abi", "freebsd-64", "--family", "unix")
        equal((status, err), (0, ""))
        has(out, "SOL_SOCKET SCM_CREDS ")
        equal(out.endswith(" (a guess)\n"), is_guess)
        found = json.loads(decode(data, "--abi", "freebsd-64", "--family", "unix", "--json")[1])
        equal(found.get("guess", False), is_guess)


def test_contents_that_contradict_themselves_are_told():
    # of FreeBSD: a sockcred2 of a version that nobody knows, and of the one that there is
    for version, fits in ((1, False), (0, True)):
        data = struct.pack("<Iii4x8i", 48, 0xFFFF, 8, version, 9, 7, 7, 5, 5, 1, 5)
        args = ("--abi", "freebsd-64", "--family", "unix")
        text = f"SOL_SOCKET SCM_CREDS2 version={version} pid=9 uid=7 euid=7 gid=5 egid=5 ngroups=1 groups=5"
        equal(decode(data, *args), (0, text + ("" if fits else " (contents do not fit)") + "\n", ""))
        status, out, err = decode(data, "--json", *args)
        equal((status, err), (0, ""))
        found = json.loads(out)
        equal((found.get("fits", True), found["fields"]["uid"]), (fits, 7))
        equal([key for key in found if key in ("name", "len", "fits", "guess", "fields")],
              ["name", "len", *([] if fits else ["fits"]), "fields"])


def test_a_wrong_size_is_told():
    data = struct.pack("<Qii2i", 24, 1, 2, 5, 6)
    equal(decode(data), (0, "SOL_SOCKET SCM_CREDENTIALS len=8 (expected 12) pid=5 uid=6\n", ""))
    found = json.loads(decode(data, "--json")[1])
    equal((found["len"], found["expected"], "fits" in found), (8, 12, False))


def test_wrong_usage_is_told_with_what_is_right():
    for args, part in (
        (["--abi", "vms"], "linux-64"),
        (["--family", "house"], "netlink"),
        (["--input", "octal"], "auto, raw, hex or c"),
        (["--offset", "-1"], "--offset takes a number"),
        (["a", "b"], "one FILE alone"),
        (["/nonexistent"], "/nonexistent: No such file"),
        ([SAMPLES], "Is a directory"),
    ):
        status, out, err = anc("decode", *args)
        equal((args, status, out), (args, 2, ""))
        has(err, part)


def test_the_examples_of_the_help_work():
    status, out, _ = anc("decode", "--help")
    equal(status, 0)
    example = next(line for line in out.splitlines() if line.strip().startswith("echo "))
    equal(decode(example.split("echo ")[1].split(" | ")[0])[:2], (0, "SOL_SOCKET SCM_RIGHTS fds=5\n"))


tap.run(globals())
