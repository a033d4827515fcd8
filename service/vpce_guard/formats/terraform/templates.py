"""Terraform's templates: texts with values, `if` and `for` in them, between quotes or as a heredoc.

Source: https://developer.hashicorp.com/terraform/language/expressions/strings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, NamedTuple

from tree_sitter import Node

from vpce_guard.formats.json_around import parse_around
from vpce_guard.formats.terraform.conversions import to_text
from vpce_guard.formats.terraform.frames import Evaluator, Frame
from vpce_guard.formats.terraform.loops import pairs
from vpce_guard.formats.terraform.operators import truth
from vpce_guard.formats.terraform.syntax import children, text, unescape, unescape_markers
from vpce_guard.formats.terraform.values import UNKNOWN, AnyOrder, AtLeast, JsonText

_PARTS = ("template_interpolation", "template_directive")
_HEREDOC = re.compile(r"<<(?P<flush>-?)[^\n]*\n(?P<body>.*?)[^\n]*\Z", re.S)
_MOST = 1 << 20  # characters


def quoted_text(node: Node, *_: Any) -> str:
    """A quoted text without values in it."""
    return unescape(text(node)[1:-1])


def quoted_template(node: Node, frame: Frame, evaluator: Evaluator) -> Any:
    """A quoted text with values in it; a text that is nothing but one value is that value."""
    inside = [child for child in children(node) if child.type in _PARTS]
    source = _Source(node, node.start_byte + 1, node.end_byte - 1, unescape)
    if len(inside) == 1 and inside[0].type == _PARTS[0] and source.is_filled_by(inside[0]):
        return _read_value(inside[0], frame, evaluator)
    return _join_parts(_render(source, inside, frame, evaluator))


def heredoc(node: Node, frame: Frame, evaluator: Evaluator) -> Any:
    """A text of several lines; after `<<-` without the indentation that all lines share."""
    raw = node.text or b""
    form = _HEREDOC.match(raw.decode(errors="replace"))
    if form is None or (form["flush"] and "~" in form["body"]):  # what it strips depends on what it cuts
        return UNKNOWN
    start = node.start_byte + raw.index(b"\n") + 1
    end = node.start_byte + raw.rindex(b"\n") + 1
    indented = [len(line) - len(line.lstrip(" ")) for line in form["body"].splitlines() if line.strip()]
    depth = min(indented, default=0) if form["flush"] else 0
    inside = [child for child in children(node) if child.type in _PARTS]
    source = _Source(node, start, end, unescape_markers, depth, by_line=True)
    return _join_parts(_render(source, inside, frame, evaluator))


@dataclass(frozen=True)
class _Source:
    """A piece of the source of a node, of which `read` reads the literal parts.

    A heredoc is read `by_line`: a marker that strips blanks goes no further than its own line.
    """

    node: Node
    start: int
    end: int
    read: Callable[[str], str]
    indentation: int = 0
    by_line: bool = False

    def literal(self, start: int, end: int) -> str:
        """The text that stands there, with so many blanks less before each line."""
        base, source = self.node.start_byte, self.node.text or b""
        found = self.read(source[start - base : end - base].decode(errors="replace"))
        if not self.indentation:
            return found
        begins = source[start - base - 1 : start - base] == b"\n"
        lines = found.split("\n")
        return "\n".join(self._cut(line) if begins or at else line for at, line in enumerate(lines))

    def _cut(self, line: str) -> str:
        return line[self.indentation :] if line[: self.indentation].isspace() else line

    def strip(self, literal: str, *, before: bool, after: bool) -> str:
        """A literal part without the blanks that markers around it take away."""
        if before:
            line, end, rest = literal.partition("\n") if self.by_line else (literal, "", "")
            literal = line.lstrip() + rest if end and not line.strip() else line.lstrip() + end + rest
        if after:
            rest, end, line = literal.rpartition("\n") if self.by_line else ("", "", literal)
            literal = rest + end + line.rstrip()
        return literal

    def is_filled_by(self, node: Node) -> bool:
        """Whether a node is all there is."""
        return node.start_byte == self.start and node.end_byte == self.end


def _render(
    source: _Source,
    inside: Sequence[Node],
    frame: Frame,
    evaluator: Evaluator,
    *,
    strip: tuple[bool, bool] = (False, False),
) -> list[Any]:
    """Texts and values in turn; `strip` says whether blanks at the beginning and at the end are left out."""
    parts: list[Any] = []
    position, before = source.start, strip[0]
    for child in inside:
        parts.append(
            source.strip(source.literal(position, child.start_byte), before=before, after=_strips_before(child))
        )
        if child.type == _PARTS[0]:
            value = _read_value(child, frame, evaluator)
            parts.append(value if isinstance(value, JsonText) else to_text(value))
        else:
            parts += _directive(source, child, frame, evaluator)
        position, before = child.end_byte, _strips_after(child)
    parts.append(source.strip(source.literal(position, source.end), before=before, after=strip[1]))
    return parts


def _strips_before(node: Node) -> bool:
    return text(node)[2:3] == "~"


def _strips_after(node: Node) -> bool:
    return text(node).endswith("~}")


def _read_value(node: Node, frame: Frame, evaluator: Evaluator) -> Any:
    expression = next((child for child in children(node) if child.type == "expression"), None)
    return UNKNOWN if expression is None else evaluator.evaluate([expression], frame)


class _Section(NamedTuple):
    """What stands between two marks of a directive."""

    source: _Source
    inside: list[Node]
    strip: tuple[bool, bool]

    def render(self, frame: Frame, evaluator: Evaluator) -> list[Any]:
        """Its texts and values."""
        return _render(self.source, self.inside, frame, evaluator, strip=self.strip)


def _directive(source: _Source, node: Node, frame: Frame, evaluator: Evaluator) -> list[Any]:
    """What `%{ if }` or `%{ for }` makes."""
    (inner,) = children(node)
    marks = [child for child in children(inner) if child.type.startswith("template_") and child.type not in _SKIPPED]
    sections = [
        _Section(
            replace(source, start=one.end_byte, end=following.start_byte),
            _parts_between(inner, one, following),
            (_strips_after(one), _strips_before(following)),
        )
        for one, following in pairwise(marks)
    ]
    expression = next((child for child in children(marks[0]) if child.type == "expression"), None)
    value = UNKNOWN if expression is None else evaluator.evaluate([expression], frame)
    if inner.type == "template_if":
        return _if(truth(value), sections, frame, evaluator)
    if value is UNKNOWN or isinstance(value, AtLeast | AnyOrder):
        return [UNKNOWN]
    names = [text(child) for child in children(marks[0]) if child.type == "identifier"]
    turns = [frame.with_names(**dict(zip(names, pair[-len(names) :], strict=True))) for pair in pairs(value)]
    return [part for turn in turns for part in sections[0].render(turn, evaluator)]


def _if(answer: Any, sections: Sequence[_Section], frame: Frame, evaluator: Evaluator) -> list[Any]:
    if answer is UNKNOWN:
        return [UNKNOWN]
    chosen = sections[0] if answer else sections[1] if len(sections) > 1 else None
    return [] if chosen is None else chosen.render(frame, evaluator)


def _parts_between(inner: Node, one: Node, following: Node) -> list[Node]:
    return [
        child
        for child in children(inner)
        if child.type in _PARTS and one.end_byte <= child.start_byte and child.end_byte <= following.start_byte
    ]


_SKIPPED = ("template_literal", *_PARTS)


def _join_parts(parts: list[Any]) -> Any:
    if sum(len(part) for part in parts if isinstance(part, str)) > _MOST:
        return UNKNOWN
    if all(isinstance(part, str) for part in parts):
        return "".join(parts)
    value = parse_around([part.value if isinstance(part, JsonText) else part for part in parts], UNKNOWN)
    return JsonText(value) if isinstance(value, dict) else UNKNOWN
