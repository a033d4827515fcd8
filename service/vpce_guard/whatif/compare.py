"""Compares two outcomes for one proposal, and adds comparisons up: pure, and the same for replay and shadow.

Compared is what an author means by a change: whether the proposal is allowed and why. Fixes, metrics, costs, ids and
the words of the catalogue (title, remediation) are not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, NamedTuple, get_args

from vpce_guard.model import Decision, EnforcementAction, Json, Verdict

ChangeKind = Literal["unchanged", "newly_denied", "newly_allowed", "changed_reasons", "newly_undetermined"]
KINDS: tuple[ChangeKind, ...] = get_args(ChangeKind)

MOST_EXAMPLES = 20  # of a kind
MOST_ALIKE = 3  # of these for the same rules
MOST_ROWS = 500  # of a table
OTHERS = "(others)"  # the row of a table for all that came once it was full
NOT_TOLD = "(not told)"


class ComparedViolation(NamedTuple):
    """A violation as far as it is compared."""

    rule_id: str
    path: str
    message: str
    enforcement_action: EnforcementAction


class ComparedWaiver(NamedTuple):
    """A waived violation as far as it is compared."""

    rule_id: str
    waiver_id: str
    message: str


class ComparedUndetermined(NamedTuple):
    """A rule that could not be judged, as far as it is compared; `missing` is sorted."""

    rule_id: str
    reason: str
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What of a decision is compared."""

    allowed: bool
    violations: frozenset[ComparedViolation]
    waived: frozenset[ComparedWaiver]
    undetermined: frozenset[ComparedUndetermined]

    @classmethod
    def from_decision(cls, made: Decision | Verdict) -> Outcome:
        """The outcome of a decision or verdict. One that carries `error` has none: do not compare it."""
        return cls(
            allowed=made.allowed,
            violations=frozenset(
                ComparedViolation(v.rule_id, v.path, v.message, v.enforcement_action) for v in made.violations
            ),
            waived=frozenset(ComparedWaiver(w.rule_id, w.waiver_id, w.message) for w in made.waived),
            undetermined=frozenset(
                ComparedUndetermined(u.rule_id, u.reason, tuple(sorted(u.missing))) for u in made.undetermined
            ),
        )

    @classmethod
    def from_recorded(cls, result: Json) -> Outcome:
        """The outcome of a decision as JSON values, without reading the rest of it. Raises KeyError, TypeError."""
        return cls(
            allowed=result["allowed"],
            violations=frozenset(
                ComparedViolation(v["rule_id"], v["path"], v["message"], v["enforcement_action"])
                for v in result["violations"]
            ),
            waived=frozenset(ComparedWaiver(w["rule_id"], w["waiver_id"], w["message"]) for w in result["waived"]),
            undetermined=frozenset(
                ComparedUndetermined(u["rule_id"], u["reason"], tuple(sorted(u["missing"])))
                for u in result["undetermined"]
            ),
        )

    @property
    def refused_by(self) -> frozenset[str]:
        """The rules that keep it from being allowed: those that deny, else those that could not be judged."""
        if self.allowed:
            return frozenset()
        denying = frozenset(v.rule_id for v in self.violations if v.enforcement_action == "deny")
        return denying or frozenset(u.rule_id for u in self.undetermined) - {w.rule_id for w in self.waived}

    @property
    def reasons(self) -> tuple[str, ...]:
        """Everything that was found, a sentence each, in order."""
        return tuple(
            sorted(
                [
                    *(f"{v.rule_id} {v.enforcement_action} {v.path or '/'}: {v.message}" for v in self.violations),
                    *(f"{w.rule_id} waived by {w.waiver_id}: {w.message}" for w in self.waived),
                    *(f"{u.rule_id} could not be judged: {u.reason}" for u in self.undetermined),
                ]
            )
        )


@dataclass(frozen=True)
class Difference:
    """How a second outcome differs from a first, and the ids of the rules that made the difference, sorted."""

    kind: ChangeKind
    rules: tuple[str, ...] = ()


UNCHANGED = Difference("unchanged")


def compare(before: Outcome, after: Outcome) -> Difference:
    """What became of a proposal. The first kind that holds: the answer itself, what is not known any more, reasons.

    `newly_denied` and `newly_allowed` name the rules that refuse, after and before; `newly_undetermined` those that
    could be judged before; `changed_reasons` those that say something else, or do something else about it.
    """
    if before == after:
        return UNCHANGED
    if before.allowed and not after.allowed:
        return _difference("newly_denied", after.refused_by)
    if after.allowed and not before.allowed:
        return _difference("newly_allowed", before.refused_by)
    if unsure := {u.rule_id for u in after.undetermined} - {u.rule_id for u in before.undetermined}:
        return _difference("newly_undetermined", unsure)
    changed: set[str] = {v.rule_id for v in before.violations ^ after.violations}
    changed |= {w.rule_id for w in before.waived ^ after.waived}
    changed |= {u.rule_id for u in before.undetermined ^ after.undetermined}
    return _difference("changed_reasons", changed)


