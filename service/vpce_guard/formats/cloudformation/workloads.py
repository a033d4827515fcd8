"""What a template tells of workloads beside its endpoints, with the subnets that each is in.

One that may not be there, or of which no subnet is told, is left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from vpce_guard.formats.cloudformation.values import Values
from vpce_guard.formats.cloudformation.words import Symbol, may_change_all, strip_braces
from vpce_guard.formats.workloads import WORKLOAD_TYPES, values_at
from vpce_guard.model import Json


def describe_workloads(resources: Json, values: Values) -> list[Json]:
    """The workloads that a template surely makes; each goes by its logical id."""
    found = []
    for name, body in resources.items():
        kind = WORKLOAD_TYPES.get(str(body.get("Type"))) if isinstance(body, dict) else None
        if kind is None or may_change_all(body) or values.existence(name) is not True:
            continue
        ids = dict.fromkeys(subnet for path in kind.properties for subnet in _subnets(name, body, path, values))
        if ids:
            called = strip_braces(values.name_of(name).text)
            found.append({"Name": called, "ResourceType": body["Type"], "SubnetIds": list(ids)})
    return found


def _subnets(name: str, body: Json, path: str, values: Values) -> Iterator[str]:
    """The subnets at a path, with expressions as text; of a list that surely has items its first."""
    member, _, inner = path.partition(".")
    properties = body.get("Properties")
    if not isinstance(properties, dict) or may_change_all(properties) or member not in properties:
        return
    given = values.evaluate(properties[member], f"/Resources/{name}/Properties/{member}")
    for value in values_at(given, inner):
        if isinstance(value, Symbol) and value.is_list and value.has_items:
            value = value.item(0)
        if isinstance(value, Symbol) and not value.is_list:
            yield value.text
        elif isinstance(value, str) and value:
            yield value
