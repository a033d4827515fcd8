"""Answers of `aws ec2 describe-*`: endpoints, and the subnets, route tables and other things around them.

Source: AWS CLI Command Reference, output of ec2 describe-vpc-endpoints and of the commands beside it.
"""

from __future__ import annotations

from typing import Any

from vpce_guard.errors import MalformedError, Pointer
from vpce_guard.formats.existing.inventory import ExistingEndpoint, Inventory
from vpce_guard.model import Json, Location

_ENDPOINTS = "VpcEndpoints"
_CONTEXT = frozenset(
    {
        *("Vpcs", "Vpc", "Subnets", "RouteTables", "SecurityGroups", "ManagedPrefixLists", "PrefixLists"),
        *("ServiceDetails", "ServiceNames", "NetworkAcls", "NetworkInterfaces", "PrivateHostedZones"),
        *("SecurityGroupVpcAssociations", "ServiceNetworks", "ResourceConfigurations", "Region", "AccountId"),
        *("Workloads", "EnableDnsSupport", "EnableDnsHostnames", "VpcId"),
    }
)
_BESIDE = frozenset({"NextToken", "ResponseMetadata"})


def detect(document: Any) -> bool:
    """Whether the document is such an answer, or several of them put together."""
    return isinstance(document, dict) and bool(document) and document.keys() <= {_ENDPOINTS} | _CONTEXT | _BESIDE


def read(document: Json, inventory: Inventory) -> None:
    """Take up the endpoints and the context of an answer. Raises MalformedError for what has another shape.

    Region and account that stand beside the lists are those of all endpoints in them. An answer that was cut off
    (NextToken) does not list all endpoints of a VPC, and that is said.
    """
    endpoints = document.get(_ENDPOINTS, [])
    if not isinstance(endpoints, list) or not all(isinstance(one, dict) for one in endpoints):
        raise MalformedError(
            "VpcEndpoints must be a list of objects.",
            advice="Send what `aws ec2 describe-vpc-endpoints` prints, unchanged.",
            pointers=(Pointer(pointer=f"/{_ENDPOINTS}", code="list_type", detail="must be a list of objects"),),
        )
    inventory.tells_endpoints = inventory.tells_endpoints or _ENDPOINTS in document
    whole = not document.get("NextToken")
    if not whole:
        inventory.notes.append("the answer was cut off (NextToken): what comes after it is not judged")
    place = {name: value for name in ("Region", "AccountId") if isinstance(value := document.get(name), str)}
    for endpoint in endpoints:
        inventory.add(
            ExistingEndpoint(
                endpoint=endpoint,
                region=place.get("Region"),
                account=place.get("AccountId"),
                listed=whole,
                source=Location(file=inventory.file) if inventory.file else None,
            )
        )
    context = {name: value for name, value in document.items() if name in _CONTEXT}
    if context.keys() - {"Region", "AccountId"}:
        inventory.parts.append({name: value for name, value in context.items() if name not in ("Region", "AccountId")})
