# SPDX-License-Identifier: MIT
"""What a source says of one system: constants, and structs with their members."""
from dataclasses import dataclass, field


@dataclass
class Struct:
    """Size in bytes, and (offset, size) of each member."""
    size: int
    members: dict = field(default_factory=dict)


@dataclass
class View:
    """A source's word on one machine of one system. `machine` is Linux's: generic, mips, ..."""
    source: str
    system: str
    machine: str
    arch: str
    bits: int
    numbers: dict = field(default_factory=dict)
    structs: dict = field(default_factory=dict)


def layout(members, packed=False, union=False, align=1):
    """A C struct of (name, size, alignment) members, in order."""
    offset, size, placed = 0, 0, {}
    for name, width, unit in members:
        unit = 1 if packed else max(unit, 1)
        offset = 0 if union else -(-offset // unit) * unit
        placed[name] = (offset, width)
        offset += width
        size = max(size, offset)
        align = max(align, unit)
    return Struct(-(-size // align) * align, placed), align
