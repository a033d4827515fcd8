"""What a template tells of workloads beside its endpoints, with the subnets that each is in.

One that may not be there, or of which no subnet is told, is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vpce_guard.formats.cloudformation.values import Values
from vpce_guard.formats.cloudformation.words import Symbol, escape, may_change_all, strip_braces, text_of
from vpce_guard.formats.workloads import ECS_SERVICE, WORKLOAD_TYPES, ecr_region, values_at
from vpce_guard.model import Json

_TASK_DEFINITION = "AWS::ECS::TaskDefinition"


def describe_workloads(resources: Json, values: Values) -> list[Json]:
    """The workloads that a template surely makes; each goes by its logical id."""
    found = []
    pulling: set[str] | None = None
    for name, body in resources.items():
        kind = WORKLOAD_TYPES.get(str(body.get("Type"))) if isinstance(body, dict) else None
        if kind is None or may_change_all(body) or values.existence(name) is not True:
            continue
        if body["Type"] == ECS_SERVICE:
            pulling = set(_definitions_in_ecr(resources, values)) if pulling is None else pulling
            if not any(_text(one) in pulling for one in _found_at(name, body, "TaskDefinition", values)):
                continue
        ids = dict.fromkeys(subnet for path in kind.properties for subnet in _subnets(name, body, path, values))
        if ids:
            called = strip_braces(values.name_of(name).text)
            found.append({"Name": called, "ResourceType": body["Type"], "SubnetIds": list(ids)})
    return found


def _subnets(name: str, body: Json, path: str, values: Values) -> Iterator[str]:
    """The subnets at a path, with expressions as text; of a list that surely has items its first."""
    for value in _found_at(name, body, path, values):
        is_list = isinstance(value, Symbol) and value.is_list and value.has_items
        if text := _text(value.item(0) if is_list else value):
            yield text


def _definitions_in_ecr(resources: Json, values: Values) -> Iterator[str]:
    """What services of ECS name task definitions by that surely are there and have an image in ECR of the Region."""
    region = text_of(values.evaluate({"Ref": "AWS::Region"}, ""))
    for name, body in resources.items():
        is_one = isinstance(body, dict) and body.get("Type") == _TASK_DEFINITION and not may_change_all(body)
        if is_one and values.existence(name) is True:
            images = _found_at(name, body, "ContainerDefinitions.Image", values)
            if any(ecr_region(_text(image)) == region for image in images):
                yield _text(values.evaluate({"Ref": name}, ""))
                yield _text(values.evaluate({"Fn::GetAtt": [name, "TaskDefinitionArn"]}, ""))


def _found_at(name: str, body: Json, path: str, values: Values) -> Iterator[Any]:
    """What stands at a path of a resource's properties, worked out."""
    member, _, inner = path.partition(".")
    properties = body.get("Properties")
    if isinstance(properties, dict) and not may_change_all(properties) and member in properties:
        given = values.evaluate(properties[member], f"/Resources/{escape(name)}/Properties/{member}")
        yield from values_at(given, inner)


def _text(value: Any) -> str:
    """A text, or the expression that stands for one; empty for anything else."""
    if isinstance(value, Symbol):
        return "" if value.is_list else value.text
    return value if isinstance(value, str) else ""
