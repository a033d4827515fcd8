"""What endpoints cost: figures by hand, and nothing unknown is zero."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from vpce_guard.decisions import cost
from vpce_guard.formats import read
from vpce_guard.model import Json, Proposal

SUBNETS = [
    {"SubnetId": f"subnet-{i}", "VpcId": "vpc-1", "AvailabilityZoneId": zone}
    for i, zone in enumerate(["use1-az1", "use1-az1", "use1-az2", "use1-az4"])
]
GWLB = {"VpcEndpointType": "GatewayLoadBalancer", "SubnetIds": ["subnet-0"]}
CURRENT = {"VpcEndpointId": "vpce-1", "VpcId": "vpc-1", "VpcEndpointType": "Interface", "SubnetIds": ["subnet-0"]}


def proposal(
    operation: str = "create", intent: Json | None = None, current: Json | None = None, **request: Any
) -> Proposal:
    context = {"Region": "us-east-1", "Subnets": SUBNETS, "VpcEndpoints": [], **request.pop("context", {})}
    base = {"VpcEndpointType": "Interface", "VpcId": "vpc-1", "SubnetIds": ["subnet-0", "subnet-2"]}
    given = {**(base if operation == "create" else {"VpcEndpointId": "vpce-1"}), **request}
    document = {"operation": operation, "request": given, "current": current, "intent": intent or {}}
    (found,) = read(document, context=context)
    return found


def monthly(*args: Any, prices: Json | None = None, **request: Any) -> Decimal | None:
    return cost.calculate(proposal(*args, **request), prices).after.value


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ({}, "14.6"),
        ({"SubnetIds": ["subnet-0"]}, "7.3"),
        ({"SubnetIds": ["subnet-0", "subnet-1"]}, "7.3"),
        ({"SubnetIds": ["subnet-8", "subnet-9"]}, "14.6"),
        ({"VpcEndpointType": "Gateway"}, "0"),
        ({"VpcEndpointType": "ServiceNetwork"}, "0"),
        (GWLB, "7.3"),
        ({"intent": {"gb_per_month": 1000}}, "24.6"),
        (
            {"VpcEndpointType": "GatewayLoadBalancer", "SubnetIds": ["subnet-0"], "intent": {"gb_per_month": 1000}},
            "10.8",
        ),
        ({"intent": {"gb_per_month": 0}}, "14.6"),
    ],
)
def test_zones_times_hours_and_data(request_: Json, expected: str) -> None:
    assert monthly(**request_) == Decimal(expected)


def test_data_are_a_share_of_the_tiers_of_the_region() -> None:
    total = Decimal(2_000_000)
    tiers = Decimal(1_048_576) * Decimal("0.01") + (total - 1_048_576) * Decimal("0.006")
    found = monthly(intent={"gb_per_month": 500_000, "region_gb_per_month": 2_000_000})
    assert found == Decimal("14.6") + tiers / 4
    alone = monthly(intent={"gb_per_month": 6_000_000})
    assert alone == Decimal("14.6") + Decimal("10485.76") + Decimal("25165.824") + Decimal("3028.48")


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        ({"context": {"Region": "eu-west-1"}}, "no price for Interface endpoints in eu-west-1"),
        ({"VpcEndpointType": "Resource", "context": {"Region": "eu-west-2"}}, "no price for Resource endpoints"),
        ({"SubnetIds": []}, "which subnets"),
        ({"ServiceRegion": "eu-west-1", "intent": {"gb_per_month": 1}}, "no price for data from eu-west-1"),
    ],
)
def test_what_is_not_known_is_not_zero(request_: Json, says: str) -> None:
    told = cost.calculate(proposal(**request_), None).as_cost()
    assert (told.monthly, told.difference) == (None, None)
    assert says in told.unknown[0]


def test_hidden_subnets_and_an_unknown_region_are_not_known() -> None:
    (later,) = read(
        {"operation": "create", "request": {"VpcEndpointType": "Interface"}, "unknown": ["/request/SubnetIds"]}
    )
    assert cost.calculate(later, None).after.missing == ("/context/Region",)
    (hidden,) = read(
        {
            "operation": "create",
            "request": {"VpcEndpointType": "Interface", "SubnetIds": ["subnet-0"]},
            "unknown": ["/request/SubnetIds/1"],
        },
        context={"Region": "us-east-1"},
    )
    assert cost.calculate(hidden, None).after.missing == ("/request/SubnetIds/1",)


def test_a_modify_and_a_delete_tell_the_difference() -> None:
    more = cost.calculate(proposal("modify", current=CURRENT, AddSubnetIds=["subnet-2"]), None).as_cost()
    assert (more.monthly, more.difference) == (14.6, 7.3)
    gone = cost.calculate(proposal("delete", current=CURRENT), None).as_cost()
    assert (gone.monthly, gone.difference) == (0.0, -7.3)
    blind = cost.calculate(proposal("modify", AddSubnetIds=["subnet-2"]), None).as_cost()
    assert (blind.monthly, blind.difference) == (None, None)
    assert not more.with_data
    assert (more.currency, more.prices_of) == ("USD", "2026-09-17")


def test_own_prices_win_and_another_currency_replaces_all() -> None:
    dearer = {"regions": {"us-east-1": {"Interface": {"az_hour": 0.02}}}}
    assert monthly(prices=dearer) == Decimal("29.2")
    assert monthly(prices={"hours": 100}) == Decimal("2")
    assert monthly(prices=dearer, **GWLB) == Decimal("7.3")
    assert monthly(prices={**dearer, "currency": "EUR"}, **GWLB) is None
    euros = cost.calculate(proposal(), {**dearer, "currency": "EUR", "date": "2026-11-01"}).as_cost()
    assert (euros.currency, euros.monthly, euros.prices_of, euros.prices_from) == ("EUR", 29.2, "2026-11-01", None)
    across = {"regions": {"us-east-1": {"Interface": {"az_hour": 0.01, "gb": 0.01, "cross_region_gb": 0.02}}}}
    found = monthly(prices=across, ServiceRegion="eu-west-1", intent={"gb_per_month": 100})
    assert found == Decimal("17.6")


def test_the_vpc_is_the_sum_of_its_endpoints() -> None:
    listed = [
        {**CURRENT, "VpcEndpointId": "vpce-2", "State": "pendingAcceptance"},
        {**CURRENT, "VpcEndpointId": "vpce-3", "State": "deleted"},
        {**CURRENT, "VpcEndpointId": "vpce-4", "VpcId": "vpc-2"},
        {**CURRENT, "VpcEndpointId": "vpce-5", "VpcEndpointType": "Gateway"},
    ]
    alone = proposal(context={"VpcEndpoints": listed})
    assert cost.calculate_for_vpc(alone, cost.calculate(alone, None)).value == Decimal("21.9")
    document = [{"operation": "create", "request": {**alone.request}} for _ in range(2)]
    first, _ = read(document, context={"Region": "us-east-1", "Subnets": SUBNETS, "VpcEndpoints": []})
    assert cost.calculate_for_vpc(first, cost.calculate(first, None)).value == Decimal("29.2")
    modified = proposal("modify", current=CURRENT, AddSubnetIds=["subnet-2"], context={"VpcEndpoints": [CURRENT]})
    assert cost.calculate_for_vpc(modified, cost.calculate(modified, None)).value == Decimal("14.6")
    untold = Proposal(
        operation="create", request=alone.request, endpoint=alone.endpoint, context={"Region": "us-east-1"}
    )
    assert cost.calculate_for_vpc(untold, cost.calculate(untold, None)).missing == ("/context/VpcEndpoints",)


def test_rules_compare_whole_millionths() -> None:
    costing = cost.calculate(proposal(), None)
    assert cost.as_input(costing.after, costing) == {
        "millionths": 14_600_000,
        "text": "14.60 USD a month, data not counted",
    }
    unknown = cost.calculate(proposal(context={"Region": "eu-west-1"}), None)
    assert cost.as_input(unknown.after, unknown)["missing"] == ["/org/cost/prices"]
