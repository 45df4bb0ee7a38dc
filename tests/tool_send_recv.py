#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""anc send and anc recv as processes that meet: tool_send_recv.py ANC ROOT RUN-SHUFFLED. Speaks TAP."""

import array
import contextlib
import functools
import json
import os
import resource
import signal
import socket
import subprocess
import sys

import tap
from tap import equal, has
from tool import ANC, Place, anc, as_nobody, finish, start, wait_for, wait_until

MOST = 253


def meet(place, send, recv, first="recv", name=None):
    """Both ends, one started when the other waits; what recv gave."""
    name = name or place.socket
    ends = {"recv": ["recv", name, *recv], "send": ["send", name, *send]}
    early = start(*ends[first])
    wait_for(name)
    late = start(*ends["send" if first == "recv" else "recv"])
    late_result, early_result = finish(late), finish(early)
    sender, receiver = (late_result, early_result) if first == "recv" else (early_result, late_result)
    equal(sender, (0, "", ""))
    return receiver


def listener(place, kind=socket.SOCK_STREAM):
    """A listening socket of Python's."""
    sock = socket.socket(socket.AF_UNIX, kind)
    sock.bind(place.socket)
    sock.listen(1)
    return sock


def test_recv_listens_and_send_connects():
    place = Place()
    status, out, err = meet(place, [place.file("a", "one\n"), "--data", "hello"], ["--", "sh", "-c", "cat <&3"])
    equal((status, err), (0, ""))
    lines = out.splitlines()
    equal(lines[0], '5 bytes "hello"')
    equal(lines[-1], "one")
    has(out, "SCM_RIGHTS fds=", "SCM_CREDENTIALS pid=")
    equal(place.names(), ["a"])


def test_send_listens_and_recv_connects():
    place = Place()
    status, out, err = meet(place, [place.file("a", "one\n")], ["--", "cat", "/proc/self/fd/3"], first="send")
    equal((status, err), (0, ""))
    equal(out.splitlines()[-1], "one")
    equal(place.names(), ["a"])


def test_both_at_once():
    place = Place()
    path = place.file("a", "one\n")
    for _ in range(20):
        pair = [start("recv", place.socket, "sh", "-c", "cat <&3"), start("send", place.socket, path)]
        (status, out, err), sent = finish(pair[0]), finish(pair[1])
        equal((status, err, sent), (0, "", (0, "", "")))
        equal(out.splitlines()[-1], "one")
    equal(place.names(), ["a"])


def test_abstract_names():
    place = Place()
    name = f"@anc-test-{os.getpid()}"
    for first in ("recv", "send"):
        status, out, err = meet(place, [place.file("a", "one\n")], ["--", "sh", "-c", "cat <&3"], first, name)
        equal((status, err, out.splitlines()[-1]), (0, "", "one"))
    equal(place.names(), ["a"])


def test_other_types_of_socket():
    for kind, firsts in {"seqpacket": ["recv", "send"], "dgram": ["recv"]}.items():
        for first in firsts:
            place = Place()
            status, out, err = meet(place, [place.file("a", "one\n"), "--type", kind],
                                    ["--type", kind, "--", "sh", "-c", "cat <&3"], first)
            equal((status, err, out.splitlines()[-1]), (0, "", "one"))
            equal(place.names(), ["a"])


def test_a_datagram_socket_is_the_receivers():
    place = Place()
    status, _, err = anc("send", place.socket, "--type", "dgram")
    equal(status, 1)
    has(err, "nobody is at", "start the other side first")
    status, _, err = anc("send", place.socket, "--type", "dgram", "--listen")
    equal(status, 1)
    has(err, "leave --listen out")


def test_descriptors_come_from_python():
    place = Place()
    receiver = start("recv", "--json", place.socket, "--", "sh", "-c", "cat <&4; cat <&3")
    wait_for(place.socket)
    with socket.socket(socket.AF_UNIX) as sock, \
            open(place.file("a", "one\n"), "rb") as one, open(place.file("b", "two\n"), "rb") as two:
        sock.connect(place.socket)
        socket.send_fds(sock, [b"py"], [one.fileno(), two.fileno()])
    status, out, err = finish(receiver)
    equal((status, err), (0, ""))
    equal(out.splitlines()[1:], ["two", "one"])
    equal(json.loads(out.splitlines()[0])["data"], "py")


