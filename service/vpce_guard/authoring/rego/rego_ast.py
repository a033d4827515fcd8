"""Reads what `opa parse --json-include locations` prints: names, variables and the pieces of an expression.

Knows the shape of Rego's syntax tree and nothing of policies. Text comes as the author wrote it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Any

from vpce_guard.model import Json

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_CLOSURES = ("arraycomprehension", "setcomprehension", "objectcomprehension", "templatestring")


def source_text(node: Json) -> str:
    """What the author wrote."""
    return base64.b64decode(node["location"]["text"]).decode()


def line(node: Json) -> int:
    """Where it begins, from 1."""
    row: int = node["location"]["row"]
    return row


def rule_name(rule: Json) -> str:
    """The name of a rule, without the keys of its head."""
    return str(rule["head"]["ref"][0]["value"])


def bodies(rule: Json) -> Iterator[Json]:
    """The rule and its else branches, each with `head` and `body`."""
    branch: Json | None = rule
    while branch is not None:
        yield branch
        branch = branch.get("else")


def operator(expression: Json) -> tuple[str, ...]:
    """The reference a call-like expression calls: ("equal",), ("internal", "member_2"), ("zones", "same")."""
    terms = expression["terms"]
    return _static_path(terms[0]["value"]) if isinstance(terms, list) else ()


def arguments(expression: Json) -> list[Json]:
    """What an expression compares or hands over; for `every` what it goes over, for `some x in xs` the xs."""
    terms = expression["terms"]
    if isinstance(terms, list):
        return terms[1:]
    if "domain" in terms:
        return [terms["domain"]]
    if "symbols" in terms:
        return [symbol["value"][-1] for symbol in terms["symbols"] if symbol["type"] == "call"]
    return [terms]


def declared_variables(expression: Json) -> list[str]:
    """The variables of a `some x, y` that has no `in`; an empty list for every other expression."""
    terms = expression["terms"]
    if isinstance(terms, dict) and "symbols" in terms:
        return [str(symbol["value"]) for symbol in terms["symbols"] if symbol["type"] == "var"]
    return []


def some_patterns(expression: Json) -> list[Json]:
    """The patterns before the `in` of a `some … in`."""
    terms = expression["terms"]
    if isinstance(terms, dict) and "symbols" in terms:
        return [part for symbol in terms["symbols"] if symbol["type"] == "call" for part in symbol["value"][1:-1]]
    return []


def assigned_patterns(expression: Json) -> list[Json]:
    """The pattern on the left of `:=`."""
    return arguments(expression)[:1] if operator(expression) == ("assign",) else []


def variables(term: Json) -> list[str]:
    """The variables of a term outside closures, in their order; not those that name what is called."""
    kind, value = term["type"], term["value"]
    if kind == "var":
        return [] if value.startswith("$") else [value]
    if kind == "ref":
        return [name for part in value for name in variables(part)]
    if kind == "call":
        return [name for part in value[1:] for name in variables(part)]
    if kind in ("array", "set"):
        return [name for part in value for name in variables(part)]
    if kind == "object":
        return [name for pair in value for part in pair for name in variables(part)]
    return []


def is_closure(term: Json) -> bool:
    """Whether a term has a body of its own."""
    return term["type"] in _CLOSURES


def term_parts(term: Json) -> list[Json]:
    """The terms a term is made of: arguments of a call, elements of a literal, keys of a reference."""
    kind, value = term["type"], term["value"]
    if kind in ("call", "ref"):
        return list(value[1:] if kind == "call" or value[0]["type"] == "var" else value)
    if kind in ("array", "set"):
        return list(value)
    if kind == "object":
        return [part for pair in value for part in pair]
    return []


def find_calls(expression: Json) -> Iterator[Json]:
    """The calls in an expression, outside closures, itself included where it is one."""
    terms = expression["terms"]
    if isinstance(terms, list):
        place = {**expression["location"], "text": base64.b64encode(bare_text(expression).encode()).decode()}
        yield {"type": "call", "value": terms, "location": place}
    yield from (term for term in _terms(expression) if term["type"] == "call")


def closures(expression: Json) -> Iterator[Json]:
    """The comprehensions of an expression that are in no other; an `every` as a term of that type."""
    terms = expression["terms"]
    if isinstance(terms, dict) and "domain" in terms:
        yield {"type": "every", "value": terms, "location": expression["location"]}
    yield from (term for term in _terms(expression) if term["type"].endswith("comprehension"))


def bare_text(expression: Json) -> str:
    """The text of an expression without `not` and `with`."""
    whole = source_text(expression).removeprefix("not").strip()
    modifiers = expression.get("with") or []
    return whole[: whole.rindex(source_text(modifiers[0]))].rstrip() if modifiers else whole


def all_variables(node: Any) -> set[str]:
    """All names of variables anywhere in a piece of the tree."""
    if isinstance(node, dict):
        own = {node["value"]} if node.get("type") == "var" else set()
        return own.union(*(all_variables(value) for key, value in node.items() if key != "location"))
    return set().union(*map(all_variables, node)) if isinstance(node, list) else set()


def _terms(expression: Json) -> Iterator[Json]:
    """Every term of an expression outside closures."""
    pending = list(reversed(arguments(expression)))
    while pending:
        term = pending.pop()
        yield term
        pending += reversed(term_parts(term))


def path(term: Json) -> tuple[str | int, ...] | None:
    """The parts of a reference that has only constants; None for any other term."""
    if term["type"] != "ref" or term["value"][0]["type"] != "var":
        return None
    if any(part["type"] not in ("string", "number") for part in term["value"][1:]):
        return None
    return tuple(part["value"] for part in term["value"])


def reference_text(reference: list[Json]) -> str:
    """A reference, or the beginning of one, as text."""
    told = str(reference[0]["value"])
    for part in reference[1:]:
        plain = part["type"] == "string" and _IDENTIFIER.fullmatch(part["value"])
        told += f".{part['value']}" if plain else f"[{source_text(part)}]"
    return told


def _static_path(reference: list[Json]) -> tuple[str, ...]:
    return tuple(str(part["value"]) for part in reference)