def _difference(kind: ChangeKind, rules: Iterable[str]) -> Difference:
    return Difference(kind, tuple(sorted(rules)))


class DecisionRef(NamedTuple):
    """Which decision two outcomes are about, by what reports group them."""

    decision_id: str
    timestamp: str
    address: str
    account: str
    service: str
    team: str


def decision_ref(decision: Mapping[str, Any], rego_input: Mapping[str, Any]) -> DecisionRef:
    """The same for a decision and its input as JSON values; the team is the label of that name."""
    subject = decision["subject"]
    name = subject.get("address") or " ".join(
        part for part in (subject.get("endpoint_type"), subject.get("service_name")) if part
    )
    return DecisionRef(
        decision_id=decision["decision_id"],
        timestamp=decision["timestamp"],
        address=name or "endpoint",
        account=_text_or_empty((rego_input.get("context") or {}).get("AccountId")),
        service=_text_or_empty(subject.get("service_name")),
        team=_text_or_empty((rego_input.get("labels") or {}).get("team")),
    )


def _text_or_empty(value: object) -> str:
    return value[:500] if isinstance(value, str) and value else NOT_TOLD


@dataclass(frozen=True)
class ComparedDecision:
    """One decision of a kind with its reasons before and after; those that are in both are left out."""

    about: DecisionRef
    rules: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    allowed_before: bool
    allowed_after: bool


Table = dict[str, dict[ChangeKind, int]]


@dataclass
class Tally:
    """Comparisons added up: numbers by kind, and by kind for each rule, account, service and team, with examples.

    Its size is bounded, however many are added: a full table counts the rest as OTHERS, and of each kind there are a
    few examples, the first ones, that are not all about the same rules. Rules are counted where they made a difference.
    """

    kinds: dict[ChangeKind, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    by_rule: Table = field(default_factory=dict)
    by_account: Table = field(default_factory=dict)
    by_service: Table = field(default_factory=dict)
    by_team: Table = field(default_factory=dict)
    examples: dict[ChangeKind, list[ComparedDecision]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many were compared."""
        return sum(self.kinds.values())

    def add(self, what: DecisionRef, difference: Difference, *, before: Outcome, after: Outcome) -> None:
        """Count one comparison."""
        kind = difference.kind
        self.kinds[kind] += 1
        _count(self.by_account, what.account, kind)
        _count(self.by_service, what.service, kind)
        _count(self.by_team, what.team, kind)
        if kind == "unchanged":
            return
        for rule in difference.rules:
            _count(self.by_rule, rule, kind)
        if self._is_wanted(kind, difference.rules):
            same = set(before.reasons) & set(after.reasons)
            self.examples.setdefault(kind, []).append(
                ComparedDecision(
                    about=what,
                    rules=difference.rules,
                    before=tuple(reason for reason in before.reasons if reason not in same),
                    after=tuple(reason for reason in after.reasons if reason not in same),
                    allowed_before=before.allowed,
                    allowed_after=after.allowed,
                )
            )

    def merge(self, later: Tally) -> None:
        """Add what another counted after this one: what several workers counted goes in the order of the log."""
        for kind, number in later.kinds.items():
            self.kinds[kind] += number
        for mine, other in zip(self._tables(), later._tables(), strict=True):
            for name, row in other.items():
                for kind, number in row.items():
                    _count(mine, name, kind, number)
        for kind, examples in later.examples.items():
            for example in examples:
                if self._is_wanted(kind, example.rules):
                    self.examples.setdefault(kind, []).append(example)

    def as_json(self) -> Json:
        """The same as JSON values."""
        return asdict(self) | {
            "examples": {
                kind: [{**asdict(example), "about": example.about._asdict()} for example in examples]
                for kind, examples in self.examples.items()
            }
        }

    @classmethod
    def from_json(cls, values: Json) -> Tally:
        """What as_json() gave. Raises KeyError, TypeError or ValueError for anything else."""
        examples = {
            kind: [
                ComparedDecision(
                    about=DecisionRef(**example["about"]),
                    rules=tuple(example["rules"]),
                    before=tuple(example["before"]),
                    after=tuple(example["after"]),
                    allowed_before=example["allowed_before"],
                    allowed_after=example["allowed_after"],
                )
                for example in listed
            ]
            for kind, listed in values["examples"].items()
        }
        tables = {name: values[name] for name in ("kinds", "by_rule", "by_account", "by_service", "by_team")}
        return cls(**tables, examples=examples)

    def _tables(self) -> Iterator[Table]:
        yield from (self.by_rule, self.by_account, self.by_service, self.by_team)

    def _is_wanted(self, kind: ChangeKind, rules: tuple[str, ...]) -> bool:
        kept = self.examples.get(kind, [])
        return len(kept) < MOST_EXAMPLES and sum(example.rules == rules for example in kept) < MOST_ALIKE


def _count(table: Table, name: str, kind: ChangeKind, number: int = 1) -> None:
    if name not in table and len(table) >= MOST_ROWS:
        name = OTHERS
    row = table.setdefault(name, {})
    row[kind] = row.get(kind, 0) + number
