"""Endpoints of other providers and of Cloud Control are endpoints."""

from __future__ import annotations

import json

from tests.support.planned import SERVICE, VPC, block, change, only, plan
from vpce_guard.formats import read


def test_endpoints_of_awscc_are_endpoints() -> None:
    after = {
        "vpc_id": VPC,
        "service_name": SERVICE,
        "vpc_endpoint_type": "Interface",
        "policy_document": "{}",
        "dns_options": {"dns_record_ip_type": "ipv4"},
        "tags": [{"key": "Team", "value": "net"}],
    }
    hidden = {"id": True, "subnet_ids": True, "security_group_ids": True, "policy_document": True}
    document = plan(
        change("awscc_ec2_vpc_endpoint", "this", ["create"], after=after, unknown=hidden),
        blocks=[block("awscc_ec2_vpc_endpoint", "this", subnet_ids={"references": ["local.subnets"]})],
    )
    found = only(document, "awscc_ec2_vpc_endpoint.this")
    assert found.request["DnsOptions"] == {"DnsRecordIpType": "ipv4"}
    assert found.request["TagSpecifications"][0]["Tags"] == [{"Key": "Team", "Value": "net"}]
    assert found.unknown == ("/request/SubnetIds",)


def test_endpoints_of_cloud_control_are_endpoints() -> None:
    state = {"VpcId": VPC, "ServiceName": SERVICE, "RouteTableIds": ["rtb-0a"], "Tags": [{"Key": "a", "Value": "b"}]}
    after = {"type_name": "AWS::EC2::VPCEndpoint", "desired_state": json.dumps(state)}
    found = only(
        plan(change("aws_cloudcontrolapi_resource", "this", ["create"], after=after)),
        "aws_cloudcontrolapi_resource.this",
    )
    assert found.request["VpcEndpointType"] == "Gateway"
    assert found.request["RouteTableIds"] == ["rtb-0a"]
    hidden = {"type_name": "AWS::EC2::VPCEndpoint"}
    late = change("aws_cloudcontrolapi_resource", "this", ["create"], after=hidden, unknown={"desired_state": True})
    assert "/request/ServiceName" in only(plan(late), "aws_cloudcontrolapi_resource.this").unknown
    other = change("aws_cloudcontrolapi_resource", "this", ["create"], after={"type_name": "AWS::S3::Bucket"})
    assert read(plan(other)) == []
