"""The context that a caller gives beside a document: put together from files, and put under what the document says.

A file has members of the context, or is the answer of one of AWS's own commands as it was printed. Source: AWS CLI
Command Reference, output of ec2 describe-*, route53 list-hosted-zones-by-vpc and sts get-caller-identity.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vpce_guard.model import Json

_IDS = {
    "Subnets": "SubnetId",
    "RouteTables": "RouteTableId",
    "SecurityGroups": "GroupId",
    "ServiceDetails": "ServiceName",
    "ManagedPrefixLists": "PrefixListId",
    "ServiceNetworks": "arn",
    "ResourceConfigurations": "arn",
    "Workloads": "Name",
}
_ATTRIBUTES = ("EnableDnsSupport", "EnableDnsHostnames")


def combine(files: Sequence[Json]) -> Json:
    """One context of several: lists are put after each other, of anything else the last counts.

    VPCs are put together by their id, as `Vpc` where there is one and else as `Vpcs`.
    """
    combined: Json = {}
    vpcs: list[Json] = []
    for file in map(_from_answer, files):
        vpcs += file.pop("Vpcs", [])
        for name, value in file.items():
            there = combined.get(name)
            combined[name] = [*there, *value] if isinstance(there, list) and isinstance(value, list) else value
    if vpcs:
        found = [*vpcs, combined.pop("Vpc")] if isinstance(combined.get("Vpc"), dict) else vpcs
        by_id: dict[Any, Json] = {}
        for vpc in found:
            by_id[vpc.get("VpcId")] = {**by_id.get(vpc.get("VpcId"), {}), **vpc}
        combined |= {"Vpcs": list(by_id.values())} if len(by_id) > 1 else {"Vpc": next(iter(by_id.values()))}
    return combined


def put_under(given: Json, document: Json, vpc_id: object) -> Json:
    """The context of a document and beside it what is given: what the document says of a thing wins.

    A list of the document that has something is not all there is, so things it does not tell of are added. `vpc_id` is
    the VPC of the endpoint. Where the document tells the endpoints of that VPC only, gateway endpoints of other VPCs
    are added, as they count for the Region.
    """
    context = {**given, **document}
    for vpc in context.pop("Vpcs", None) or ():
        if isinstance(vpc, dict) and vpc.get("VpcId") == vpc_id:
            context["Vpc"] = {**vpc, **(document.get("Vpc") or {})}
    for name, identity in _IDS.items():
        ours, theirs = document.get(name), given.get(name)
        if ours and isinstance(ours, list) and isinstance(theirs, list):
            known = {item.get(identity) for item in ours if isinstance(item, dict)}
            context[name] = [*ours, *(i for i in theirs if isinstance(i, dict) and i.get(identity) not in known)]
    ours, theirs = document.get("VpcEndpoints"), given.get("VpcEndpoints")
    if document.get("complete_for") == "vpc" and isinstance(ours, list) and isinstance(theirs, list):
        context["VpcEndpoints"] = [*ours, *(e for e in theirs if _is_gateway_elsewhere(e, vpc_id))]
    return context


def without_routes(table: Any, gateways: set[Any]) -> Any:
    """A route table without the routes through some endpoints."""
    routes = table.get("Routes") if isinstance(table, dict) else None
    if not isinstance(routes, list):
        return table
    return {**table, "Routes": [r for r in routes if not (isinstance(r, dict) and r.get("GatewayId") in gateways)]}


def _is_gateway_elsewhere(endpoint: Any, vpc_id: object) -> bool:
    """Whether something listed is a gateway endpoint that surely is of another VPC."""
    vpc = endpoint.get("VpcId") if isinstance(endpoint, dict) else None
    return isinstance(vpc, str) and vpc != vpc_id and endpoint.get("VpcEndpointType") == "Gateway"


def _from_answer(file: Json) -> Json:
    """A context, as it is or as the answer of a command tells it."""
    context = {name: value for name, value in file.items() if name != "NextToken"}
    if isinstance(context.get("Vpcs"), list):  # AWS leaves out the tags of a VPC that has none
        context["Vpcs"] = [{"Tags": [], **vpc} for vpc in context["Vpcs"] if isinstance(vpc, dict)]
    if "VpcId" in context and any(name in context for name in _ATTRIBUTES):
        return {"Vpcs": [context]}
    if context.keys() == {"UserId", "Account", "Arn"}:
        return {"AccountId": context["Account"], "principal": context["Arn"]}
    if "PrefixLists" in context:
        context["ManagedPrefixLists"] = context.pop("PrefixLists")
    return context
