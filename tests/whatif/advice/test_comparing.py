"""What a need costs in all VPCs: endpoints in each, central ones, NAT."""

from __future__ import annotations

from typing import Any

from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.decisions.judge import Terms
from vpce_guard.model import Json
from vpce_guard.org.load import read_org_data
from vpce_guard.whatif.advice import Need
from vpce_guard.whatif.advice.comparing import compare

BUNDLE = open_bundle()
INTERFACE = {"request": {"VpcEndpointType": "Interface", "SubnetIds": ["a", "b"]}}
GATEWAY = {"request": {"VpcEndpointType": "Gateway"}}


def compared(*proposals: Json, region: str = "us-east-1", org: Json | None = None, **need: Any) -> dict[str, Any]:
    data = read_org_data(org or {}, {rule.id: rule for rule in BUNDLE.catalogue.rules})
    terms = Terms(rules=BUNDLE.rules, revision="r", profile="aws-current", org=data)
    found = compare(Need.model_validate(need), proposals, {"Region": region}, terms)
    return {way.way: way for way in found}


def test_one_vpc_is_compared_with_nat_only() -> None:
    found = compared(INTERFACE, GATEWAY)
    assert {name: way.monthly for name, way in found.items()} == {"endpoints in each VPC": 14.6, "NAT gateways": 65.7}
    assert found["endpoints in each VPC"].counts == "1 interface endpoint in 1 VPC, data not counted"


def test_many_vpcs_are_compared_with_central_endpoints() -> None:
    found = compared(INTERFACE, INTERFACE, vpcs=50, gb_per_month=100.0)
    assert {name: way.monthly for name, way in found.items()} == {
        "endpoints in each VPC": 50 * 29.2 + 1,
        "central endpoints": round(29.2 + 51 * 36.5 + 1 + 2, 2),
        "NAT gateways": 50 * 65.7 + 4.5,
    }


def test_what_has_no_price_makes_a_way_unknown_and_no_other() -> None:
    found = compared(INTERFACE, region="eu-central-1", vpcs=2)
    assert found["endpoints in each VPC"].monthly == 2 * 17.52
    assert found["NAT gateways"].monthly is None
    assert found["NAT gateways"].unknown == ("there is no price for NatGateway in eu-central-1",)
    nowhere = compared(INTERFACE, region="eu-west-1", gb_per_month=1.0)
    assert nowhere["endpoints in each VPC"].unknown == (
        "there is no price for Interface in eu-west-1",
        "there is no price for data through Interface in eu-west-1",
    )


def test_prices_of_org_data_count() -> None:
    prices = {"regions": {"eu-west-1": {"NatGateway": {"az_hour": 0.05, "gb": 0.05}}}}
    found = compared(INTERFACE, region="eu-west-1", org={"cost": {"prices": prices}}, gb_per_month=10.0)
    assert found["NAT gateways"].monthly == 73.5


def test_gateway_endpoints_alone_and_unknown_subnets_are_not_compared_with_money() -> None:
    assert compared(GATEWAY) == {}
    unsure = compared({"request": {"VpcEndpointType": "Interface"}})
    assert unsure["endpoints in each VPC"].monthly is None
    assert unsure["NAT gateways"].unknown == ("it is not known which subnets the endpoints are in",)
