"""The cost of a consolidation line by line, worked out by hand beside it."""

from __future__ import annotations

from typing import Any

from tests.support.existing import interface
from tests.support.moving import AT, read
from tests.support.organisation import CENTRE, endpoint_of, make_organisation
from vpce_guard.formats import proposals
from vpce_guard.formats.document import Document
from vpce_guard.formats.existing.inventory import Traffic
from vpce_guard.whatif.consolidation.asking import ask_consolidation
from vpce_guard.whatif.consolidation.money import Bill, make_bill

SQS = ("sqs",)
PRICES = {"regions": {"us-east-1": {"TransitGatewayAttachment": {"az_hour": 0.1, "gb": 0.03}}}}


def bill(
    documents: dict[str, list[Any]], traffic: dict[str, Traffic] | None = None, prices: Any = None, **options: Any
) -> Bill:
    drafts, centre = read(documents, **options)
    asked = ask_consolidation(drafts, centre, services={"services": {}}, at=AT)
    made = proposals([Document(drafts=tuple(drafts))], at=AT)
    return make_bill(
        asked.moves,
        centre,
        existing={str(one.address): one for one in made},
        created=[one for one in asked.proposals if one.operation == "create"],
        traffic=traffic or {},
        own_prices=prices,
    )


def lines(told: Bill) -> list[tuple[float | None, float | None]]:
    return [(line.before, line.after) for line in told.lines]


def test_data_that_are_not_told_are_not_counted_and_that_is_said() -> None:
    told = bill(make_organisation(2, services=SQS))
    # Two endpoints in two zones, then one: 2 * 2 * 730 * 0.01 and half of it. Three attachments: 3 * 730 * 0.05.
    assert lines(told) == [(29.2, 14.6), (0.0, 0.0), (0.0, 109.5), (0.0, 0.0)]
    assert (told.before, told.after, told.saves) == (29.2, 124.1, -94.9)
    assert "The data of 2 endpoints are not told, and not counted." in told.assumptions


def test_data_are_those_of_metrics_by_the_month_and_assumed_for_others() -> None:
    month = Traffic(gigabytes=50.0, since="2026-11-01T00:00:00Z", until="2026-11-16T05:00:00Z")  # 365 hours: half
    told = bill(make_organisation(2, services=SQS), {endpoint_of(1, 0): month}, gb_per_month=40.0, attached=True)
    # 100 GB and 40 GB, at 0.01 through endpoints and at 0.02 through the transit gateway.
    assert lines(told) == [(29.2, 14.6), (1.4, 1.4), (0.0, 0.0), (0.0, 2.8)]
    assert told.saves == 11.8


def test_what_the_centre_has_is_there_before_and_after_and_its_own_data_need_no_transit() -> None:
    documents = make_organisation(1, services=SQS)
    subnets = ["subnet-0ce00000"]
    documents["VpcEndpoints"].append(
        interface("vpce-0ce0000000000000a", VpcId=CENTRE, SubnetIds=subnets, DnsEntries=[])
    )
    told = bill(documents, gb_per_month=10.0)
    # 2 zones and 1, then 1; 20 GB in all, 10 GB of them from the other VPC; two attachments.
    assert lines(told) == [(21.9, 7.3), (0.2, 0.2), (0.0, 73.0), (0.0, 0.2)]


def test_prices_of_org_data_win() -> None:
    told = bill(make_organisation(2, services=SQS), prices=PRICES, gb_per_month=10.0)
    assert lines(told)[2:] == [(0.0, 219.0), (0.0, 0.6)]  # 3 * 730 * 0.1 and 20 * 0.03


def test_what_has_no_price_makes_the_sum_unknown() -> None:
    prices = {"currency": "EUR", "regions": {"us-east-1": {"Interface": {"az_hour": 0.01, "gb": 0.01}}}}
    told = bill(make_organisation(2, services=SQS), prices=prices, gb_per_month=10.0)
    assert lines(told) == [(29.2, 14.6), (0.2, 0.2), (0.0, None), (0.0, None)]
    assert (told.currency, told.before, told.after, told.saves) == ("EUR", 29.4, None, None)
    assert (
        "Not known: there is no price for TransitGatewayAttachment in us-east-1; give az_hour and gb in org data, "
        "under cost.prices.regions.us-east-1.TransitGatewayAttachment."
    ) in told.assumptions
