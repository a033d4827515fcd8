"""The Rego of a probe, from the expressions of a body as its author wrote them.

Functions, one for each level: comprehensions in each other take the compiler twice as long with each level.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vpce_guard.bundle.probe_table import Body, Expression

_TREE = "data.vpce.explain_tree"


@dataclass(frozen=True)
class Level:
    """An expression, the Rego that stands for it, the Rego of its operands by their text, and what the body yields."""

    expression: Expression
    rego: str
    operands: Mapping[str, str]
    value: str | None = None


def probe(body: Body, levels: Sequence[Level], given: Sequence[str]) -> str:
    """The rule that starts a probe and the functions of its levels; `given` are the variables of the arguments."""
    nodes = []
    known, bound = list(given), list(given)
    for at, level in enumerate(levels):
        binds = list(level.expression.binds)
        after = [*known, *binds]
        then = _level(body, at + 1, after)
        if at + 1 == len(levels):
            then = f"{_TREE}.fired({at + 1}, {level.value or 'null'}, {_same_names(binds)})"
        kids = f"[explain | {level.rego}\nexplain := {then}]"
        nodes.append((known, f"{_TREE}.node({at}, {_same_names(bound)}, {_object(level.operands)}, {kids})"))
        bound, known = binds, after
    functions = "".join(f"{_level(body, at, k)} := {node}\n" for at, (k, node) in enumerate(nodes) if at > 0)
    return _start(body, nodes[0][1]) + functions


def values(term: str, *, choices: str = "") -> str:
    """The values of a term, for all ways its `choices` hold."""
    return f"{_TREE}.values([explain_value | {choices}explain_value := {term}])"


def call_values(name: str, term: str, arguments: Sequence[str]) -> str:
    """The values of a call of ours, or of a term with a body of its own, and its arguments."""
    given = ", ".join(arguments)
    return (
        f"{_TREE}.called({json.dumps(name)}, [explain_value | explain_value := {term}], "
        f"[explain_value | explain_value := [{given}]])"
    )


def _start(body: Body, tree: str) -> str:
    if body.kind in ("deny", "undetermined"):
        return f'explain_bodies contains {{"probe": {body.id}, "tree": explain}} if {{\nexplain := {tree}\n}}\n'
    if body.kind == "rule":
        asked = f"{json.dumps(body.full_name)} in input.explain.rules"
        return f'explain_facts contains {{"probe": {body.id}, "tree": explain}} if {{\n{asked}\nexplain := {tree}\n}}\n'
    return (
        f'explain_calls contains {{"probe": {body.id}, "call": explain_call, "tree": explain}} if {{\n'
        f"some explain_call, explain_called in input.explain.calls\n"
        f"explain_called.name == {json.dumps(body.full_name)}\n"
        f"[{', '.join(body.arguments)}] = {_TREE}.args(explain_called)\nexplain := {tree}\n}}\n"
    )


def _level(body: Body, at: int, known: Sequence[str]) -> str:
    """The function of a level; it needs an argument even where there is no variable."""
    return f"explain_{body.id}_{at}({', '.join(known) or 'true'})"


def _same_names(names: Sequence[str]) -> str:
    return _object({name: name for name in names})


def _object(members: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{json.dumps(name)}: {value}" for name, value in members.items()) + "}"
