"""What a reader is given and what it returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from vpce_guard.formats.text import Text
from vpce_guard.model import Json, Location, Operation

if TYPE_CHECKING:
    from vpce_guard.formats.hcl import Configuration


class Places(Protocol):
    """Where the parts of one proposal stand in what the caller wrote."""

    def of(self, pointer: str) -> Location | None:
        """The place of what a JSON Pointer into the proposal names, or of the nearest thing around it."""


@dataclass(frozen=True, kw_only=True)
class TextPlaces:
    """Places in a text: `parts` tells for pointers into the proposal which part of the document they come from."""

    text: Text
    parts: Mapping[str, str]

    def of(self, pointer: str) -> Location | None:
        """See Places."""
        known = pointer
        while known not in self.parts:
            if not known:
                return None
            known = known.rpartition("/")[0]
        return Location(file=self.text.file, line=self.text.line(self.parts[known] + pointer[len(known) :]))


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a reader found out about one endpoint, before it is put beside its neighbours.

    `source` is where the endpoint stands, `places` where the parts of the proposal do.
    """

    operation: Operation
    request: Json = field(default_factory=dict)
    current: Json | None = None
    context: Json = field(default_factory=dict)
    intent: Json = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    address: str | None = None
    source: Location | None = None
    places: Places | None = None


@dataclass(frozen=True, kw_only=True)
class Document:
    """Endpoints a document proposes to change, and its unchanged endpoints as `neighbours`."""

    drafts: tuple[Draft, ...]
    neighbours: tuple[Json, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a caller gives beside a document: values of template parameters, context, text and Terraform source.

    `text` is None where the document came parsed.
    """

    parameters: Mapping[str, Any] = field(default_factory=dict)
    context: Json = field(default_factory=dict)
    text: Text | None = None
    configuration: Configuration | None = None

    def places(self, parts: Mapping[str, str]) -> Places | None:
        """Places in the document's text, as TextPlaces; None where there is no text."""
        return TextPlaces(text=self.text, parts=parts) if self.text else None


NOTHING = Given()
