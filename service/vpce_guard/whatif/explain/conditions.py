"""From what the probes told to the conditions that decided, and inside them those of the rules they name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from vpce_guard.bundle.probe_table import Body, Expression
from vpce_guard.engines.probes import Call, ProbeRequest, Probes, ProbeTrace, Tree, Value
from vpce_guard.model import Json
from vpce_guard.whatif.explain.types import Condition, SeenValue
from vpce_guard.whatif.explain.words import phrase

_DEPTH = 3  # how deep the rules and functions that a condition names are looked into
_WIDTH = 2  # how many of them for one condition


@dataclass
class DecidingCondition:
    """A condition that decided for a body, before it is told: where it stands and what the probe said there."""

    body: Body
    tree: Tree
    at: int
    held: bool
    inside: list[list[DecidingCondition]]

    @property
    def expression(self) -> Expression:
        """The condition."""
        return self.body.expressions[self.at]

    @property
    def variables(self) -> list[str]:
        """The variables that have values there, in the order they got them."""
        bound = self.tree.states[0].bound
        named = [name for expression in self.body.expressions for name in expression.binds if name in bound]
        return list(dict.fromkeys([*(name for name in bound if name not in named), *named]))

    @property
    def values(self) -> dict[str, Value]:
        """The values it saw, by text."""
        trail = self.tree.states[0].trail
        return trail[self.at] if self.at < len(trail) else {}


def find_deciding(body: Body, tree: Tree) -> DecidingCondition:
    """The condition that decided for a body: the one it stopped at, or where all hold the last that asks something."""
    if tree.held < len(body.expressions):
        return DecidingCondition(body, tree, tree.held, False, [])
    weights = [(_weight(expression, tree.states[0].bound), n) for n, expression in enumerate(body.expressions)]
    return DecidingCondition(body, tree, max(weights)[1], True, [])


def _weight(expression: Expression, variables: Json) -> int:
    """How much a condition that holds says about this proposal: a comparison most, a guard without variables little."""
    if expression.kind != "condition":
        return {"choice": 1, "assignment": 0, "head": -1}[expression.kind]
    speaks = any(name in expression.text for name in variables) or expression.operator is not None
    guards = expression.text.startswith("input.operation ") or not speaks
    return 2 if guards else 3 if expression.negated else 4


async def look_inside(found: Sequence[DecidingCondition], document: Json, probes: Probes) -> None:
    """Fill in `inside` for what the conditions name, one call of the engine for each level."""
    level = list(found)
    for _ in range(_DEPTH):
        wanted = [(one, operand, call) for one in level for operand, call in _named_rules(one, probes)]
        facts = sorted({name for _, name, call in wanted if call is None})
        calls = [call for _, _, call in wanted if call is not None]
        if not wanted:
            return
        (answer,) = await probes.ask([ProbeRequest(document=document, facts=tuple(facts), calls=tuple(calls))])
        numbers = iter(range(len(calls)))
        level = []
        for one, name, call in wanted:
            if call is None:
                traced = [t for t in answer.facts if probes.bodies[t.probe].full_name == name]
            else:
                number = next(numbers)
                traced = [t for t in answer.calls if t.call == number]
            inside = _deciding_in(traced, probes)
            if inside and inside[0].held == _should_hold(one):
                one.inside.append(inside)
                level += inside


def describe(one: DecidingCondition, document: Json) -> Condition:
    """The condition with its values, in words."""
    expression, state = one.expression, one.tree.states[0]
    saw = tuple(_seen_values(one, document))
    return Condition(
        file=one.body.file,
        line=expression.line,
        text=expression.text,
        kind=expression.kind,
        held=one.held,
        variables={name: _shorten_deeply(state.bound[name]) for name in one.variables},
        ways=one.tree.ways,
        saw=saw,
        words=phrase(expression, saw, state.bound, held=one.held),
        because=tuple(describe(inner, document) for inside in one.inside for inner in inside),
    )


def _named_rules(one: DecidingCondition, probes: Probes) -> Iterator[tuple[str, Call | None]]:
    """The rules and functions a condition names that can tell more: `every`, calls with their arguments, and facts."""
    count = 0
    for operand in one.expression.operands:
        if operand.helper is None or count == _WIDTH or ("#" in operand.helper and not one.expression.every):
            continue
        value = one.values.get(operand.text)
        if probes.is_function(operand.helper):
            if value is None or not value.args:
                continue
            yield operand.helper, Call(name=operand.helper, args=value.args[0])
        elif operand.text == _text_of(one.expression):
            yield operand.helper, None
        else:
            continue
        count += 1


def _text_of(expression: Expression) -> str:
    text = expression.text.removeprefix("not").strip() if expression.negated else expression.text
    return expression.domain if expression.kind == "choice" and expression.domain else text


def _should_hold(one: DecidingCondition) -> bool:
    return one.held != one.expression.negated


def _deciding_in(traced: Sequence[ProbeTrace], probes: Probes) -> list[DecidingCondition]:
    """What decided for a rule or function: the first of its bodies that holds, else the one that got furthest."""
    found = [find_deciding(probes.bodies[t.probe], t.tree) for t in sorted(traced, key=lambda t: t.probe)]
    found = [one for one in found if one.expression.kind != "head"] or found
    holding = [one for one in found if one.tree.held == len(one.body.expressions)]
    furthest = sorted(found, key=lambda one: len(one.body.expressions) - one.tree.held)
    return (holding or furthest)[:1]


def _seen_values(one: DecidingCondition, document: Json) -> Iterator[SeenValue]:
    for lookup in one.expression.lookups:
        known, value = _looked_up_values(document, lookup.path)
        yield SeenValue(text=lookup.text, known=known, value=_shorten_deeply(value))
    for text, value in one.values.items():
        if value.count == 0:
            yield SeenValue(text=text, known=False)
        else:
            shown = [_shorten(one) for one in value.first]
            yield SeenValue(text=text, known=True, value=_shorten_deeply(shown if text == "every" else shown[0]))


def _shorten(value: Json) -> Any:
    """A value whole, or how a long one begins and how long it is."""
    return value["is"] if "is" in value else f"{value['begins']}… ({value['count']} in all)"


def _looked_up_values(document: Any, path: Sequence[str | int]) -> tuple[bool, Any]:
    for part in path:
        if isinstance(document, dict) and part in document:
            document = document[str(part)]
        elif isinstance(document, list | tuple) and isinstance(part, int) and 0 <= part < len(document):
            document = document[part]
        else:
            return False, None
    return True, document


def _shorten_deeply(value: Any) -> Any:
    """A value small enough to show: long lists and texts are cut and say so."""
    if isinstance(value, str):
        return value if len(value) <= 500 else f"{value[:500]}…"
    if isinstance(value, list | tuple):
        return [*map(_shorten_deeply, value[:10]), *([f"… {len(value) - 10} more"] if len(value) > 10 else [])]
    if isinstance(value, dict):
        return {key: _shorten_deeply(inner) for key, inner in list(value.items())[:30]}
    return value
