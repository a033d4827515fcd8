"""A consolidation in lines of text."""

from __future__ import annotations

from typing import Any

import click

from vpce_guard.surfaces.consolidation_lines import consolidation_lines
from vpce_guard.whatif.consolidation.types import Consolidation, ConsolidationStep, CostLine, ServiceMove

SQS = "com.amazonaws.us-east-1.sqs"


def step(number: int, *denied_by: str) -> ConsolidationStep:
    given: dict[str, Any] = {"phase": "delete", "service": SQS, "vpc_id": "vpc-1", "account": "1", "owner": "payments"}
    given |= {"proposal": {"address": f"vpce-{number}"}, "undetermined": (), "by_hand": ("Look first.",)}
    return ConsolidationStep(number=number, allowed=not denied_by, denied_by=denied_by, **given)


def told(*steps: ConsolidationStep, saves: float | None = 5.0) -> str:
    found = Consolidation(
        vpc_id="vpc-0",
        region="us-east-1",
        services=(ServiceMove(service=SQS, vpcs=2, endpoints=3, zones=2, central_endpoint="vpce-0"),),
        currency="USD",
        before=None if saves is None else 20.0,
        after=15.0,
        saves=saves,
        costs=(CostLine(what="endpoint hours", before=20.0, after=None, counts="3 endpoints"),),
        assumptions=("None.",),
        risks=("Some.",),
        admissible=all(one.allowed for one in steps),
        steps=steps,
    )
    return click.unstyle("\n".join(consolidation_lines(found)))


def test_cost_assumptions_risks_and_steps_are_told() -> None:
    text = told(step(1))
    assert "into vpc-0, us-east-1: saves 5.00 USD a month, 1 steps, all admissible" in text
    assert f"{SQS}: 3 endpoints in 2 VPCs go, one in 2 zones stays with vpce-0" in text
    assert "  endpoint hours                   20.00     not known  3 endpoints" in text
    assert "1 ALLOWED delete    vpce-1  vpc-1, 1, owner payments\n    by hand: Look first." in text
    assert all(part in text for part in ("assumed: None.", "risk: Some."))


def test_what_costs_more_or_is_not_known_is_said() -> None:
    assert "costs 3.00 USD a month" in told(saves=-3.0)
    assert "what it saves is not known" in told(saves=None)


def test_of_many_steps_the_first_are_shown_and_those_that_are_denied() -> None:
    text = told(*map(step, range(1, 60)), step(60, "VPCE-ORG-003"))
    assert "60 steps, 1 denied" in text
    assert "  60 DENIED  delete    vpce-60" in text
    assert "denied by VPCE-ORG-003" in text
    assert "vpce-41" not in text
    assert text.endswith("and 19 more steps, in -o json")
