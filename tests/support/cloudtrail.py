"""Records as CloudTrail writes them, with ids that nobody has."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
SUBNETS = [
    {"SubnetId": "subnet-0a00000000000000a", "VpcId": "vpc-0a0000000000000aa", "AvailabilityZoneId": "use1-az1"},
    {"SubnetId": "subnet-0a00000000000000b", "VpcId": "vpc-0a0000000000000aa", "AvailabilityZoneId": "use1-az1"},
    {"SubnetId": "subnet-0a00000000000000c", "VpcId": "vpc-0a0000000000000aa", "AvailabilityZoneId": "use1-az2"},
]


def record(number: int, name: str, request: Json, *, code: str | None = None, message: str | None = None) -> Json:
    """A record of a call that AWS accepted, or refused with a code, one for each number."""
    answer = {"errorCode": code, "errorMessage": message or f"The request was refused ({code})."} if code else {}
    return {
        "eventVersion": "1.09",
        "userIdentity": {"type": "AssumedRole", "arn": "arn:aws:sts::111122223333:assumed-role/deploy/session"},
        "eventTime": f"2026-03-01T10:{number // 60 % 60:02}:{number % 60:02}Z",
        "eventSource": "ec2.amazonaws.com",
        "eventName": name,
        "awsRegion": "us-east-1",
        "requestParameters": request,
        "responseElements": None,
        "eventID": f"00000000-0000-4000-8000-{number:012}",
        "eventType": "AwsApiCall",
        "recipientAccountId": "111122223333",
        **answer,
    }


def create(number: int, *, code: str | None = None, message: str | None = None, **members: Any) -> Json:
    """A CreateVpcEndpoint of an interface endpoint in one subnet, with further request members over that."""
    request = {
        "VpcId": "vpc-0a0000000000000aa",
        "ServiceName": "com.amazonaws.us-east-1.sqs",
        "VpcEndpointType": "Interface",
        "SubnetId": _items("subnet-0a00000000000000a"),
        **members,
    }
    return record(number, "CreateVpcEndpoint", {"CreateVpcEndpointRequest": request}, code=code, message=message)


def in_subnets(number: int, *letters: str, code: str | None = None) -> Json:
    """A create in subnets of SUBNETS, by the last letters of their ids: `a` and `b` are in one zone."""
    return create(number, code=code, SubnetId=_items(*(f"subnet-0a00000000000000{letter}" for letter in letters)))


def _items(*values: str) -> list[Json]:
    return [{"content": value, "tag": tag} for tag, value in enumerate(values, start=1)]
