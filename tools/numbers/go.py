# SPDX-License-Identifier: MIT
"""The constants and structs of golang.org/x/sys/unix, which are made from each system's headers."""
import os
import re

from facts import ALIGNMENT
from oracle import View, layout

FOLDER = "/usr/share/gocode/src/golang.org/x/sys/unix"
PACKAGE = "golang-golang-x-sys-dev"

SIZES = {"int8": 1, "uint8": 1, "byte": 1, "bool": 1, "int16": 2, "uint16": 2, "int32": 4,
         "uint32": 4, "float32": 4, "int64": 8, "uint64": 8, "float64": 8}

# Go's name of a system, its machines: architecture, bits, which of Linux's machines.
LINUX = [("amd64", 64, "generic"), ("386", 32, "generic"), ("arm", 32, "generic"),
         ("arm64", 64, "generic"), ("riscv64", 64, "generic"), ("loong64", 64, "generic"),
         ("s390x", 64, "generic"), ("mips", 32, "mips"), ("mipsle", 32, "mips"),
         ("mips64", 64, "mips"), ("mips64le", 64, "mips"), ("ppc", 32, "powerpc"),
         ("ppc64", 64, "powerpc"), ("ppc64le", 64, "powerpc"), ("sparc64", 64, "sparc")]


def machine_of(system, arch):
    """What an ABI of a BSD that aligns messages in its own way has in its name; else big-endian."""
    if (system, arch) in (("netbsd", "arm64"), ("netbsd", "arm"), ("openbsd", "arm")):
        return "arm"
    return "big-endian" if arch in ("mips64", "ppc64") else ""


TARGETS = [("linux", "linux") + target for target in LINUX]
for goos, system, arches in [
        ("freebsd", "freebsd", "amd64 386 arm arm64 riscv64"),
        ("netbsd", "netbsd", "amd64 386 arm arm64"),
        ("openbsd", "openbsd", "amd64 386 arm arm64 mips64 ppc64 riscv64"),
        ("dragonfly", "dragonfly", "amd64"), ("darwin", "darwin", "amd64 arm64"),
        ("solaris", "illumos", "amd64")]:
    TARGETS += [(system, goos, arch, 32 if arch in ("386", "arm") else 64,
                 machine_of(system, arch)) for arch in arches.split()]

NUMBER = re.compile(r"^(?:const|\t)[ \t]*(\w+)[ \t]+(?:\w+[ \t]+)?= (-?(?:0x[0-9a-fA-F]+|[0-9]+))$",
                    re.M)
COUNTED = re.compile(r"^const \(\n(\t\w+[^\n]*= iota\n(?:\t\w+\n)*)\)", re.M)
STRUCT = re.compile(r"^type (\w+) struct \{\n(.*?)^\}", re.M | re.S)
ALIAS = re.compile(r"^(?:type (?=\w)|\t(?=_C_))(\w+)[ \t]+(\w+)$", re.M)


class Sources:
    """The files of one system and machine."""

    def __init__(self, goos, arch, bits):
        self.bits = bits
        self.text = ""
        for stem in ("zerrors", "ztypes"):
            for name in (f"{stem}_{goos}.go", f"{stem}_{goos}_{arch}.go"):
                path = os.path.join(FOLDER, name)
                if os.path.exists(path):
                    with open(path, encoding="utf-8") as file:
                        self.text += file.read()
        self.structs = dict(STRUCT.findall(self.text))
        self.aliases = dict(ALIAS.findall(self.text))

    def numbers(self):
        numbers = {name: int(value, 0) for name, value in NUMBER.findall(self.text)}
        for block in COUNTED.findall(self.text):
            names = [line.split()[0] for line in block.splitlines()]
            numbers.update((name, i) for i, name in enumerate(names))
        return numbers

    def type(self, text):
        """(size, alignment)."""
        array = re.match(r"\[(\w+)\](.*)", text)
        if array:
            size, align = self.type(array.group(2))
            return size * int(array.group(1), 0), align
        if text[0] == "*" or text in ("uintptr", "unsafe.Pointer"):
            return self.bits // 8, self.bits // 8
        if text in SIZES:
            return SIZES[text], min(SIZES[text], self.bits // 8)
        if text in self.structs:
            struct, align = self.struct(text)
            return struct.size, align
        return self.type(self.aliases[text])

    def struct(self, name):
        members = []
        for line in self.structs[name].splitlines():
            words = line.split("`")[0].split("/*")[0].split()
            if words:
                members.append((words[0],) + self.type(words[-1]))
        return layout(members)


def alignment(goos, arch, bits):
    """Follows cmsgAlignOf(), whose conditions are comparisons and cases."""
    name = "dragonfly" if goos == "dragonfly" else "unix_other"
    with open(f"{FOLDER}/sockcmsg_{name}.go", encoding="utf-8") as file:
        lines = file.read().split("func cmsgAlignOf", 1)[1].splitlines()[1:]
    align, case, conditions = bits // 8, True, []
    for line in map(str.strip, lines):
        if line.startswith("if "):
            text = line[3:-1].replace("&&", "and").replace("runtime.GOOS", repr(goos))
            text = text.replace("runtime.GOARCH", repr(arch)).replace("SizeofPtr", str(bits // 8))
            # Its ABI of today.
            text = re.sub(r"!supportsABI\(\w+\)", "False", text)
            conditions.append(eval(text))  # comparisons of the names above
        elif line.startswith("case "):
            case = repr(goos).replace("'", '"') in line
        elif line == "}" and conditions:
            conditions.pop()
        elif re.match(r"salign = \d+$", line) and case and all(conditions):
            align = int(line.split()[-1])
    return align


def view(system, goos, arch, bits, machine, source):
    sources = Sources(goos, arch, bits)
    ret = View(source, system, machine, arch, bits, sources.numbers())
    ret.numbers[ALIGNMENT] = alignment(goos, arch, bits)
    for name in sources.structs:
        try:
            ret.structs[name] = sources.struct(name)[0]
        except (KeyError, IndexError, ValueError):
            pass
    for name, size in ret.numbers.items():
        stem = name[len("Sizeof"):]
        if name.startswith("Sizeof") and stem in ret.structs:
            ret.structs[stem].size = size
    return ret


def views(version):
    """Of all systems; none where the package is not there."""
    if not os.path.isdir(FOLDER):
        return []
    return [view(*target, "go x/sys " + version) for target in TARGETS]
