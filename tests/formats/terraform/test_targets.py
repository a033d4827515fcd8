"""What a plan makes or knows that endpoints lead to: endpoint services, service networks, resource configurations."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.planned import block, change, endpoint, only, plan
from vpce_guard.formats.terraform.slim import slim
from vpce_guard.model import Json

SERVICE = "aws_vpc_endpoint_service"
NETWORK = "aws_vpclattice_service_network"
CONFIGURATION = "aws_vpclattice_resource_configuration"
NAME = "com.amazonaws.vpce.eu-west-1.${aws_vpc_endpoint_service.own}"
PROVIDERS = {"aws": {"expressions": {"region": {"constant_value": "eu-west-1"}}}}
ARN = "arn:aws:ec2:eu-west-1:111122223333:vpc-endpoint-service/vpce-svc-0123456789abcdef0"


def reference(*names: str) -> Json:
    return {"references": list(names)}


def created(kind: str, name: str, *unknown: str, **values: Any) -> Json:
    return change(kind, name, ["create"], after=values, unknown=dict.fromkeys(("id", "arn", *unknown), True))


def made(*changes: Json, service: Json | None = None, more: list[Json] | None = None, **expressions: Any) -> Json:
    blocks = [block("aws_vpc_endpoint", "this", **expressions), *([service] if service else []), *(more or [])]
    hidden = dict.fromkeys(expressions, True)
    return plan(endpoint(unknown=hidden), *changes, blocks=blocks, providers=PROVIDERS)


def own_service(*unknown: str, given: Json | None = None, **values: Any) -> tuple[Json, Json]:
    """The request of an endpoint for a new service, and the service's details."""
    hidden = ("service_name", "network_load_balancer_arns", *unknown)
    service = created(SERVICE, "own", *hidden, acceptance_required=False, **values)
    arns = {"network_load_balancer_arns": reference("aws_lb.own.arn", "aws_lb.own")}
    written = block(SERVICE, "own", **(arns if given is None else given))
    document = made(service, service=written, service_name=reference(f"{SERVICE}.own.service_name", f"{SERVICE}.own"))
    found = only(document)
    (detail,) = found.context["ServiceDetails"]
    return found.request, detail


def test_a_service_of_the_plan_is_known_before_it_has_a_name() -> None:
    request, detail = own_service()
    assert request["ServiceName"] == NAME
    assert detail == {
        "ServiceName": NAME,
        "ServiceId": "aws_vpc_endpoint_service.own",
        "ServiceRegion": "eu-west-1",
        "AcceptanceRequired": False,
        "ServiceType": [{"ServiceType": "Interface"}],
    }


def test_a_private_name_is_what_the_configuration_gives() -> None:
    assert own_service(private_dns_name="api.example.com")[1]["PrivateDnsName"] == "api.example.com"
    assert "PrivateDnsName" not in own_service("private_dns_name")[1]
    given = {"private_dns_name": reference("random_pet.name.id")}
    assert own_service("private_dns_name", given=given)[1]["PrivateDnsName"].startswith("{{")


def test_the_type_is_open_where_the_load_balancers_are() -> None:
    both = {f"{kind}_load_balancer_arns": reference("var.arns") for kind in ("network", "gateway")}
    assert "ServiceType" not in own_service("gateway_load_balancer_arns", given=both)[1]


def test_zones_are_those_of_load_balancers_that_are_there() -> None:
    arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/own/0123456789abcdef"
    there = [
        {"address": "aws_lb.own", "mode": "managed", "type": "aws_lb", "name": "own"}
        | {"values": {"id": arn, "arn": arn, "subnets": ["subnet-0a1b2c3d"]}},
        {"address": "aws_subnet.a", "mode": "managed", "type": "aws_subnet", "name": "a"}
        | {"values": {"id": "subnet-0a1b2c3d", "availability_zone": "eu-west-1a", "availability_zone_id": "euw1-az1"}},
    ]
    service = created(SERVICE, "own", "service_name", network_load_balancer_arns=[arn])
    document = plan(endpoint(), service, state=there, providers=PROVIDERS)
    (detail,) = only(document).context["ServiceDetails"]
    assert (detail["AvailabilityZones"], detail["AvailabilityZoneIds"]) == (["eu-west-1a"], ["euw1-az1"])


def test_a_service_that_is_there_tells_its_details() -> None:
    values = {
        "service_name": "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0",
        "id": "vpce-svc-0123456789abcdef0",
        "arn": ARN,
        "service_type": "GatewayLoadBalancer",
        "availability_zones": ["eu-west-1a"],
        "private_dns_name": "api.example.com",
        "private_dns_name_configuration": [{"state": "verified"}],
    }
    there = [{"address": f"{SERVICE}.own", "mode": "managed", "type": SERVICE, "name": "own", "values": values}]
    assert only(plan(endpoint(), state=there)).context["ServiceDetails"] == [
        {
            "ServiceName": "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0",
            "ServiceId": "vpce-svc-0123456789abcdef0",
            "Owner": "111122223333",
            "ServiceRegion": "eu-west-1",
            "ServiceType": [{"ServiceType": "GatewayLoadBalancer"}],
            "AvailabilityZones": ["eu-west-1a"],
            "PrivateDnsName": "api.example.com",
            "PrivateDnsNameVerificationState": "verified",
        }
    ]


@pytest.mark.parametrize(
    ("kind", "attribute", "member"),
    [
        (NETWORK, "service_network_arn", "ServiceNetworkArn"),
        (CONFIGURATION, "resource_configuration_arn", "ResourceConfigurationArn"),
    ],
)
def test_a_target_of_the_plan_goes_by_its_address(kind: str, attribute: str, member: str) -> None:
    target = created(kind, "own", type="SINGLE")
    found = only(made(target, **{attribute: reference(f"{kind}.own.arn", f"{kind}.own")}))
    assert found.request[member] == f"{kind}.own.arn"
    told = found.context["ServiceNetworks" if kind == NETWORK else "ResourceConfigurations"]
    assert [one["arn"] for one in told] == [f"{kind}.own.arn"]
    assert f"/request/{member}" not in found.unknown


def test_an_id_or_a_choice_in_the_place_of_an_arn_is_not_known() -> None:
    network = created(NETWORK, "own")
    for written in (reference(f"{NETWORK}.own.id", f"{NETWORK}.own"), reference("var.own", f"{NETWORK}.own.arn")):
        found = only(made(network, service_network_arn=written))
        assert "/request/ServiceNetworkArn" in found.unknown


def test_a_plan_without_the_rest_keeps_load_balancers() -> None:
    document = plan(endpoint(), created("aws_lb", "own", "subnets"), created("aws_instance", "other"))
    found = slim(json.dumps(document).encode())
    assert found is not None
    assert [one.get("type") for one in found["resource_changes"]] == ["aws_vpc_endpoint", "aws_lb", None]
