"""Which files of a directory are about VPC endpoints."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.formats.candidates import is_candidate, may_make_endpoints

SERVICE = "com.amazonaws.us-east-1.sqs"


@pytest.mark.parametrize(
    "value",
    [
        {"VpcId": "vpc-1", "ServiceName": SERVICE},
        [{"VpcId": "vpc-1", "ServiceName": SERVICE}],
        {"VpcEndpointId": "vpce-1", "AddSubnetIds": ["subnet-1"]},
        {"VpcEndpointIds": ["vpce-1"]},
        {"Records": [{"eventName": "CreateVpcEndpoint"}]},
        {"detail": {"eventName": "ModifyVpcEndpoint"}},
        {"operation": "create", "request": {}},
        {"proposals": [{"operation": "delete", "current": {}}]},
        {"Resources": {"A": {"Type": "AWS::SQS::Queue"}}},
        {"Resources": {}, "AWSTemplateFormatVersion": "2010-09-09"},
        {"format_version": "1.2", "planned_values": {}},
        {"Changes": [], "ChangeSetName": "x"},
    ],
)
def test_what_surely_is_about_endpoints_is_a_candidate(value: Any) -> None:
    assert is_candidate(value)


@pytest.mark.parametrize(
    "value",
    [
        {"ServiceName": "billing"},
        {"VpcId": "vpc-1", "InstanceType": "t3.micro"},
        {"VpcId": "vpc-1", "ServiceName": "billing"},
        {"VpcEndpointId": "vpce-1", "Stage": "prod"},
        {"operation": "create", "name": "x"},
        {"operation": "restart", "request": {}},
        {"proposals": ["one"]},
        {"Resources": {"Cpu": {"Type": "limit"}}},
        {"format_version": "1.0", "name": "x"},
        {"Records": [{"eventName": "PutObject"}]},
        {"Changes": ["more"]},
        "text",
    ],
)
def test_what_only_has_a_member_of_that_name_is_none(value: Any) -> None:
    assert not is_candidate(value)


@pytest.mark.parametrize(
    ("text", "makes_one"),
    [
        (b"Type: AWS::EC2::VPCEndpoint\n", True),
        (b'"Type": "AWS::EC2::VPCEndpoint"', True),
        (b"Type: AWS::EC2::VPCEndpointService\n", False),
        (b"VPCEndpointIds: [!Ref Endpoint]", False),
        (b"VpcEndpointId: vpce-1", False),
        (b'resource "aws_vpc_endpoint" "x"', True),
        (b'resource "aws_vpc_endpoint_service" "x"', False),
        (b"kind: VPCEndpoint\n", True),
    ],
)
def test_an_endpoint_that_is_only_mentioned_is_not_made(text: bytes, makes_one: bool) -> None:
    assert may_make_endpoints(text) is makes_one
