"""The schema of input: made of what readers hold proposals to, and no narrower than what rules see."""

from __future__ import annotations

from pathlib import Path

import jsonschema

from vpce_guard.authoring.testing.examples import cases
from vpce_guard.formats.aws.input_schema import input_schema, members_of


def test_examples_of_rules_are_of_the_schema_but_for_what_is_misspelt_in_requests(
    root: Path,
) -> None:
    validator = jsonschema.Draft7Validator(input_schema())
    wrong = {
        f"{case.rule}: {'/'.join(map(str, error.path))} {error.message[:80]}"
        for case in list(cases(root / "rego"))[::3]
        for error in validator.iter_errors(case.as_input())
        if list(error.path) not in (["request"], ["endpoint"], ["current"])
    }
    assert wrong == set()


def test_members_are_those_of_aws_and_of_readers() -> None:
    assert {"SubnetIds", "AddSubnetIds", "TagSpecifications"} <= set(members_of("request"))
    assert {"Groups", "State", "NetworkInterfaceIds"} <= set(members_of("current")) == set(members_of("endpoint"))
    assert {"Subnets", "AccountId", "complete_for"} <= set(members_of("context"))
    assert {"access_paths", "gb_per_month", "region_gb_per_month"} <= set(members_of("intent"))
    assert members_of("labels") == members_of("org") == ()
    assert input_schema()["properties"]["context"]["additionalProperties"] is False
