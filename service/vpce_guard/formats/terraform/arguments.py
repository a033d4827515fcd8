"""The values of a block's arguments and nested blocks, dynamic ones as they come out.

Source: https://developer.hashicorp.com/terraform/language/expressions/dynamic-blocks.
"""

from __future__ import annotations

from typing import Any

from vpce_guard.formats.terraform.expressions import evaluate
from vpce_guard.formats.terraform.frames import Frame, Symbols
from vpce_guard.formats.terraform.hcl import Block
from vpce_guard.formats.terraform.loops import pairs
from vpce_guard.formats.terraform.syntax import text
from vpce_guard.formats.terraform.values import UNKNOWN


def argument(block: Block, name: str, frame: Frame, symbols: Symbols) -> Any:
    """The value of an argument, or the nested blocks of that name as a list of objects; UNKNOWN where there is neither.

    Raises EvaluationError.
    """
    if name in block.arguments:
        return evaluate(block.arguments[name], frame, symbols)
    nested = [inner for inner in block.blocks if name in (inner.labels[0], inner.labels[-1])]
    return _read_nested(nested, frame, symbols).get(name, UNKNOWN)


def _read_nested(blocks: list[Block] | tuple[Block, ...], frame: Frame, symbols: Symbols) -> dict[str, Any]:
    """Nested blocks by their names."""
    found: dict[str, Any] = {}
    for block in blocks:
        kind, *labels = block.labels
        is_dynamic = kind == "dynamic" and len(labels) == 1
        name = labels[0] if is_dynamic else kind
        made = _expand_dynamic(block, name, frame, symbols) if is_dynamic else [_read_body(block, frame, symbols)]
        if made is UNKNOWN or found.get(name) is UNKNOWN:
            found[name] = UNKNOWN
        else:
            found.setdefault(name, []).extend(made)
    return found


def _expand_dynamic(block: Block, name: str, frame: Frame, symbols: Symbols) -> Any:
    """What a dynamic block comes out as: a list of objects, UNKNOWN where it is not known of how many."""
    content = next((inner for inner in block.blocks if inner.labels == ("content",)), None)
    each = block.arguments.get("for_each")
    items = UNKNOWN if each is None else evaluate(each, frame, symbols)
    if content is None or not isinstance(items, dict | list):
        return UNKNOWN
    iterator = text(block.arguments.get("iterator")).strip() or name
    turns = [frame.with_names(**{iterator: {"key": key, "value": item}}) for key, item in pairs(items)]
    return [_read_body(content, turn, symbols) for turn in turns]


def _read_body(block: Block, frame: Frame, symbols: Symbols) -> dict[str, Any]:
    arguments = {name: evaluate(node, frame, symbols) for name, node in block.arguments.items()}
    return {**arguments, **_read_nested(block.blocks, frame, symbols)}
