"""Proposals and AWS API requests, and what their endpoint becomes."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.errors import MalformedError, TooLargeError, UnreadableError
from vpce_guard.formats import read
from vpce_guard.formats.text import parse

CREATE = {"VpcId": "vpc-1", "ServiceName": "com.amazonaws.us-east-1.s3"}


def test_bare_members_are_a_create_or_a_modify() -> None:
    assert read(CREATE)[0].operation == "create"
    assert read({"VpcEndpointId": "vpce-1"})[0].operation == "modify"


def test_aws_defaults_are_filled_in() -> None:
    endpoint = read(CREATE)[0].endpoint
    assert endpoint is not None
    assert endpoint["VpcEndpointType"] == "Gateway"
    assert endpoint["PrivateDnsEnabled"] is False
    assert endpoint["RouteTableIds"] == []


def test_a_modify_takes_its_endpoint_from_the_context() -> None:
    current = {"VpcEndpointId": "vpce-1", "RouteTableIds": ["rtb-1", "rtb-2"], "Groups": [{"GroupId": "sg-1"}]}
    request = {
        "VpcEndpointId": "vpce-1",
        "AddRouteTableIds": ["rtb-3"],
        "RemoveRouteTableIds": ["rtb-1"],
        "AddSecurityGroupIds": ["sg-2"],
        "ResetPolicy": True,
    }
    (found,) = read(request, context={"VpcEndpoints": [current]})
    assert found.current == current
    assert found.endpoint is not None
    assert found.endpoint["RouteTableIds"] == ["rtb-2", "rtb-3"]
    assert found.endpoint["Groups"] == [{"GroupId": "sg-1"}, {"GroupId": "sg-2"}]
    assert '"Action":"*"' in found.endpoint["PolicyDocument"]


def test_an_endpoint_changed_by_the_document_is_no_longer_as_the_context_has_it() -> None:
    current = {"VpcEndpointId": "vpce-1", "RouteTableIds": ["rtb-1"]}
    deleted = {"operation": "delete", "request": {"VpcEndpointId": "vpce-1"}, "current": current}
    created = {"operation": "create", "request": CREATE}
    found = read([deleted, created], context={"VpcEndpoints": [current]})
    assert found[1].context["VpcEndpoints"] == []
    assert found[1].peers == ()


def test_a_cloudtrail_record_is_read() -> None:
    record = {
        "eventSource": "ec2.amazonaws.com",
        "eventName": "CreateVpcEndpoint",
        "awsRegion": "us-east-1",
        "recipientAccountId": "111122223333",
        "eventTime": "2026-01-01T00:00:00Z",
        "userIdentity": {"arn": "arn:aws:iam::111122223333:role/x"},
        "requestParameters": {
            "CreateVpcEndpointRequest": {
                "VpcEndpointType": "Interface",
                "VpcId": "vpc-1",
                "ServiceName": "com.amazonaws.us-east-1.sqs",
                "SubnetId": [{"tag": 1, "content": "subnet-1"}, {"tag": 2, "content": "subnet-2"}],
            }
        },
    }
    (found,) = read(record)
    assert found.request["SubnetIds"] == ["subnet-1", "subnet-2"]
    assert found.context["Region"] == "us-east-1"
    assert found.context["time"] == "2026-01-01T00:00:00Z"


def test_the_reader_puts_the_time_in() -> None:
    assert read(CREATE)[0].context["time"].endswith("Z")


@pytest.mark.parametrize("value", [7, "subnet-1", None, {"a": 1}, [1, None, {"b": 2}]])
def test_a_value_of_any_shape_is_left_to_the_rules(value: Any) -> None:
    for member in ("SubnetIds", "SubnetConfigurations", "TagSpecifications", "PolicyDocument", "VpcEndpointType"):
        assert read({**CREATE, member: value})[0].request[member] == value


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        ({"operation": "destroy", "request": {}}, "/operation"),
        ({"operation": "create", "request": []}, "/request"),
        ({"proposals": [{"operation": "create"}, {"operation": 1}]}, "/proposals/1/operation"),
        ({"operation": "create", "reqest": {}}, "/reqest"),
        ({"proposals": {}}, "/proposals"),
        (3, "/format"),
        ({}, "/format"),
        ({"eventName": "RunInstances", "requestParameters": {}}, "/eventName"),
    ],
)
def test_a_wrong_shape_is_told_with_its_place(document: Any, pointer: str) -> None:
    with pytest.raises(MalformedError) as raised:
        read(document)
    assert pointer in [place["pointer"] for place in raised.value.places]


@pytest.mark.parametrize("data", [b"", b"  ", b'{"a": ', b"\xff\xfe\x00", b"[" * 100_000, b"{'a': 1}", b"NaN"])
def test_bytes_that_are_no_json_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        parse(data, limit=1 << 20)


def test_a_document_over_the_limit_is_refused() -> None:
    with pytest.raises(TooLargeError):
        parse(b"[1, 2, 3]", limit=4)
