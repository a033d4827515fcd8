"""What a Terraform plan tells of workloads beside its endpoints, with the subnets that each is in.

A list of subnets to come is not known, but its VPC may be: where all that it refers to are subnets of one VPC.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from vpce_guard.formats.terraform.network import PlannedNetwork, is_partly_unknown
from vpce_guard.formats.terraform.references import References
from vpce_guard.formats.terraform.resources import Instance
from vpce_guard.formats.terraform.values import AtLeast, parse_json_text
from vpce_guard.formats.workloads import ECS_SERVICE, TASK_DEFINITIONS, WORKLOAD_TYPES, ecr_region, values_at
from vpce_guard.model import Json

_SERVICES = WORKLOAD_TYPES[ECS_SERVICE].terraform


def describe_workloads(network: PlannedNetwork, subnets: Sequence[Json]) -> list[Json]:
    """The workloads that stay or come, of which a subnet is told; `subnets` are those that the plan tells of."""
    vpcs = {subnet["SubnetId"]: subnet["VpcId"] for subnet in subnets if isinstance(subnet.get("VpcId"), str)}
    references = network.references
    pulling = _definitions_in_ecr(references) if references.resources.of_kind(_SERVICES) else set()
    told = (
        {"Name": instance.address, "ResourceType": name, "SubnetIds": ids}
        for name, kind in WORKLOAD_TYPES.items()
        for instance in references.resources.of_kind(kind.terraform)
        if name != ECS_SERVICE
        or (str(_argument(instance, "task_definition", references)), references.region_of(instance)) in pulling
        if (ids := list(dict.fromkeys(i for a in kind.arguments for i in _subnets(instance, a, references, vpcs))))
    )
    return list(told)


def _subnets(instance: Instance, path: str, references: References, vpcs: dict[str, str]) -> list[str]:
    """The subnets that an argument surely names, or those that it is made of where all are of one VPC."""
    argument, _, inner = path.partition(".")
    known = list(_texts(instance.values.get(argument), inner))
    if known or not is_partly_unknown(instance.unknown.get(argument)):
        return known
    if worked_out := list(_texts(references.value(instance, argument), inner)):
        return worked_out
    parts = [
        references.parts_of(instance, expression, "subnet")
        for expression in values_at(references.expression(instance, argument), inner)  # a block is a list of objects
    ]
    found = [subnet for part in parts for subnet in part or ()]
    is_one_vpc = None not in parts and len({vpcs.get(subnet) for subnet in found}) == 1 and found[0] in vpcs
    return found if is_one_vpc else []


def _definitions_in_ecr(references: References) -> set[tuple[str, str | None]]:
    """What services of ECS name a task definition by, and a Region in whose ECR surely is an image of it."""
    found: set[tuple[str, str | None]] = set()
    for definition in references.resources.of_kind(TASK_DEFINITIONS):
        containers = parse_json_text(_argument(definition, "container_definitions", references))
        regions = {ecr_region(image) for image in values_at(containers, "image") if isinstance(image, str)} - {None}
        names = (definition.values.get("arn") or f"{definition.address}.arn", definition.values.get("family"))
        found.update((name, region) for name in names if isinstance(name, str) for region in regions)
    return found


def _argument(instance: Instance, argument: str, references: References) -> Any:
    """The value of an argument, as the plan or what it refers to tells."""
    return references.value(instance, argument) if instance.unknown.get(argument) else instance.values.get(argument)


def _texts(value: Any, path: str) -> Iterator[str]:
    """The texts at a path; of a list of which not all is certain, those that are."""
    for found in values_at(value.items if isinstance(value, AtLeast) else value, path):
        for text in found.items if isinstance(found, AtLeast) else (found,):
            if isinstance(text, str) and text:
                yield text
