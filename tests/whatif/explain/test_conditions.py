"""Which condition decided, and what it saw."""

from __future__ import annotations

import asyncio

import pytest

from tests.whatif.explain.test_explaining import BUNDLE, CASES, explained, name, terms
from vpce_guard.authoring.testing.examples import Case
from vpce_guard.engines.probes import ProbeRequest, Probes, open_probes
from vpce_guard.whatif.explain.explainer import Explainer
from vpce_guard.whatif.explain.types import RuleExplanation

# waivers are judged by what other rules find: alone they find nothing
FAILING = [c for c in CASES if c.kind == "fail" and c.rule != "org.waivers"]


@pytest.fixture(scope="module")
def asker() -> Probes:
    return open_probes(BUNDLE, timeout=60, memory_limit=256 << 20)


def of_rule(case: Case, explainer: Explainer) -> RuleExplanation:
    rule_id = BUNDLE.rules[case.rule].id
    (found,) = explainer.explain(case.proposal, terms(case), only=rule_id, flip=False).rules
    return found


@pytest.mark.parametrize("case", FAILING, ids=map(name, FAILING))
def test_a_failing_example_names_a_condition_of_each_deny_that_fired(
    case: Case, explainer: Explainer, asker: Probes
) -> None:
    found = of_rule(case, explainer)
    (answer,) = asyncio.run(asker.ask([ProbeRequest(document=case.as_input(), rules=(case.rule,))]))
    numbers = sorted(t.probe for t in answer.bodies if t.tree.heads)
    fired = [asker.bodies[number] for number in numbers if asker.bodies[number].kind == "deny"]
    assert found.outcome in ("violated", "waived", "off")
    assert all(condition.held for condition in found.conditions)
    assert [
        any((c.file, c.line, c.text) == (body.file, e.line, e.text) for e in body.expressions)
        for c, body in zip(found.conditions, fired, strict=True)
    ] == [True] * len(fired)


def test_fixed_references_to_the_input_are_told_with_their_values(explainer: Explainer) -> None:
    found = explained(
        explainer, "VPCE-COMMON-032", ["subnet-0a000001"], VpcEndpointType="Tunnel", PrivateDnsEnabled=True
    )
    (condition,) = [c for c in found.conditions if c.text == "input.request.PrivateDnsEnabled == true"]
    assert [(s.text, s.known, s.value) for s in condition.saw] == [("input.request.PrivateDnsEnabled", True, True)]
    assert condition.words == "`input.request.PrivateDnsEnabled` (true) is true"
