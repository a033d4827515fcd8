"""The texts of a planned endpoint that Terraform marks as sensitive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic_core import from_json

from vpce_guard.model import Json

_EVERYWHERE = {"*", "Allow", "Deny", "AWS", "true", "false", "2012-10-17", "2008-10-17"}
_SHORTEST = 3


def sensitive_texts(change: Json) -> tuple[str, ...]:
    """The texts that `before_sensitive` and `after_sensitive` of a change mark, those within a policy too."""
    found: dict[str, None] = {}
    for side in ("before", "after"):
        found |= dict.fromkeys(_marked_texts(change.get(side), change.get(f"{side}_sensitive")))
    return tuple(text for text in found if len(text) >= _SHORTEST and text not in _EVERYWHERE)


def _marked_texts(value: Any, marks: Any) -> Iterator[str]:
    if marks is True:
        yield from _texts(value)
    elif isinstance(marks, dict) and isinstance(value, dict):
        for name, mark in marks.items():
            yield from _marked_texts(value.get(name), mark)
    elif isinstance(marks, list) and isinstance(value, list):
        for item, mark in zip(value, marks, strict=False):
            yield from _marked_texts(item, mark)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        if value.lstrip().startswith("{"):
            try:
                yield from _texts(from_json(value))
            except ValueError:
                return
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)
