"""Where the parts of a planned endpoint stand in Terraform source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic_core import to_json

from vpce_guard.formats.terraform.associations import COMPLETIONS
from vpce_guard.formats.terraform.attributes import MEMBERS
from vpce_guard.formats.terraform.changes import PlannedEndpoint, ResourceChange
from vpce_guard.model import Edit, Json, Location

if TYPE_CHECKING:
    from vpce_guard.formats.terraform.hcl import Block, Configuration


@dataclass(frozen=True)
class TerraformLocations:
    """Places by pointer into the proposal; see vpce_guard.formats.document.Locations."""

    parts: dict[str, Location]
    literals: dict[str, Edit]

    def find_edits(self, patch: Sequence[Json]) -> tuple[Edit, ...]:
        """See Locations. Only a literal is replaced by another; what an expression means, only its author knows.

        To add a member that is there is to replace it (RFC 6902).
        """
        (operation, *more) = patch
        literal = self.literals.get(operation["path"])
        value = operation.get("value")
        if more or literal is None or operation["op"] not in ("add", "replace") or not isinstance(value, bool | int):
            return ()
        return (literal.model_copy(update={"text": to_json(value).decode()}),)

    def locate(self, pointer: str) -> Location | None:
        """See Locations."""
        while pointer and pointer not in self.parts:
            pointer = pointer.rpartition("/")[0]
        return self.parts.get(pointer)


def locations_of(endpoint: PlannedEndpoint, configuration: Configuration | None) -> TerraformLocations | None:
    """The places of a planned endpoint; None where its source is not there."""
    if configuration is None:
        return None
    parts: dict[str, Location] = {}
    literals: dict[str, Edit] = {}
    block = _block(endpoint.change, configuration)
    if block is not None:
        parts[""] = block.location
        for name, member in MEMBERS.items():
            _add_location(parts, member.name, block.place(name))
            if (literal := block.literal(name)) is not None:
                literals[f"/request/{member.name}"] = literal
        _add_location(parts, "TagSpecifications", block.place("tags"))
    for part in endpoint.parts:
        found = _block(part, configuration)
        if found is not None:
            attribute, own = COMPLETIONS[part.kind]
            parts.setdefault("", found.location)
            if block is None or attribute not in block.arguments:
                _add_location(parts, MEMBERS[attribute].name, found.place(own))
    return TerraformLocations(parts, literals) if parts else None


def _block(change: ResourceChange, configuration: Configuration) -> Block | None:
    return configuration.resource(change.scope.names, change.kind, change.name)


def _add_location(parts: dict[str, Location], member: str, location: Location) -> None:
    for prefix in ("", "Add", "Remove"):
        parts[f"/request/{prefix}{member}"] = location
