"""Availability Zones by name and by id, as data sources list them.

Names are those of an account, so a pair holds for what the same provider makes. Source: the AWS provider's
documentation of aws_availability_zone and aws_availability_zones, v6: `zone_ids` has the order of `names`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vpce_guard.formats.terraform.references import References
from vpce_guard.model import Json

_NAME, _ID = "availability_zone", "availability_zone_id"


class Zones:
    """The zones that a plan's data sources list, by provider."""

    def __init__(self, references: References) -> None:
        self._pairs: dict[tuple[str, str], set[tuple[str, str]]] = {}
        for kind, read in (("aws_availability_zones", _read_list), ("aws_availability_zone", _read_one)):
            for instance in references.resources.of_kind(kind):
                key = references.providers.key_of(instance)
                for name, identity in read(instance.values):
                    self._pairs.setdefault((key, name), set()).add((_ID, identity))
                    self._pairs.setdefault((key, identity), set()).add((_NAME, name))

    def complete(self, values: Json, provider: str) -> Json:
        """The zone of a subnet by its other name; empty where it is told already, or where nobody lists it."""
        known: list[Any] = [value for name in (_NAME, _ID) if (value := values.get(name))]
        found = self._pairs.get((provider, known[0]), set()) if len(known) == 1 and isinstance(known[0], str) else set()
        return dict(found) if len(found) == 1 else {}


def _read_list(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    names, ids = values.get("names"), values.get("zone_ids")
    if isinstance(names, list) and isinstance(ids, list) and len(names) == len(ids):
        yield from (pair for pair in zip(names, ids, strict=True) if all(isinstance(one, str) for one in pair))


def _read_one(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    name, identity = values.get("name"), values.get("zone_id")
    if isinstance(name, str) and isinstance(identity, str) and name and identity:
        yield name, identity
