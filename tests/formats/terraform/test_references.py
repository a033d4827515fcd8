"""References between the resources of a plan, without its source."""

from __future__ import annotations

import pytest

from tests.support.terraform import ENDPOINT, SUBNETS, block, proposals, refers, resource, written
from vpce_guard.formats import read
from vpce_guard.model import Json

S3 = {"vpc_endpoint_type": "Interface", "service_name": "com.amazonaws.us-east-1.s3"}


def test_a_subnet_not_created_yet_has_its_zone() -> None:
    found = proposals("all-unknown-subnets")["aws_vpc_endpoint.sqs"]
    zones = {s["SubnetId"]: s.get("AvailabilityZone") for s in found.context["Subnets"]}
    assert zones["aws_subnet.new[0]"] == "us-east-1a"


def test_no_id_that_a_list_merely_refers_to_is_a_member() -> None:
    found = proposals("all-unknown-subnets")["aws_vpc_endpoint.sqs"]
    assert "SubnetIds" not in found.request  # the plan does not say what the expression does with them
    assert found.unknown == ("/request/SubnetIds",)


def test_a_value_of_something_else_stands_for_no_subnet() -> None:
    found = proposals("all-unknown-subnets")["aws_vpc_endpoint.kms"]
    assert "SubnetIds" not in found.request
    assert found.unknown == ("/request/SubnetIds",)


def test_a_vpc_of_the_plan_goes_by_its_address() -> None:
    root = {
        "resources": [
            block("aws_vpc_endpoint", "e", vpc_id=refers("aws_vpc.v.id", "aws_vpc.v")),
            block("aws_subnet", "p", vpc_id=refers("aws_vpc.v.id", "aws_vpc.v")),
        ]
    }
    vpc = resource("aws_vpc.v", "aws_vpc", {"cidr_block": "10.0.0.0/16", "enable_dns_support": True})
    endpoint = resource("aws_vpc_endpoint.e", "aws_vpc_endpoint", ENDPOINT, unknown={"vpc_id": True})
    (found,) = read(written(root, vpc, *SUBNETS, endpoint))
    assert found.request["VpcId"] == "aws_vpc.v"
    assert found.context["Vpc"] == {"VpcId": "aws_vpc.v", "CidrBlock": "10.0.0.0/16", "EnableDnsSupport": True}
    assert [s["VpcId"] for s in found.context["Subnets"]] == ["aws_vpc.v", "aws_vpc.v"]
    assert found.context["VpcEndpoints"] == []
    assert found.unknown == ()


@pytest.mark.parametrize(
    ("references", "subnet"),
    [
        (["aws_subnet.p[1].id", "aws_subnet.p[1]", "aws_subnet.p"], "aws_subnet.p[1]"),
        (["aws_subnet.p", "count.index"], "aws_subnet.p[1]"),
        (["aws_subnet.p"], None),
        (["aws_subnet.p[1].arn", "aws_subnet.p[1]", "aws_subnet.p"], None),
        (["aws_subnet.p[7].id", "aws_subnet.p[7]", "aws_subnet.p"], None),
        (["aws_subnet.p", "local.zones"], None),
        (["aws_subnet.p", "each.value"], None),
        (["aws_subnet.p[0].id", "aws_subnet.p[0]", "aws_subnet.p[1].id", "aws_subnet.p[1]", "aws_subnet.p"], None),
        (["local.subnets"], None),
        (["module.none.out", "module.none"], None),
        (["var.subnets"], None),
    ],
)
def test_only_what_references_certainly_name_is_taken(references: list[str], subnet: str | None) -> None:
    configuration = [{"subnet_id": refers(*references)}]
    root = {"resources": [block("aws_vpc_endpoint", "e", subnet_configuration=configuration)]}
    endpoint = resource(
        "aws_vpc_endpoint.e[1]",
        "aws_vpc_endpoint",
        {**ENDPOINT, "subnet_configuration": [{}]},
        unknown={"subnet_configuration": [{"subnet_id": True}]},
        index=1,
    )
    sibling = {**endpoint, "address": "aws_vpc_endpoint.e[0]", "index": 0}
    found = {p.address: p for p in read(written(root, *SUBNETS, sibling, endpoint))}["aws_vpc_endpoint.e[1]"]
    assert found.request["SubnetConfigurations"] == ([{"SubnetId": subnet}] if subnet else [{}])
    assert found.unknown == (() if subnet else ("/request/SubnetConfigurations/0/SubnetId",))


