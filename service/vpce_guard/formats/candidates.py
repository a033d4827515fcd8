"""Which files of a directory are about VPC endpoints.

A file is a candidate only where it surely is one: by several members that fit, a type of resource or a kind. A file of
another tool that has a member `ServiceName` or `operation` is none.
"""

from __future__ import annotations

import re
from typing import Any

from vpce_guard.formats import detect

_MAY_MAKE_ONE = re.compile(
    rb"AWS::EC2::VPCEndpoint(?![A-Za-z])|aws_vpc_endpoint(?![a-z_])|awscc_ec2_vpc_endpoint(?![a-z_])"
    rb"|aws_vpc_endpoint_(?:policy|private_dns|(?:subnet|security_group|route_table)_association)(?![a-z_])"
    rb"|kind[\"']?:\s*[\"']?VPCEndpoint(?![A-Za-z])"
    rb"|[cC]reateVpcEndpoint(?![A-Za-z])|aws(?:-native)?:ec2(?:/vpcEndpoint)?:VpcEndpoint(?![A-Za-z])"
    rb"|ec2_vpc_endpoint[\"']?\s*:|(?:module|action)\s*:\s*[\"']?(?:[a-z_]+\.[a-z_]+\.)?ec2_vpc_endpoint(?![a-z_])"
)
_SERVICE = re.compile(r"[a-z]+(\.[a-z0-9-]+){2,}")
_OPERATIONS = ("create", "modify", "delete")
_CALLS = ("CreateVpcEndpoint", "ModifyVpcEndpoint", "DeleteVpcEndpoints")
_PLAN = ("terraform_version", "resource_changes", "planned_values", "values")


def may_make_endpoints(data: bytes) -> bool:
    """Whether a text names an endpoint as something to be made, and not only as something that is there."""
    return _MAY_MAKE_ONE.search(data) is not None


def is_candidate(value: Any) -> bool:
    """Whether a document surely is of a format that can hold endpoints."""
    found = detect(value)
    if found is None:
        return False
    judge = {"terraform_plan": _is_plan, "cloudformation": _is_template, "proposal": _is_proposal, "aws_api": _is_call}
    return judge.get(found.name, lambda _: True)(value)


def _is_plan(value: Any) -> bool:
    return any(member in value for member in _PLAN)


def _is_template(value: Any) -> bool:
    if "AWSTemplateFormatVersion" in value or "Resources" not in value:
        return True
    bodies = [body for body in value["Resources"].values() if isinstance(body, dict)]
    return any("::" in str(body.get("Type")) for body in bodies) or any("Fn::" in name for name in value["Resources"])


def _is_proposal(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(_is_proposal, value))
    if isinstance(value.get("proposals"), list):
        return all(isinstance(item, dict) and _is_proposal(item) for item in value["proposals"])
    return value.get("operation") in _OPERATIONS and any(isinstance(value.get(m), dict) for m in ("request", "current"))


def _is_call(value: Any) -> bool:
    """Records of CloudTrail, or members that only a request to EC2 has together."""
    items = value if isinstance(value, list) else [value]
    for member in ("Records", "Events"):
        if isinstance(value, dict) and isinstance(value.get(member), list):
            items = value[member]
    return any(isinstance(item, dict) and _is_one_call(item) for item in items)


def _is_one_call(item: dict[str, Any]) -> bool:
    detail = item.get("detail")
    record = detail if isinstance(detail, dict) else item
    if record.get("eventName", item.get("EventName")) in _CALLS:
        return True
    name = item.get("ServiceName")
    named = isinstance(name, str) and _SERVICE.fullmatch(name) is not None
    listed = item.get("VpcEndpointIds")
    ids = listed if isinstance(listed, list) else [item.get("VpcEndpointId")]
    known = any(isinstance(one, str) and one.startswith("vpce-") for one in ids)
    target = named or "ServiceNetworkArn" in item or "ResourceConfigurationArn" in item
    return ("VpcId" in item and target) or (known and not item.keys() - _OF_CHANGES)


_OF_CHANGES = {
    *("VpcEndpointId", "VpcEndpointIds", "DryRun", "ResetPolicy", "PolicyDocument", "IpAddressType", "DnsOptions"),
    *("PrivateDnsEnabled", "SubnetConfigurations"),
    *(f"{verb}{kind}Ids" for verb in ("Add", "Remove") for kind in ("Subnet", "RouteTable", "SecurityGroup")),
}
