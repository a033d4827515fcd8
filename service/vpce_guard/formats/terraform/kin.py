"""Endpoints that other resources of Terraform make: those of the awscc provider and of Cloud Control.

Both are CloudFormation's AWS::EC2::VPCEndpoint in other words; here they get the attributes of aws_vpc_endpoint.
Source: the awscc provider's awscc_ec2_vpc_endpoint and the AWS provider's aws_cloudcontrolapi_resource.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pydantic_core import from_json

from vpce_guard.errors import MalformedError
from vpce_guard.formats.terraform.attributes import DNS_OPTIONS, MEMBERS
from vpce_guard.formats.terraform.changes import ResourceChange
from vpce_guard.formats.terraform.values import UNKNOWN, JsonText, parse_json_text
from vpce_guard.model import Json

AWSCC = "awscc_ec2_vpc_endpoint"
CLOUD_CONTROL = "aws_cloudcontrolapi_resource"
DESIRED_STATE = "desired_state"
_TYPE = "AWS::EC2::VPCEndpoint"
_ATTRIBUTES = {member.name: name for name, member in MEMBERS.items()}


def is_kin(entry: Json) -> bool:
    """Whether an entry of a plan is an endpoint that another resource makes."""
    if entry.get("type") == AWSCC:
        return True
    if entry.get("type") != CLOUD_CONTROL:
        return False
    body = entry.get("change") or {}
    return any(isinstance(side := body.get(name), dict) and side.get("type_name") == _TYPE for name in _SIDES)


_SIDES = ("before", "after")


def as_endpoint(change: ResourceChange) -> ResourceChange:
    """The change with the attributes of aws_vpc_endpoint. Raises MalformedError for a state that is no JSON."""
    if change.kind == AWSCC:
        unknown = {_awscc_name(name): mark for name, mark in change.unknown.items()}
        return replace(change, before=_from_awscc(change.before), after=_from_awscc(change.after), unknown=unknown)
    if change.kind == CLOUD_CONTROL:
        before, after = (_from_cloud_control(side, change.address) for side in (change.before, change.after))
        if after is None or change.unknown.get(DESIRED_STATE) is not True:
            return replace(change, before=before, after=after, unknown={})
        return replace(change, before=before, after={}, unknown=dict.fromkeys((*MEMBERS, "tags"), True))
    return change


def part_of_state(state: Any, attribute: str) -> Any:
    """What the desired state of Cloud Control, as its source tells it, says in an attribute of aws_vpc_endpoint.

    None where it leaves the attribute out; UNKNOWN where the state is not known as an object.
    """
    properties = parse_json_text(state)
    if not isinstance(properties, dict) or attribute not in MEMBERS:
        return UNKNOWN
    found = properties.get(MEMBERS[attribute].name)
    if attribute == "vpc_endpoint_type" and found is None:
        return "Gateway"  # as CloudFormation has it
    return JsonText(found) if attribute == "policy" and isinstance(found, dict) else found


def own_attribute(kind: str, name: str) -> str | None:
    """The attribute in which a kind of resource says what aws_vpc_endpoint says in `name`; None for a whole text."""
    if kind == CLOUD_CONTROL:
        return None
    return "policy_document" if kind == AWSCC and name == "policy" else name


def _awscc_name(name: str) -> str:
    return "policy" if name == "policy_document" else name


def _from_awscc(values: Json | None) -> Json | None:
    if values is None:
        return None
    found = {_awscc_name(name): value for name, value in values.items()}
    if isinstance(found.get("dns_options"), dict):
        found["dns_options"] = [found["dns_options"]]
    return _with_common(found, found.get("vpc_endpoint_id"), ("key", "value"))


def _from_cloud_control(values: Json | None, address: str) -> Json | None:
    if values is None:
        return None
    text = values.get("desired_state") or values.get("properties") or "{}"
    try:
        properties = from_json(text) if isinstance(text, str) else text
    except ValueError:
        properties = None
    if not isinstance(properties, dict):
        raise MalformedError(f"desired_state of {address} is not JSON.", advice="Write it with jsonencode().")
    found: Json = {str(_ATTRIBUTES.get(name, name)): value for name, value in properties.items()}
    if isinstance(options := found.get("dns_options"), dict):
        names = {aws: name for name, aws in DNS_OPTIONS.items()}
        found["dns_options"] = [{str(names.get(name, name)): value for name, value in options.items()}]
    found["tags"] = found.pop("Tags", None)
    return _with_common(found, values.get("id") or properties.get("Id"), ("Key", "Value"))


def _with_common(found: Json, identity: Any, tag: tuple[str, str]) -> Json:
    if not found.get("vpc_endpoint_type"):
        found["vpc_endpoint_type"] = "Gateway"  # as CloudFormation has it
    if isinstance(tags := found.get("tags"), list):
        found["tags"] = {
            str(item[tag[0]]): item.get(tag[1]) for item in tags if isinstance(item, dict) and tag[0] in item
        }
    if isinstance(identity, str):
        found["id"] = identity
    return found
