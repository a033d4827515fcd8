"""What a Terraform plan tells of workloads beside its endpoints, with the subnets that each is in.

A list of subnets to come is not known, but its VPC may be: where all that it refers to are subnets of one VPC.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from vpce_guard.formats.terraform.network import PlannedNetwork, is_partly_unknown
from vpce_guard.formats.terraform.references import References
from vpce_guard.formats.terraform.resources import Instance
from vpce_guard.formats.terraform.values import AtLeast
from vpce_guard.formats.workloads import WORKLOAD_TYPES, values_at
from vpce_guard.model import Json


def describe_workloads(network: PlannedNetwork, subnets: Sequence[Json]) -> list[Json]:
    """The workloads that stay or come, of which a subnet is told; `subnets` are those that the plan tells of."""
    vpcs = {subnet["SubnetId"]: subnet["VpcId"] for subnet in subnets if "VpcId" in subnet}
    references = network.references
    told = (
        {"Name": instance.address, "ResourceType": name, "SubnetIds": ids}
        for name, kind in WORKLOAD_TYPES.items()
        for instance in references.resources.of_kind(kind.terraform)
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
        for expression in _expressions(references.expression(instance, argument), inner)
    ]
    found = [subnet for part in parts for subnet in part or ()]
    is_one_vpc = None not in parts and len({vpcs.get(subnet) for subnet in found}) == 1 and found[0] in vpcs
    return found if is_one_vpc else []


def _texts(value: Any, path: str) -> Iterator[str]:
    """The texts at a path; of a list of which not all is certain, those that are."""
    for found in values_at(value.items if isinstance(value, AtLeast) else value, path):
        for text in found.items if isinstance(found, AtLeast) else (found,):
            if isinstance(text, str) and text:
                yield text


def _expressions(written: Any, path: str) -> list[Any]:
    """The expressions at a path of the configuration, where a block is a list of objects."""
    return list(values_at(written, path))
