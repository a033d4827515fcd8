"""An example of what a regular expression matches, for messages: people read `prod-sqs-vpce`, not the pattern.

Knows the plain parts of RE2: literals, classes, groups, alternatives, repetitions. Has nothing to say of the rest.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

_DIGITS = "1234567890"
_CLASSES = {"d": _DIGITS, "w": string.ascii_lowercase + _DIGITS + "_", "s": " "}
_ANY = string.ascii_lowercase + string.ascii_uppercase + _DIGITS + "-_ ./:@"
_LEAST, _MOST = 2, 64  # characters: a shorter or longer example helps nobody
_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?:|.", re.DOTALL)
_COUNT = re.compile(r"\{(\d+)(?:,\d*)?\}")


def example_of(pattern: str) -> str | None:
    """A text that the whole pattern matches; None where no short one is found. Placeholders in braces stay."""
    names = re.findall(r"\{[a-z]+\}", pattern)
    marked = pattern
    for i, name in enumerate(names):
        marked = marked.replace(name, chr(0xE000 + i), 1)
    try:
        text = _Reader(marked).read()
    except _UnclearError:
        return None
    if not _LEAST <= len(text) <= _MOST or not re.fullmatch(marked, text):
        return None
    for i, name in enumerate(names):
        text = text.replace(chr(0xE000 + i), name)
    return text


class _UnclearError(Exception):
    """The pattern has a part that is not read."""


class _Reader:
    """Reads a pattern from the left; of alternatives it takes the first, of repetitions the fewest, but one of `*`."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def read(self) -> str:
        text = self._alternatives()
        if self._at < len(self._pattern):
            raise _UnclearError
        return text

    def _alternatives(self) -> str:
        first, *_ = list(self._branches())
        return first

    def _branches(self) -> Iterator[str]:
        yield self._branch()
        while self._peek() == "|":
            self._at += 1
            yield self._branch()

    def _branch(self) -> str:
        text = ""
        while self._peek() not in ("", "|", ")"):
            text += self._piece()
        return text

    def _piece(self) -> str:
        part = _TOKEN.match(self._pattern, self._at)
        if part is None:
            raise _UnclearError
        self._at = part.end()
        if part[0] in ("^", "$"):
            return ""
        atom = self._group() if part[0] in ("(", "(?:") else _choices(part[0])
        return "".join(atom[i % len(atom)] for i in range(self._times())) if atom else ""

    def _group(self) -> list[str]:
        if self._peek() == "?":  # flags, names
            raise _UnclearError
        text = self._alternatives()
        if self._peek() != ")":
            raise _UnclearError
        self._at += 1
        return [text]

    def _times(self) -> int:
        if count := _COUNT.match(self._pattern, self._at):
            self._at = count.end()
            times = int(count[1])
        elif (sign := self._peek()) in ("?", "*", "+"):
            self._at += 1
            times = 0 if sign == "?" else 1
        else:
            return 1
        if self._peek() == "?":  # as few as possible
            self._at += 1
        if times > _MOST:
            raise _UnclearError
        return times

    def _peek(self) -> str:
        return self._pattern[self._at : self._at + 1]


def _choices(part: str) -> list[str]:
    """The characters a literal, an escape or a class stands for, those that look best first."""
    if part.startswith("\\"):
        if part[1].isalnum() and part[1] not in _CLASSES:
            raise _UnclearError
        return list(_CLASSES.get(part[1], part[1]))
    if part == ".":
        return list(string.ascii_lowercase)
    if len(part) > 1:
        members = re.compile(part)
        found = [c for c in _ANY if members.fullmatch(c)]
        if not found:
            raise _UnclearError
        return found
    if part in "*+?{":
        raise _UnclearError
    return [part]
