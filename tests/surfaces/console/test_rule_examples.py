"""Examples of rules as documents: each is judged as its rule says."""

from __future__ import annotations

import json

import pytest

from tests.support.console import Reader
from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.errors import NotFoundError
from vpce_guard.surfaces.console.rule_examples import list_examples, open_example


def test_examples_that_are_found_fault_with_come_first() -> None:
    kinds = [example.kind for example in list_examples(open_bundle(), "VPCE-IFACE-002")]
    assert kinds == sorted(kinds, key=["Violated", "Cannot be judged", "Passes"].index)
    assert {"Violated", "Passes"} <= set(kinds)


def test_an_example_is_a_proposal_and_its_context() -> None:
    opened = open_example(open_bundle(), "VPCE-IFACE-002", 0)
    assert json.loads(opened.text)["request"]["SubnetIds"] == ["subnet-0a100001", "subnet-0a200001"]
    assert json.loads(opened.context)["Region"] == "us-east-1"
    assert opened.note == "VPCE-IFACE-002, violated: two subnets in one Availability Zone."


def test_every_example_of_the_bundle_opens() -> None:
    bundle = open_bundle()
    for rule in bundle.catalogue.rules:
        for example in list_examples(bundle, rule.id):
            assert open_example(bundle, rule.id, example.number).text


def test_an_example_under_other_org_data_says_so() -> None:
    assert "org data of its own" in open_example(open_bundle(), "VPCE-ORG-001", 0).note


@pytest.mark.parametrize(("rule", "number"), [("VPCE-IFACE-002", 999), ("VPCE-IFACE-999", 0)])
def test_what_is_not_there_is_not_found(rule: str, number: int) -> None:
    with pytest.raises(NotFoundError):
        open_example(open_bundle(), rule, number)


@pytest.mark.parametrize("rule", ["VPCE-IFACE-002", "VPCE-GW-001", "VPCE-COMMON-004", "VPCE-GWLB-001"])
def test_an_example_is_judged_as_the_rule_says(reader: Reader, rule: str) -> None:
    first = next(one for one in list_examples(open_bundle(), rule) if one.kind == "Violated")
    opened = open_example(open_bundle(), rule, first.number)
    page = reader.post("check", document=opened.text, context=opened.context, **{"try": "yes"})
    assert f'<a href="/console/rules/{rule}"><b>{rule}</b></a>' in page.text
