"""What a variable's type does to its value: attributes left out become null or their default, sets lose repetitions.

Source: https://developer.hashicorp.com/terraform/language/expressions/type-constraints.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tree_sitter import Node

from vpce_guard.formats.terraform.values import UNKNOWN, AtLeast, as_set

_WRAPPERS = ("expression", "literal_value", "collection_value")


def convert(value: Any, constraint: Node | None, evaluate: Callable[[Node], Any]) -> Any:
    """A value as a type makes it; `evaluate` works out defaults. What does not fit stays as it is."""
    kind, arguments = _read(constraint)
    if value is None or value is UNKNOWN or kind is None:
        return value
    if kind in ("list", "set") and arguments and isinstance(value, list | AtLeast):
        members = value.items if isinstance(value, AtLeast) else value
        items = [convert(item, arguments[0], evaluate) for item in members]
        found = AtLeast(items) if isinstance(value, AtLeast) else type(value)(items)
        return as_set(found) if kind == "set" else found
    if kind == "map" and arguments and isinstance(value, dict):
        return {key: convert(item, arguments[0], evaluate) for key, item in value.items()}
    if kind == "object" and arguments and isinstance(value, dict):
        return _object(value, arguments[0], evaluate)
    if kind == "string" and isinstance(value, bool):
        return "true" if value else "false"
    return value


def _object(value: dict[str, Any], body: Node, evaluate: Callable[[Node], Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for element in _unwrap(body).named_children:
        if element.type != "object_elem":
            continue
        name, constraint = element.named_children
        key = (name.text or b"").decode().strip('"')
        kind, arguments = _read(constraint)
        if kind != "optional":
            found[key] = convert(value.get(key), constraint, evaluate)
        elif value.get(key) is not None or len(arguments) < 2:
            found[key] = convert(value.get(key), arguments[0], evaluate)
        else:
            found[key] = convert(evaluate(arguments[1]), arguments[0], evaluate)
    return found


def _unwrap(node: Node) -> Node:
    while node.type in _WRAPPERS and node.named_child_count == 1:
        node = node.named_children[0]
    return node


def _read(constraint: Node | None) -> tuple[str | None, list[Node]]:
    """The word of a type and what stands in its brackets."""
    if constraint is None:
        return None, []
    node = _unwrap(constraint)
    if node.type == "variable_expr":
        return (node.text or b"").decode(), []
    if node.type != "function_call":
        return None, []
    word, *rest = node.named_children
    return (word.text or b"").decode(), list(rest[0].named_children) if rest else []
