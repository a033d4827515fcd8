"""A fix of a proposal as an edit of the text it was told in, where that is surely the same.

Only single values, list items and members whose place is certain are edited; anything computed (a function of
CloudFormation, an alias) is left to a person, and then there is no edit at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml
from pydantic_core import to_json

from vpce_guard.model import Edit, Json

_SCALARS = (str, bool, int, float, type(None))


def find_edit(root: yaml.Node, lines: Sequence[str], file: str, operation: Json, pointer: str) -> Edit | None:
    """The edit that carries out one operation of a JSON Patch at a pointer into the text; None if none surely does."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    if not parts:
        return None
    holder: yaml.Node | None = root
    for part in parts[:-1]:
        holder = _child(holder, part)
    if holder is None or _is_computed(holder):
        return None
    found = _child(holder, parts[-1])
    if operation["op"] == "add" and found is None:
        inserted = _insertion(holder, parts[-1], operation.get("value"), lines)
        return _edit(file, *inserted) if inserted else None
    if found is None or _is_computed(found):
        return None
    if operation["op"] == "remove":
        region = _removal(holder, parts[-1], lines)
        return _edit(file, *region, "") if region else None
    value = operation.get("value")
    if isinstance(found, yaml.ScalarNode) and isinstance(value, _SCALARS):
        return _edit(file, found.start_mark, found.end_mark, to_json(value).decode())
    return None


class _At:
    """A place in the text, counted from 0."""

    def __init__(self, line: int, column: int) -> None:
        self.line = line
        self.column = column


def _edit(file: str, start: Any, end: Any, text: str) -> Edit:
    return Edit(
        file=file,
        start_line=start.line + 1,
        start_column=start.column + 1,
        end_line=end.line + 1,
        end_column=end.column + 1,
        text=text,
    )


def _child(node: yaml.Node | None, name: str) -> yaml.Node | None:
    """What a member or item is; None where it is not there, or where items may not be those of the text."""
    if node is None or _is_computed(node):
        return None
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == name), None)
    if isinstance(node, yaml.SequenceNode) and name.isdecimal() and int(name) < len(node.value):
        if any(_conditional(item) for item in node.value):
            return None
        item: yaml.Node = node.value[int(name)]
        return item
    return None


def _is_computed(node: yaml.Node) -> bool:
    """Whether a node is a function of CloudFormation that gives a list or an object, or is not plain JSON."""
    if isinstance(node, yaml.MappingNode) and len(node.value) == 1:
        name = str(node.value[0][0].value)
        return name.startswith("Fn::") or (node.tag.startswith("!"))
    return not isinstance(node, yaml.ScalarNode) and node.tag.startswith("!")


def _conditional(node: yaml.Node) -> bool:
    """Whether an item may not be there, so that the numbers of those after it are not those of the text."""
    if node.tag in ("!If", "!Split"):
        return True
    if isinstance(node, yaml.ScalarNode):
        return node.tag == "!Ref" and node.value == "AWS::NoValue"
    return isinstance(node, yaml.MappingNode) and any(str(key.value) == "Fn::If" for key, _ in node.value)


def _removal(holder: yaml.Node, name: str, lines: Sequence[str]) -> tuple[Any, Any] | None:
    """The span of an item or a member with what separates it from its neighbours."""
    if isinstance(holder, yaml.SequenceNode):
        spans, at = [(item, item) for item in holder.value], int(name)
    elif isinstance(holder, yaml.MappingNode):
        spans = [(key, value) for key, value in holder.value]
        at = next(index for index, (key, _) in enumerate(spans) if key.value == name)
    else:
        return None
    first, last = spans[at][0].start_mark, spans[at][1].end_mark
    if holder.flow_style:
        if at > 0:
            return spans[at - 1][1].end_mark, last
        return (first, spans[1][0].start_mark) if len(spans) > 1 else (first, last)
    if len(spans) == 1 or not isinstance(spans[at][1], yaml.ScalarNode) or first.line != last.line:
        return None  # an empty block would be null
    rest = lines[first.line][last.column :].strip()
    if rest and not rest.startswith("#"):
        return None
    if isinstance(holder, yaml.SequenceNode) and lines[first.line][: first.column].strip() != "-":
        return None
    if isinstance(holder, yaml.MappingNode) and lines[first.line][: first.column].strip():
        return None
    return _At(first.line, 0), _At(first.line + 1, 0)


def _insertion(holder: yaml.Node, name: str, value: Any, lines: Sequence[str]) -> tuple[Any, Any, str] | None:
    """Where a new member goes, before the first one, and a new item, after the last one."""
    text = to_json(value).decode()
    if isinstance(holder, yaml.MappingNode) and holder.value:
        first = holder.value[0][0].start_mark
        if holder.flow_style:
            return first, first, f"{to_json(name).decode()}: {text}, "
        indent = lines[first.line][: first.column]
        return (first, first, f"{name}: {text}\n{indent}") if not indent.strip() else None
    if isinstance(holder, yaml.SequenceNode) and holder.value and name == "-":
        last = holder.value[-1]
        if holder.flow_style:
            return last.end_mark, last.end_mark, f", {text}"
        start = lines[last.start_mark.line][: last.start_mark.column]
        if isinstance(last, yaml.ScalarNode) and start.strip() == "-" and last.start_mark.line == last.end_mark.line:
            below = _At(last.start_mark.line + 1, 0)
            return below, below, f"{start}{text}\n"
    return None


def apply(text: str, edit: Edit) -> str:
    """The text with an edit carried out."""
    lines = text.splitlines(keepends=True)
    start = sum(map(len, lines[: edit.start_line - 1])) + edit.start_column - 1
    end = sum(map(len, lines[: edit.end_line - 1])) + edit.end_column - 1
    return text[:start] + edit.text + text[end:]
