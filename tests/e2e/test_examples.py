"""Every rule does what its examples say, under the packaged bundle; the checks are those of `policy test`."""

from __future__ import annotations

import asyncio
from collections import defaultdict

import pytest

from tests.conftest import ROOT
from vpce_guard.authoring.testing import checks
from vpce_guard.authoring.testing.checks import Result
from vpce_guard.authoring.testing.examples import cases
from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.bundle.rules import Rule
from vpce_guard.engines.embedded import EmbeddedEngine
from vpce_guard.surfaces.reports.policy_tests.text import render

SOURCE = ROOT / "rego"
RULES = open_bundle().catalogue.rules


@pytest.fixture(scope="module")
def results() -> dict[str, list[Result]]:
    """What each check says, by rule."""
    bundle, judged = open_bundle(), list(cases(SOURCE))
    engine = EmbeddedEngine(bundle, timeout=10, memory_limit=256 << 20)

    async def every() -> list[Result]:
        told = checks.all_of_them(judged, engine, bundle.rules, revision=bundle.revision)
        return [result async for some in told for result in some]

    by_rule: dict[str, list[Result]] = defaultdict(list)
    for result in (*asyncio.run(every()), *checks.there_are_enough(SOURCE, judged, RULES)):
        by_rule[result.rule].append(result)
    return by_rule


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_does_what_its_examples_say(rule: Rule, results: dict[str, list[Result]]) -> None:
    assert len(results[rule.name]) > 4
    assert all(result.has_passed for result in results[rule.name]), render(results[rule.name])