def test_descriptors_go_to_python():
    place = Place()
    with listener(place) as sock:
        sender = start("send", place.socket, place.file("a", "one\n"), "--data", "words")
        connection, _ = sock.accept()
        with connection:
            words, fds, _, _ = socket.recv_fds(connection, 100, 8)
    equal(finish(sender), (0, "", ""))
    equal((words, [os.read(fd, 100) for fd in fds]), (b"words", [b"one\n"]))
    for fd in fds:
        os.close(fd)


def test_what_is_not_printable_is_escaped():
    out = meet(Place(), ["--data", 'a"b\\c\n'], [])[1]
    equal(out.splitlines()[0], r'6 bytes "a\x22b\x5cc\x0a"')


def test_one_zero_byte_goes_without_data():
    place = Place()
    status, out, _ = meet(place, [], [])
    equal((status, out.splitlines()[0]), (0, '1 bytes "\\x00"'))


def test_descriptors_are_sent_in_their_order():
    place = Place()
    with open(place.file("b", "two\n"), "rb") as two:
        os.set_inheritable(two.fileno(), True)
        receiver = start("recv", place.socket, "sh", "-c", "cat <&3; cat <&4; cat <&5")
        wait_for(place.socket)
        sent = anc("send", place.socket, place.file("a", "one\n"), "--fd", str(two.fileno()), place.file("c", "three\n"),
                   pass_fds=[two.fileno()])
    equal(sent, (0, "", ""))
    equal(finish(receiver)[1].splitlines()[-3:], ["one", "two", "three"])


def test_a_descriptor_that_is_not_open_is_told():
    status, _, err = anc("send", "x", "--fd", "77")
    equal(status, 1)
    has(err, "descriptor 77 is not open")


def test_the_command_gets_no_other_descriptor():
    place = Place()
    spare = [os.open("/dev/null", os.O_RDONLY) for _ in range(4)]
    receiver = start("recv", place.socket, "--", "sh", "-c", "ls /proc/$$/fd; echo $ANC_FDS", pass_fds=spare)
    wait_for(place.socket)
    equal(anc("send", place.socket, place.file("a", ""), place.file("b", ""))[0], 0)
    status, out, _ = finish(receiver)
    equal(status, 0)
    # dash may keep the script's own pipe; ls is another process
    equal(out.split()[-6:], ["0", "1", "2", "3", "4", "2"])
    for fd in spare:
        os.close(fd)


