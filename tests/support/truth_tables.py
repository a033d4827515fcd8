"""What the evaluator says of every request of the small world at once: a bit for each request.

A condition is evaluated once for each choice of what it looks at, and the answers stand for all requests with that
choice. So a policy costs a few operations on large numbers, where one request after the other costs a thousand
evaluations.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property, lru_cache, reduce
from itertools import product
from typing import Any, NamedTuple

from tests.support.small_world import ACTIONS, FREE, PRINCIPALS, RESOURCES, may_be
from vpce_guard.decisions.reach.answers import AccessRequest
from vpce_guard.decisions.reach.document import EndpointPolicy, PolicyStatement
from vpce_guard.decisions.reach.evaluate import Reading, RequestEvaluation, Truth, derive_keys, readings_of
from vpce_guard.decisions.reach.templates import Template, variables_in

_PLAIN: dict[str, tuple[Any, ...]] = {"principal": PRINCIPALS, "action": ACTIONS, "resource": RESOURCES}
FREE_KEYS = {key.lower(): key for key in FREE}


class Table(NamedTuple):
    """Of which requests something is true, and of which it is open; of the rest it is false."""

    true: int
    open: int

    def both(self, other: Table) -> Table:
        """Where one is false, false; else open where one is open."""
        true = self.true & other.true
        return Table(true, (self.true | self.open) & (other.true | other.open) & ~true)

    def either(self, other: Table) -> Table:
        """Where one is true, true; else open where one is open."""
        true = self.true | other.true
        return Table(true, (self.open | other.open) & ~true)


class World:
    """All requests over some free keys, in an order in which the last axis changes first."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        self.axes: dict[str, tuple[Any, ...]] = {
            **_PLAIN,
            **{key: FREE[FREE_KEYS[key]] for key in keys},
        }
        self.size = 1
        for values in self.axes.values():
            self.size *= len(values)
        self.every = (1 << self.size) - 1
        self._masks = dict(self._make_masks())
        self.possible = self.where(
            may_be, axes={"principal", "resource", *(key for key in keys if key.startswith("aws:"))}
        )

    def _make_masks(self) -> Iterator[tuple[str, list[int]]]:
        """For each value of each axis the requests that have it: runs of bits that come again at equal distances."""
        run = self.size
        for axis, values in self.axes.items():
            period, run = run, run // len(values)
            again = self.every // ((1 << period) - 1)
            yield axis, [(((1 << run) - 1) << place * run) * again for place in range(len(values))]

    def request(self, place: int) -> AccessRequest:
        """The request of a bit."""
        chosen: dict[str, Any] = {}
        for axis, values in reversed(self.axes.items()):
            place, rest = divmod(place, len(values))
            chosen[axis] = values[rest]
        return make_request(chosen)

    @cached_property
    def _by_keys(self) -> list[int]:
        """The requests that carry a number of keys, by that."""
        found = [self.every] + [0] * (len(self.axes) - len(_PLAIN))
        for axis, values in self.axes.items():
            if axis in _PLAIN:
                continue
            there = self.every & ~self._masks[axis][values.index(())] if () in values else self.every
            for count in range(len(found) - 1, 0, -1):
                found[count] = found[count] & ~there | found[count - 1] & there
            found[0] &= ~there
        return found

    def fewest_keys(self, requests: int) -> int:
        """How many keys the one of some requests carries that carries fewest."""
        return next(count for count, having in enumerate(self._by_keys) if having & requests)

    def where(self, holds: Callable[[AccessRequest], bool], *, axes: Collection[str]) -> int:
        """The requests of which something holds that looks at some axes only."""
        return self.tabulate(axes, holds).true

    def tabulate(self, axes: Collection[str], ask: Callable[[AccessRequest], Truth], known: object = None) -> Table:
        """The table of something that looks at some axes only; what is `known` by a name is asked once."""
        looked_at = tuple(axis for axis in self.axes if axis in axes)
        answers = _ANSWERS.get((looked_at, known)) if known is not None else None
        if answers is None:
            choices = product(*(self.axes[axis] for axis in looked_at))
            answers = [ask(make_request(dict(zip(looked_at, choice, strict=True)))) for choice in choices]
            if known is not None:
                _ANSWERS[looked_at, known] = answers
        masks = product(*(self._masks[axis] for axis in looked_at))
        true = unclear = 0
        for answer, chosen in zip(answers, masks, strict=True):
            if answer is not False:
                mask = self.every
                for one in chosen:
                    mask &= one
                true, unclear = (true | mask, unclear) if answer else (true, unclear | mask)
        return Table(true, unclear)


