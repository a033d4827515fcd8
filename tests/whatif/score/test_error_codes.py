"""The tables say the same as the page of EC2's error codes."""

from __future__ import annotations

import re

from tests.conftest import ROOT
from tests.test_ec2_errors import CODE, FORESEEN, NOT_FORESEEN, RULE_ID, rows
from vpce_guard.whatif.score.error_codes import (
    DRY_RUN,
    OF_ACCESS,
    OF_THE_MOMENT,
    RULES_BY_CODE,
    RULES_BY_MESSAGE,
    stated_by,
)

TABLE, _, REASONS = FORESEEN.partition("## What InvalidParameter stands for")


def test_each_code_has_the_rules_of_the_page() -> None:
    of_page = {code: set(RULE_ID.findall(row[2])) for row in rows(TABLE)[1:] for code in CODE.findall(row[0])}
    of_page["InvalidParameter"] = set(RULE_ID.findall(REASONS))
    assert {code: set(rules) for code, rules in RULES_BY_CODE.items()} == of_page


def test_words_of_messages_have_rules_that_the_page_names_together() -> None:
    of_page = [set(RULE_ID.findall(row[1])) for row in rows(REASONS)[1:]]
    assert [rules for rules in RULES_BY_MESSAGE.values() if set(rules) not in of_page] == []


def test_codes_that_say_nothing_of_rules_are_among_those_no_rule_foresees() -> None:
    of_page = set(CODE.findall(NOT_FORESEEN))
    with_other_services = re.compile(r"AccessDenied|Throttling|Token|UnrecognizedClient")
    assert {one for one in OF_ACCESS | OF_THE_MOMENT | {DRY_RUN} if not with_other_services.search(one)} <= of_page


def test_the_words_of_a_message_say_which_rule_it_is_of() -> None:
    assert stated_by("InvalidParameter", "There is a conflicting DNS domain in the VPC") == ("VPCE-IFACE-017",)
    assert len(stated_by("InvalidParameter", "Something else")) > 20
    assert stated_by("InvalidVpcEndpointService.NotFound", "conflicting DNS domain") == ()


def test_the_page_says_that_a_score_goes_by_it() -> None:
    assert "policy score" in (ROOT / "docs/reference/ec2-errors.md").read_text()
