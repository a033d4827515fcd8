"""Only waivers that may match a proposal are looked at, and all of those."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.org.data import EffectiveOrg
from vpce_guard.org.load import read_org_data
from vpce_guard.org.waiver_index import WaiverIndex

HERE = {"vpc_id": "vpc-1", "account": "111122223333", "region": "us-east-1"}


def waivers(*matches: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"id": f"W-{number}", "match": match} for number, match in enumerate(matches)]


@pytest.mark.parametrize(
    ("match", "found"),
    [
        ({}, True),
        ({"vpc_id": "vpc-1"}, True),
        ({"vpc_id": "vpc-2"}, False),
        ({"vpc_id": ["vpc-2", "vpc-1"]}, True),
        ({"vpc_id": "vpc-*"}, True),
        ({"vpc_id": ["vpc-2", "x*"]}, True),
        ({"account": "111122223333", "vpc_id": "vpc-2"}, False),
        ({"account": "444455556666", "vpc_id": "vpc-*"}, False),
        ({"region": "eu-west-1"}, False),
        ({"tags": {"Owner": "x"}}, True),
        ({"service": "sqs"}, True),
    ],
)
def test_what_a_match_names_without_a_wildcard_chooses(match: dict[str, Any], found: bool) -> None:
    assert WaiverIndex(waivers(match)).find(HERE) == ((0,) if found else ())


def test_what_is_not_told_matches_no_name() -> None:
    index = WaiverIndex(waivers({"account": "111122223333"}, {"vpc_id": "*"}))
    assert index.find({"vpc_id": None, "account": None, "region": None}) == (1,)


def test_the_same_waivers_are_the_same_object() -> None:
    one = {
        "rule": "VPCE-ORG-006",
        "approved_by": "netsec",
        "reason": "single-AZ migration",
        "expires": "2099-12-31T00:00:00Z",
    }
    document = {"waivers": [{**one, "id": f"W-{n}", "match": {"account": f"{n:012}"}} for n in range(100)]}
    org: EffectiveOrg = read_org_data(document, {r.id: r for r in open_bundle().catalogue.rules}).effective(None, None)
    chosen = org.rules_for({"account": "000000000007"})
    assert [waiver["id"] for waiver in chosen["waivers"]] == ["W-7"]
    assert org.rules_for({"account": "000000000007", "vpc_id": "vpc-1"}) is chosen
    assert org.rules_for({"account": "x"})["waivers"] == []
    for number in range(100):
        assert len(org.rules_for({"account": f"{number:012}"})["waivers"]) == 1
