"""Two replays beside one another: their numbers in pairs, and examples with what only one of them changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from vpce_guard.model import Json
from vpce_guard.surfaces.reports.replay import CHANGES, TITLES

MOST_ROWS = 200
_MOST_EXAMPLES = 5  # of a kind and a side
_SOURCE = ("source", "selection", "since", "until", "read")


class PairedCount(NamedTuple):
    """A number of both sides: None where a side has no report."""

    name: str
    left: int | None
    right: int | None

    @property
    def difference(self) -> int:
        """How many more there are on the right; 0 where one side is not there."""
        return 0 if self.left is None or self.right is None else self.right - self.left


class RuleCount(NamedTuple):
    """How many decisions of one kind a rule changed, of both sides."""

    rule_id: str
    numbers: PairedCount


class ReplayExample(NamedTuple):
    """A changed decision; `only_here` where the other side surely does not change it."""

    kind: str
    decision_id: str
    timestamp: str
    address: str
    before: Sequence[str]
    after: Sequence[str]
    only_here: bool


@dataclass(frozen=True)
class ReplayComparison:
    """What is shown of one or two reports."""

    totals: Sequence[PairedCount]
    rules: Sequence[RuleCount]
    left_out: int  # rows of rules beyond MOST_ROWS
    examples: tuple[Sequence[ReplayExample], Sequence[ReplayExample]]
    same_decisions: bool


def compare_replays(left: Json | None, right: Json | None) -> ReplayComparison:
    """Reports of replays as `reports/replay/json.py` writes them, beside one another; None for what is not there."""
    rules = sorted(_rules(left, right), key=lambda row: (-abs(row.numbers.difference), row.rule_id))
    same = left is None or right is None or all(left[name] == right[name] for name in _SOURCE)
    return ReplayComparison(
        totals=list(_totals(left, right)),
        rules=rules[:MOST_ROWS],
        left_out=len(rules[MOST_ROWS:]),
        examples=(_examples(left, right, same), _examples(right, left, same)),
        same_decisions=same,
    )


def _totals(left: Json | None, right: Json | None) -> Iterator[PairedCount]:
    def pair(name: str, *path: str) -> PairedCount:
        return PairedCount(name, _count(left, *path), _count(right, *path))

    yield pair("decisions judged", "compared")
    yield pair("could not be made again", "not_reproduced", "total")
    for kind, title in TITLES.items():
        yield pair(title, "kinds", kind)


def _rules(left: Json | None, right: Json | None) -> Iterator[RuleCount]:
    for rule_id in dict.fromkeys(rule_id for side in (left, right) if side is not None for rule_id in side["by_rule"]):
        for kind in CHANGES:
            numbers = PairedCount(
                TITLES[kind], _count(left, "by_rule", rule_id, kind), _count(right, "by_rule", rule_id, kind)
            )
            if numbers.left or numbers.right:
                yield RuleCount(rule_id, numbers)


def _count(report: Json | None, *path: str) -> int | None:
    """The number at a place of a report, 0 where it has none there; None without a report."""
    found: Any = report
    for name in path:
        found = found.get(name, {}) if found is not None else None
    return found or 0 if found is not None else None


def _examples(report: Json | None, other: Json | None, same: bool) -> list[ReplayExample]:
    """A few of each kind, first those that the other side does not change."""
    if report is None:
        return []
    elsewhere = _list_changed(other) if other is not None and same else None
    found = []
    for kind in CHANGES:
        listed = [
            ReplayExample(
                kind=TITLES[kind],
                decision_id=example["about"]["decision_id"],
                timestamp=example["about"]["timestamp"],
                address=example["about"]["address"],
                before=example["before"],
                after=example["after"],
                only_here=elsewhere is not None and example["about"]["decision_id"] not in elsewhere,
            )
            for example in report["examples"].get(kind, ())
        ]
        found += sorted(listed, key=lambda example: not example.only_here)[:_MOST_EXAMPLES]
    return found


def _list_changed(report: Json) -> set[str] | None:
    """The ids of all decisions that a report changes; None where it lists only some of them."""
    listed = {kind: report["examples"].get(kind, ()) for kind in CHANGES}
    if any(len(examples) < report["kinds"][kind] for kind, examples in listed.items()):
        return None
    return {example["about"]["decision_id"] for examples in listed.values() for example in examples}
