"""The smallest change is one that was judged, turns the answer, and is told honestly where there is none."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.conftest import ROOT
from vpce_guard.authoring.testing.examples import Case, cases
from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.decisions import fixes
from vpce_guard.decisions.decide import decide
from vpce_guard.decisions.inputs import rego_input
from vpce_guard.decisions.judge import Terms, judge
from vpce_guard.decisions.question import Question
from vpce_guard.engines.embedded import EmbeddedEngine
from vpce_guard.formats import read
from vpce_guard.model import Json, Proposal
from vpce_guard.org.data import no_org_data
from vpce_guard.whatif.explain.changes import propose_changes
from vpce_guard.whatif.explain.flip import Budget, smallest_flip
from vpce_guard.whatif.explain.types import Flip

BUNDLE = open_bundle()
CASES = list(cases(ROOT / "rego"))[::10]
SERVICES = BUNDLE.data["services"]


@pytest.fixture(scope="module")
def engine() -> EmbeddedEngine:
    return EmbeddedEngine(BUNDLE, timeout=60, memory_limit=256 << 20)


def terms(case: Case | None = None) -> Terms:
    rules_by_id = {rule.id: rule for rule in BUNDLE.catalogue.rules}
    return Terms(
        rules=BUNDLE.rules,
        revision=BUNDLE.revision,
        profile=case.example.profile if case else "aws-current",
        org=case.org if case else no_org_data(rules_by_id),
    )


def flip(proposal: Proposal, engine: EmbeddedEngine, under: Terms, **more: Any) -> tuple[bool, Flip]:
    """Whether the proposal is allowed as it is, and the flip."""
    org = under.org.effective_for(proposal.context)
    (evaluation,) = asyncio.run(engine.evaluate([rego_input(proposal, under.profile, org)])).evaluations
    verdict = judge(evaluation, under, org, strict=more.get("strict", False))
    found = asyncio.run(smallest_flip(proposal, verdict, terms=under, engine=engine, services=SERVICES, **more))
    return verdict.allowed, found


@pytest.mark.parametrize("case", CASES, ids=[f"{c.rule}: {c.example.name}" for c in CASES])
def test_what_is_told_turns_the_answer_when_it_is_judged_again(case: Case, engine: EmbeddedEngine) -> None:
    allowed, found = flip(case.proposal, engine, terms(case))
    assert found.to == ("denied" if allowed else "allowed")
    if found.patch is None:
        assert found.words.startswith("None of ")
        return
    changed = fixes.fit_patch(found.patch, case.proposal)[1]
    assert changed is not None
    ((decision,),) = asyncio.run(
        decide([Question(proposals=[changed], request_id="r")], engine=engine, terms=terms(case))
    )
    assert decision.allowed is (found.to == "allowed")
    assert {v.rule_id for v in decision.violations if v.enforcement_action == "deny"} == set(found.denied_by)


SUBNETS = [
    {"SubnetId": f"subnet-0a00000{n}", "VpcId": "vpc-0a000001", "AvailabilityZoneId": f"use1-az{zone}"}
    for n, zone in ((1, 1), (2, 1), (3, 2))
]
REQUEST = {
    "VpcEndpointType": "Interface",
    "VpcId": "vpc-0a000001",
    "ServiceName": "com.amazonaws.us-east-1.sqs",
    "SubnetIds": ["subnet-0a000001", "subnet-0a000002"],
}


def proposal(request: Json, operation: str = "create") -> Proposal:
    return read({"operation": operation, "request": request, "context": {"Subnets": SUBNETS}})[0]


def test_the_fix_of_the_rule_that_denies_is_the_smallest_change(engine: EmbeddedEngine) -> None:
    _, found = flip(proposal(REQUEST), engine, terms())
    assert found.patch == ({"op": "remove", "path": "/request/SubnetIds/1"},)
    assert found.words == "It would be allowed with: remove /request/SubnetIds/1."


def test_one_subnet_is_a_smaller_loss_than_all_of_them(engine: EmbeddedEngine) -> None:
    under = terms()
    _, found = flip(
        proposal({**REQUEST, "SubnetIds": ["subnet-0a000003", "subnet-0a000001", "subnet-0a000002"]}), engine, under
    )
    assert found.patch == ({"op": "remove", "path": "/request/SubnetIds/2"},)


def test_two_wrongs_need_two_operations(engine: EmbeddedEngine) -> None:
    _, found = flip(proposal({**REQUEST, "RouteTableIds": ["rtb-0a000001"]}), engine, terms())
    assert found.patch == (
        {"op": "remove", "path": "/request/SubnetIds/1"},
        {"op": "remove", "path": "/request/RouteTableIds"},
    )


def test_an_allowed_proposal_is_told_what_would_be_denied_and_by_which_rule(engine: EmbeddedEngine) -> None:
    allowed, found = flip(proposal({**REQUEST, "SubnetIds": ["subnet-0a000001"]}), engine, terms())
    assert allowed
    assert found.to == "denied"
    assert found.patch is not None
    assert len(found.patch) == 1
    assert found.denied_by


def test_a_budget_of_nothing_finds_nothing_and_says_so(engine: EmbeddedEngine) -> None:
    _, found = flip(proposal(REQUEST), engine, terms(), budget=Budget(changes=0))
    assert (found.patch, found.tried, found.exhausted) == (None, 0, False)
    assert found.words == "None of 0 changes tried within the budget makes it allowed."


def test_under_strict_what_is_not_known_must_be_gone_too(engine: EmbeddedEngine) -> None:
    _, found = flip(proposal({**REQUEST, "SubnetIds": ["subnet-0a000001"]}), engine, terms(), strict=True)
    assert found.to == "allowed"
    assert found.patch is None


def test_edits_offer_what_the_context_has() -> None:
    found = propose_changes(proposal({**REQUEST, "SubnetIds": ["subnet-0a000001"]}), ["/request/SubnetIds"], SERVICES)
    assert found[:5] == [
        {"op": "remove", "path": "/request/SubnetIds"},
        {"op": "remove", "path": "/request/SubnetIds/0"},
        {"op": "add", "path": "/request/SubnetIds/-", "value": "subnet-0a000002"},
        {"op": "add", "path": "/request/SubnetIds/-", "value": "subnet-0a000003"},
        {"op": "replace", "path": "/request/SubnetIds/0", "value": "subnet-0a000002"},
    ]


def test_a_deletion_has_no_edits() -> None:
    assert propose_changes(proposal({"VpcEndpointId": "vpce-1"}, "delete"), ["/request/VpcEndpointId"], SERVICES) == []
