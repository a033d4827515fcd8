"""Resources that complete an endpoint are taken into it."""

from __future__ import annotations

import copy
from typing import Any

from tests.support.terraform import plan, proposals, refers
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
    found = {p.address: p for p in read(plan("associations"), context={"VpcEndpoints": [current]})}
    endpoint = found["aws_vpc_endpoint_subnet_association.elsewhere"].endpoint
    assert endpoint is not None
    assert endpoint["SubnetIds"] == ["subnet-9", "subnet-0a000000000000002"]


def reversed_plan() -> Any:
    """The associations plan, undone: what it creates on the existing endpoints is there and goes."""
    document = copy.deepcopy(plan("associations"))
    for change in document["resource_changes"]:
        body = change["change"]
        if change["address"].endswith((".sqs", ".sqs_b", ".s3")) and change["type"] != "aws_vpc_endpoint":
            body |= {"actions": ["delete"], "before": body["after"], "after": None, "after_unknown": {}}
        if change["address"] == "aws_vpc_endpoint.sqs":
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
    document = plan("associations")
    for entry in document["configuration"]["root_module"]["resources"]:
        if entry["address"] == "aws_vpc_endpoint_subnet_association.kms":
            entry["expressions"]["vpc_endpoint_id"] = refers("local.endpoint")
    found = {p.address: p for p in read(document)}
    assert "/request/SubnetIds" in found["aws_vpc_endpoint.kms"].unknown
    assert found["aws_vpc_endpoint.sqs"].unknown == ()
