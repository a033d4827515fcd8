"""Terraform's JSON syntax, written in its native one: line for line, so that places stay where they are.

What an object in a block is, a nested block or a value, only a provider's schema tells; it is written as a value.
Source: https://developer.hashicorp.com/terraform/language/syntax/json.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

_LABELS = {"resource": 2, "data": 2, "module": 1, "variable": 1, "output": 1, "provider": 1, "locals": 0}
_NOT_VALUES = {"//", "lifecycle", "provisioner", "connection", "depends_on", "provider", "providers", "validation"}
_SOURCE = {"type", "iterator"}  # members that are source as they stand: of variables and of dynamic blocks
_BLANK = re.compile(r"[ \t\r\n]*")
_SCALAR = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null")
_MARK = re.compile(r"\$\$\{|%%\{|\$\{|%\{")
_MOST_DEPTH = 60
_read_text = json.JSONDecoder().raw_decode


class _Member(NamedTuple):
    """A member of an object and the line, from 0, of its name."""

    name: str
    value: Any
    line: int


class _Object(list[_Member]):
    """An object: its members in order."""


class _Literal(str):
    """A number, true, false or null as it stands."""


def as_native(text: str) -> str:
    """The file in native syntax. Raises ValueError for what is no JSON object."""
    value, end = _parse(text, _skip(text, 0), 0)
    if not isinstance(value, _Object) or _skip(text, end) != len(text):
        raise ValueError("not a JSON object")
    lines = _Lines()
    for member in value:
        if member.name in _LABELS:
            _write_blocks(lines, member.name, (), member.value, _LABELS[member.name])
    return lines.text


class _Lines:
    """Text that grows, each piece of it on the line that is asked for or a later one."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._line = 0

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self._parts) + "\n"

    def add(self, piece: str, line: int | None = None) -> None:
        """Put a piece behind the others."""
        if line is not None and line > self._line:
            self._parts.append("\n" * (line - self._line))
            self._line = line
        self._parts.append(piece + " ")
        self._line += piece.count("\n")


def _write_blocks(lines: _Lines, kind: str, labels: tuple[str, ...], value: Any, depth: int, line: int = 0) -> None:
    if isinstance(value, list) and not isinstance(value, _Object):
        for one in value:
            _write_blocks(lines, kind, labels, one, depth, line)
    elif isinstance(value, _Object) and depth:
        for member in value:
            if member.name != "//":
                _write_blocks(lines, kind, (*labels, member.name), member.value, depth - 1, member.line)
    elif isinstance(value, _Object):
        lines.add(" ".join([kind, *(json.dumps(label) for label in labels)]) + " {", line)
        _write_body(lines, value)
        lines.add("}")


def _write_body(lines: _Lines, members: _Object) -> None:
    for member in members:
        if member.name == "dynamic":
            _write_blocks(lines, "dynamic", (), member.value, 1, member.line)
        elif member.name == "content" and isinstance(member.value, list):
            _write_blocks(lines, "content", (), member.value, 0, member.line)
        elif member.name not in _NOT_VALUES and re.fullmatch(r"[^\W\d][\w-]*", member.name):
            raw = member.name in _SOURCE and isinstance(member.value, str)
            lines.add(f"{member.name} = {member.value if raw else _expression(member.value)}\n", member.line)


def _expression(value: Any) -> str:
    if isinstance(value, _Literal):
        return value
    if isinstance(value, str):
        return f'"{_template(value)}"'
    if isinstance(value, _Object):
        return "{" + ", ".join(f'"{_template(m.name)}" = {_expression(m.value)}' for m in value if m.name != "//") + "}"
    return "[" + ", ".join(map(_expression, value)) + "]"


def _template(text: str) -> str:
    """A text with values in it as it stands between quotes: its literal parts are escaped, the others left alone."""
    parts, position = [], 0
    while (mark := _MARK.search(text, position)) is not None:
        parts.append(_escape(text[position : mark.start()]))
        position = mark.end() if len(mark[0]) == 3 else _end_of_value(text, mark.end())
        parts.append(text[mark.start() : position])
    return "".join([*parts, _escape(text[position:])])


def _escape(literal: str) -> str:
    return json.dumps(literal, ensure_ascii=False)[1:-1]


def _end_of_value(text: str, position: int) -> int:
    """Where a value that begins after its `${` ends."""
    depth = 1
    while position < len(text):
        sign = text[position]
        position += 1
        if sign == '"':
            position = _end_of_quotes(text, position)
        elif sign in "{}":
            depth += 1 if sign == "{" else -1
            if not depth:
                return position
    return position


def _end_of_quotes(text: str, position: int) -> int:
    while position < len(text) and text[position] != '"':
        if text[position] == "\\":
            position += 2
        elif text.startswith(("${", "%{"), position):
            position = _end_of_value(text, position + 2)
        else:
            position += 1
    return position + 1


def _parse(text: str, position: int, depth: int) -> tuple[Any, int]:
    """The JSON value at a position, and where it ends. Raises ValueError."""
    if depth > _MOST_DEPTH:
        raise ValueError("nested too deeply")
    opening = text[position : position + 1]
    if opening == '"':
        found, end = _read_text(text, position)
        return found, end
    if opening in ("{", "["):
        return _parse_members(text, position, depth)
    scalar = _SCALAR.match(text, position)
    if scalar is None:
        raise ValueError(f"no value on line {text.count(chr(10), 0, position) + 1}")
    return _Literal(scalar[0]), scalar.end()


def _parse_members(text: str, position: int, depth: int) -> tuple[Any, int]:
    closing = "}" if text[position] == "{" else "]"
    found: Any = _Object() if closing == "}" else []
    position = _skip(text, position + 1)
    while not text.startswith(closing, position):
        if found:
            position = _skip(text, _expect(text, position, ","))
        if closing == "}":
            line = text.count("\n", 0, position)
            name, position = _read_text(text, _expect(text, position, '"') - 1)
            value, position = _parse(text, _skip(text, _expect(text, _skip(text, position), ":")), depth + 1)
            found.append(_Member(name, value, line))
        else:
            value, position = _parse(text, position, depth + 1)
            found.append(value)
        position = _skip(text, position)
    return found, position + 1


def _skip(text: str, position: int) -> int:
    blank = _BLANK.match(text, position)
    return blank.end() if blank else position


def _expect(text: str, position: int, sign: str) -> int:
    if not text.startswith(sign, position):
        raise ValueError(f"{sign} is expected on line {text.count(chr(10), 0, position) + 1}")
    return position + 1
