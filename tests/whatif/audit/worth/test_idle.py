"""Endpoints without data, as CloudWatch tells."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from tests.support.existing import interface
from tests.support.worth import FACTS, pair
from vpce_guard.formats.existing.inventory import Traffic
from vpce_guard.whatif.audit.worth import find_worth_doing, idle

find = partial(find_worth_doing, ways=(idle,))

SINCE, UNTIL = "2026-11-01T00:00:00Z", "2026-11-29T00:00:00Z"


def traffic(gigabytes: float = 0.0, *, since: str = SINCE) -> Traffic:
    return Traffic(gigabytes=gigabytes, since=since, until=UNTIL)


def test_an_endpoint_without_data_in_weeks_is_idle() -> None:
    facts = replace(FACTS, traffic={"vpce-1": traffic(), "vpce-2": traffic(0.001)})
    (found,) = find([pair(interface("vpce-1")), pair(interface("vpce-2")), pair(interface("vpce-3"))], facts)
    assert (found.kind, found.endpoint_ids, found.monthly, found.owners) == ("idle", ("vpce-1",), 14.6, ("payments",))
    assert found.why == "CloudWatch has no BytesProcessed of it from 2026-11-01 to 2026-11-29."


@pytest.mark.parametrize(
    ("endpoint", "told"),
    [
        ({}, traffic(since="2026-11-27T00:00:00Z")),
        ({"CreationTimestamp": "2026-11-20T00:00:00Z"}, traffic()),
        ({"CreationTimestamp": None}, traffic()),
        ({"ServiceRegion": "eu-west-1"}, traffic()),
        ({"VpcEndpointType": "Resource"}, traffic()),
    ],
    ids=["two days", "younger", "age not told", "other Region", "no metrics of its type"],
)
def test_what_cloudwatch_cannot_tell_is_not_idle(endpoint: dict[str, Any], told: Traffic) -> None:
    assert list(find([pair(interface("vpce-1", **endpoint))], replace(FACTS, traffic={"vpce-1": told}))) == []
