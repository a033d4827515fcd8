"""A sample of the generated templates: none without a fault is denied, and each fault is found."""

from __future__ import annotations

from copy import deepcopy

import pytest

from tests.formats.cloudformation.faults import FAULTS, can_be_told, has, judge, templates

SAMPLE = [template for _, template in templates()][::37]


def test_templates_without_a_fault_are_allowed() -> None:
    assert all(decision.allowed for decisions in judge(SAMPLE) for decision in decisions)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found(fault: str) -> None:
    put, rule_id = FAULTS[fault]
    broken = [deepcopy(template) for template in SAMPLE if can_be_told(fault, template)]
    for template in broken:
        put(template["Resources"])
    assert broken
    assert all(has(decisions, rule_id) for decisions in judge(broken))
