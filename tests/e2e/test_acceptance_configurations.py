"""What the acceptance tests of the Terraform provider create on AWS is not denied: AWS takes it."""

from __future__ import annotations

import asyncio
from functools import cache
from typing import Any

import pytest

from tests.conftest import ROOT
from vpce_guard.authoring.testing.examples import Example, proposal
from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.decisions.inputs import rego_input
from vpce_guard.decisions.judge import Terms, judge
from vpce_guard.engines.embedded import EmbeddedEngine
from vpce_guard.engines.evaluation import Evaluation
from vpce_guard.formats import yaml_files
from vpce_guard.model import Json, Profile
from vpce_guard.org.data import no_org_data

PROFILE: Profile = "aws-current"
DATA: dict[str, Any] = yaml_files.load(ROOT / "tests/data/terraform_provider.yaml")
CONFIGURATIONS: list[dict[str, Any]] = DATA["configurations"]
HIDDEN = ("context", "region alone", "nothing")  # what is told of the surroundings


def told(configuration: dict[str, Any], hidden: str) -> Json:
    """The input for a configuration with its own context, with the Region, or with no context."""
    example = Example(
        name=configuration["test"],
        operation=configuration.get("operation", "create"),
        request=configuration["request"],
        current=configuration.get("current"),
    )
    region = {"Region": configuration["context"]["Region"]}
    context = {"context": configuration["context"], "region alone": region, "nothing": {}}[hidden]
    return rego_input(proposal(example, context), PROFILE, no_org_data({}).effective(None, None))


@cache
def evaluations() -> dict[tuple[str, str], Evaluation]:
    """What the rules say, by test and what is told."""
    keys = [(configuration["test"], hidden) for configuration in CONFIGURATIONS for hidden in HIDDEN]
    inputs = [told(configuration, hidden) for configuration in CONFIGURATIONS for hidden in HIDDEN]
    return dict(zip(keys, asyncio.run(_evaluate(inputs)), strict=True))


async def _evaluate(inputs: list[Json]) -> list[Evaluation]:
    engine = EmbeddedEngine(open_bundle(), timeout=60, memory_limit=256 << 20)
    try:
        return (await engine.evaluate(inputs)).evaluations
    finally:
        await engine.close()


def denials(test: str, hidden: str) -> list[str]:
    bundle = open_bundle()
    terms = Terms(rules=bundle.rules, revision=bundle.revision, profile=PROFILE, org=no_org_data({}))
    verdict = judge(evaluations()[test, hidden], terms, terms.org.effective(None, None), strict=False)
    return [f"{v.rule_id} {v.message}" for v in verdict.violations if v.enforcement_action == "deny"]


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("test", [configuration["test"] for configuration in CONFIGURATIONS])
def test_what_aws_takes_is_not_denied(test: str, hidden: str) -> None:
    assert denials(test, hidden) == []


def test_each_configuration_is_told_once() -> None:
    assert len({configuration["test"] for configuration in CONFIGURATIONS}) == len(CONFIGURATIONS) > 50


def test_one_that_aws_refuses_is_denied() -> None:
    spoiled = {
        **CONFIGURATIONS[0],
        "request": {**CONFIGURATIONS[0]["request"], "SubnetIds": ["subnet-0a00000000000000a"]},
    }
    (evaluation,) = asyncio.run(_evaluate([told(spoiled, "context")]))
    assert "gw.no_eni_parameters" in {found.rule for found in evaluation.violations}
