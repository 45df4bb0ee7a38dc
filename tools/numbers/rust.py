# SPDX-License-Identifier: MIT
"""The constants and structs of Rust's libc crate, read from its sources for a target.

It understands as much of Rust as these files use: cfg, cfg_if!, mod, const, type, struct, union.
"""
import glob
import os
import re

from facts import ALIGNMENT
from oracle import View, layout

CRATE = "/usr/share/cargo/registry/libc-*"

TOKEN = re.compile(r"""
    (?P<space>\s+|//[^\n]*|/\*.*?\*/)
  | (?P<text>b?"(?:\\.|[^"\\])*"|b?'(?:\\.|[^'\\])')
  | (?P<lifetime>'\w+)
  | (?P<number>0x[0-9a-fA-F_]+|0b[01_]+|0o[0-7_]+|[0-9][0-9_]*)(?:[iu](?:8|16|32|64|128|size))?
  | (?P<word>[A-Za-z_]\w*!?(?!=))
  | (?P<mark>::|->|=>|\.\.|.)
""", re.VERBOSE | re.DOTALL)

PRIMITIVES = {"bool": 1, "i8": 1, "u8": 1, "i16": 2, "u16": 2, "i32": 4, "u32": 4, "f32": 4,
              "i64": 8, "u64": 8, "f64": 8, "i128": 16, "u128": 16}
OPEN = {"(": ")", "[": "]", "{": "}"}

# What the crate's build script sets for today's compilers.
FEATURES = {"libc_align", "libc_union", "libc_const_size_of", "libc_int128", "libc_core_cvoid",
            "libc_packedN", "libc_priv_mod_use", "libc_cfg_target_vendor", "unix"}


class Unknown(Exception):
    """An expression or a type that cannot be worked out."""


def tokens_of(path):
    with open(path, encoding="utf-8") as file:
        source = file.read()
    return [match.group("number") or match.group() for match in TOKEN.finditer(source)
            if match.lastgroup not in ("space", "lifetime")]


def close(tokens, i):
    """The index of what closes the bracket at i."""
    depth = 0
    while True:
        if tokens[i] in OPEN:
            depth += 1
        elif tokens[i] in OPEN.values():
            depth -= 1
            if depth == 0:
                return i
        i += 1


def split(tokens, mark):
    """The parts between marks outside of brackets."""
    parts, part, depth = [], [], 0
    for token in tokens:
        depth += (token in OPEN or token == "<") - (token in OPEN.values() or token == ">")
        if token == mark and depth == 0:
            parts.append(part)
            part = []
        else:
            part.append(token)
    return parts + [part] if part else parts


