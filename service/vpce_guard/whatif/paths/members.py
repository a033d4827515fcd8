"""Reading members of JSON in which any value may stand anywhere: what is of another kind counts as not there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vpce_guard.model import Json


def value_at(parts: Json, pointer: str) -> Any:
    """What a JSON Pointer points to; None where nothing is there."""
    value: Any = parts
    for part in pointer.split("/")[1:]:
        if isinstance(value, dict):
            value = value.get(part.replace("~1", "/").replace("~0", "~"))
        elif isinstance(value, list) and part.isdecimal() and len(part) < 10 and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def ids(values: Any) -> Sequence[str]:
    """The texts of a list."""
    return [one for one in values if isinstance(one, str)] if isinstance(values, list) else []


def objects(values: Any) -> list[Json]:
    """The objects of a list."""
    return [one for one in values if isinstance(one, dict)] if isinstance(values, list) else []


def text(value: Any) -> str:
    """The value where it is a text, else an empty one."""
    return value if isinstance(value, str) else ""


def object_in(value: Any) -> Json:
    """The value where it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}