_ANSWERS: dict[tuple[tuple[str, ...], object], list[Truth]] = {}


def make_request(chosen: dict[str, Any]) -> AccessRequest:
    """The request of a choice of values; what is not chosen does not matter."""
    named = {name: chosen[name] for name in _PLAIN if name in chosen}
    context = {FREE_KEYS[key]: values for key, values in chosen.items() if key in FREE_KEYS and values}
    return AccessRequest.model_construct(
        **{"principal": "anonymous", "action": "x:b", "resource": "*", **named, "context": context}
    )


@lru_cache(maxsize=256)
def make_world(keys: tuple[str, ...]) -> World:
    """The world of some free keys, made once."""
    return World(keys)


def world_of(policies: Iterable[EndpointPolicy]) -> World:
    """The world of the keys that policies name."""
    named = {key for policy in policies for key in policy.keys}
    return make_world(tuple(key for key in FREE_KEYS if key in named))


class PolicyTable:
    """What one policy says of every request of a world; `possible` ones only are told."""

    def __init__(self, policy: EndpointPolicy, world: World) -> None:
        self._world = world
        self._readings = readings_of([policy])
        self._policy = policy

    @cached_property
    def _statements(self) -> list[list[Table]]:
        """The table of each statement in each reading."""
        return [[self._match(reading, s) for s in self._policy.statements] for reading in self._readings]

    @cached_property
    def allowed(self) -> Table:
        """Which requests the policy allows; open where that differs from reading to reading."""
        true = false = self._world.possible
        for tables in self._statements:
            allowed, denied = self._unite(tables, allows=True), self._unite(tables, allows=False)
            true &= allowed.true & ~(denied.true | denied.open)
            false &= denied.true | ~(allowed.true | allowed.open)
        return Table(true, self._world.possible & ~true & ~false)

    @property
    def refused(self) -> int:
        """Which requests the policy surely does not allow."""
        return self._world.possible & ~self.allowed.true & ~self.allowed.open

    def effect_of(self, place: int) -> int:
        """Of which requests a statement surely lets one through, or keeps one from passing."""
        found = self._world.possible
        for tables in self._statements:
            denied = self._unite(tables, allows=False)
            if self._policy.statements[place].allows:
                found &= tables[place].true & ~(denied.true | denied.open)
            else:
                found &= tables[place].true & self._unite(tables, allows=True).true
        return found

    def _unite(self, tables: list[Table], *, allows: bool) -> Table:
        """Of which requests one of the statements with an effect matches."""
        found = Table(0, 0)
        for statement, table in zip(self._policy.statements, tables, strict=True):
            found = found.either(table) if statement.allows == allows else found
        return found

    def _match(self, reading: Reading, statement: PolicyStatement) -> Table:
        """Of which requests a statement matches."""

        def tabulate(axes: Collection[str], known: object, ask: Callable[[RequestEvaluation], Truth]) -> Table:
            return self._world.tabulate(axes, lambda request: ask(_evaluation(reading, request)), (reading, known))

        resources, principals = statement.resources, (statement.principals, statement.not_principal)
        tables = [
            tabulate(["action"], (statement.actions, statement.not_action), lambda one: one.has_action(statement)),
            tabulate(
                ["resource", *_axes_of(resources)],
                (resources, statement.not_resource),
                lambda one: one.has_resource(statement),
            ),
            tabulate(["principal"], principals, lambda one: one.has_principal(statement)),
        ]
        for test in statement.tests:
            axes = [_axis_of(test.key), *_axes_of(test.values)]
            tables.append(tabulate(axes, test, lambda one, test=test: one.holds(test)))  # type: ignore[misc]
        return reduce(Table.both, tables)


def _evaluation(reading: Reading, request: AccessRequest) -> RequestEvaluation:
    context = {key.lower(): values for key, values in request.context.items()}
    return RequestEvaluation(reading, request, {**derive_keys(request.principal), **context})  # type: ignore[dict-item]


def _axis_of(key: str) -> str:
    """What tells a key: itself, or the principal that it follows from."""
    return key if key in FREE_KEYS else "principal"


def _axes_of(values: Iterable[Template]) -> Iterator[str]:
    return (_axis_of(variable.key) for value in values for variable in variables_in(value))
