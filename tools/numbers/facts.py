# SPDX-License-Identifier: MIT
"""What the library says, as facts that a source agrees with, contradicts, or does not know."""
import re
from dataclasses import dataclass

# What a name here is called elsewhere, where that is neither the name itself nor its SCM_ or SO_.
NAMES = {
    # The macros of these names are a choice between _OLD and _NEW; the rows are the old ones.
    "SCM_TIMESTAMP": ("SO_TIMESTAMP_OLD", "SCM_TIMESTAMP"),
    "SCM_TIMESTAMPNS": ("SO_TIMESTAMPNS_OLD", "SCM_TIMESTAMPNS"),
    "SCM_TIMESTAMPING": ("SO_TIMESTAMPING_OLD", "SCM_TIMESTAMPING"),
    "SO_TIMESTAMP": ("SO_TIMESTAMP_OLD", "SO_TIMESTAMP"),
    "SO_TIMESTAMPNS": ("SO_TIMESTAMPNS_OLD", "SO_TIMESTAMPNS"),
    "SO_TIMESTAMPING": ("SO_TIMESTAMPING_OLD", "SO_TIMESTAMPING"),
    # The message's name is the option's with CM in it.
    "TCP_CM_INQ": ("TCP_CM_INQ", "TCP_INQ"),
    # A level is a protocol's number.
    "SOL_SCTP": ("SOL_SCTP", "IPPROTO_SCTP"),
    "SOL_UDPLITE": ("SOL_UDPLITE", "IPPROTO_UDPLITE"),
}

# The level that names of a prefix have, the longest prefix first; Linux's, and the others'.
LEVELS = {"SCM_J1939_": "SOL_CAN_J1939", "SO_J1939_": "SOL_CAN_J1939",
          "SCM_IUCV_": "SOL_IUCV", "SCM_CAN_RAW_": "SOL_CAN_RAW",
          "SCM_": "SOL_SOCKET", "SO_": "SOL_SOCKET", "IP_": "SOL_IP", "IPV6_": "SOL_IPV6",
          "UDP_": "SOL_UDP", "TCP_": "SOL_TCP", "TLS_": "SOL_TLS", "PACKET_": "SOL_PACKET",
          "NETLINK_": "SOL_NETLINK", "ALG_": "SOL_ALG", "RDS_": "SOL_RDS", "RXRPC_": "SOL_RXRPC",
          "TIPC_": "SOL_TIPC", "LLC_": "SOL_LLC", "BT_": "SOL_BLUETOOTH", "DCCP_": "SOL_DCCP"}
ELSEWHERE = {"SCM_": "SOL_SOCKET", "SO_": "SOL_SOCKET", "IP_": "IPPROTO_IP",
             "IPV6_": "IPPROTO_IPV6", "TLS_": "IPPROTO_TCP", "SCTP_": "IPPROTO_SCTP"}

# What is aligned as the machine does it, on every system.
ALIGNMENT = "alignment of messages"

# Structs that Go names in its own way.
GO = {"in_pktinfo": "inet4pktinfo", "in6_pktinfo": "inet6pktinfo", "ip6_mtuinfo": "ipv6mtuinfo",
      "sockaddr_in": "rawsockaddrinet4", "sockaddr_in6": "rawsockaddrinet6",
      "sockaddr_dl": "rawsockaddrdatalink"}

# Of a field's kind: as many of it as the payload holds; a struct sockaddr, which is the payload.
LIST, COUNTED, SOCKADDR = 0x20, 0x40, 11


@dataclass(frozen=True)
class Fact:
    """`kind` is number, size, or member; `names` are what a source may call it, best first.

    Of other systems than Linux only the alignment has a machine: that of an ABI of its own.
    """
    system: str
    machine: str
    bits: int  # 0: whatever the width
    kind: str
    name: str
    names: tuple

    # What rows say of it is kept beside it: several sizes of one struct are several rows.

    def label(self):
        return self.system + (f" on {self.machine}" if self.machine not in ("", "generic") else "")


# The columns of src/platform/linux_numbers.h.
MACHINES = ("generic", "alpha", "mips", "parisc", "sparc", "powerpc")
COLUMNS = re.compile(r"^#define ANC_(\w+)\(by\)\s+by\((.*)\)$", re.M)


def also(system, name):
    """On Linux SCM_ and SO_ name the same number: what comes, and what turns it on."""
    if system != "linux":
        return (name,)
    if name in NAMES:
        return NAMES[name]
    if name.startswith("SCM_"):
        return name, "SO_" + name[4:]
    if name.startswith("SO_"):
        return name, "SCM_" + name[3:]
    return (name,)


def level_of(system, name):
    """What the level of a row or option of this name is called, or None."""
    levels = LEVELS if system == "linux" else ELSEWHERE
    return next((level for prefix, level in levels.items() if name.startswith(prefix)), None)


