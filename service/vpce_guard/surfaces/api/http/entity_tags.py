"""Entity tags: an answer as a short name, by which a caller asks whether it has changed (RFC 9110, 8.8.3)."""

from __future__ import annotations

import hashlib


def entity_tag(content: bytes) -> str:
    """The ETag of a content, in quotes: the same for the same bytes in every process."""
    return f'"{hashlib.sha256(content).hexdigest()}"'


def is_seen(tag: str, seen: str) -> bool:
    """Whether an If-None-Match header (a list of tags, weak ones too, or `*`) names a tag; an empty one names none."""
    names = [name.strip() for name in seen.split(",")]
    return "*" in names or tag in (name.removeprefix("W/") for name in names)
