"""What an explanation says: for each rule the outcome, the condition that decided and the values it saw."""

from __future__ import annotations

from typing import Any, Literal

from vpce_guard.bundle.probe_table import ExpressionKind
from vpce_guard.model import EnforcementAction, FrozenModel, Json, Operation, Profile, Subject

RuleOutcome = Literal["violated", "waived", "undetermined", "not_violated", "off"]


class SeenValue(FrozenModel):
    """A part of a condition and its value: `known` is false where it has none. A long value is cut."""

    text: str
    known: bool
    value: Any = None


class Condition(FrozenModel):
    """A condition that decided, as its author wrote it, at a place under rego/, and whether it held.

    `variables` are those of its body there, `ways` how many ways led as far, of which this is the first. `because`
    are the conditions inside the rules and functions it names that decided for them.
    """

    file: str
    line: int
    text: str
    kind: ExpressionKind
    held: bool
    variables: Json
    ways: int
    saw: tuple[SeenValue, ...]
    words: str
    because: tuple[Condition, ...]


class RuleExplanation(FrozenModel):
    """Why one rule fired or not. `conditions` has one for each body that fired, or that came to a stop."""

    rule_id: str
    title: str
    outcome: RuleOutcome
    enforcement_action: EnforcementAction
    words: str
    conditions: tuple[Condition, ...]


class NotApplied(FrozenModel):
    """A rule that says nothing about such a proposal, and why."""

    rule_id: str
    reason: str


class Flip(FrozenModel):
    """The smallest change found that turns the answer into `to`; `patch` is None where none was found.

    The patch is a JSON Patch of the proposal, which was judged with it. `denied_by` are the rules that then deny.
    `tried` counts the changes judged and `exhausted` says whether all that were thought of were.
    """

    to: Literal["allowed", "denied"]
    patch: tuple[Json, ...] | None
    denied_by: tuple[str, ...]
    tried: int
    exhausted: bool
    words: str


class Explanation(FrozenModel):
    """One proposal explained under one bundle; `decision_id` is that of the recorded decision, if it is one.

    `decided_by` are the rules that made the answer: those that deny; in strict mode, where none denies, those that
    could not be judged; and of an allowed proposal those that a waiver kept from denying. No other decided anything.
    """

    decision_id: str | None
    allowed: bool
    decided_by: tuple[str, ...]
    operation: Operation
    subject: Subject
    revision: str
    profile: Profile
    rules: tuple[RuleExplanation, ...]
    not_applied: tuple[NotApplied, ...]
    notes: tuple[str, ...]
    flip: Flip | None
