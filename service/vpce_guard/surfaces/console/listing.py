"""A text as the console shows it: with numbers and marks at its lines, and as the difference that a fix makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from vpce_guard.formats.text_edits import apply
from vpce_guard.model import Edit, Violation
from vpce_guard.surfaces.visible import visible

_WHOLE = 120  # lines up to which a text is shown as a whole
_AROUND = 4  # lines before and after one that is marked
_BESIDE = 2  # lines before and after a change
_LONGEST = 400  # characters of a line


@dataclass(frozen=True)
class MarkedLine:
    """A line of a text, counted from 1, and what is wrong in it."""

    number: int
    text: str
    violations: tuple[Violation, ...]


Piece = tuple[MarkedLine, ...]
"""Lines that follow each other."""


@dataclass(frozen=True)
class DiffLine:
    """A line that a change takes away, puts in or leaves."""

    sign: Literal["-", "+", " "]
    text: str


def cut_pieces(text: str, marks: Mapping[int, Sequence[Violation]]) -> Iterator[Piece]:
    """The text, where it is short, or else the lines around those that are marked."""
    lines = text.splitlines()
    shown = sorted(_shown_numbers(len(lines), marks))
    piece: list[MarkedLine] = []
    for number in shown:
        if piece and number != piece[-1].number + 1:
            yield tuple(piece)
            piece = []
        piece.append(MarkedLine(number, _printable(lines[number - 1]), tuple(marks.get(number, ()))))
    if piece:
        yield tuple(piece)


def diff(before: str, after: str) -> Iterator[DiffLine]:
    """What changes from one text to the other, as one piece, with a line or two around it."""
    old, new = before.splitlines(), after.splitlines()
    start = _count_same(old, new)
    end = _count_same(old[start:][::-1], new[start:][::-1])
    if len(old) == len(new) == start:
        return
    yield from (DiffLine(" ", _printable(line)) for line in old[max(0, start - _BESIDE) : start])
    yield from (DiffLine("-", _printable(line)) for line in old[start : len(old) - end])
    yield from (DiffLine("+", _printable(line)) for line in new[start : len(new) - end])
    yield from (DiffLine(" ", _printable(line)) for line in old[len(old) - end :][:_BESIDE])


def apply_all(text: str, edits: Sequence[Edit]) -> str:
    """The text with edits carried out, the last one first, so that the others stay where they are."""
    for edit in sorted(edits, key=lambda found: (found.start_line, found.start_column), reverse=True):
        text = apply(text, edit)
    return text


def _count_same(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines two texts have in common from the first on."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (left, right) in pairs if left != right), min(len(one), len(other)))


def _shown_numbers(count: int, marks: Mapping[int, Sequence[Violation]]) -> set[int]:
    if count <= _WHOLE:
        return set(range(1, count + 1))
    near = (range(max(1, marked - _AROUND), min(count, marked + _AROUND) + 1) for marked in marks)
    return {number for numbers in near for number in numbers}


def _printable(line: str) -> str:
    """The line as it may be shown: tabs as spaces, so that no other control character is meant to be there."""
    told = visible(line.expandtabs(4))
    return told if len(told) <= _LONGEST else f"{told[:_LONGEST]}…"
