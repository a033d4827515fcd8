"""Two outcomes for one proposal, and many of them added up."""

from __future__ import annotations

import json
from typing import Any

import pytest

from vpce_guard.model import Undetermined, Verdict, Violation, WaivedViolation
from vpce_guard.whatif import compare
from vpce_guard.whatif.compare import (
    ComparedUndetermined,
    ComparedViolation,
    ComparedWaiver,
    DecisionRef,
    Difference,
    Outcome,
    Tally,
)

DENY = ComparedViolation("VPCE-GW-001", "/request/ServiceName", "no gateway for kms", "deny")
WARN = ComparedViolation("VPCE-GW-012", "/request", "no host names", "warn")
UNSURE = ComparedUndetermined("VPCE-GW-004", "route tables are not known", ("/context/RouteTables",))
WAIVED = ComparedWaiver("VPCE-ORG-002", "W-1", "sqs is not on the list")


def outcome(allowed: bool, *found: Any) -> Outcome:
    return Outcome(
        allowed,
        frozenset(f for f in found if isinstance(f, ComparedViolation)),
        frozenset(f for f in found if isinstance(f, ComparedWaiver)),
        frozenset(f for f in found if isinstance(f, ComparedUndetermined)),
    )


@pytest.mark.parametrize(
    ("before", "after", "kind", "rules"),
    [
        (outcome(True), outcome(True), "unchanged", ()),
        (outcome(False, DENY, WARN), outcome(False, WARN, DENY), "unchanged", ()),
        (outcome(True, WARN), outcome(False, WARN, DENY), "newly_denied", ("VPCE-GW-001",)),
        (outcome(True, UNSURE), outcome(False, UNSURE), "newly_denied", ("VPCE-GW-004",)),
        (outcome(True, WAIVED), outcome(False, WAIVED, UNSURE), "newly_denied", ("VPCE-GW-004",)),
        (outcome(False, DENY), outcome(True, UNSURE), "newly_allowed", ("VPCE-GW-001",)),
        (outcome(False, UNSURE), outcome(True), "newly_allowed", ("VPCE-GW-004",)),
        (outcome(True), outcome(True, UNSURE, WARN), "newly_undetermined", ("VPCE-GW-004",)),
        (outcome(False, DENY), outcome(False, DENY, UNSURE), "newly_undetermined", ("VPCE-GW-004",)),
        (outcome(True, UNSURE), outcome(True), "changed_reasons", ("VPCE-GW-004",)),
        (
            outcome(False, DENY),
            outcome(False, DENY._replace(path="/request")),
            "changed_reasons",
            ("VPCE-GW-001",),
        ),
        (
            outcome(False, DENY, WARN),
            outcome(False, DENY, WARN._replace(enforcement_action="inform")),
            "changed_reasons",
            ("VPCE-GW-012",),
        ),
        (outcome(False, DENY, WAIVED), outcome(False, DENY), "changed_reasons", ("VPCE-ORG-002",)),
        (
            outcome(True, UNSURE),
            outcome(True, UNSURE._replace(missing=("/context/Vpc",))),
            "changed_reasons",
            ("VPCE-GW-004",),
        ),
    ],
)
def test_the_first_kind_that_holds(before: Outcome, after: Outcome, kind: Any, rules: tuple[str, ...]) -> None:
    assert compare.compare(before, after) == Difference(kind, rules)


def test_a_verdict_and_its_record_have_the_same_outcome() -> None:
    verdict = Verdict(
        allowed=False,
        violations=(
            Violation(
                rule_id="VPCE-GW-001",
                title="t",
                severity="error",
                enforcement_action="deny",
                message="no gateway for kms",
                path="/request/ServiceName",
                remediation="r",
                source="s",
                fix=({"op": "remove", "path": "/request/ServiceName"},),
            ),
        ),
        waived=(
            WaivedViolation(
                rule_id="VPCE-ORG-002", waiver_id="W-1", expires="2026-01-01", message="sqs is not on the list"
            ),
        ),
        undetermined=(
            Undetermined(rule_id="VPCE-GW-004", reason="route tables are not known", missing=("/context/RouteTables",)),
        ),
        overrides=(),
        reach=None,
    )
    expected = outcome(False, DENY, WAIVED, UNSURE)
    assert Outcome.from_decision(verdict) == expected
    assert Outcome.from_recorded(json.loads(verdict.model_dump_json())) == expected


def test_what_a_decision_is_about() -> None:
    subject = {"address": None, "endpoint_type": "Gateway", "service_name": "com.amazonaws.us-east-1.s3"}
    decision = {"decision_id": "d", "timestamp": "2026-01-01T00:00:00.000Z", "subject": subject}
    given = {"context": {"AccountId": "111122223333"}, "labels": {"team": "payments"}}
    assert compare.decision_ref(decision, given) == DecisionRef(
        "d",
        "2026-01-01T00:00:00.000Z",
        "Gateway com.amazonaws.us-east-1.s3",
        "111122223333",
        "com.amazonaws.us-east-1.s3",
        "payments",
    )
    assert compare.decision_ref(decision, {})[3:] == ("(not told)", "com.amazonaws.us-east-1.s3", "(not told)")


def named(number: int, team: str = "payments") -> DecisionRef:
    return DecisionRef(f"d-{number}", "2026-01-01T00:00:00.000Z", "a", "111122223333", "s3", team)


def counted(*numbers: int) -> Tally:
    tally = Tally()
    before, after = outcome(True, WARN), outcome(False, WARN, DENY)
    for number in numbers:
        tally.add(named(number), compare.compare(before, after), before=before, after=after)
    return tally


def test_a_tally_counts_by_kind_rule_account_service_and_team() -> None:
    tally = counted(1, 2)
    tally.add(named(3, "search"), compare.UNCHANGED, before=outcome(True), after=outcome(True))
    assert tally.total == 3
    assert tally.kinds == {
        "unchanged": 1,
        "newly_denied": 2,
        "newly_allowed": 0,
        "changed_reasons": 0,
        "newly_undetermined": 0,
    }
    assert tally.by_rule == {"VPCE-GW-001": {"newly_denied": 2}}
    assert tally.by_account == {"111122223333": {"newly_denied": 2, "unchanged": 1}}
    assert tally.by_service == {"s3": {"newly_denied": 2, "unchanged": 1}}
    assert tally.by_team == {"payments": {"newly_denied": 2}, "search": {"unchanged": 1}}
    example = tally.examples["newly_denied"][0]
    assert example.about.decision_id == "d-1"
    assert example.before == ()
    assert example.after == ("VPCE-GW-001 deny /request/ServiceName: no gateway for kms",)


def test_few_examples_are_kept_and_few_alike() -> None:
    tally = counted(*range(100))
    assert [example.about.decision_id for example in tally.examples["newly_denied"]] == ["d-0", "d-1", "d-2"]


def test_a_full_table_counts_the_rest_together() -> None:
    tally = Tally()
    for number in range(502):
        tally.add(named(number, f"t-{number}"), compare.UNCHANGED, before=outcome(True), after=outcome(True))
    assert len(tally.by_team) == 501
    assert tally.by_team["(others)"] == {"unchanged": 2}


def test_what_two_counted_adds_up_to_what_one_would_have() -> None:
    both = counted(1, 2)
    both.merge(counted(3, 4, 5))
    assert both == counted(1, 2, 3, 4, 5)


def test_a_tally_survives_as_json() -> None:
    tally = counted(1, 2)
    assert Tally.from_json(json.loads(json.dumps(tally.as_json()))) == tally
