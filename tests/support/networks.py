"""A VPC with everything that a path to an endpoint goes by, which lets everybody through, and ways to spoil it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

VPC = "vpc-0a000001"
SUBNETS = {"subnet-0a000001": "10.0.1.0/24", "subnet-0b000001": "10.0.2.0/24", "subnet-0c000001": "10.0.3.0/24"}
SQS = "com.amazonaws.us-east-1.sqs"
S3 = "com.amazonaws.us-east-1.s3"


def entry(number: int, action: str, cidr: str, *, egress: bool, **more: Any) -> dict[str, Any]:
    """An entry of a network ACL, of all protocols unless told otherwise."""
    given = {"RuleNumber": number, "Protocol": "-1", "RuleAction": action, "Egress": egress, "CidrBlock": cidr}
    return {**given, **more}


def open_acl(name: str, *subnets: str) -> dict[str, Any]:
    """The ACL that a VPC has at first, of some subnets."""
    return {
        "NetworkAclId": name,
        "Associations": [{"SubnetId": one} for one in subnets],
        "Entries": [entry(100, "allow", "0.0.0.0/0", egress=way) for way in (False, True)],
    }


def table(name: str, *routes: tuple[str, str], subnet: str | None = None) -> dict[str, Any]:
    """A route table of a subnet, or the main one; a route is a range and what it leads to."""
    return {
        "RouteTableId": name,
        "VpcId": VPC,
        "Associations": [{"SubnetId": subnet} if subnet else {"Main": True}],
        "Routes": [{"DestinationCidrBlock": cidr, "GatewayId": target} for cidr, target in routes],
    }


def group(name: str, *ranges: str, port: int = 443) -> dict[str, Any]:
    """A security group that lets ranges in on a port."""
    permissions = [
        {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": one} for one in ranges]}
    ]
    return {"GroupId": name, "GroupName": name, "VpcId": VPC, "IpPermissions": permissions if ranges else []}


_CONTEXT: dict[str, Any] = {
    "Region": "us-east-1",
    "AccountId": "111122223333",
    "Vpc": {"VpcId": VPC, "CidrBlock": "10.0.0.0/16", "EnableDnsSupport": True, "EnableDnsHostnames": True},
    "Subnets": [
        {"SubnetId": name, "VpcId": VPC, "CidrBlock": cidr, "AvailabilityZone": f"us-east-1{zone}"}
        for zone, (name, cidr) in zip("abc", SUBNETS.items(), strict=True)
    ],
    "NetworkAcls": [open_acl("acl-0a000001", *SUBNETS)],
    "RouteTables": [table("rtb-0a000001", ("10.0.0.0/16", "local"))],
    "SecurityGroups": [group("sg-0a000001", "10.0.0.0/16")],
}


def interface(context: dict[str, Any] | None = None, *, intent: dict[str, Any] | None = None, **members: Any) -> Any:
    """A rule's input: an interface endpoint for SQS in two subnets; `members` are those of the endpoint."""
    endpoint = {
        "VpcEndpointType": "Interface",
        "VpcId": VPC,
        "ServiceName": SQS,
        "SubnetIds": ["subnet-0a000001", "subnet-0b000001"],
        "Groups": [{"GroupId": "sg-0a000001"}],
        "PrivateDnsEnabled": True,
        **members,
    }
    return _parts(endpoint, context, intent)


def gateway(context: dict[str, Any] | None = None, *, intent: dict[str, Any] | None = None, **members: Any) -> Any:
    """A rule's input: a gateway endpoint for S3 in the main route table."""
    endpoint = {
        "VpcEndpointType": "Gateway",
        "VpcId": VPC,
        "ServiceName": S3,
        "RouteTableIds": ["rtb-0a000001"],
        **members,
    }
    return _parts(endpoint, context, intent)


def _parts(endpoint: dict[str, Any], context: dict[str, Any] | None, intent: dict[str, Any] | None) -> Any:
    return {
        "operation": "create",
        "request": {},
        "endpoint": endpoint,
        "context": {**deepcopy(_CONTEXT), **(context or {})},
        "intent": intent or {},
        "unknown": (),
    }
