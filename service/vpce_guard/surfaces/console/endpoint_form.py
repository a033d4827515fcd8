"""The form that makes a proposal: the fields that an endpoint of each type has, and the document they are put into.

Source: Amazon EC2 API Reference, CreateVpcEndpoint.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic_core import to_json

from vpce_guard.errors import MalformedError
from vpce_guard.model import Json

Kind = Literal["line", "list", "yes-no", "text", "tags"]


@dataclass(frozen=True)
class FormField:
    """One field: the member of the request it fills, what it is called, and how it is written."""

    name: str
    label: str
    kind: Kind = "line"
    example: str = ""


_SUBNETS = FormField("SubnetIds", "Subnets", "list", "subnet-0a1b2c3d, subnet-0b1c2d3e")
_GROUPS = FormField("SecurityGroupIds", "Security groups", "list", "sg-0a1b2c3d")
_POLICY = FormField("PolicyDocument", "Endpoint policy (JSON)", "text")
_PRIVATE_DNS = FormField("PrivateDnsEnabled", "Private DNS", "yes-no")


def _service(example: str) -> FormField:
    return FormField("ServiceName", "Service", example=example)


FIELDS: Mapping[str, tuple[FormField, ...]] = {
    "Interface": (_service("com.amazonaws.us-east-1.sqs"), _SUBNETS, _GROUPS, _PRIVATE_DNS, _POLICY),
    "Gateway": (
        _service("com.amazonaws.us-east-1.s3"),
        FormField("RouteTableIds", "Route tables", "list", "rtb-0a1b2c3d"),
        _POLICY,
    ),
    "GatewayLoadBalancer": (_service("com.amazonaws.vpce.us-east-1.vpce-svc-0a1b2c3d"), _SUBNETS),
    "Resource": (
        FormField("ResourceConfigurationArn", "Resource configuration", example="arn:aws:vpc-lattice:…"),
        _SUBNETS,
        _GROUPS,
        _PRIVATE_DNS,
    ),
    "ServiceNetwork": (
        FormField("ServiceNetworkArn", "Service network", example="arn:aws:vpc-lattice:…"),
        _SUBNETS,
        _GROUPS,
        _PRIVATE_DNS,
    ),
}
_TAGS = FormField("tags", "Tags", "tags", "team=payments, environment=prod")


def fields_of(endpoint_type: str) -> tuple[FormField, ...]:
    """The fields of a type, after the VPC and before the tags. Raises MalformedError for a type that has no form."""
    if endpoint_type not in FIELDS:
        raise MalformedError(
            f"There is no form for the type {endpoint_type!r}.", advice=f"There is {', '.join(FIELDS)}."
        )
    return (*FIELDS[endpoint_type], _TAGS)


def write_proposal(values: Mapping[str, str]) -> str:
    """The text of the proposal that a form describes: what is left empty is not told. Raises MalformedError."""
    endpoint_type = values.get("endpoint_type", "")
    request: Json = {"VpcEndpointType": endpoint_type}
    if vpc := values.get("VpcId", "").strip():
        request["VpcId"] = vpc
    for form_field in fields_of(endpoint_type):
        if told := values.get(form_field.name, "").strip():
            request |= _member(form_field, told)
    context = {name: told for name in ("Region", "AccountId") if (told := values.get(name, "").strip())}
    document = {"operation": "create", "request": request, **({"context": context} if context else {})}
    return to_json(document, indent=2).decode()


def _member(form_field: FormField, told: str) -> Json:
    if form_field.kind == "list":
        return {form_field.name: _split(told)}
    if form_field.kind == "yes-no":
        return {form_field.name: told == "yes"}
    if form_field.kind == "tags":
        tags = [tag.strip().partition("=") for tag in re.split(r"[,\n]", told) if tag.strip()]
        if not all(name and equals for name, equals, _ in tags):
            raise MalformedError("A tag is not name=value.", advice="Write team=payments, environment=prod.")
        pairs = [{"Key": name, "Value": value} for name, _, value in tags]
        return {"TagSpecifications": [{"ResourceType": "vpc-endpoint", "Tags": pairs}]}
    return {form_field.name: told}


def _split(told: str) -> list[str]:
    return [part for part in re.split(r"[\s,]+", told) if part]
