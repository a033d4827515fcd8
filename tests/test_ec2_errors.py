"""The page of EC2's error codes: each rule it names exists, and each rule about what AWS refuses is in it."""

from __future__ import annotations

import re

from tests.conftest import ROOT
from vpce_guard.bundle.bundle import open_bundle

PAGE = (ROOT / "docs/reference/ec2-errors.md").read_text()
FORESEEN, _, NOT_FORESEEN = PAGE.partition("## Codes that no rule foresees")
RULE_ID = re.compile(r"VPCE-[A-Z]+-\d{3}")
CODE = re.compile(r"`([A-Z][A-Za-z]+(?:\.[A-Z][A-Za-z]+)?)`")


def rows(text: str) -> list[list[str]]:
    """The cells of the rows of all tables in a text, without their heads."""
    return [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ") and "---" not in line]


def test_each_rule_that_the_page_names_exists() -> None:
    assert set(RULE_ID.findall(PAGE)) - {rule.id for rule in open_bundle().rules.values()} == set()


def test_each_rule_about_what_aws_refuses_has_its_code() -> None:
    refused = {rule.id for rule in open_bundle().rules.values() if rule.effect == "api-rejects"}
    assert refused - set(RULE_ID.findall(FORESEEN)) == set()


def test_only_rules_about_what_aws_refuses_foresee_a_code() -> None:
    effects = {rule.id: rule.effect for rule in open_bundle().rules.values()}
    others = {rule for rule in RULE_ID.findall(FORESEEN) if effects[rule] != "api-rejects"}
    assert others == {"VPCE-COMMON-028"}  # a member that does not exist: most clients refuse it before AWS does


def test_each_code_stands_once() -> None:
    first_cells = [row[0] for row in rows(PAGE)]
    codes = [code for cell in first_cells for code in CODE.findall(cell)]
    assert len(codes) > 50
    assert sorted(codes) == sorted(set(codes))


def test_each_code_that_no_rule_foresees_has_a_reason() -> None:
    for cells in rows(NOT_FORESEEN)[1:]:
        assert len(cells) == 2
        assert len(cells[1].split()) > 4
