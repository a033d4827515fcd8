"""Coverage by condition: which conditions of the rules the examples show to hold and not to hold.

A rule's own conditions count in its own examples only, because no other example says what the rule should answer,
and for one of them under each operation that is not the rule's business, where it must answer nothing. Those of the
facts and functions that rules share count wherever a rule comes to them. Rego unit tests count nothing here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vpce_guard.authoring.rego import metadata
from vpce_guard.authoring.rego.build import build
from vpce_guard.authoring.rego.stages import copy_stage
from vpce_guard.authoring.testing.examples import Case, cases
from vpce_guard.bundle.bundle import Bundle, open_bundle
from vpce_guard.bundle.probe_table import Body, ExpressionKind
from vpce_guard.bundle.source_folders import Sources, open_sources
from vpce_guard.engines.probes import ProbeRequest, Probes, ProbeTrace, open_probes
from vpce_guard.folders import make_temporary_folder
from vpce_guard.model import FrozenModel, Json

_BATCH = 10  # examples of one call
_TIMEOUT = 60.0
_MEMORY = 1 << 30
_ROUNDS = 12  # how deep calls of functions are followed


class CoveredCondition(FrozenModel):
    """One expression of a body, and in how many examples it held and did not hold.

    A condition must be seen both ways; a choice (`some x in xs`) and an assignment only to hold. `rule_id` is None for
    what rules share.
    """

    rule_id: str | None
    name: str
    file: str
    line: int
    text: str
    kind: ExpressionKind
    held: int
    failed: int

    @property
    def needed_count(self) -> int:
        """How many outcomes must be seen."""
        return 2 if self.kind == "condition" else 1

    @property
    def seen_count(self) -> int:
        """How many of them were."""
        return (self.held > 0) + (self.kind == "condition" and self.failed > 0)


class RuleConditions(FrozenModel):
    """The conditions of one rule, or with `rule_id` None of all that rules share."""

    rule_id: str | None
    conditions: tuple[CoveredCondition, ...]

    @property
    def percent(self) -> float:
        """The share of outcomes that were seen."""
        return _percent(self.conditions)


class ConditionCoverage(FrozenModel):
    """All conditions in the order of their files. `unprobed` bodies have none: nothing is known of them."""

    conditions: tuple[CoveredCondition, ...]
    examples: int
    unprobed: int

    @property
    def percent(self) -> float:
        """The share of outcomes that were seen, from 0 to 100."""
        return _percent(self.conditions)

    @property
    def never_held(self) -> tuple[CoveredCondition, ...]:
        """What no example shows to hold."""
        return tuple(c for c in self.conditions if not c.held)

    @property
    def never_failed(self) -> tuple[CoveredCondition, ...]:
        """The conditions that no example shows not to hold."""
        return tuple(c for c in self.conditions if c.kind == "condition" and not c.failed)

    @property
    def rules(self) -> tuple[RuleConditions, ...]:
        """By rule, what rules share last."""
        ids = sorted({c.rule_id for c in self.conditions}, key=lambda rule_id: (rule_id is None, rule_id or ""))
        return tuple(
            RuleConditions(rule_id=i, conditions=tuple(c for c in self.conditions if c.rule_id == i)) for i in ids
        )

    @property
    def lines(self) -> dict[str, dict[int, tuple[int, int]]]:
        """By file and line, how many outcomes were seen of how many."""
        found: dict[str, dict[int, tuple[int, int]]] = {}
        for c in self.conditions:
            of_file = found.setdefault(c.file, {})
            seen, needed = of_file.get(c.line, (0, 0))
            of_file[c.line] = (seen + c.seen_count, needed + c.needed_count)
        return found


def condition_coverage(source: Path | Sources, *, opa: str, bundle: Bundle | None = None) -> ConditionCoverage:
    """What the examples of the sources show of each condition; of own sources alone where there are such.

    Builds them where no bundle built from them is given. Raises BundleError where they cannot be built.
    """
    sources = open_sources(source)
    if bundle is not None:
        return asyncio.run(_measure(sources, bundle))
    with copy_stage(sources, sources.edited_rules()) as stage, make_temporary_folder() as target:
        build(sources.in_stage(stage) if sources.own else sources, Path(target), opa=opa)
        return asyncio.run(_measure(sources, open_bundle(Path(target))))


@dataclass(frozen=True)
class _ShownExample:
    """An input and the rule whose answer to it is known."""

    rule: str
    document: Json


@dataclass(frozen=True)
class _Counts:
    """In how many examples each expression held and failed, by body and by its number from 1."""

    held: dict[tuple[int, int], int]
    failed: dict[tuple[int, int], int]

    def add(self, bodies: dict[int, Body], traced: Sequence[ProbeTrace]) -> None:
        """Count one example, in which a body may have been looked at many times."""
        held = {(t.probe, n) for t in traced for n in range(1, t.tree.held + 1)}
        failed = {(t.probe, n) for t in traced for n in t.tree.failed if n <= len(bodies[t.probe].expressions)}
        for found, counts in ((held, self.held), (failed, self.failed)):
            for place in found:
                counts[place] = counts.get(place, 0) + 1


async def _measure(sources: Sources, bundle: Bundle) -> ConditionCoverage:
    asker = open_probes(bundle, timeout=_TIMEOUT, memory_limit=_MEMORY)
    counts = _Counts({}, {})
    known = metadata.rules(sources) if sources.own else None
    every = list(cases(sources, rules=known, names=sources.edited_rules()))
    shown = [*(_ShownExample(case.rule, case.as_input()) for case in every), *_foreign_examples(every, bundle)]
    try:
        for start in range(0, len(shown), _BATCH):
            for traced in await _trace(shown[start : start + _BATCH], asker):
                counts.add(asker.bodies, traced)
    finally:
        await asker.close()
    return ConditionCoverage(
        conditions=tuple(_conditions(sources, bundle, asker, counts)),
        examples=len(every),
        unprobed=sum(not body.probed for body in asker.table.bodies),
    )


def _foreign_examples(every: Sequence[Case], bundle: Bundle) -> Iterator[_ShownExample]:
    """The first example of each rule, under the operations that are not its business."""
    for rule, case in {case.rule: case for case in reversed(every)}.items():
        for operation in sorted({"create", "modify", "delete"} - set(bundle.rules[rule].operations)):
            yield _ShownExample(rule, {**case.as_input(), "operation": operation})


async def _trace(batch: Sequence[_ShownExample], asker: Probes) -> list[list[ProbeTrace]]:
    """All that the probes tell about the rule of each example and the facts and calls it comes to, round by round."""
    asked = [ProbeRequest(document=one.document, rules=(one.rule,), collect=True) for one in batch]
    found: list[list[ProbeTrace]] = [[] for _ in batch]
    known: list[set[str]] = [set() for _ in batch]
    for _ in range(_ROUNDS):
        answers = await asker.ask(asked)
        following = []
        for number, (one, answer) in enumerate(zip(asked, answers, strict=True)):
            traced = [*answer.bodies, *answer.facts, *answer.calls]
            found[number] += traced
            calls = {call.model_dump_json(): call for t in traced for call in t.tree.calls}
            facts = {fact: fact for t in traced for fact in _named_facts(t, asker)}
            fresh = one.model_copy(
                update={
                    "rules": (),
                    "facts": tuple(sorted(facts.keys() - known[number])),
                    "calls": tuple(calls[key] for key in sorted(calls.keys() - known[number])),
                }
            )
            known[number] |= facts.keys() | calls.keys()
            following.append(fresh)
        asked = following
        if not any(one.calls or one.facts for one in asked):
            break
    return found


def _named_facts(traced: ProbeTrace, asker: Probes) -> set[str]:
    """The facts (rules without arguments) that the expressions a body got to name."""
    reached = asker.bodies[traced.probe].expressions[: traced.tree.held + 1]
    named = {operand.helper for expression in reached for operand in expression.operands if operand.helper}
    return {name for name in named if not asker.is_function(name)}


def _conditions(sources: Sources, bundle: Bundle, asker: Probes, counts: _Counts) -> Iterator[CoveredCondition]:
    edited = sources.roots[1:] or sources.roots
    for body in asker.table.bodies:
        if body.package.partition(".")[0] not in edited:
            continue
        rule = bundle.rules.get(body.rule or "")
        for number, expression in enumerate(body.expressions, start=1):
            if body.probed and expression.kind != "head":
                yield CoveredCondition(
                    rule_id=rule.id if rule else None,
                    name=body.name,
                    file=sources.place(body.file).as_posix(),
                    line=expression.line,
                    text=expression.text,
                    kind=expression.kind,
                    held=counts.held.get((body.id, number), 0),
                    failed=counts.failed.get((body.id, number), 0),
                )


def _percent(conditions: Sequence[CoveredCondition]) -> float:
    needed = sum(c.needed_count for c in conditions)
    return 100 * sum(c.seen_count for c in conditions) / needed if needed else 100.0
