"""Members of a resource's properties, worked out, as far as they are known."""

from __future__ import annotations

from typing import Any

from vpce_guard.formats.cloudformation.words import Symbol
from vpce_guard.model import Json


def text_or_symbol(found: Json, member: str) -> str | None:
    """A text, or the expression that stands for one; None where nothing is told."""
    value = found.get(member)
    if isinstance(value, Symbol):
        return None if value.is_list else value.text
    return value if isinstance(value, str) else None


def known_members(found: Json, members: tuple[str, ...]) -> Json:
    """Those members that are told, with expressions as text."""
    return {m: value for m in members if (value := text_or_symbol(found, m)) is not None}


def literals(found: Json, members: tuple[str, ...]) -> Json:
    """Those members that are texts."""
    return {m: found[m] for m in members if isinstance(found.get(m), str)}


def as_list(value: Any) -> list[Any]:
    """A list as it is; an empty one for anything else."""
    return value if isinstance(value, list) else []
