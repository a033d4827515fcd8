"""Nested blocks of a resource in the source, with those that `dynamic` makes written out.

The configuration in a plan has literal blocks and is silent of dynamic ones. Source:
https://developer.hashicorp.com/terraform/language/expressions/dynamic-blocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vpce_guard.formats.terraform.expressions import Frame, Symbols, evaluate, text
from vpce_guard.formats.terraform.hcl import Block
from vpce_guard.formats.terraform.values import AnyOrder

Values = dict[str, Any]


def nested_blocks(block: Block, name: str, frame: Frame, symbols: Symbols) -> list[Values] | None:
    """The arguments of each nested block of a name; None where it cannot be told how many there are.

    Raises EvaluationError where an expression has no value.
    """
    found: list[Values] = []
    for inner in block.blocks:
        if inner.labels == (name,):
            found.append(_arguments(inner, frame, symbols))
        elif inner.labels == ("dynamic", name):
            items = evaluate(inner.arguments["for_each"], frame, symbols)
            content = next(each for each in inner.blocks if each.labels == ("content",))
            if not isinstance(items, dict | list):
                return None
            iterator = text(inner.arguments["iterator"]).strip() if "iterator" in inner.arguments else name
            found += [
                _arguments(content, frame.with_names(**{iterator: {"key": key, "value": value}}), symbols)
                for key, value in _pairs(items)
            ]
    return found


def _pairs(items: Any) -> Iterator[tuple[Any, Any]]:
    """What an iterator goes through: the key of a member of a set is the member."""
    if isinstance(items, dict):
        yield from items.items()
    elif isinstance(items, AnyOrder):
        yield from ((item, item) for item in items)
    else:
        yield from enumerate(items)


def _arguments(block: Block, frame: Frame, symbols: Symbols) -> Values:
    return {name: evaluate(expression, frame, symbols) for name, expression in block.arguments.items()}
