"""Resources that complete an endpoint are taken into it."""

from __future__ import annotations

import copy
from typing import Any

from tests.support.planned import block, change, endpoint, only, plan
from tests.support.terraform import plan as kept_plan
from tests.support.terraform import proposals, refers
from vpce_guard.formats import read


def test_associations_are_folded_into_their_endpoints() -> None:
    found = proposals("associations")
    kms = found["aws_vpc_endpoint.kms"]
    assert kms.request["SubnetIds"] == ["subnet-0a000000000000001", "subnet-0a000000000000002"]
    assert kms.request["SecurityGroupIds"] == ["sg-0a000000000000001"]
    assert kms.request["PrivateDnsEnabled"] is True
    assert "kms:Decrypt" in kms.request["PolicyDocument"]
    assert kms.unknown == ()
    assert found["aws_vpc_endpoint.dynamodb"].request["RouteTableIds"] == ["rtb-0a000000000000001"]
    sqs = found["aws_vpc_endpoint.sqs"]
    assert sqs.operation == "modify"
    assert sqs.request["AddSubnetIds"] == ["subnet-0a000000000000002"]
    assert sqs.current is not None
    assert "sqs:SendMessage" in sqs.request["PolicyDocument"]
    elsewhere = found["aws_vpc_endpoint_subnet_association.elsewhere"]
    assert elsewhere.request == {
        "VpcEndpointId": "vpce-0b000000000000001",
        "AddSubnetIds": ["subnet-0a000000000000002"],
    }
    assert elsewhere.current is None
    assert len(found) == 5


def test_an_endpoint_elsewhere_is_taken_from_the_context() -> None:
    current = {"VpcEndpointId": "vpce-0b000000000000001", "SubnetIds": ["subnet-9"], "VpcId": "vpc-9"}
    found = {p.address: p for p in read(kept_plan("associations"), context={"VpcEndpoints": [current]})}
    endpoint = found["aws_vpc_endpoint_subnet_association.elsewhere"].endpoint
    assert endpoint is not None
    assert endpoint["SubnetIds"] == ["subnet-9", "subnet-0a000000000000002"]


def reversed_plan() -> Any:
    """The associations plan, undone: what it creates on the existing endpoints is there and goes."""
    document = copy.deepcopy(kept_plan("associations"))
    for entry in document["resource_changes"]:
        body = entry["change"]
        if entry["address"].endswith((".sqs", ".sqs_b", ".s3")) and entry["type"] != "aws_vpc_endpoint":
            body |= {"actions": ["delete"], "before": body["after"], "after": None, "after_unknown": {}}
        if entry["address"] == "aws_vpc_endpoint.sqs":
            for side in ("before", "after"):
                body[side]["policy"] = "{}"
                body[side]["subnet_ids"] = ["subnet-0a000000000000001", "subnet-0a000000000000002"]
                body[side]["security_group_ids"] = ["sg-0a000000000000001"]
    return document


def test_associations_that_go_take_from_their_endpoints() -> None:
    found = {p.address: p for p in read(reversed_plan())}
    sqs = found["aws_vpc_endpoint.sqs"]
    assert sqs.request["RemoveSubnetIds"] == ["subnet-0a000000000000002"]
    assert sqs.request["RemoveSecurityGroupIds"] == ["sg-0a000000000000001"]
    assert '"Action":"*"' in sqs.request["PolicyDocument"]
    assert sqs.endpoint is not None
    assert sqs.endpoint["SubnetIds"] == ["subnet-0a000000000000001"]


def test_an_association_nobody_can_place_leaves_new_endpoints_unknown() -> None:
    document = kept_plan("associations")
    for entry in document["configuration"]["root_module"]["resources"]:
        if entry["address"] == "aws_vpc_endpoint_subnet_association.kms":
            entry["expressions"]["vpc_endpoint_id"] = refers("local.endpoint")
    found = {p.address: p for p in read(document)}
    assert "/request/SubnetIds" in found["aws_vpc_endpoint.kms"].unknown
    assert found["aws_vpc_endpoint.sqs"].unknown == ()


def test_an_association_of_an_endpoint_that_nobody_knows_is_not_passed_over() -> None:
    more = change(
        "aws_vpc_endpoint_route_table_association",
        "m",
        ["create"],
        after={"route_table_id": "rtb-0c"},
        unknown={"vpc_endpoint_id": True},
    )
    found = only(plan(more), "aws_vpc_endpoint_route_table_association.m", "modify")
    assert found.request == {"AddRouteTableIds": ["rtb-0c"]}
    assert found.unknown == ("/request/VpcEndpointId",)


def test_an_association_that_names_a_resource_leaves_other_endpoints_alone() -> None:
    hidden = {"id": True, "vpc_endpoint_id": True, "route_table_id": True}
    part = change("aws_vpc_endpoint_route_table_association", "p", ["create"], after={}, unknown=hidden)
    named = {"references": ["aws_vpc_endpoint.gateway", "local.chosen", "count.index"]}
    written = block("aws_vpc_endpoint_route_table_association", "p", vpc_endpoint_id=named)
    gateways = {"vpc_endpoint_type": "Gateway", "service_name": "com.amazonaws.us-east-1.s3"}
    document = plan(endpoint("gateway", **gateways), endpoint("other", **gateways), endpoint(), part, blocks=[written])
    assert only(document, "aws_vpc_endpoint.gateway").unknown == ("/request/RouteTableIds",)
    assert only(document, "aws_vpc_endpoint.other").unknown == ()
    unnamed = plan(endpoint("gateway", **gateways), endpoint("other", **gateways), endpoint(), part)
    assert only(unnamed, "aws_vpc_endpoint.other").unknown == ("/request/RouteTableIds",)
    assert only(unnamed).unknown == ()


def test_a_policy_of_its_own_that_is_not_known_yet_is_unknown() -> None:
    hidden = {"id": True, "vpc_endpoint_id": True, "policy": True}
    part = change("aws_vpc_endpoint_policy", "p", ["create"], after={}, unknown=hidden)
    named = {"references": ["aws_vpc_endpoint.this.id", "aws_vpc_endpoint.this"]}
    blocks = [
        block("aws_vpc_endpoint", "this"),
        block("aws_vpc_endpoint_policy", "p", vpc_endpoint_id=named, policy=named),
    ]
    assert only(plan(endpoint(), part, blocks=blocks)).unknown == ("/request/PolicyDocument",)
