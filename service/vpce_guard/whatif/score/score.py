"""What rules said beside what AWS answered, counted for each rule, each error code and together.

Only rules about what AWS refuses are scored. What an organisation wants, and what AWS takes although it is of no use,
is left apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from vpce_guard.bundle.rules import Rule
from vpce_guard.model import Decision, Json
from vpce_guard.whatif.score.changes import RecordedChange, UncountedEvents
from vpce_guard.whatif.score.error_codes import stated_by
from vpce_guard.whatif.score.files import Problems
from vpce_guard.whatif.score.spill import Spill

Comparison = Literal[
    "both_allow",
    "allowed_undetermined",
    "wrongly_denied",
    "foreseen",
    "denied_otherwise",
    "missed",
    "missed_undetermined",
    "not_stated",
]
WORDS: Mapping[Comparison, str] = {
    "both_allow": "AWS accepted it and no rule denies it",
    "allowed_undetermined": "AWS accepted it; no rule denies it, and some could not be judged",
    "wrongly_denied": "AWS accepted it and a rule says AWS refuses it",
    "foreseen": "AWS refused it, and a rule that states the reason denies it",
    "denied_otherwise": "AWS refused it; rules deny it, and none of them states AWS's reason",
    "missed": "AWS refused it for a reason that a rule states, and no rule denies it",
    "missed_undetermined": "AWS refused it for a reason that a rule states, which could not be judged",
    "not_stated": "AWS refused it for a reason that no rule states",
}
DISAGREEMENTS: tuple[Comparison, ...] = ("wrongly_denied", "missed", "denied_otherwise")
_MOST_CODES = 500
_OTHERS = "(others)"


@dataclass
class RuleScore:
    """One rule: how often it foresaw AWS's refusal, was wrong about one, or alone states what it missed.

    `otherwise` counts where it denied what AWS refused for something else, which says nothing of the rule: AWS tells
    one reason only. `undetermined` counts where it could not be judged.
    """

    foreseen: int = 0
    wrong: int = 0
    missed: int = 0
    otherwise: int = 0
    undetermined: int = 0

    @property
    def precision(self) -> float | None:
        """The share of its denials that AWS refused for its reason; None where there were none."""
        return share(self.foreseen, self.wrong)

    @property
    def recall(self) -> float | None:
        """The share that it foresaw of what it alone could; None where there was none."""
        return share(self.foreseen, self.missed)


@dataclass
class CodeScore:
    """One error code, or the words of a message: what became of the refusals. `rules` state its reason."""

    rules: tuple[str, ...]
    counts: Counter[Comparison] = field(default_factory=Counter)


class AwsComparison(NamedTuple):
    """What rules said of one change beside AWS's answer."""

    kind: Comparison
    denied: frozenset[str]
    undetermined: frozenset[str]
    stated_by: frozenset[str]
    apart: frozenset[str]


def compare(change: RecordedChange, decision: Decision, rules: Mapping[str, Rule]) -> AwsComparison:
    """Both answers side by side; `rules` are those of the bundle by id."""
    denials = frozenset(one.rule_id for one in decision.violations if one.enforcement_action == "deny")
    open_ = frozenset(one.rule_id for one in decision.undetermined)
    code, message = change.answer
    stated = frozenset(
        rule_id
        for rule_id in (stated_by(code, message) if code else ())
        if rule_id in rules and decision.operation in rules[rule_id].operations
    )
    scored = frozenset(
        rule_id for rule_id in denials | open_ if rule_id in rules and _is_about_refusals(rules[rule_id])
    )
    denied = denials & (scored | stated)
    kind: Comparison
    if code is None:
        kind = "wrongly_denied" if denied else "allowed_undetermined" if open_ & scored else "both_allow"
    elif not stated:
        kind = "not_stated"
    elif denied & stated:
        kind = "foreseen"
    elif open_ & stated:
        kind = "missed_undetermined"
    else:
        kind = "denied_otherwise" if denied else "missed"
    return AwsComparison(kind, denied, open_ & scored, stated, denials - denied)


