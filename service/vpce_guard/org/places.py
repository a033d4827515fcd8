"""Places in org data: what stands at a path, with its JSON Pointer, in the document and in each of its layers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from vpce_guard.model import Json

Path = tuple[str, ...]


def layers_in(document: Json) -> Iterator[tuple[str, Json]]:
    """The document and its layers, each with the pointer it begins at."""
    yield "", document
    for i, layer in enumerate(document.get("layers") or []):
        yield f"/layers/{i}", layer


def at_values(value: Any, path: Path, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """What is at a path, `*` standing for each item of a list and each member of a table."""
    if not path:
        yield pointer, value
    elif path[0] == "*":
        members = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
        for name, item in members:
            yield from at_values(item, path[1:], f"{pointer}/{escape(str(name))}")
    elif isinstance(value, dict) and path[0] in value:
        yield from at_values(value[path[0]], path[1:], f"{pointer}/{path[0]}")


def at_keys(value: Any, path: Path) -> Iterator[tuple[str, str]]:
    """The names of the members of the table at a path."""
    for pointer, table in at_values(value, path):
        if isinstance(table, dict):
            yield from ((f"{pointer}/{escape(name)}", name) for name in table)


def escape(name: str) -> str:
    """A name as part of a JSON Pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def matches_any(name: object, known: set[str]) -> bool:
    """Whether a name, or a pattern of names with `*`, is or names one of those."""
    if not isinstance(name, str) or "*" not in name:
        return isinstance(name, str) and name in known
    pattern = re.compile(".*".join(map(re.escape, name.split("*"))), re.DOTALL)
    return any(pattern.fullmatch(one) for one in known)
