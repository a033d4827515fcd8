"""What the file of a rule yields, by its text: mistakes by which a rule is silent, or fails when it is first asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import NamedTuple

YIELDED = {"deny": ("message", "path"), "undetermined": ("reason", "missing")}
_HEAD = re.compile(r"^(?:default[ \t]+)?([A-Za-z_]\w*)")
_NO_HEADS = ("package", "import", "else")
_TEXT = r'\$?["`]|sprintf\(|concat\('


class WrongHead(NamedTuple):
    """A line, from 1, and what is wrong there."""

    line: int
    says: str


def find_wrong_heads(text: str) -> Iterator[WrongHead]:
    """What is wrong with the heads of a rule: its sets are deny and undetermined, and their members are objects."""
    lines = text.splitlines()
    heads: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if (found := _HEAD.match(line)) and found[1] not in _NO_HEADS:
            heads.setdefault(found[1], number)
    yield from _find_misnamed(heads)
    for number, line in enumerate(lines, 1):
        for name, members in YIELDED.items():
            if re.match(rf"{name}\b", line):
                yield from _find_no_object(name, members, lines, number)


def _find_misnamed(heads: dict[str, int]) -> Iterator[WrongHead]:
    for name, least in (("undetermined", 0.85), ("deny", 0.5)):
        if name in heads:
            continue
        meant = get_close_matches(name, [head for head in heads if head not in YIELDED], n=1, cutoff=least)
        if meant:
            yield WrongHead(heads[meant[0]], f"{meant[0]} is nothing a rule is asked for; did you mean {name}?")
        elif name == "deny":
            yield WrongHead(1, "the rule has no deny, so it never finds anything: write `deny contains {…} if {…}`")


def _find_no_object(name: str, members: tuple[str, ...], lines: list[str], number: int) -> Iterator[WrongHead]:
    line = lines[number - 1]
    shape = "{" + ", ".join(f'"{member}": …' for member in members) + "}"
    if (found := re.match(rf"{name}\s+contains\s+(.*)", line)) is None:
        yield WrongHead(number, f"{name} is a set: write `{name} contains {shape} if {{…}}`")
        return
    yielded = found[1]
    at = number if re.match(_TEXT, yielded) else _line_of_text(yielded, lines, number)
    if at is not None:
        yield WrongHead(at, f"{name} yields a text: yield {shape}")
    elif (whole := re.fullmatch(r"(\{.*\})\s*(if\b.*)?", yielded)) is not None:
        for member in members:
            if f'"{member}"' not in whole[1]:
                yield WrongHead(number, f"{name} yields an object without {member}: yield {shape}")


def _line_of_text(yielded: str, lines: list[str], number: int) -> int | None:
    """The line that gives a yielded variable a text; None where it is none, or something else."""
    variable = re.match(r"([A-Za-z_]\w*)\s+if\b", yielded)
    if variable is None:
        return None
    for at, line in enumerate(lines[number - 1 :], number):
        if re.search(rf"\b{variable[1]}\s*:?=\s*(?:{_TEXT})", line):
            return at
        if at > number and line.startswith("}"):
            return None
    return None
