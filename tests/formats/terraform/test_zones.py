"""A subnet has the id of its zone where a data source of the same provider lists it with its name, and so round."""

from __future__ import annotations

import pytest

from tests.support.planned import change, data, endpoint, only, plan
from vpce_guard.model import Json

LISTED = data("aws_availability_zones", "z", names=["us-east-1a", "us-east-1b"], zone_ids=["use1-az6", "use1-az1"])
ONE = data("aws_availability_zone", "z", name="us-east-1b", zone_id="use1-az1")


def zone_of(state: list[Json], **values: str) -> tuple[str | None, str | None]:
    subnet = change("aws_subnet", "s", ["create"], after=values, unknown={"id": True})
    (found,) = only(plan(endpoint(), subnet, state=state)).context["Subnets"]
    return found.get("AvailabilityZone"), found.get("AvailabilityZoneId")


@pytest.mark.parametrize("source", [LISTED, ONE])
def test_name_and_id_tell_each_other(source: Json) -> None:
    assert zone_of([source], availability_zone="us-east-1b") == ("us-east-1b", "use1-az1")
    assert zone_of([source], availability_zone_id="use1-az1") == ("us-east-1b", "use1-az1")


def test_what_nobody_lists_is_not_told() -> None:
    assert zone_of([ONE], availability_zone="us-east-1a") == ("us-east-1a", None)
    uneven = data("aws_availability_zones", "z", names=["us-east-1a"], zone_ids=["use1-az6", "use1-az1"])
    assert zone_of([uneven], availability_zone="us-east-1a") == ("us-east-1a", None)


def test_what_data_sources_contradict_each_other_about_is_not_told() -> None:
    other = data("aws_availability_zone", "y", name="us-east-1b", zone_id="use1-az9")
    assert zone_of([ONE, other], availability_zone="us-east-1b") == ("us-east-1b", None)
