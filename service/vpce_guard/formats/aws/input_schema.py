"""The JSON Schema of Rego's `input`, made of what readers hold proposals to, for the compiler and for editors.

Members are closed to the second level (`input.request.SubnetIds`), where misspelling hides; deeper anything may stand,
and no value is given a type: rules may ask whether it has the right one.
"""

from __future__ import annotations

from typing import get_type_hints

from vpce_guard.formats.aws.types import ProposalParts
from vpce_guard.model import Json, Proposal

_ALSO_OF_CONTEXT = (  # what readers tell beside AWS's own objects, and what rules take from a given context
    *("complete_for", "predecessor", "DhcpOptions", "ResourceGateway", "ServiceNames"),
    "ServiceNetworkResourceAssociations",
)
_ALSO_OF_ENDPOINT = (  # DescribeVpcEndpoints, of what no reader has to know the type
    *("CreationTimestamp", "DnsEntries", "FailureReason", "Ipv4Prefixes", "Ipv6Prefixes", "LastError"),
    *("NetworkInterfaceIds", "PayerResponsibility", "SubnetConfigurations", "address"),
)
_ALSO_OF_INTENT = ("gb_per_month", "region_gb_per_month")  # what costs are calculated with
_OF_THE_ENGINE = (
    "batch",
    "shared",
    "explain",
    "profile",
    "org",
    "cost",
    "proofs",
    "peer_counts",
)  # added when it is asked
_ANY: Json = {}


def members_of(part: str) -> tuple[str, ...]:
    """The members of request, current, endpoint, context or intent; empty for another part, in which any may stand."""
    hints = get_type_hints(ProposalParts)
    if part in ("current", "endpoint"):
        return (*_names(hints["current"].__args__[0]), *_ALSO_OF_ENDPOINT)
    if part == "context":
        return (*_names(hints["context"]), *_ALSO_OF_CONTEXT)
    if part == "intent":
        return (*_names(hints["intent"]), *_ALSO_OF_INTENT)
    return _names(hints[part]) if part in hints else ()


def input_schema() -> Json:
    """The schema: a document of JSON Schema draft 7, which opa reads."""
    properties = {
        name: _close_members(members_of(name)) for name in ("request", "current", "endpoint", "context", "intent")
    }
    others = {*_OF_THE_ENGINE, *Proposal.model_fields} - {"source", "before", "sensitive"}
    whole = _close_members(tuple(sorted(others - properties.keys())))
    whole["properties"] |= properties
    return {"$schema": "http://json-schema.org/draft-07/schema#", "title": "input of rules", **whole}


def _close_members(members: tuple[str, ...]) -> Json:
    if not members:
        return _ANY
    return {"type": "object", "additionalProperties": False, "properties": dict.fromkeys(sorted(members), _ANY)}


def _names(part: type) -> tuple[str, ...]:
    return tuple(get_type_hints(part))