def test_an_index_into_a_longer_list_may_be_any() -> None:
    configuration = [{"subnet_id": refers("aws_subnet.p", "count.index")}]
    root = {"resources": [block("aws_vpc_endpoint", "e", subnet_configuration=configuration)]}
    endpoint = resource(
        "aws_vpc_endpoint.e[0]",
        "aws_vpc_endpoint",
        {**ENDPOINT, "subnet_configuration": [{}]},
        unknown={"subnet_configuration": [{"subnet_id": True}]},
        index=0,
    )
    (found,) = read(written(root, *SUBNETS, endpoint))
    assert found.unknown == ("/request/SubnetConfigurations/0/SubnetId",)


def test_references_go_through_variables_and_outputs_of_modules() -> None:
    network = {
        "resources": [block("aws_subnet", "p")],
        "outputs": {"subnets": {"expression": refers("aws_subnet.p")}, "loop": {"expression": refers("var.loop")}},
    }
    endpoints = {
        "resources": [block("aws_vpc_endpoint", "e", subnet_ids=refers("var.subnets"), vpc_id=refers("var.loop"))]
    }
    root = {
        "resources": [],
        "module_calls": {
            "network": {"module": network, "expressions": {"loop": refers("module.network.loop", "module.network")}},
            "endpoints": {
                "module": endpoints,
                "expressions": {
                    "subnets": refers("module.network.subnets", "module.network"),
                    "loop": refers("module.network.loop", "module.network"),
                },
            },
        },
    }
    subnets = [{**s, "address": f"module.network.{s['address']}", "module_address": "module.network"} for s in SUBNETS]
    hidden = {"subnet_ids": True, "vpc_id": True}
    endpoint = resource(
        'module.endpoints["x"].aws_vpc_endpoint.e',
        "aws_vpc_endpoint",
        ENDPOINT,
        unknown=hidden,
        module='module.endpoints["x"]',
    )
    (found,) = read(written(root, *subnets, endpoint))
    assert "/request/VpcId" in found.unknown  # a loop ends
    assert "/request/SubnetIds" in found.unknown


GATEWAY = {"vpc_endpoint_type": "Gateway", "service_name": "com.amazonaws.us-east-1.s3"}


def depending(interface: Json, *others: Json) -> tuple[str, ...]:
    """What the interface endpoint of a plan depends on, beside a gateway endpoint and more."""
    root = {"resources": [interface, block("aws_vpc_endpoint", "gateway"), block("aws_vpc", "main")]}
    changes = [
        resource("aws_vpc_endpoint.interface", "aws_vpc_endpoint", S3),
        resource("aws_vpc_endpoint.gateway", "aws_vpc_endpoint", GATEWAY),
        resource("aws_vpc.main", "aws_vpc", {}),
        *others,
    ]
    found = {proposal.address: proposal for proposal in read(written(root, *changes))}
    return found["aws_vpc_endpoint.interface"].depends_on


def test_an_endpoint_depends_on_what_depends_on_names() -> None:
    interface = {**block("aws_vpc_endpoint", "interface"), "depends_on": ["aws_vpc_endpoint.gateway", "aws_vpc.main"]}
    assert depending(interface) == ("aws_vpc_endpoint.gateway",)


def test_an_endpoint_depends_on_the_endpoints_it_refers_to() -> None:
    tagged = block(
        "aws_vpc_endpoint", "interface", tags=refers("aws_vpc_endpoint.gateway.id", "aws_vpc_endpoint.gateway")
    )
    assert depending(tagged) == ("aws_vpc_endpoint.gateway",)
    assert depending(block("aws_vpc_endpoint", "interface")) == ()


def test_an_endpoint_depends_on_every_endpoint_of_a_module_that_is_named() -> None:
    interface = {**block("aws_vpc_endpoint", "interface"), "depends_on": ["module.gateways"]}
    address = "module.gateways.aws_vpc_endpoint.s3[0]"
    other = resource(address, "aws_vpc_endpoint", GATEWAY, module="module.gateways", index=0)
    assert depending(interface, other) == (address,)
