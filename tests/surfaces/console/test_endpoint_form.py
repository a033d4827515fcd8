"""The form about one endpoint: its fields by type, and the proposal it writes."""

from __future__ import annotations

import json

import pytest

from vpce_guard.errors import MalformedError
from vpce_guard.formats.aws.input_schema import input_schema
from vpce_guard.surfaces.console.endpoint_form import FIELDS, fields_of, write_proposal


def test_what_is_left_empty_is_not_told() -> None:
    assert json.loads(write_proposal({"endpoint_type": "Gateway", "VpcId": " ", "RouteTableIds": ""})) == {
        "operation": "create",
        "request": {"VpcEndpointType": "Gateway"},
    }


def test_fields_become_members_of_the_request() -> None:
    told = write_proposal(
        {
            "endpoint_type": "Interface",
            "Region": "us-east-1",
            "AccountId": "111122223333",
            "VpcId": "vpc-0a000001",
            "ServiceName": "com.amazonaws.us-east-1.sqs",
            "SubnetIds": "subnet-0a100001, subnet-0b100001\nsubnet-0c100001",
            "PrivateDnsEnabled": "no",
            "PolicyDocument": '{"Statement": []}',
            "tags": "team=payments, note=two words=",
        }
    )
    assert json.loads(told) == {
        "operation": "create",
        "request": {
            "VpcEndpointType": "Interface",
            "VpcId": "vpc-0a000001",
            "ServiceName": "com.amazonaws.us-east-1.sqs",
            "SubnetIds": ["subnet-0a100001", "subnet-0b100001", "subnet-0c100001"],
            "PrivateDnsEnabled": False,
            "PolicyDocument": '{"Statement": []}',
            "TagSpecifications": [
                {
                    "ResourceType": "vpc-endpoint",
                    "Tags": [{"Key": "team", "Value": "payments"}, {"Key": "note", "Value": "two words="}],
                }
            ],
        },
        "context": {"Region": "us-east-1", "AccountId": "111122223333"},
    }


def test_a_field_of_another_type_is_left_out() -> None:
    told = json.loads(write_proposal({"endpoint_type": "Gateway", "SubnetIds": "subnet-0a100001"}))
    assert "SubnetIds" not in told["request"]


def test_what_is_wrong_is_said() -> None:
    with pytest.raises(MalformedError, match="There is no form for the type 'Tunnel'"):
        fields_of("Tunnel")
    with pytest.raises(MalformedError, match="A tag is not name=value"):
        write_proposal({"endpoint_type": "Gateway", "tags": "payments"})


def test_every_field_is_a_member_that_aws_knows() -> None:
    known = json.dumps(input_schema())
    names = {field.name for fields in FIELDS.values() for field in fields} - {"tags"}
    assert [name for name in names if f'"{name}"' not in known] == []
