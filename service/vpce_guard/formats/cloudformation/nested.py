"""The templates that a template nests: stacks, SAM applications and stack sets whose template is at hand.

Source: the AWS CloudFormation template reference, AWS::CloudFormation::Stack and StackSet; the AWS SAM specification.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pydantic_core import to_json

from vpce_guard.errors import VpceGuardError
from vpce_guard.formats.cloudformation.environment import pseudo_parameters
from vpce_guard.formats.cloudformation.modules import SUFFIX
from vpce_guard.formats.cloudformation.shape import is_template, kind_of
from vpce_guard.formats.cloudformation.words import Symbol
from vpce_guard.formats.document import Extras
from vpce_guard.formats.text import Text, read_text
from vpce_guard.model import Json

STACK = "AWS::CloudFormation::Stack"
APPLICATION = "AWS::Serverless::Application"
STACK_SET = "AWS::CloudFormation::StackSet"
PRODUCT = "AWS::ServiceCatalog::CloudFormationProvisionedProduct"
NESTING = (STACK, APPLICATION, STACK_SET)
_CUSTOM = ("Custom::", "AWS::CloudFormation::CustomResource")
_CALL = re.compile(rb"[cC]reateVpcEndpoint(?![A-Za-z])")  # as AwsCustomResource of the CDK names it
_MOST_BODY = 1 << 20  # bytes, more than CloudFormation takes
_FOLLOWING = ("AWS::Region", "AWS::AccountId", "AWS::Partition", "AWS::URLSuffix")


def open_nested(name: str, body: Json, properties: Json, given: Extras) -> Extras | None:
    """What is given for the template that a resource nests, with its text; None where it is not at hand.

    `properties` are those of the resource, worked out, `given` is what is given for the template it stands in.
    """
    kind = kind_of(body)
    text = _body(name, properties) if kind == STACK_SET else None
    text = text or next(filter(None, (_beside(place, given) for place in _places(body, properties))), None)
    if text is None:
        return None
    scope = f"{given.scope}{name}/"
    if kind == STACK_SET:
        parameters: Json = {**_target(properties), **read_pairs(properties.get("Parameters"))}
    else:  # in the Region and account of its parent, under a name of its own
        pseudo = pseudo_parameters(given)
        passed = properties.get("Parameters")
        parameters = {n: pseudo[n] for n in _FOLLOWING if n in pseudo} | (passed if isinstance(passed, dict) else {})
    parameters.setdefault("AWS::StackName", Symbol("{{" + scope + "AWS::StackName}}"))
    found = replace(given, text=text, parameters=parameters, scope=scope)
    return replace(found, context={}, imports=None, is_elsewhere=True) if kind == STACK_SET else found


def describe_unread(name: str, body: Json) -> str | None:
    """Of a resource that may make endpoints and whose template is not at hand, what is not read, in words."""
    kind = kind_of(body)
    if kind in (STACK, APPLICATION):
        properties = body.get("Properties")
        url = properties.get("TemplateURL", properties.get("Location")) if isinstance(properties, dict) else None
        template = f"its template, {url}," if isinstance(url, str) else "its template"
        return f"the nested stack {name} ({kind}) is not read: give {template} too"
    if kind in (STACK_SET, PRODUCT) or kind.endswith(SUFFIX):
        return f"{name} ({kind}) is not read: give its template too"
    if kind.startswith(_CUSTOM) and _CALL.search(to_json(body.get("Properties"))):
        return f"{name} ({kind}) is not read: it has EC2 make an endpoint; send the parameters of its call"
    return None


def _places(body: Json, properties: Json) -> Iterator[Any]:
    metadata = body.get("Metadata")
    yield properties.get("TemplateURL")
    yield properties.get("Location")
    yield metadata.get("aws:asset:path") if isinstance(metadata, dict) else None


def _beside(place: Any, given: Extras) -> Text | None:
    """The template at a place that lies beside the one that names it."""
    if not isinstance(place, str) or "://" in place or given.open_beside is None:
        return None
    text = given.open_beside(place)
    return text if text is not None and is_template(text.value) else None


def _body(name: str, properties: Json) -> Text | None:
    """The template that a stack set carries."""
    body = properties.get("TemplateBody")
    if not isinstance(body, str):
        return None
    try:
        text = read_body(body, name)
    except VpceGuardError:
        return None
    return text if is_template(text.value) else None


def read_body(body: str, name: str) -> Text:
    """A template that is carried as text, under a name for its place. Raises UnreadableError and TooLargeError."""
    return read_text(body.encode(), file=name, limit=_MOST_BODY, yaml_limit=_MOST_BODY)


def _target(properties: Json) -> Json:
    """The Region and account of a stack set that is used in one only."""
    groups = properties.get("StackInstancesGroup")
    regions: list[Any] = []
    accounts: list[Any] = []
    for group in groups if isinstance(groups, list) else []:
        if not isinstance(group, dict):
            return {}
        targets = group.get("DeploymentTargets")
        regions += _as_list(group.get("Regions"))
        accounts += _as_list(targets.get("Accounts") if isinstance(targets, dict) else None)
    found = {"AWS::Region": set(map(str, regions)), "AWS::AccountId": set(map(str, accounts))}
    known = all(isinstance(value, str) for value in (*regions, *accounts))
    return {name: values.pop() for name, values in found.items() if known and len(values) == 1}


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [None]


def read_pairs(parameters: Any) -> Json:
    """The parameters of a stack or stack set: a list of keys and values."""
    items = parameters if isinstance(parameters, list) else []
    return {
        item["ParameterKey"]: item.get("ParameterValue")
        for item in items
        if isinstance(item, dict) and isinstance(item.get("ParameterKey"), str)
    }