@dataclass
class Score:
    """The counts so far. `undecided` counts changes that no engine decided on."""

    spill: Spill
    rules_of_bundle: Mapping[str, Rule]
    counts: Counter[Comparison] = field(default_factory=Counter)
    rules: dict[str, RuleScore] = field(default_factory=dict)
    codes: dict[str, CodeScore] = field(default_factory=dict)
    apart: Counter[str] = field(default_factory=Counter)
    undecided: int = 0

    def add(self, change: RecordedChange, decision: Decision) -> None:
        """Count one change."""
        if decision.error is not None:
            self.undecided += 1
            return
        found = compare(change, decision, self.rules_of_bundle)
        self.counts[found.kind] += 1
        self.apart.update(found.apart)
        self._count_rules(found)
        if change.answer.code is not None:
            self._code(change.answer.code, found).counts[found.kind] += 1
        if found.kind in DISAGREEMENTS:
            self.spill.add(_describe(change, decision, found))

    @property
    def precision(self) -> float | None:
        """The share of what rules deny that AWS refused for that reason; None where they denied nothing."""
        return share(self.counts["foreseen"], self.counts["wrongly_denied"])

    @property
    def recall(self) -> float | None:
        """The share foreseen of what AWS refused for a reason that a rule states and that could be judged."""
        return share(self.counts["foreseen"], self.counts["missed"] + self.counts["denied_otherwise"])

    def _count_rules(self, found: AwsComparison) -> None:
        for rule_id in found.denied:
            rule = self._rule(rule_id)
            if found.kind == "wrongly_denied":
                rule.wrong += 1
            elif found.kind == "foreseen" and rule_id in found.stated_by:
                rule.foreseen += 1
            else:
                rule.otherwise += 1
        for rule_id in found.undetermined:
            self._rule(rule_id).undetermined += 1
        if found.kind in ("missed", "denied_otherwise") and len(found.stated_by) == 1:
            (rule_id,) = found.stated_by
            self._rule(rule_id).missed += 1

    def _rule(self, rule_id: str) -> RuleScore:
        return self.rules.setdefault(rule_id, RuleScore())

    def _code(self, code: str, found: AwsComparison) -> CodeScore:
        name = code if code in self.codes or len(self.codes) < _MOST_CODES else _OTHERS
        known = self.codes.setdefault(name, CodeScore(()))
        known.rules = tuple(sorted({*known.rules, *found.stated_by}))
        return known


@dataclass(frozen=True, kw_only=True)
class ScoreResult:
    """A finished score, as reports tell it. Reading it again gives the same disagreements."""

    score: Score
    files: int
    events: int
    passed: UncountedEvents
    problems: Problems
    revision: str
    as_of: str

    def disagreements(self) -> Iterator[Json]:
        """Each change about which rules and AWS disagree, in the order of reading."""
        return self.score.spill.disagreements()


def _is_about_refusals(rule: Rule) -> bool:
    """Whether a rule says what AWS refuses, and not what an organisation wants."""
    return rule.effect == "api-rejects" and rule.kind != "org"


def share(part: int, rest: int) -> float | None:
    """A part of a whole; None where there is no whole."""
    return part / (part + rest) if part + rest else None


def _describe(change: RecordedChange, decision: Decision, found: AwsComparison) -> Json:
    record, context = change.record, change.proposal.context
    return {
        "kind": found.kind,
        "event_id": record.get("eventID"),
        "time": record.get("eventTime"),
        "event_name": record["eventName"],
        "account": context.get("AccountId"),
        "region": context.get("Region"),
        "request": change.proposal.request,
        "error_code": change.answer.code,
        "error_message": change.answer.message,
        "stated_by": sorted(found.stated_by),
        "denied": [
            {"rule_id": one.rule_id, "path": one.path, "message": one.message}
            for one in decision.violations
            if one.rule_id in found.denied and one.enforcement_action == "deny"
        ],
        "undetermined": sorted(found.undetermined),
    }