class Rows:
    """The lines that rows.c printed."""

    def __init__(self, text):
        self.facts, self.abis, self.rows, self.this = {}, {}, set(), ""
        for line in text.splitlines():
            what, *fields = line.split("\t")
            getattr(self, what)(*fields)

    def host(self, name):
        self.this = name

    def add(self, abi, kind, name, names, ours, bits=0):
        system, machine, _ = self.abis[abi]
        fact = Fact(system, machine, bits, kind, name, tuple(names))
        self.facts.setdefault(fact, set()).add(str(ours))

    def plain(self, abi):
        """Whether its machine numbers messages as the host does."""
        return self.abis[abi][1] in ("", "generic")

    def abi(self, name, system, bits, endian, header, _data, align, _len_width):
        machine = "-".join(name.split("-")[1:-1])
        if system == "linux":
            machine = machine or "generic"
        self.abis[name] = (system, machine if system == "linux" else "", int(bits))
        if self.plain(name):
            self.add(name, "size", "struct cmsghdr", ["cmsghdr"], header, bits=int(bits))
        machine = machine or "big-endian" * (endian == "big")
        fact = Fact(system, machine, int(bits), "number", ALIGNMENT, (ALIGNMENT,))
        self.facts.setdefault(fact, set()).add(align)

    def row(self, abi, name, level, number, size, _least, _most, _bits, payload, option_level,
            option, option_name, _families):
        if not self.plain(abi):
            return
        system, _, bits = self.abis[abi]
        self.rows.add((system, name, int(level), int(number)))
        # A label comes at two levels; the option tells which.
        self.level_number(abi, option_name if name == "SCM_SECURITY" else name, level)
        self.add(abi, "number", name, also(system, name), number)
        # Without a number it is one that takes another value than on and off.
        if option_name != "-" and option != "0":
            self.add(abi, "number", option_name, also(system, option_name), option)
            self.level_number(abi, option_name, option_level)
        struct = re.fullmatch(r"struct (\w+)", payload)
        if struct and size != "0":
            self.add(abi, "size", payload, [struct[1]], size, bits)

    def level_number(self, abi, name, number):
        system = self.abis[abi][0]
        level = level_of(system, name)
        if level is not None:
            self.add(abi, "number", level, also(system, level), number)

    def field(self, abi, _row, payload, name, kind, offset, width):
        struct = re.fullmatch(r"struct (\w+)", payload)
        if not struct or not self.plain(abi) or int(kind) == SOCKADDR:
            return
        ours = offset if int(kind) & (LIST | COUNTED) or width == "0" else f"{offset}+{width}"
        self.add(abi, "member", f"{payload}.{name}", [struct[1], name], ours, self.abis[abi][2])

    def level(self, abi, name, level):
        if self.plain(abi) or name == "SOL_SOCKET":
            self.add(abi, "number", name, also(self.abis[abi][0], name), level)

    def flag(self, abi, name, value):
        if self.plain(abi):
            self.add(abi, "number", name, [name], value)

    def number(self, abi, name, _level, number):
        if not self.plain(abi):
            self.add(abi, "number", name, also("linux", name), number)


def columns(path):
    """The facts of the table of Linux's machines."""
    ret = {}
    with open(path, encoding="utf-8") as file:
        for name, numbers in COLUMNS.findall(file.read()):
            for machine, number in zip(MACHINES, numbers.split(","), strict=True):
                fact = Fact("linux", machine, 0, "number", name, also("linux", name))
                ret[fact] = {str(int(number, 0))}
    return ret


def struct_of(view, name):
    if name in view.structs:
        return view.structs[name]
    if view.source.startswith("go"):
        wanted = GO.get(name, name.replace("_", ""))
        for candidate, struct in view.structs.items():
            if candidate.lower() == wanted:
                return struct
    return None


def member_of(struct, name):
    """Go's members have no prefix, nor have those of ours that several systems share."""
    def bare(member):
        return re.sub(r"^[a-z0-9]+_", "", member).lower().replace("_", "")

    if name in struct.members:
        return struct.members[name]
    found = [place for member, place in struct.members.items()
             if bare(name) in (bare(member), member.lower()) or name == bare(member)]
    return found[0] if len(found) == 1 else None


def theirs(fact, view):
    """What a view says of a fact, or None: a number, a size, "offset+size" of a member."""
    if fact.bits not in (0, view.bits):
        return None
    if fact.kind == "number":
        return next((str(view.numbers[name]) for name in fact.names if name in view.numbers), None)
    struct = struct_of(view, fact.names[0])
    if struct is None:
        return None
    if fact.kind == "size":
        return str(struct.size)
    place = member_of(struct, fact.names[1])
    return None if place is None else f"{place[0]}+{place[1]}"


def concerns(view, fact):
    """Whether it is of the fact's system and machine. Only Linux's machines differ in all else."""
    if view.system != "linux" and fact.name != ALIGNMENT:
        return view.system == fact.system
    return (view.system, view.machine) == (fact.system, fact.machine)


def forms(value):
    """What ours may be to agree: of a list we have only where it starts."""
    return {value, value.split("+")[0]}


def agrees(fact, ours, value):
    """Whether ours is what a view said; a struct may have several sizes, a name has one number."""
    return ours == {value} if fact.kind == "number" else not ours.isdisjoint(forms(value))
