"""Where the parts of a planned endpoint stand in Terraform source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vpce_guard.formats.terraform_associations import KINDS
from vpce_guard.formats.terraform_attributes import MEMBERS
from vpce_guard.formats.terraform_references import scope_of
from vpce_guard.model import Json, Location

if TYPE_CHECKING:
    from vpce_guard.formats.hcl import Block, Configuration


@dataclass(frozen=True)
class SourcePlaces:
    """Places by pointer into the proposal; see vpce_guard.formats.document.Places."""

    parts: dict[str, Location]

    def of(self, pointer: str) -> Location | None:
        """See Places."""
        while pointer and pointer not in self.parts:
            pointer = pointer.rpartition("/")[0]
        return self.parts.get(pointer)


def places_of(change: Json, configuration: Configuration | None) -> SourcePlaces | None:
    """The places of a planned endpoint; None where its source is not there."""
    if configuration is None:
        return None
    parts: dict[str, Location] = {}
    block = _block(change, configuration)
    if block is not None:
        parts[""] = block.location
        for name, member in MEMBERS.items():
            _put(parts, member.name, block.place(name))
        _put(parts, "TagSpecifications", block.place("tags"))
    for association in change.get("associations", ()):
        found = _block(association, configuration)
        if found is not None:
            attribute, own = KINDS[association["type"]]
            parts.setdefault("", found.location)
            if block is None or attribute not in block.arguments:
                _put(parts, MEMBERS[attribute].name, found.place(own))
    return SourcePlaces(parts) if parts else None


def _block(change: Json, configuration: Configuration) -> Block | None:
    return configuration.resource(scope_of(change).names, str(change.get("type")), str(change.get("name")))


def _put(parts: dict[str, Location], member: str, location: Location) -> None:
    for prefix in ("", "Add", "Remove"):
        parts[f"/request/{prefix}{member}"] = location
