"""The endpoint as it will be after an operation, in the shape of DescribeVpcEndpoints.

Tolerates any JSON value in any member: what is wrong with a value is for the rules to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from vpce_guard.model import Json, Operation

AWS_DECIDES = "aws"
"""Stands for the default of a member that AWS works out by itself."""

FULL_ACCESS = '{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}'

_COPIED = (
    "VpcEndpointType",
    "VpcId",
    "ServiceName",
    "ServiceRegion",
    "ServiceNetworkArn",
    "ResourceConfigurationArn",
    "IpAddressType",
    "DnsOptions",
    "PrivateDnsEnabled",
)
_WITH_PRIVATE_DNS = ("Interface", "Resource", "ServiceNetwork")
_LISTS = (
    ("SubnetIds", "AddSubnetIds", "RemoveSubnetIds"),
    ("RouteTableIds", "AddRouteTableIds", "RemoveRouteTableIds"),
    ("SecurityGroupIds", "AddSecurityGroupIds", "RemoveSecurityGroupIds"),
)


def endpoint_after(
    operation: Operation,
    request: Json,
    current: Json | None,
    unknown: Iterable[str],
    *,
    defaults: Mapping[str, Any] = MappingProxyType({}),
) -> Json | None:
    """The endpoint after the operation; None when none remains or, on modify, when `current` is not known.

    AWS's defaults of CreateVpcEndpoint are filled in (type Gateway, full-access policy) unless the value is in
    `unknown`. Whether private DNS is on where the request is silent is for `defaults` to say, as taken_defaults()
    gives them. Source: botocore ec2 2016-11-15, CreateVpcEndpointRequest.
    """
    if operation == "delete" or (operation == "modify" and current is None):
        return None
    hidden = {pointer.split("/")[2] for pointer in unknown if pointer.startswith("/request/")}
    endpoint: Json = dict(current or {})
    for member in _COPIED:
        if request.get(member) is not None:
            endpoint[member] = request[member]
        elif member in hidden:
            endpoint.pop(member, None)
    for named, added, removed in _LISTS:
        _apply_list(endpoint, request, (named, added, removed), hidden)
    _apply_policy(endpoint, request, hidden)
    if operation == "create":
        _fill_defaults(endpoint, request, hidden, defaults)
    return endpoint


def taken_defaults(
    operation: Operation, request: Json, unknown: Iterable[str], sender: Mapping[str, Any]
) -> dict[str, Any]:
    """The defaults that a create takes because its request is silent: member to value, or to AWS_DECIDES.

    `sender` holds the defaults of whoever sends the request: CloudFormation and Terraform turn private DNS off, while
    at the API AWS turns it on for an interface endpoint where the service has a private name. Sources: botocore until
    1.38 ("Default: true"); hashicorp/terraform-provider-aws issue 37694; CloudFormation's AWS::EC2::VPCEndpoint.
    """
    silent = operation == "create" and request.get("VpcEndpointType") in _WITH_PRIVATE_DNS
    hidden = {pointer.split("/")[2] for pointer in unknown if pointer.startswith("/request/")}
    return {m: v for m, v in sender.items() if silent and m not in hidden and request.get(m) is None}


def _apply_list(endpoint: Json, request: Json, members: tuple[str, str, str], hidden: set[str]) -> None:
    named, added, removed = members
    present = [g.get("GroupId") for g in _list(endpoint.get("Groups")) if isinstance(g, dict)]
    ids = present if named == "SecurityGroupIds" else _list(endpoint.get(named))
    if _list(request.get(named)):
        ids = _list(request[named])
    ids = ids + _list(request.get(added))
    if named == "SubnetIds":
        configurations = _list(request.get("SubnetConfigurations"))
        ids = ids + [c.get("SubnetId") for c in configurations if isinstance(c, dict)]
    gone = _list(request.get(removed))
    kept = list(dict.fromkeys(i for i in ids if isinstance(i, str) and i not in gone))
    if named == "SecurityGroupIds":
        if kept or "Groups" in endpoint:
            endpoint["Groups"] = [{"GroupId": i} for i in kept]
    elif kept or named in endpoint or not hidden & set(members):
        endpoint[named] = kept


def _apply_policy(endpoint: Json, request: Json, hidden: set[str]) -> None:
    if request.get("ResetPolicy") is True:
        endpoint["PolicyDocument"] = FULL_ACCESS
    elif request.get("PolicyDocument") not in (None, ""):
        endpoint["PolicyDocument"] = request["PolicyDocument"]
    elif hidden & {"PolicyDocument", "ResetPolicy"}:
        endpoint.pop("PolicyDocument", None)


def _fill_defaults(endpoint: Json, request: Json, hidden: set[str], defaults: Mapping[str, Any]) -> None:
    if "VpcEndpointType" not in hidden:
        endpoint.setdefault("VpcEndpointType", "Gateway")
    for member, value in defaults.items():
        if value != AWS_DECIDES:
            endpoint.setdefault(member, value)
    if endpoint.get("VpcEndpointType") not in _WITH_PRIVATE_DNS and "PrivateDnsEnabled" not in hidden:
        endpoint.setdefault("PrivateDnsEnabled", False)
    if "PolicyDocument" not in hidden and endpoint.get("VpcEndpointType") in ("Interface", "Gateway"):
        endpoint.setdefault("PolicyDocument", FULL_ACCESS)
    if "TagSpecifications" not in hidden:
        endpoint["Tags"] = [
            tag
            for specification in _list(request.get("TagSpecifications"))
            if isinstance(specification, dict) and specification.get("ResourceType") == "vpc-endpoint"
            for tag in _list(specification.get("Tags"))
        ]


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else []
