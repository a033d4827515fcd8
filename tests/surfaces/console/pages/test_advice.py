"""The page that advises."""

from __future__ import annotations

import pytest

from tests.support.console import Reader, written_on
from vpce_guard.errors import MalformedError
from vpce_guard.surfaces.console.pages.advice import read_need

NEED = {"service": "s3", "region": "us-east-1", "vpc_id": "vpc-0a000001", "route_table_ids": "rtb-0a000001"}


def test_a_need_is_what_the_fields_tell() -> None:
    form = {
        "service": " s3 ",
        "region": "",
        "purpose": "inspection",
        "subnet_ids": "a, b\nc",
        "path-tgw": "yes",
        "path-vpc": "no",
        "gb_per_month": "1.5",
        "vpcs": "3",
    }
    assert read_need(form) == {
        "service": "s3",
        "purpose": "inspection",
        "subnet_ids": ["a", "b", "c"],
        "access_paths": ["tgw"],
        "gb_per_month": 1.5,
        "vpcs": 3,
    }
    with pytest.raises(MalformedError, match="many is no number"):
        read_need({"vpcs": "many"})


def test_advice_names_the_type_its_cost_and_the_others(reader: Reader) -> None:
    page = reader.post("advice", **NEED, **{"path-vpc": "yes"})
    text = written_on(page)
    assert "Use Gateway" in text
    assert "Cost a month: 0.00 USD" in text
    assert "Interface possible too" in text
    assert "&#34;RouteTableIds&#34;" in page.text
    assert 'value="rtb-0a000001"' in page.text


def test_what_must_be_known_is_asked_for(reader: Reader) -> None:
    assert "More must be known" in written_on(reader.post("advice", service="s3"))


def test_a_purpose_has_several_endpoints(reader: Reader) -> None:
    fields = {**NEED, "service": "", "purpose": "session-manager", "subnet_ids": "subnet-0a100001"}
    text = written_on(reader.post("advice", security_group_ids="sg-0a000001", **fields))
    assert "ssmmessages" in text


@pytest.mark.parametrize("wrong", [{"vpcs": "0"}, {"purpose": "<b>"}, {"gb_per_month": "-1"}, {"vpcs": "x"}])
def test_what_is_wrong_is_said_and_the_fields_stay(reader: Reader, wrong: dict[str, str]) -> None:
    page = reader.post("advice", **{**NEED, **wrong})
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert 'value="rtb-0a000001"' in page.text
    assert "<b>" not in page.text.split('role="alert"')[1].split("</div>")[0]
