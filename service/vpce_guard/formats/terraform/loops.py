"""Terraform's `for` over lists, maps and objects that may not be known.

Source: https://developer.hashicorp.com/terraform/language/expressions/for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tree_sitter import Node

from vpce_guard.formats.terraform.conversions import to_text
from vpce_guard.formats.terraform.frames import Evaluator, Frame
from vpce_guard.formats.terraform.operators import truth
from vpce_guard.formats.terraform.syntax import children, text
from vpce_guard.formats.terraform.values import (
    UNKNOWN,
    AnyOrder,
    AtLeast,
    EvaluationError,
    LazyObject,
    SetMembers,
    stands_in,
)


def pairs(items: Any) -> Iterator[tuple[Any, Any]]:
    """What a `for` goes through, in Terraform's order. Raises EvaluationError for what is no collection."""
    if isinstance(items, dict):
        yield from sorted(items.items())
    elif isinstance(items, AnyOrder):
        yield from ((UNKNOWN, item) for item in items)
    elif isinstance(items, SetMembers):
        yield from ((item, item) for item in items)
    elif isinstance(items, list):
        yield from enumerate(items)
    elif isinstance(items, AtLeast):
        yield from ((UNKNOWN, item) for item in items.items)
    else:
        raise EvaluationError("not a collection")


def loop(node: Node, frame: Frame, evaluator: Evaluator) -> Any:
    """The list or object that a `for` makes."""
    intro = next(child for child in children(node) if child.type == "for_intro")
    *variables, source = children(intro)
    *key_name, item_name = (text(variable) for variable in variables)
    items = evaluator.evaluate([source], frame)
    if items is UNKNOWN or isinstance(items, LazyObject):
        return UNKNOWN
    expressions = [child for child in children(node) if child.type == "expression"]
    frames = [frame.with_names(**dict.fromkeys(key_name, key), **{item_name: item}) for key, item in pairs(items)]
    answers = _answers(node, frames, evaluator)
    certain = not isinstance(items, AtLeast) and UNKNOWN not in answers
    chosen = [inner for inner, answer in zip(frames, answers, strict=True) if answer is True]
    rows = [[evaluator.evaluate([expression], inner) for expression in expressions] for inner in chosen]
    if node.type == "for_object_expr":
        grouped = any(child.type == "ellipsis" for child in children(node))
        return _as_object(rows, grouped=grouped) if certain else UNKNOWN
    found = [row[0] for row in rows]
    if not certain:
        return AtLeast(found)
    by_id = isinstance(items, dict) and stands_in(list(items)) and len(found) > 1
    return AnyOrder(found) if isinstance(items, AnyOrder) or by_id else found


def _answers(node: Node, frames: list[Frame], evaluator: Evaluator) -> list[Any]:
    """Whether each turn counts, as its `if` says."""
    condition = next((child for child in children(node) if child.type == "for_cond"), None)
    if condition is None:
        return [True] * len(frames)
    answers = [truth(evaluator.evaluate(children(condition), inner)) for inner in frames]
    unsure = [at for at, answer in enumerate(answers) if answer is UNKNOWN]
    taken = evaluator.symbols.choose(1 << len(unsure), frames[0].mark(node)) if unsure else None
    if taken is not None:
        for bit, at in enumerate(unsure):
            answers[at] = bool(taken >> bit & 1)
    return answers


def _as_object(rows: list[list[Any]], *, grouped: bool) -> Any:
    found: dict[str, Any] = {}
    for key, value in rows:
        name = to_text(key)
        if name is UNKNOWN:
            return UNKNOWN
        if grouped:
            found.setdefault(name, []).append(value)
        elif name in found:
            raise EvaluationError(f"{name} twice")
        else:
            found[name] = value
    return found
