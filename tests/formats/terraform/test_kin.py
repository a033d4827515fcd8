"""Endpoints of other providers and of Cloud Control are endpoints."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.planned import SERVICE, VPC, block, change, only, plan
from vpce_guard.formats import read
from vpce_guard.formats.document import Extras
from vpce_guard.formats.terraform.hcl import Configuration


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


def test_a_desired_state_to_come_is_as_its_source_tells(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("""
resource "aws_cloudcontrolapi_resource" "this" {
  type_name = "AWS::EC2::VPCEndpoint"
  desired_state = jsonencode({
    VpcId           = aws_vpc.v.id
    ServiceName     = "com.amazonaws.us-east-1.sqs"
    VpcEndpointType = "Interface"
    SubnetIds       = ["subnet-0a"]
    PolicyDocument  = { Statement = [{ Effect = "Allow", Resource = aws_vpc.v.arn }] }
  })
}
resource "aws_vpc" "v" {}
""")
    kind = "aws_cloudcontrolapi_resource"
    after = {"type_name": "AWS::EC2::VPCEndpoint"}
    late = change(kind, "this", ["create"], after=after, unknown={"desired_state": True})
    vpc = change("aws_vpc", "v", ["create"], after={}, unknown={"id": True, "arn": True})
    (found,) = read(plan(late, vpc), given=Extras(configuration=Configuration(tmp_path)))
    assert found.request == {
        "VpcEndpointType": "Interface",
        "VpcId": "aws_vpc.v",
        "ServiceName": SERVICE,
        "SubnetIds": ["subnet-0a"],
        "PolicyDocument": {"Statement": [{"Effect": "Allow", "Resource": None}]},
    }
    assert found.unknown == ("/request/PolicyDocument/Statement/0/Resource", "/request/TagSpecifications")
