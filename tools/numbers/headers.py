# SPDX-License-Identifier: MIT
"""The constants and structs of the kernel's and libc's headers for C, by way of the compiler."""
import os
import re
import shutil
import subprocess

from oracle import Struct, View

KERNEL = """stdint.h time.h sys/socket.h asm/socket.h
linux/in.h linux/in6.h linux/ipv6.h linux/udp.h linux/tcp.h linux/tls.h
linux/sctp.h linux/rxrpc.h linux/tipc.h linux/if_packet.h linux/netlink.h linux/errqueue.h
linux/can.h linux/can/raw.h linux/can/j1939.h linux/rds.h linux/llc.h linux/if_alg.h
linux/vm_sockets.h linux/net_tstamp.h linux/time_types.h linux/dccp.h""".split()
LIBC = """sys/socket.h sys/un.h sys/time.h netinet/in.h netinet/tcp.h netinet/udp.h
netinet/ip6.h netpacket/packet.h netatalk/at.h netax25/ax25.h netipx/ipx.h netiucv/iucv.h
netrom/netrom.h netrose/rose.h time.h bluetooth/bluetooth.h bluetooth/hci.h""".split()

# Linux's machine, the folder of its headers, bits, what the headers ask the compiler for.
MACHINES = [("alpha", "alpha-linux-gnu", 64, []), ("parisc", "hppa-linux-gnu", 32, []),
            ("sparc", "sparc64-linux-gnu", 64, ["-D__sparc__", "-D__arch64__"]),
            ("mips", "mips-linux-gnu", 32, ["-D__MIPSEB__", "-D_MIPS_SIM=1"]),
            ("powerpc", "powerpc-linux-gnu", 32, [])]

NARROW = "i686-linux-gnu-gcc"

MACRO = re.compile(r"^#define (\w+) (.+)$", re.M)
ENUM = re.compile(r"\benum\s*\w*\s*\{([^{}]*)\}")
STRUCT = re.compile(r"\bstruct\s+(\w+)\s*\{")
WORD = re.compile(r"\b(?!0[xX])[A-Za-z_]\w*")
DATA = re.compile(r"^(at|of)_(\d+):\n\s+\.(?:long|quad|zero|4byte|8byte)\s+(\d+)", re.M)


def run(compiler, options, source):
    command = [*compiler, "-D_GNU_SOURCE", *options, "-w", "-x", "c", "-"]
    return subprocess.run(command, input=source, capture_output=True, text=True, check=False)


class Headers:
    """Headers as one compiler sees them."""

    def __init__(self, compiler, names):
        self.compiler = compiler
        self.include = "".join(f"#if __has_include(<{name}>)\n#include <{name}>\n#endif\n"
                               for name in names)
        self.macros = dict(MACRO.findall(self.preprocess("-dM")))
        self.text = re.sub(r"^#.*$", "", self.preprocess(), flags=re.M)
        self.numbers = {}
        for body in ENUM.findall(self.text):
            self.enum(body)
        for name in self.macros:
            try:
                self.numbers[name] = self.value(self.macros[name], {name})
            except (ValueError, SyntaxError, TypeError):
                pass

    def preprocess(self, *options):
        done = run(self.compiler, ["-E", *options], self.include)
        if done.returncode:
            raise RuntimeError(" ".join(self.compiler) + ": " + done.stderr)
        return done.stdout

    def enum(self, body):
        following = 0
        for part in body.split(","):
            name, _, text = (word.strip() for word in part.partition("="))
            if not name:
                continue
            try:
                following = self.value(text, set()) if text else following
            except (ValueError, SyntaxError, TypeError):
                return
            self.numbers[name] = following
            following += 1

    def value(self, text, seen):
        """A constant expression of C, without casts and conditions."""
        text = re.sub(r"\b(0[xX][0-9a-fA-F]+|[0-9]+)[uUlL]+\b", r"\1", text)
        text = re.sub(r"\b0+([0-7]+)\b", r"0o\1", text)
        for name in set(WORD.findall(re.sub(r"0o[0-7]+", "0", text))):
            if name in self.numbers:
                value = self.numbers[name]
            elif name in self.macros and name not in seen:
                value = self.value(self.macros[name], seen | {name})
            else:
                raise ValueError(name)
            text = re.sub(rf"\b{name}\b", str(value), text)
        if not re.fullmatch(r"[-+*~&|^<>()0-9a-fA-FxXo ]+", text):
            raise ValueError(text)
        return int(eval(text))  # numbers and operators only

    def members(self, name):
        """What may be members of a struct: the compiler tells which are."""
        start = re.search(rf"\bstruct\s+{name}\s*\{{", self.text)
        depth, i = 1, start.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(self.text[i], 0)
            i += 1
        return re.findall(r"(\w+)\s*(?:\[[^]]*\]\s*)*(?=[;,])", self.text[start.end():i])

    def structs(self):
        lines = []
        for name in sorted(set(STRUCT.findall(self.text))):
            lines.append((name, None))
            lines += [(name, member) for member in dict.fromkeys(self.members(name))]
        return self.measured(lines)

    def measured(self, lines):
        """Compiles a line for each struct and member, without those that do not compile."""
        first = self.include.count("\n") + 1
        source = self.include + "".join(map(self.line, range(len(lines)), lines))
        done = run(self.compiler, ["-S", "-o", "-"], source)
        if done.returncode:
            bad = {int(n) - first for n in re.findall(r"<stdin>:(\d+):", done.stderr)}
            rest = [line for i, line in enumerate(lines) if i not in bad]
            if len(rest) == len(lines):
                raise RuntimeError(" ".join(self.compiler) + ": " + done.stderr)
            return self.measured(rest)
        found = {(kind, int(i)): int(value) for kind, i, value in DATA.findall(done.stdout)}
        ret = {}
        for i, (name, member) in enumerate(lines):
            if member is None:
                ret[name] = Struct(found["of", i] - 1)
            elif name in ret:
                ret[name].members[member] = (found["at", i] - 1, found["of", i] - 1)
        return ret

    @staticmethod
    def line(i, names):
        # One more, for the compiler has other words for zeroes.
        name, member = names
        if member is None:
            return f"long of_{i} = sizeof(struct {name}) + 1;\n"
        return (f"long at_{i} = __builtin_offsetof(struct {name}, {member}) + 1, "
                f"of_{i} = sizeof(((struct {name} *)0)->{member}) + 1;\n")


def here(source, compiler, bits, names):
    headers = Headers([compiler], names)
    return View(source, "linux", "generic", compiler, bits, headers.numbers, headers.structs())


def machine(name, folder, bits, options):
    headers = Headers(["cc", "-nostdinc", "-isystem", f"/usr/{folder}/include", *options],
                      ["asm/socket.h"])
    return View("kernel headers", "linux", name, folder, bits, headers.numbers)


def views():
    ret = [here("kernel headers", "cc", 64, KERNEL), here("libc headers", "cc", 64, LIBC)]
    if shutil.which(NARROW):
        ret += [here("kernel headers", NARROW, 32, KERNEL), here("libc headers", NARROW, 32, LIBC)]
    return ret + [machine(*entry) for entry in MACHINES
                  if os.path.exists(f"/usr/{entry[1]}/include/asm/socket.h")]
