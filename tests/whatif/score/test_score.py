"""Both answers side by side, and the numbers that come of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.cloudtrail import create
from tests.support.decisions import make_decision
from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.formats.cloudtrail import AwsAnswer
from vpce_guard.model import Decision, Proposal, Subject, Undetermined, Violation
from vpce_guard.whatif.score.changes import RecordedChange
from vpce_guard.whatif.score.score import Score
from vpce_guard.whatif.score.spill import Spill

ZONE, DNS, WISH = "VPCE-IFACE-002", "VPCE-IFACE-017", "VPCE-ORG-002"
SAME_ZONE = AwsAnswer("DuplicateSubnetsInSameZone", "Two subnets.")
DNS_TAKEN = AwsAnswer("InvalidParameter", "There is already a conflicting DNS domain.")
ACCEPTED = AwsAnswer(None, None)
ELSE = AwsAnswer("InvalidVpcEndpointService.NotFound", None)


def decision(*denied: str, undetermined: tuple[str, ...] = (), **more: Any) -> Decision:
    """A decision in which rules are violated, by `action`, or could not be judged."""
    action = more.pop("action", "deny")
    violations = tuple(
        Violation.model_construct(rule_id=rule, enforcement_action=action, path="/request", message="wrong")
        for rule in denied
    )
    return make_decision(
        decision_id="1",
        timestamp="2026-03-01T10:00:00.000Z",
        allowed=not denied,
        subject=Subject(address=None, endpoint_type=None, service_name=None, vpc_id=None, source=None),
        violations=violations,
        undetermined=tuple(Undetermined(rule_id=rule, reason="not known", missing=()) for rule in undetermined),
        **more,
    )


def score_of(*pairs: tuple[AwsAnswer, Decision]) -> Score:
    """The score of changes, each with AWS's answer and the decision."""
    score = Score(Spill(), {rule.id: rule for rule in open_bundle().rules.values()})
    for number, (answer, made) in enumerate(pairs):
        proposal = Proposal(operation="create", request={"VpcId": "vpc-0a0000000000000aa"})
        score.add(RecordedChange(create(number), proposal, answer), made)
    return score


@pytest.mark.parametrize(
    ("answer", "made", "kind"),
    [
        (ACCEPTED, decision(), "both_allow"),
        (ACCEPTED, decision(undetermined=(DNS,)), "allowed_undetermined"),
        (ACCEPTED, decision(undetermined=(WISH,)), "both_allow"),
        (ACCEPTED, decision(ZONE), "wrongly_denied"),
        (ACCEPTED, decision(ZONE, action="warn"), "both_allow"),
        (ACCEPTED, decision(WISH), "both_allow"),
        (SAME_ZONE, decision(ZONE), "foreseen"),
        (SAME_ZONE, decision(DNS), "denied_otherwise"),
        (SAME_ZONE, decision(), "missed"),
        (SAME_ZONE, decision(WISH), "missed"),
        (SAME_ZONE, decision(undetermined=(ZONE,)), "missed_undetermined"),
        (SAME_ZONE, decision(undetermined=(DNS,)), "missed"),
        (ELSE, decision(ZONE), "not_stated"),
        (ELSE, decision(), "not_stated"),
    ],
)
def test_each_pair_of_answers_is_of_one_kind(answer: AwsAnswer, made: Decision, kind: str) -> None:
    assert dict(score_of((answer, made)).counts) == {kind: 1}


def test_precision_and_recall_together_and_of_a_rule() -> None:
    score = score_of(
        *[(SAME_ZONE, decision(ZONE))] * 3,
        (ACCEPTED, decision(ZONE)),
        (SAME_ZONE, decision()),
        (DNS_TAKEN, decision()),
        (ACCEPTED, decision()),
        (SAME_ZONE, decision(undetermined=(ZONE,))),
    )
    assert (score.precision, score.recall) == (0.75, 0.6)
    zone = score.rules[ZONE]
    assert (zone.precision, zone.recall, zone.undetermined) == (0.75, 0.75, 1)
    assert (score.rules[DNS].precision, score.rules[DNS].recall) == (None, 0.0)


def test_without_a_refusal_nothing_can_be_said() -> None:
    score = score_of((ACCEPTED, decision()))
    assert (score.precision, score.recall) == (None, None)


def test_what_many_rules_state_is_a_miss_of_none_of_them() -> None:
    score = score_of((AwsAnswer("InvalidParameter", "Something."), decision()))
    assert score.counts["missed"] == 1
    assert score.rules == {}
    assert len(score.codes["InvalidParameter"].rules) > 20


def test_a_denial_for_another_reason_says_nothing_of_its_rule() -> None:
    score = score_of((ELSE, decision(ZONE)), (SAME_ZONE, decision(DNS)))
    assert {rule_id: (one.otherwise, one.precision) for rule_id, one in score.rules.items()} == {
        ZONE: (1, None),
        DNS: (1, None),
    }
    assert score.rules[ZONE].missed == 1


def test_what_an_organisation_wants_is_left_apart() -> None:
    score = score_of((ACCEPTED, decision(WISH)), (SAME_ZONE, decision(WISH, ZONE)))
    assert score.apart == {WISH: 2}
    assert WISH not in score.rules


def test_a_change_that_could_not_be_decided_is_counted_alone() -> None:
    score = score_of((ACCEPTED, decision(error="The engine failed.")))
    assert (score.undecided, score.counts.total()) == (1, 0)


def test_a_disagreement_says_all_of_both_answers() -> None:
    score = score_of((ACCEPTED, decision(ZONE, undetermined=(DNS,))), (SAME_ZONE, decision()))
    wrong, missed = score.spill.disagreements()
    assert wrong == {
        "kind": "wrongly_denied",
        "event_id": "00000000-0000-4000-8000-000000000000",
        "time": "2026-03-01T10:00:00Z",
        "event_name": "CreateVpcEndpoint",
        "account": None,
        "region": None,
        "request": {"VpcId": "vpc-0a0000000000000aa"},
        "error_code": None,
        "error_message": None,
        "stated_by": [],
        "denied": [{"rule_id": ZONE, "path": "/request", "message": "wrong"}],
        "undetermined": [DNS],
    }
    assert (missed["kind"], missed["stated_by"], missed["error_message"]) == ("missed", [ZONE], "Two subnets.")


def test_codes_without_end_go_together() -> None:
    score = score_of(*((AwsAnswer(f"Code{number}", None), decision()) for number in range(510)))
    assert len(score.codes) == 501
    assert score.codes["(others)"].counts["not_stated"] == 10
