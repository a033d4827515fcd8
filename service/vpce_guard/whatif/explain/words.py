"""Conditions in words: comparisons, membership, negation and choices as a person would say them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from vpce_guard.bundle.probe_table import Expression
from vpce_guard.model import Json
from vpce_guard.whatif.explain.types import SeenValue

_RELATIONS = {
    "equal": ("is", "is not"),
    "eq": ("is", "is not"),
    "neq": ("differs from", "is the same as"),
    "lt": ("is less than", "is not less than"),
    "lte": ("is at most", "is more than"),
    "gt": ("is more than", "is not more than"),
    "gte": ("is at least", "is less than"),
    "member_2": ("is in", "is not in"),
}
_COUNT = re.compile(r"count\(((?:[^()]|\([^()]*\))*)\)")
_LONGEST = 160  # characters of a value in a sentence


def phrase(expression: Expression, saw: Sequence[SeenValue], variables: Json, *, held: bool) -> str:
    """One clause that says how a condition came out."""
    values = {one.text: one for one in saw}
    if expression.every:
        return _describe_every(expression, values, held)
    if expression.kind == "choice":
        return _choice(expression, variables, held)
    if expression.kind in ("assignment", "head"):
        return f"{code(expression.text)} has a value" if held else f"{code(expression.text)} has no value"
    true = held != expression.negated
    if expression.operator in _RELATIONS and len(expression.sides) == 2:
        return _comparison(expression, {**values, **_bound_variables(variables)}, true)
    return _describe_fact(expression, values, true)


def with_variables(variables: Json) -> str:
    """The variables of a body, or nothing."""
    told = [f"{name} = {value(found)}" for name, found in variables.items()]
    return f", with {', '.join(told)}" if told else ""


def code(text: str) -> str:
    """A piece of a rule on one line."""
    flat = " ".join(text.split())
    return f"`{flat}`" if len(flat) <= _LONGEST else f"`{flat[:_LONGEST]}…`"


def value(found: Any) -> str:
    """A value as JSON, cut where it is long."""
    text = json.dumps(found, sort_keys=True, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _comparison(expression: Expression, values: Mapping[str, SeenValue], true: bool) -> str:
    left, right = expression.sides
    for side in (left, right):
        if (one := values.get(side)) and not one.known and not true:
            return f"{_side(side)} has no value"
    relation = _RELATIONS[expression.operator or ""][0 if true else 1]
    return f"{_describe_side(left, values)} {relation} {_describe_side(right, values)}"


def _describe_side(side: str, values: Mapping[str, SeenValue]) -> str:
    one = values.get(side)
    if one is None or not one.known:
        return _side(side) if _is_name(side) else " ".join(side.split())
    return f"{_side(side)} ({value(one.value)})"


def _side(text: str) -> str:
    if (counted := _COUNT.fullmatch(text)) is not None:
        return f"the number of {code(counted[1])}"
    return code(text)


def _is_name(text: str) -> bool:
    """Whether a text is more than a constant."""
    return (text[:1].isalpha() or text[:1] == "_") and text not in ("true", "false", "null")


def _describe_every(expression: Expression, values: Mapping[str, SeenValue], held: bool) -> str:
    of = code(expression.domain or "")
    if held != expression.negated:
        return f"what is asked of each of {of} holds"
    failing = values.get("every")
    which = f": not for {value(failing.value)}" if failing and failing.known else ""
    return f"what is asked of each of {of} does not hold for all{which}"


def _choice(expression: Expression, variables: Json, held: bool) -> str:
    of = code(expression.domain or "")
    if not held:
        return f"there is none in {of}"
    told = " and ".join(f"{name} = {value(variables[name])}" for name in expression.binds if name in variables)
    return f"{told or 'something'} is in {of}"


def _describe_fact(expression: Expression, values: Mapping[str, SeenValue], true: bool) -> str:
    text = expression.text.removeprefix("not").strip() if expression.negated else expression.text
    one = values.get(text)
    if one is not None and one.known and not isinstance(one.value, bool):
        return f"{code(text)} is {value(one.value)}"
    if true:
        return f"{code(text)} holds"
    if one is not None and not one.known and text.startswith(("input.", "data.org")):
        return f"{code(text)} is not given"
    return f"{code(text)} does not hold"


def _bound_variables(variables: Json) -> dict[str, SeenValue]:
    return {name: SeenValue(text=name, known=True, value=found) for name, found in variables.items()}
