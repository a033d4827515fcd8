"""Coverage by condition says what the examples show, at file and line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from vpce_guard.authoring.coverage.conditions import ConditionCoverage, condition_coverage

RULE = "vpce/rules/eni/one_subnet_per_az"
EXAMPLES = """
examples:
  pass:
  - name: two subnets in two Availability Zones
    request: {VpcEndpointType: Interface, VpcId: vpc-0a000001, ServiceName: com.amazonaws.us-east-1.sqs,
      SubnetIds: [subnet-0a100001, subnet-0b100001]}
"""
CLASH = """
  fail:
  - name: two subnets in one Availability Zone
    request: {VpcEndpointType: Interface, VpcId: vpc-0a000001, ServiceName: com.amazonaws.us-east-1.sqs,
      SubnetIds: [subnet-0a100001, subnet-0a200001]}
    violations: [{path: /request/SubnetIds/1}]
"""


@pytest.fixture(scope="module")
def source(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rego folder with one rule."""
    source = tmp_path_factory.mktemp("rego")
    shutil.copytree(root / "rego", source, dirs_exist_ok=True)
    shutil.rmtree(source / "vpce/rules")
    shutil.copytree(root / "rego" / RULE, source / RULE)
    (source / "coverage.yaml").unlink()
    return source


@pytest.fixture(scope="module")
def passing(source: Path, opa: str) -> ConditionCoverage:
    (source / RULE / "examples.yaml").write_text(EXAMPLES)
    return condition_coverage(source, opa=opa)


@pytest.fixture(scope="module")
def both(source: Path, opa: str) -> ConditionCoverage:
    (source / RULE / "examples.yaml").write_text(EXAMPLES + CLASH)
    return condition_coverage(source, opa=opa)


def test_what_no_example_comes_to_is_told_with_file_and_line(source: Path, passing: ConditionCoverage) -> None:
    of_rule = [c for c in passing.never_held if c.rule_id == "VPCE-IFACE-002"]
    assert (source / RULE / "one_subnet_per_az.rego").as_posix() == of_rule[0].file
    assert [(c.line, c.text) for c in of_rule[:2]] == [
        (27, "some later, clashes in _clashes"),
        (28, "earliest := min(clashes)"),
    ]


def test_a_failing_example_shows_the_conditions_that_lead_to_the_deny(both: ConditionCoverage) -> None:
    deny = [c for c in both.conditions if c.name == "deny"]
    assert [(c.line, c.held, c.failed) for c in deny[:2]] == [(26, 2, 2), (27, 1, 1)]
    assert {c.line for c in deny if not c.held} == set()


def test_a_condition_must_be_seen_both_ways(passing: ConditionCoverage, both: ConditionCoverage) -> None:
    def never_failed(coverage: ConditionCoverage) -> list[str]:
        return [c.text for c in coverage.never_failed if c.rule_id == "VPCE-IFACE-002"]

    assert "a != b" in never_failed(both)
    assert "subnet.id == _ids[later]" in never_failed(passing)
    assert "subnet.id == _ids[later]" not in never_failed(both)


def test_functions_are_followed_with_the_arguments_they_were_called_with(both: ConditionCoverage) -> None:
    same = [
        c for c in both.conditions if c.name == "together" and c.text == "x.AvailabilityZoneId == y.AvailabilityZoneId"
    ]
    assert [(c.rule_id, c.held, c.failed) for c in same] == [(None, 1, 1)]


def test_more_examples_cover_more(passing: ConditionCoverage, both: ConditionCoverage) -> None:
    percent = [next(r.percent for r in c.rules if r.rule_id == "VPCE-IFACE-002") for c in (passing, both)]
    assert percent[0] < percent[1] < 100
    assert both.lines[both.conditions[0].file][both.conditions[0].line][1] >= 1


def test_every_body_has_a_probe(passing: ConditionCoverage) -> None:
    assert passing.unprobed == 0