class Target:
    """The crate as it is for one target."""

    def __init__(self, crate, system, arch, bits, endian, env="", features=()):
        self.flags = FEATURES | set(features)
        self.values = {"target_os": system, "target_arch": arch, "target_env": env,
                       "target_pointer_width": str(bits), "target_endian": endian,
                       "target_family": "unix", "target_vendor": "unknown"}
        self.bits = bits
        self.long_align = 4 if arch == "x86" else 8
        self.consts, self.types, self.structs = {}, {}, {}
        for path in ("src/fixed_width_ints.rs", "src/unix/mod.rs"):
            self.module(os.path.join(crate, path))

    def cfg(self, tokens):
        if tokens[0] in ("all", "any", "not"):
            truths = [self.cfg(part) for part in split(tokens[2:close(tokens, 1)], ",")]
            return {"all": all(truths), "any": any(truths), "not": not all(truths)}[tokens[0]]
        if len(tokens) == 3:
            return self.values.get(tokens[0]) == tokens[2].strip('"')
        return tokens[0] in self.flags

    def module(self, path):
        tokens = tokens_of(path)
        folder = os.path.dirname(path) if path.endswith("mod.rs") else path[:-len(".rs")]
        inner = []
        self.items(tokens, 0, len(tokens), inner)
        # A module's own names stand before those of the modules that it takes in.
        for name in inner:
            for candidate in (f"{folder}/{name}.rs", f"{folder}/{name}/mod.rs"):
                if os.path.exists(candidate):
                    self.module(candidate)

    def items(self, tokens, i, end, inner):
        while i < end:
            attributes = []
            while i < end and tokens[i] == "#":
                i += 1 + (tokens[i + 1] == "!")
                attributes.append(tokens[i + 1:close(tokens, i)])
                i = close(tokens, i) + 1
            if i >= end:
                return
            on = all(self.cfg(a[2:-1]) for a in attributes if a[0] == "cfg")
            i = self.item(tokens, i, inner if on else [], attributes, on)

    def item(self, tokens, i, inner, attributes, on):
        if tokens[i] == "pub":
            i += 1
            if tokens[i] == "(":
                i = close(tokens, i) + 1
        word = tokens[i]
        if word == "cfg_if!":
            return self.choice(tokens, i + 1, inner, on)
        if word in ("s!", "s_no_extra_traits!", "cfg_if_expand!"):
            end = close(tokens, i + 1)
            if on:
                self.items(tokens, i + 2, end, inner)
            return end + 1
        if word == "macro_rules!":
            end = close(tokens, i + 2)
            if on and tokens[i + 1] == "expand_align":
                body = i + 3 + tokens[i + 3:end].index("=>") + 1
                self.items(tokens, body + 1, close(tokens, body), inner)
            return end + 1
        if word == "const" and tokens[i + 2] == ":":
            end = i + tokens[i:].index("=")
            stop = self.statement(tokens, end)
            if on:
                self.consts.setdefault(tokens[i + 1], tokens[end + 1:stop])
            return stop + 1
        if word == "type" and tokens[i + 2] == "=":
            stop = self.statement(tokens, i)
            if on:
                self.types.setdefault(tokens[i + 1], tokens[i + 3:stop])
            return stop + 1
        if word in ("struct", "union") and tokens[i + 2] == "{":
            end = close(tokens, i + 2)
            if on:
                self.structs.setdefault(tokens[i + 1],
                                        (word, tokens[i + 3:end], attributes))
            return end + 1
        if word == "mod" and tokens[i + 2] == ";":
            inner.append(tokens[i + 1])
            return i + 3
        return self.statement(tokens, i, blocks=True) + 1

    @staticmethod
    def statement(tokens, i, blocks=False):
        """The index of the ; that ends it, or of its block's end."""
        while tokens[i] != ";":
            if tokens[i] in OPEN:
                block = tokens[i] == "{"
                i = close(tokens, i)
                if block and blocks:
                    return i
            i += 1
            if i == len(tokens):
                return i - 1
        return i

    def choice(self, tokens, i, inner, on):
        end = close(tokens, i)
        i += 1
        while i < end:
            if tokens[i] == "else":
                i += 1
            truth = on
            if tokens[i] == "if":
                stop = close(tokens, i + 2)
                truth = on and self.cfg(tokens[i + 5:stop - 1])
                i = stop + 1
            stop = close(tokens, i)
            if truth:
                self.items(tokens, i + 1, stop, inner)
                return end + 1
            i = stop + 1
        return end + 1

    def value(self, tokens):
        text, i = "", 0
        while i < len(tokens):
            token = tokens[i]
            if token == "as":
                i += 1
                while i + 1 < len(tokens) and (tokens[i] == "::" or tokens[i + 1] == "::"):
                    i += 1
            elif token == "size_of":
                stop = tokens.index("(", i)
                text += str(self.type(tokens[i + 3:stop - 1])[0])
                i = stop + 1
            elif token == "!":
                text += "~"
            elif re.match(r"[0-9]", token):
                text += str(int(token.replace("_", ""), 0))
            elif i + 1 < len(tokens) and tokens[i + 1] == "::":
                pass
            elif re.match(r"[A-Za-z_]", token):
                text += str(self.constant(token))
            elif token != "::":
                text += token
            i += 1
        if not re.fullmatch(r"[-+*/%~&|^<>()0-9 ]+", text):
            raise Unknown(text)
        return int(eval(text.replace("/", "//")))  # numbers and operators only

    def constant(self, name):
        if name not in self.consts:
            raise Unknown(name)
        value = self.consts[name]
        if not isinstance(value, int):
            value = self.consts[name] = self.value(value)
        return value

    def type(self, tokens):
        """(size, alignment)."""
        if tokens[0] in ("*", "&") or tokens[0] in ("extern", "unsafe", "fn"):
            return self.bits // 8, self.bits // 8
        if tokens[0] == "[":
            element, count = split(tokens[1:-1], ";")
            size, align = self.type(element)
            return size * self.value(count), align
        if "<" in tokens:
            tokens = tokens[:tokens.index("<")]
        name = tokens[-1]
        if name in ("usize", "isize", "Option", "c_void"):
            return self.bits // 8, self.bits // 8
        if name in self.types:
            return self.type(self.types[name])
        if name in PRIMITIVES:
            size = PRIMITIVES[name]
            return size, self.long_align if size == 8 else size
        struct, align = self.struct(name)
        return struct.size, align

    def struct(self, name):
        if name not in self.structs:
            raise Unknown(name)
        word, body, attributes = self.structs[name]
        members = []
        for member in split(body, ","):
            on = True
            while member and member[0] == "#":
                end = close(member, 1)
                on = on and (member[2] != "cfg" or self.cfg(member[4:end - 1]))
                member = member[end + 1:]
            if member and on:
                colon = member.index(":")
                members.append((member[colon - 1],) + self.type(member[colon + 1:]))
        words = [token for attribute in attributes for token in attribute]
        align = int(words[words.index("align") + 2]) if "align" in words else 1
        return layout(members, "packed" in words, word == "union", align)

    def view(self, source, system, machine, arch):
        view = View(source, system, machine, arch, self.bits)
        for name in list(self.consts):
            try:
                view.numbers[name] = self.constant(name)
            except (Unknown, SyntaxError, ValueError, IndexError, TypeError):
                pass
        for name in ("_CMSG_HDR_ALIGNMENT", "_ALIGNBYTES"):
            if name in view.numbers:
                view.numbers[ALIGNMENT] = view.numbers[name] + (name[1] == "A")
        for name in self.structs:
            try:
                view.structs[name] = self.struct(name)[0]
            except (Unknown, SyntaxError, ValueError, IndexError, TypeError):
                pass
        return view


