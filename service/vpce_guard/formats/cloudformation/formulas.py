"""Formulas over comparisons of what is not known with texts, and whether they hold in a world.

A formula is True, False, `("is", variable, text)`, `("not", formula)`, `("and", *formulas)` or `("or", *formulas)`. A
world gives each variable one text, or something that is none of those it is compared with.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vpce_guard.formats.cloudformation.words import UNKNOWN, Special, Symbol

Formula = tuple[Any, ...] | bool
World = dict[str, Any]


def negate(formula: Formula) -> Formula:
    return not formula if isinstance(formula, bool) else ("not", formula)


def combine(kind: str, parts: list[Formula]) -> Formula:
    """Formulas with `and` or `or` between, as short as what is known makes it."""
    decisive = kind == "or"
    if any(part is decisive for part in parts):
        return decisive
    open_parts = [part for part in parts if not isinstance(part, bool)]
    return (kind, *open_parts) if open_parts else not decisive


def as_list(value: Any) -> list[Any] | None:
    """The items of a value; one that is no list is the only one. None where nobody can say which items there are."""
    if isinstance(value, list):
        return None if any(item is UNKNOWN or (isinstance(item, Symbol) and item.is_list) for item in value) else value
    return None if value is UNKNOWN or (isinstance(value, Symbol) and value.is_list) else [value]


def is_open(value: Any) -> bool:
    """Whether a value depends on what is not known."""
    if isinstance(value, list):
        return any(map(is_open, value))
    if isinstance(value, dict):
        return any(map(is_open, value.values()))
    return isinstance(value, Special | Symbol)


def variables(formula: Formula) -> Iterator[str]:
    if isinstance(formula, bool):
        return
    if formula[0] == "is":
        yield formula[1]
        return
    for part in formula[1:]:
        yield from variables(part)


def holds(formula: Formula, world: World) -> bool:
    if isinstance(formula, bool):
        return formula
    kind, *parts = formula
    if kind == "is":
        return bool(world[parts[0]] == parts[1])
    if kind == "not":
        return not holds(parts[0], world)
    return (any if kind == "or" else all)(holds(part, world) for part in parts)
