"""Environments that org data name and nothing is in: most likely misspelt, and then a constraint is off unnoticed."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from vpce_guard.model import Json

_KEYS: tuple[tuple[str, ...], ...] = (
    ("regions", "allowed"),
    ("availability", "min_azs"),
    ("policy", "required"),
    ("policy", "forbid_star_action"),
    ("requesters",),
)
"""Tables by environment."""

_VALUES: tuple[tuple[str, ...], ...] = (
    ("tags", "required", "*", "envs"),
    ("freeze", "*", "envs"),
    ("waivers", "*", "match", "environment"),
    ("environments_in",),
)
"""Lists of environments."""


def find_unknown_environments(document: Json) -> Iterator[tuple[str, str]]:
    """Pointer and message of each environment in a document, or in a layer of it, that `environments` gives to nothing.

    `document` is org data that have their shape.
    """
    clusters = {cluster["environment"] for cluster in document.get("clusters") or [] if cluster.get("environment")}
    known = clusters | set((document.get("environments") or {}).values())
    layers = [("", document), *((f"/layers/{i}", layer) for i, layer in enumerate(document.get("layers") or []))]
    for start, layer in layers:
        for pointer, name in _named_environments(layer):
            if name not in known and name != "*":
                meant = get_close_matches(name, known, n=1)
                hint = f"; did you mean {meant[0]}?" if meant else ""
                yield f"{start}{pointer}", f"names the environment {name}, which `environments` gives to nothing{hint}"


def _named_environments(layer: Json) -> Iterator[tuple[str, str]]:
    for path in _KEYS:
        for pointer, table in _values_at(layer, path):
            if isinstance(table, dict):
                yield from ((f"{pointer}/{name}", name) for name in table)
    for path in _VALUES:
        for pointer, names in _values_at(layer, path):
            if isinstance(names, str):
                yield pointer, names
            else:
                yield from ((f"{pointer}/{i}", name) for i, name in enumerate(names or ()))


def _values_at(value: Any, path: tuple[str, ...], pointer: str = "") -> Iterator[tuple[str, Any]]:
    """What is at a path, `*` standing for each item of a list."""
    if not path:
        yield pointer, value
    elif path[0] == "*":
        for i, item in enumerate(value if isinstance(value, list) else ()):
            yield from _values_at(item, path[1:], f"{pointer}/{i}")
    elif isinstance(value, dict) and path[0] in value:
        yield from _values_at(value[path[0]], path[1:], f"{pointer}/{path[0]}")
