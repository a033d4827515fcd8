"""Controls of frameworks: their order, and what METADATA may say of them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.bundle.frameworks import FRAMEWORKS, FrameworkMapping, control_order

MAPPING = {"framework": "cis", "controls": ["5.5"], "relation": "part", "doc": "https://docs.aws.amazon.com/x"}


def test_controls_stand_as_people_read_them() -> None:
    given = ["EC2.55", "EC2.10", "AC-4(21)", "AC-21", "AC-4", "A1.1.3", "1.10.1", "1.4.4"]
    assert sorted(given, key=control_order) == [
        "1.4.4",
        "1.10.1",
        "A1.1.3",
        "AC-4",
        "AC-4(21)",
        "AC-21",
        "EC2.10",
        "EC2.55",
    ]


@pytest.mark.parametrize(
    "wrong",
    [{"framework": "soc"}, {"controls": []}, {"relation": "all"}, {"doc": "http://x.example"}, {"covers": "all"}],
)
def test_what_a_mapping_says_is_closed(wrong: dict[str, object]) -> None:
    FrameworkMapping.model_validate(MAPPING)
    with pytest.raises(ValidationError):
        FrameworkMapping.model_validate({**MAPPING, **wrong})


def test_every_framework_has_a_rule_and_no_rule_says_a_control_twice() -> None:
    rules = open_bundle().catalogue.rules
    assert {one.framework for rule in rules for one in rule.frameworks} == set(FRAMEWORKS)
    for rule in rules:
        told = [(one.framework, control) for one in rule.frameworks for control in one.controls]
        assert len(told) == len(set(told)), rule.id
