"""An explanation names the condition that decided, with what it saw, in words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.support.kubernetes import ACK, existing, review
from tests.support.possibilities import FIRST, SECOND, THIRD, one_of
from vpce_guard.authoring.testing.examples import Case, cases
from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.decisions.judge import Terms
from vpce_guard.formats import read
from vpce_guard.model import Json, Proposal
from vpce_guard.org.data import no_org_data
from vpce_guard.org.load import read_org_data
from vpce_guard.whatif.explain.explainer import Explainer
from vpce_guard.whatif.explain.types import Explanation, RuleExplanation

BUNDLE = open_bundle()
CASES = list(cases(ROOT / "rego"))
PASSING = [c for c in CASES if c.kind == "pass"]


def name(case: Case) -> str:
    return f"{case.rule}: {case.example.name}"


def terms(case: Case | None = None) -> Terms:
    rules_by_id = {rule.id: rule for rule in BUNDLE.catalogue.rules}
    return Terms(
        rules=BUNDLE.rules,
        revision=BUNDLE.revision,
        profile=case.example.profile if case else "aws-current",
        org=case.org if case else no_org_data(rules_by_id),
    )


@pytest.mark.parametrize("case", PASSING, ids=map(name, PASSING))
def test_a_passing_example_names_the_condition_that_stopped_it(case: Case, explainer: Explainer) -> None:
    rule_id = BUNDLE.rules[case.rule].id
    explanation = explainer.explain(case.proposal, terms(case), only=rule_id, flip=False)
    if explanation.not_applied:
        assert explanation.not_applied[0].rule_id == rule_id
        return
    (found,) = explanation.rules
    assert found.outcome in ("not_violated", "off")
    assert found.conditions
    assert not any(condition.held for condition in found.conditions)
    assert f"({found.conditions[0].file.rpartition('/')[2]}:{found.conditions[0].line})" in found.words


SUBNETS = [
    {
        "SubnetId": "subnet-0a000001",
        "VpcId": "vpc-0a000001",
        "AvailabilityZone": "us-east-1a",
        "AvailabilityZoneId": "use1-az1",
    },
    {
        "SubnetId": "subnet-0a000002",
        "VpcId": "vpc-0a000001",
        "AvailabilityZone": "us-east-1b",
        "AvailabilityZoneId": "use1-az2",
    },
    {
        "SubnetId": "subnet-0a000003",
        "VpcId": "vpc-0a000001",
        "AvailabilityZone": "us-east-1b",
        "AvailabilityZoneId": "use1-az2",
    },
]


def proposal(subnets: list[str], **more: Any) -> Proposal:
    request: Json = {
        "VpcEndpointType": "Interface",
        "VpcId": "vpc-0a000001",
        "ServiceName": "com.amazonaws.us-east-1.sqs",
        "SubnetIds": subnets,
    }
    document = {"operation": "create", "request": {**request, **more}, "context": {"Subnets": SUBNETS}}
    return read(document)[0]


def explained(explainer: Explainer, rule_id: str, subnets: list[str], **more: Any) -> RuleExplanation:
    return explainer.explain(proposal(subnets, **more), terms(), only=rule_id, flip=False).rules[0]


def test_words_of_a_rule_that_is_not_violated(explainer: Explainer) -> None:
    found = explained(explainer, "VPCE-IFACE-002", ["subnet-0a000001", "subnet-0a000002"])
    assert found.words == (
        "Not violated: One subnet per Availability Zone: there is none in `_clashes`, "
        "at `some later, clashes in _clashes` (one_subnet_per_az.rego:27)."
    )
    (inside,) = found.conditions[0].because
    assert inside.words == "`zones.same(_ids[i], _ids[j])` does not hold"
    assert inside.variables == {"i": 0, "j": 1}
    (between,) = inside.because
    assert between.words == "`together(x, y)` does not hold"
    (deeper,) = between.because
    assert deeper.words == '`x.AvailabilityZoneId` ("use1-az1") is not `y.AvailabilityZoneId` ("use1-az2")'
    assert (deeper.file, deeper.line) == ("vpce/lib/zones/zones.rego", 24)


def test_words_of_a_rule_that_is_violated(explainer: Explainer) -> None:
    found = explained(explainer, "VPCE-IFACE-002", ["subnet-0a000002", "subnet-0a000003"])
    assert found.words == (
        "Violated: One subnet per Availability Zone: subnet subnet-0a000003 is in the same "
        "Availability Zone (us-east-1b) as subnet-0a000002: "
        '`subnet.id` ("subnet-0a000003") is `_ids[later]` ("subnet-0a000003"), at `subnet.id == _ids[later]` '
        "(one_subnet_per_az.rego:30), with later = 1, "
        'subnet = {"id": "subnet-0a000003", "path": "/request/SubnetIds/1"}.'
    )


def test_words_of_a_rule_that_could_not_be_judged(explainer: Explainer) -> None:
    found = explained(explainer, "VPCE-IFACE-002", ["subnet-0a000001", "subnet-0a000009"])
    assert found.outcome == "undetermined"
    assert found.words == (
        "Not judged: One subnet per Availability Zone: whether subnet-0a000001 and subnet-0a000009 are in one "
        "Availability Zone is not known (missing: /context/Subnets): `zones.comparable(_ids[i], _ids[j])` does not "
        "hold, at `not zones.comparable(_ids[i], _ids[j])` (one_subnet_per_az.rego:44), with i = 0, j = 1."
    )


def test_rules_of_other_types_and_operations_are_listed_with_the_reason(explainer: Explainer) -> None:
    explanation = explainer.explain(proposal(["subnet-0a000001"]), terms(), flip=False)
    reasons = {one.rule_id: one.reason for one in explanation.not_applied}
    assert reasons["VPCE-GW-001"] == "it is about gateway endpoints, and this is of type Interface"
    assert reasons["VPCE-COMMON-009"] == "it is about modify, and this is a create"
    assert reasons["VPCE-ORG-001"] == "there are no org data"
    assert _count(explanation) == len(BUNDLE.rules)


def _count(explanation: Explanation) -> int:
    return len(explanation.rules) + len(explanation.not_applied)


def test_an_update_is_explained_for_what_it_changes(explainer: Explainer) -> None:
    org = read_org_data({"tags": {"required": [{"key": "cost-centre"}]}}, {r.id: r for r in BUNDLE.catalogue.rules})
    (update,) = read(review("UPDATE", existing(ACK, privateDNSEnabled=False), existing(ACK)))
    found = explainer.explain(update, replace(terms(), org=org), only="VPCE-ORG-003", flip=True)
    assert (found.allowed, found.rules[0].outcome) == (True, "violated")
    whole = update.model_copy(update={"before": None})
    assert explainer.explain(whole, replace(terms(), org=org), only="VPCE-ORG-003", flip=False).allowed is False


@pytest.mark.parametrize(
    ("choices", "allowed", "outcome", "seen"),
    [
        ([[FIRST, SECOND], [SECOND, FIRST]], False, "violated", f'`subnet.id` ("{SECOND}") is `_ids[later]`'),
        ([[FIRST, THIRD], [FIRST, SECOND]], True, "undetermined", "`endpoint.unknown_subnets` (1) is more than 0"),
        ([[FIRST, THIRD], [THIRD]], True, "not_violated", ""),
    ],
)
def test_what_is_one_of_several_is_explained_by_the_way_that_decided(
    choices: list[list[str]], allowed: bool, outcome: str, seen: str, explainer: Explainer
) -> None:
    (proposal,) = read(one_of(*choices))
    explanation = explainer.explain(proposal, terms(), only="VPCE-IFACE-002", flip=False)
    (found,) = explanation.rules
    assert (explanation.allowed, found.outcome) == (allowed, outcome)
    assert seen in found.words


def test_a_rule_that_depends_on_the_way_is_explained_by_one_that_it_is_violated_in(explainer: Explainer) -> None:
    """As it stands nothing is unknown, so that only one of the ways says why."""
    (proposal,) = read(one_of([FIRST, THIRD], [FIRST, SECOND]))
    request = {**proposal.request, "SubnetIds": [FIRST]}
    known = proposal.model_copy(update={"request": request, "endpoint": request, "unknown": ()})
    (found,) = explainer.explain(known, terms(), only="VPCE-IFACE-002", flip=False).rules
    assert found.outcome == "undetermined"
    assert f'`subnet.id` ("{SECOND}") is `_ids[later]`' in found.words
