"""JSON in pieces: the same text as `to_json(…, indent=2)` prints, without all of it in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_json

_STEP = "  "


@dataclass(frozen=True)
class StreamedItems:
    """An array whose items are made one by one."""

    items: Iterable[Any]


def json_pieces(value: Any, indent: str = "") -> Iterator[str]:
    """A value, and after it no end of line; StreamedItems stand in objects, and objects in objects."""
    if isinstance(value, StreamedItems):
        yield from _enclose("[]", (json_pieces(one, indent + _STEP) for one in value.items), indent)
    elif isinstance(value, dict):
        members = (_member(name, one, indent + _STEP) for name, one in value.items())
        yield from _enclose("{}", members, indent)
    else:  # line breaks are between tokens only: those in texts are written as \n
        yield to_json(value, indent=2).decode().replace("\n", f"\n{indent}")


def _member(name: str, value: Any, indent: str) -> Iterator[str]:
    yield f"{to_json(name).decode()}: "
    yield from json_pieces(value, indent)


def _enclose(marks: str, items: Iterable[Iterable[str]], indent: str) -> Iterator[str]:
    opened = False
    for item in items:
        yield f"{',' if opened else marks[0]}\n{indent}{_STEP}"
        yield from item
        opened = True
    yield f"\n{indent}{marks[1]}" if opened else marks
