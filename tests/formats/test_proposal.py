"""Proposals and AWS API requests, and what their endpoint becomes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from vpce_guard.errors import MalformedError, TooLargeError, UnreadableError
from vpce_guard.formats import proposals, read, read_drafts
from vpce_guard.formats.proposal import write
from vpce_guard.formats.text import parse
from vpce_guard.model import Location

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
    (found,) = read(record, at="document")
    assert found.request["SubnetIds"] == ["subnet-1", "subnet-2"]
    assert found.context["Region"] == "us-east-1"
    assert found.context["time"] == "2026-01-01T00:00:00Z"


def test_the_reader_puts_the_time_in() -> None:
    assert read(CREATE)[0].context["time"].endswith("Z")


@pytest.mark.parametrize(
    ("members", "pointer", "detail"),
    [
        ({"SubnetIds": "subnet-1"}, "/request/SubnetIds", "must be a list"),
        ({"SubnetIds": ["subnet-1", 7]}, "/request/SubnetIds/1", "must be a string"),
        ({"PrivateDnsEnabled": "true"}, "/request/PrivateDnsEnabled", "must be true or false"),
        ({"PolicyDocument": []}, "/request/PolicyDocument", "must be a string or an object"),
        ({"DnsOptions": []}, "/request/DnsOptions", "must be an object"),
        (
            {"TagSpecifications": [{"Tags": [{"Key": 1}]}]},
            "/request/TagSpecifications/0/Tags/0/Key",
            "must be a string",
        ),
    ],
)
def test_a_value_of_the_wrong_type_is_told_with_its_place(members: dict[str, Any], pointer: str, detail: str) -> None:
    with pytest.raises(MalformedError) as caught:
        read({**CREATE, **members})
    assert [(p["pointer"], p["detail"]) for p in caught.value.pointers] == [(pointer, detail)]


def test_a_wrong_context_is_told_too() -> None:
    with pytest.raises(MalformedError) as caught:
        read(CREATE, context={"Subnets": [{"SubnetId": 5}]})
    assert [p["pointer"] for p in caught.value.pointers] == ["/context/Subnets/0/SubnetId"]


def test_null_and_members_nobody_knows_are_left_to_the_rules() -> None:
    (found,) = read({**CREATE, "SubnetIds": None, "Colour": 7, "SecurityGroupIds": ["sg-1", None]})
    assert found.request["Colour"] == 7


@pytest.mark.parametrize(
    "text", ['{"a":1} {}', '{"a":1,}', '{"a":1.}', '"\\ud800"', "NaN", "[" * 5000, " "], ids=lambda t: t[:10]
)
def test_a_policy_that_is_not_json_is_read_as_an_error(text: str) -> None:
    policy = read({**CREATE, "PolicyDocument": text})[0].policy["request"]
    assert "error" in policy
    assert policy["characters"] == len(text)


def test_policies_of_request_and_current_endpoint_are_parsed() -> None:
    current = {"VpcEndpointId": "vpce-1", "PolicyDocument": '{"Statement": []}'}
    (found,) = read({"operation": "modify", "request": {"PolicyDocument": {"a": "é"}}, "current": current})
    assert found.policy == {
        "request": {"document": {"a": "é"}, "characters": 9},
        "current": {"document": {"Statement": []}, "characters": 17},
    }


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
    assert pointer in [place["pointer"] for place in raised.value.pointers]


@pytest.mark.parametrize("data", [b"", b"  ", b'{"a": ', b"\xff\xfe\x00", b"{'a': 1}", b"NaN"])
def test_bytes_that_are_no_json_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        parse(data, limit=1 << 20)


@pytest.mark.parametrize("data", [b"[" * 100_000, b"[1e999]", b"[-1e999]", b"[" + b"1" * 400 + b".0]"])
def test_what_no_engine_could_be_told_is_malformed(data: bytes) -> None:
    with pytest.raises(MalformedError):
        parse(data, limit=1 << 20)


def test_a_document_over_the_limit_is_refused() -> None:
    with pytest.raises(TooLargeError):
        parse(b"[1, 2, 3]", limit=4)


RECORD = {
    "eventSource": "ec2.amazonaws.com",
    "eventName": "CreateVpcEndpoint",
    "requestParameters": {
        "CreateVpcEndpointRequest": {
            "VpcId": "vpc-1",
            "ServiceName": "com.amazonaws.us-east-1.sqs",
            "SubnetId": {"tag": 1, "content": "subnet-1"},
            "TagSpecification": {"ResourceType": "vpc-endpoint", "tag": 1, "Tag": {"Key": "a", "Value": "b", "tag": 1}},
            "SubnetConfiguration": [{"SubnetId": "subnet-1", "Ipv4": "10.0.0.5", "tag": 1}],
            "DnsOptions": {"DnsRecordIpType": "ipv4"},
        }
    },
}
MODIFIED = {"eventName": "ModifyVpcEndpoint", "requestParameters": {"ModifyVpcEndpointRequest": {"VpcEndpointId": "v"}}}
DELETED = {
    "eventName": "DeleteVpcEndpoints",
    "requestParameters": {"DeleteVpcEndpointsRequest": {"VpcEndpointId": [{"tag": 1, "content": "vpce-1"}]}},
}
OTHER = {"eventName": "RunInstances", "requestParameters": {}}


def test_members_of_a_record_are_spelled_as_in_the_api() -> None:
    (found,) = read(RECORD)
    assert found.request == {
        "VpcId": "vpc-1",
        "ServiceName": "com.amazonaws.us-east-1.sqs",
        "SubnetIds": ["subnet-1"],
        "TagSpecifications": [{"ResourceType": "vpc-endpoint", "Tags": [{"Key": "a", "Value": "b"}]}],
        "SubnetConfigurations": [{"SubnetId": "subnet-1", "Ipv4": "10.0.0.5"}],
        "DnsOptions": {"DnsRecordIpType": "ipv4"},
    }


@pytest.mark.parametrize(
    ("document", "operations"),
    [
        ({"Records": [RECORD, OTHER, MODIFIED, DELETED]}, ["create", "modify", "delete"]),
        ({"Events": [{"CloudTrailEvent": json.dumps(RECORD)}, {"CloudTrailEvent": json.dumps(OTHER)}]}, ["create"]),
        ({"detail-type": "AWS API Call via CloudTrail", "detail": RECORD}, ["create"]),
        ([CREATE, {"VpcEndpointId": "vpce-1"}], ["create", "modify"]),
        ({"VpcEndpointIds": ["vpce-1", "vpce-2"]}, ["delete", "delete"]),
        ({"Records": []}, []),
    ],
)
def test_requests_and_records_come_in_many_envelopes(document: Any, operations: list[str]) -> None:
    assert [p.operation for p in read(document)] == operations


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        (OTHER, "/eventName"),
        ({"detail": OTHER}, "/detail/eventName"),
        ({"Events": [{}]}, "/Events/0/CloudTrailEvent"),
        ({"Records": [1]}, "/Records/0"),
        ([CREATE, 1], "/1"),
        ([CREATE, {}], "/1"),
    ],
)
def test_what_is_no_request_is_told_with_its_place(document: Any, pointer: str) -> None:
    with pytest.raises(MalformedError) as caught:
        read(document, format_name="aws_api")
    assert [p["pointer"] for p in caught.value.pointers] == [pointer]


def test_what_is_written_as_proposals_reads_as_before() -> None:
    document = {
        "proposals": [
            {"operation": "create", "request": CREATE, "source": {"file": "a.tf", "line": 3}, "is_elsewhere": True}
        ],
        "neighbours": [{"VpcEndpointId": "vpce-2", "VpcId": "vpc-1", "address": "other"}],
    }
    found = read_drafts(document)
    assert read_drafts(json.loads(json.dumps(write(found)))) == found
    (proposal,) = proposals([found])
    assert proposal.source == Location(file="a.tf", line=3)
    assert [peer["address"] for peer in proposal.peers] == ["other"]