# system here, target_os, machine, arch, bits, endian, env, features
TARGETS = [
    ("linux", "linux", "generic", "x86_64", 64, "little", "gnu"),
    ("linux", "linux", "generic", "x86_64", 64, "little", "musl"),
    ("linux", "linux", "generic", "x86", 32, "little", "gnu"),
    ("linux", "linux", "generic", "aarch64", 64, "little", "gnu"),
    ("linux", "linux", "generic", "arm", 32, "little", "gnu"),
    ("linux", "linux", "generic", "s390x", 64, "big", "gnu"),
    ("linux", "linux", "generic", "riscv64", 64, "little", "gnu"),
    ("linux", "linux", "mips", "mips", 32, "big", "gnu"),
    ("linux", "linux", "mips", "mips64", 64, "big", "gnu"),
    ("linux", "linux", "powerpc", "powerpc", 32, "big", "gnu"),
    ("linux", "linux", "powerpc", "powerpc64", 64, "little", "gnu"),
    ("linux", "linux", "sparc", "sparc64", 64, "big", "gnu"),
    ("linux", "linux", "sparc", "sparc", 32, "big", "gnu"),
    ("freebsd", "freebsd", "", "x86_64", 64, "little", "", ("freebsd14",)),
    ("freebsd", "freebsd", "", "x86_64", 64, "little", "", ("freebsd13",)),
    ("freebsd", "freebsd", "", "x86", 32, "little", "", ("freebsd14",)),
    ("freebsd", "freebsd", "", "aarch64", 64, "little", "", ("freebsd14",)),
    ("freebsd", "freebsd", "big-endian", "powerpc", 32, "big", "", ("freebsd14",)),
    ("freebsd", "freebsd", "big-endian", "powerpc64", 64, "big", "", ("freebsd14",)),
    ("netbsd", "netbsd", "", "x86_64", 64, "little", ""),
    ("netbsd", "netbsd", "", "x86", 32, "little", ""),
    ("netbsd", "netbsd", "arm", "aarch64", 64, "little", ""),
    ("netbsd", "netbsd", "arm", "arm", 32, "little", ""),
    ("netbsd", "netbsd", "big-endian", "powerpc", 32, "big", ""),
    ("netbsd", "netbsd", "sparc", "sparc64", 64, "big", ""),
    ("openbsd", "openbsd", "", "x86_64", 64, "little", ""),
    ("openbsd", "openbsd", "", "x86", 32, "little", ""),
    ("openbsd", "openbsd", "", "aarch64", 64, "little", ""),
    ("openbsd", "openbsd", "arm", "arm", 32, "little", ""),
    ("openbsd", "openbsd", "big-endian", "powerpc", 32, "big", ""),
    ("openbsd", "openbsd", "big-endian", "powerpc64", 64, "big", ""),
    ("openbsd", "openbsd", "sparc", "sparc64", 64, "big", ""),
    ("dragonfly", "dragonfly", "", "x86_64", 64, "little", ""),
    ("darwin", "macos", "", "x86_64", 64, "little", ""),
    ("darwin", "macos", "", "aarch64", 64, "little", ""),
    ("illumos", "illumos", "", "x86_64", 64, "little", ""),
]


def crate():
    """The newest that is there, or None."""
    return max(glob.glob(CRATE), default=None)


def views():
    """Of all systems; none where the package is not there."""
    folder = crate()
    if folder is None:
        return []
    source = "rust libc " + folder.rsplit("-", 1)[1]
    return [Target(folder, target[1], *target[3:]).view(source, target[0], target[2], target[3])
            for target in TARGETS]
