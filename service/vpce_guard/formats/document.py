"""What a reader returns: the drafts of a document and what the rest of it tells about their surroundings."""

from __future__ import annotations

from dataclasses import dataclass, field

from vpce_guard.formats.assemble import Draft
from vpce_guard.model import Json


@dataclass(frozen=True, kw_only=True)
class Document:
    """Endpoints a document proposes to change, and its unchanged endpoints as `neighbours`."""

    drafts: tuple[Draft, ...]
    neighbours: tuple[Json, ...] = field(default=())