def test_descriptors_that_lie_where_others_go():
    place = Place()
    paths = [place.file(f"f{i}", f"{i}\n") for i in range(20)]
    for inherited in ([3, 5, 7, 9], [4, 6, 8], [20, 21, 22]):
        receiver = subprocess.Popen(
            ["sh", "-c", "exec " + " ".join(f"{fd}</dev/null" for fd in inherited if fd < 10) + ' "$@"', "sh",
             *start_words(place), "sh", "-c", "for fd in $(seq 3 22); do cat /proc/self/fd/$fd; done"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        wait_for(place.socket)
        equal(anc("send", place.socket, *paths)[0], 0)
        equal(finish(receiver)[1].splitlines()[-20:], [str(i) for i in range(20)])


def test_descriptors_out_of_order():
    for numbers in ("3", "4,3", "5,3,4", "4,5,3", "3,5,4", "9,3,8,4,7,5,6", "40,41,3,5,4"):
        count = numbers.count(",") + 1
        script = f"for fd in $(seq 3 {count + 2}); do cat /proc/self/fd/$fd; done; echo $ANC_FDS; ls /proc/self/fd | wc -l"
        done = subprocess.run([sys.argv[3], numbers, "sh", "-c", script], capture_output=True, text=True, timeout=30,
                              check=False)
        equal((done.returncode, done.stderr), (0, ""))
        # ls has its directory open beside them
        equal(done.stdout.split(), numbers.split(",") + [str(count), str(count + 4)])


def start_words(place):
    """The command line of a receiver."""
    return [ANC, "recv", place.socket, "--"]


def test_a_closed_standard_input_is_not_a_received_descriptor():
    place = Place()
    receiver = subprocess.Popen(
        ["sh", "-c", 'exec "$@" <&-', "sh", *start_words(place), "sh", "-c", "cat; cat <&3"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_for(place.socket)
    equal(anc("send", place.socket, place.file("a", "one\n"))[0], 0)
    status, out, err = finish(receiver)
    equal((status, err, out.splitlines()[-1], out.count("one")), (0, "", "one", 1))


def test_a_message_without_descriptors_runs_the_command_too():
    place = Place()
    status, out, _ = meet(place, [], ["--", "sh", "-c", "echo $ANC_FDS"])
    equal((status, out.splitlines()[-1]), (0, "0"))


def test_the_exit_status_is_the_commands():
    for command, expected in {("sh", "-c", "exit 7"): 7, ("/nonexistent/program",): 127, ("/",): 126,
                              ("sh", "-c", "kill -TERM $$"): -signal.SIGTERM}.items():
        equal(meet(Place(), [], ["--", *command])[0], expected)


def test_a_signal_leaves_no_file():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        for command in (["recv"], ["send"], ["recv", "--type", "dgram"]):
            place = Place()
            # who runs this in the background may have it ignored
            process = start(*command, place.socket, preexec_fn=functools.partial(signal.signal, number, signal.SIG_DFL))
            wait_for(place.socket)
            process.send_signal(number)
            equal((finish(process), place.names()), ((-number, "", ""), []))


def test_an_ignored_hangup_stays_ignored():
    place = Place()
    process = start("recv", place.socket, preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    wait_for(place.socket)
    process.send_signal(signal.SIGHUP)
    equal((anc("send", place.socket)[0], finish(process)[0], place.names()), (0, 0, []))


def test_too_many_descriptors_are_refused_and_closed():
    place = Place()
    receiver = start("recv", "--max", "1", place.socket, "--", "echo", "ran")
    wait_for(place.socket)
    read_end, write_end = os.pipe()
    status, _, err = anc("send", place.socket, "--fd", str(write_end), "--fd", str(write_end), pass_fds=[write_end])
    equal((status, err), (0, ""))
    os.close(write_end)
    status, out, err = finish(receiver)
    equal((status, out), (1, ""))
    has(err, "2 descriptors came and were closed", "--max 2")
    equal(os.read(read_end, 1), b"")
    os.close(read_end)


def test_descriptors_are_closed_without_a_command():
    place = Place()
    receiver = start("recv", place.socket)
    wait_for(place.socket)
    read_end, write_end = os.pipe()
    equal(anc("send", place.socket, "--fd", str(write_end), pass_fds=[write_end])[0], 0)
    os.close(write_end)
    equal(finish(receiver)[0], 0)
    equal(os.read(read_end, 1), b"")
    os.close(read_end)


def test_the_most_descriptors_pass_and_one_more_does_not():
    place = Place()
    path = place.file("a", "one\n")
    status, out, err = meet(place, [path] * MOST, ["--", "sh", "-c", f"echo $ANC_FDS; cat /proc/self/fd/{MOST + 2}"])
    equal((status, err, out.splitlines()[-2:]), (0, "", [str(MOST), "one"]))
    status, _, err = anc("send", place.socket, *[path] * (MOST + 1))
    equal(status, 1)
    has(err, f"{MOST} descriptors at most")


def small_table():
    """No room for many descriptors."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (10, 10))


def test_a_message_that_was_cut_is_refused_unless_asked_for():
    for option, expected in (([], 1), (["--truncated"], 0)):
        place = Place()
        receiver = start("recv", *option, place.socket, "--", "sh", "-c", "echo $ANC_FDS", preexec_fn=small_table)
        wait_for(place.socket)
        equal(anc("send", place.socket, *[place.file("a", "")] * 20)[0], 0)
        status, out, err = finish(receiver)
        equal(status, expected)
        if option:
            equal(out.splitlines()[0], '1 bytes "\\x00" flags=MSG_CTRUNC')
            assert 0 < int(out.splitlines()[-1]) < 20, out
        else:
            equal(out, "")
            has(err, "the descriptor table is full", "--truncated")


def test_flags_of_the_receive_are_printed():
    for option in ([], ["--json"]):
        place = Place()
        receiver = start("recv", "--truncated", "--type", "dgram", *option, place.socket)
        wait_for(place.socket)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
            sock.connect(place.socket)
            try:
                sock.send(bytes(256 * 1024 + 1))
            except OSError as error:
                receiver.kill()
                finish(receiver)
                raise tap.Skip(f"a datagram of that size cannot be sent here: {error}") from error
        status, out, err = finish(receiver)
        equal((status, err), (0, ""))
        if option:
            equal(json.loads(out)["flags"], ["MSG_TRUNC"])
        else:
            has(out.splitlines()[0], '\\x00" flags=MSG_TRUNC')


def test_json_says_the_same():
    place = Place()
    status, out, err = meet(place, [place.file("a", ""), "--creds", "--data", 'a"b\u00e4'], ["--json"])
    equal((status, err, out.count("\n")), (0, "", 1))
    said = json.loads(out)
    equal((said["len"], said["data"], said["flags"]), (5, 'a"b\u00e4', []))
    messages = {message["name"]: message for message in said["messages"]}
    equal(messages["SCM_CREDENTIALS"]["fields"]["uid"], os.getuid())
    equal(len(messages["SCM_RIGHTS"]["fds"]), 1)


def test_json_has_bytes_where_there_is_no_text():
    place = Place()
    receiver = start("recv", "--json", place.socket)
    wait_for(place.socket)
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect(place.socket)
        sock.sendall(b"\xff\x00")
    equal(json.loads(finish(receiver)[1])["bytes"], "ff00")


def test_credentials_are_the_senders():
    for first in ("recv", "send"):
        for option in ([], ["--creds"]):
            place = Place()
            early = start(first, place.socket, *(option if first == "send" else []))
            wait_for(place.socket)
            late = start(*(["send", place.socket, *option] if first == "recv" else ["recv", place.socket]))
            sender, receiver = (late, early) if first == "recv" else (early, late)
            out = finish(receiver)[1]
            equal(finish(sender)[0], 0)
            has(out, f"SCM_CREDENTIALS pid={sender.pid} uid={os.getuid()} gid={os.getgid()}")


def test_named_credentials_come_where_the_kernel_adds_none():
    """The option is turned on after the message was queued on a connection, so only the sender's word is there."""
    for option, expected in (([], 0), (["--creds"], None)):
        place = Place()
        sender = start("send", *option, place.socket)
        wait_for(place.socket)
        with socket.socket(socket.AF_UNIX) as sock:
            sock.connect(place.socket)
            equal(finish(sender)[0], 0)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
            _, control, _, _ = sock.recvmsg(10, 1000)
        pid = array.array("i", [payload for _, kind, payload in control if kind == socket.SCM_CREDENTIALS][0])[0]
        equal(pid, sender.pid if expected is None else expected)


def test_the_file_is_gone_with_the_connection():
    place = Place()
    process = start("recv", place.socket)
    wait_for(place.socket)
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect(place.socket)
        wait_until("the file goes", lambda: place.names() == [])
        equal(process.poll(), None)
        sock.sendall(b"x")
    equal(finish(process)[0], 0)


def test_a_stale_socket_is_replaced():
    for first in ("recv", "send"):
        place = Place()
        listener(place).close()
        equal(place.names(), ["sock"])
        equal(meet(place, [], [], first)[0], 0)
        equal(place.names(), [])


def test_another_file_is_refused_and_untouched():
    for command in (["recv"], ["recv", "--listen"], ["send"], ["recv", "--type", "dgram"]):
        place = Place()
        path = place.file("sock", "mine")
        status, _, err = anc(*command, path)
        equal(status, 1)
        has(err, "exists and is not a socket; choose another name")
        with open(path, encoding="utf-8") as file:
            equal(file.read(), "mine")


def test_a_socket_in_use_is_refused_and_untouched():
    place = Place()
    with listener(place):
        status, _, err = anc("recv", "--listen", place.socket)
        equal(status, 1)
        has(err, "is in use; choose another name")
        status, _, err = anc("recv", "--type", "dgram", place.socket)
        equal(status, 1)
        has(err, "is in use; choose another name")
        status, _, err = anc("send", "--type", "seqpacket", place.socket)
        equal(status, 1)
        has(err, "is a socket of another type")
        equal(place.names(), ["sock"])


def test_nobody_to_connect_to_is_told():
    for command in ("recv", "send"):
        status, _, err = anc(command, "--connect", Place().socket)
        equal(status, 1)
        has(err, "nobody is at", "start the other side first")


def test_an_end_without_a_message_is_an_error():
    place = Place()
    with listener(place) as sock:
        receiver = start("recv", place.socket)
        sock.accept()[0].close()
        status, out, err = finish(receiver)
    equal((status, out), (1, ""))
    has(err, "closed without a message")


def received_of(kind, send):
    """What recv gives when a socket of Python's did that to it and closed."""
    place = Place()
    with listener(place, kind) as sock:
        receiver = start("recv", "--type", "stream" if kind == socket.SOCK_STREAM else "seqpacket", place.socket)
        connection, _ = sock.accept()
        with connection:
            send(connection)
        return finish(receiver)


def send_all(sock, messages):
    """Whoever has had the first may have gone before the next is sent."""
    sock.send(messages[0])
    with contextlib.suppress(BrokenPipeError):
        for message in messages[1:]:
            sock.send(message)


def test_an_empty_message_is_no_end():
    for messages in ([b""], [b"", b""], [b"", b"more"]):
        status, out, err = received_of(socket.SOCK_SEQPACKET, lambda sock, each=tuple(messages): send_all(sock, each))
        equal((status, err), (0, ""))
        equal(out.splitlines()[0], '0 bytes ""')
        has(out, f"SCM_CREDENTIALS pid={os.getpid()} ")
    for first in ("recv", "send"):
        status, out, err = meet(Place(), ["--type", "seqpacket", "--data", ""], ["--type", "seqpacket"], first)
        equal((status, err, out.splitlines()[0]), (0, "", '0 bytes ""'))


def test_an_end_of_seqpacket_is_an_error():
    ends = {"closed": lambda sock: None, "shut down": lambda sock: sock.shutdown(socket.SHUT_WR)}
    for end in ends.values():
        status, out, err = received_of(socket.SOCK_SEQPACKET, end)
        equal((status, out), (1, ""))
        has(err, "closed without a message")


def test_a_stream_has_no_empty_message():
    status, out, err = received_of(socket.SOCK_STREAM, lambda sock: sock.send(b""))
    equal((status, out), (1, ""))
    has(err, "closed without a message")


def test_a_replaced_file_is_not_removed():
    place = Place()
    process = start("recv", place.socket)
    wait_for(place.socket)
    os.unlink(place.socket)
    with listener(place):
        process.send_signal(signal.SIGINT)
        equal(finish(process)[0], -signal.SIGINT)
        equal(place.names(), ["sock"])


def test_a_file_that_may_only_be_read_is_sent_so():
    nobody = as_nobody()
    place = Place()
    path = place.file("a", "one\n")
    os.chmod(path, 0o444)
    os.chmod(os.path.dirname(path), 0o777)
    receiver = start("recv", place.socket, "--", "cat", "/proc/self/fdinfo/3")
    wait_for(place.socket)
    os.chmod(place.socket, 0o777)
    equal(anc("send", place.socket, path, **nobody), (0, "", ""))
    flags = [line.split()[1] for line in finish(receiver)[1].splitlines() if line.startswith("flags:")]
    equal(int(flags[0], 8) & os.O_ACCMODE, os.O_RDONLY)


def test_credentials_that_python_names():
    place = Place()
    receiver = start("recv", place.socket)
    wait_for(place.socket)
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect(place.socket)
        claim = array.array("i", [os.getpid(), os.getuid(), os.getgid()])
        sock.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_CREDENTIALS, claim)])
    has(finish(receiver)[1], f"SCM_CREDENTIALS pid={os.getpid()} uid={os.getuid()} gid={os.getgid()}")


def test_a_reader_that_has_gone_is_no_news():
    place = Place()
    read_end, write_end = os.pipe()
    os.close(read_end)
    receiver = start("recv", place.socket, stdout=write_end)
    os.close(write_end)
    wait_for(place.socket)
    equal(anc("send", place.socket)[0], 0)
    receiver.wait(30)
    equal((receiver.returncode, receiver.stderr.read()), (1, ""))


def test_output_comes_before_the_command_ends():
    place = Place()
    receiver = start("recv", place.socket, "--", "sleep", "60")
    wait_for(place.socket)
    equal(anc("send", place.socket)[0], 0)
    equal(receiver.stdout.readline(), '1 bytes "\\x00"\n')
    receiver.kill()
    finish(receiver)


def test_the_command_has_its_signals_back():
    place = Place()
    status, out, _ = meet(place, [], ["--", "sh", "-c", "grep SigIgn /proc/self/status"])
    ignored = int(out.split()[-1], 16)
    equal((status, ignored >> (signal.SIGPIPE - 1) & 1), (0, 0))


def test_wrong_usage_is_told():
    for words in (["send"], ["recv"], ["send", "x", "--type", "tcp"], ["recv", "--max", "-1", "x"],
                  ["recv", "--max", "1x", "x"], ["send", "--fd", "no", "x"], ["send", "--data", "", "x"], ["recv", "--no"]):
        status, out, err = anc(*words)
        equal((status, out), (2, ""))
        has(err, "--help")


def test_names_that_are_no_addresses_are_told():
    for name in ("", "x" * 108):
        status, _, err = anc("recv", name)
        equal(status, 1)
        has(err, "choose one of 1 to 107")


tap.run(globals())
