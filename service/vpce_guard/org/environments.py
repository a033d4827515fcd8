"""Environments that org data name and nothing is in: most likely misspelt, and then a constraint is off unnoticed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from types import MappingProxyType

from vpce_guard.model import Json
from vpce_guard.org.own_sections import find_names_in_sections
from vpce_guard.org.places import Path, at_keys, at_values, layers_in, matches_any

_KEYS: tuple[Path, ...] = (
    ("regions", "allowed"),
    ("availability", "min_azs"),
    ("policy", "required"),
    ("policy", "forbid_star_action"),
    ("requesters",),
)
"""Tables by environment."""

_VALUES: tuple[Path, ...] = (
    ("tags", "required", "*", "envs", "*"),
    ("freeze", "*", "envs", "*"),
    ("required_endpoints", "*", "envs", "*"),
    ("environments_in", "*"),
)
"""Environments by name."""

_PATTERNS: tuple[Path, ...] = (("waivers", "*", "match", "environment"), ("waivers", "*", "match", "environment", "*"))
"""Environments by name or by a pattern with `*`."""


def tells_environments(document: Json) -> bool:
    """Whether a document gives anything an environment, so that a name it does not give is a mistake."""
    return bool(document.get("environments")) or bool(_names_given(document))


def find_unknown_environments(
    document: Json, own_sections: Mapping[str, Json] = MappingProxyType({})
) -> Iterator[tuple[str, str]]:
    """Pointer and message of each environment in a document, or in a layer of it, that `environments` gives to nothing.

    `document` is org data that have their shape, `own_sections` are the schemas of its own sections.
    """
    known = _names_given(document)
    named = [
        (f"{start}{pointer}", name) for start, layer in layers_in(document) for pointer, name in _named_in(layer, known)
    ]
    for pointer, name in (*named, *find_names_in_sections(document, own_sections, "environment")):
        if isinstance(name, str) and name not in known and name != "*":
            meant = get_close_matches(name, known, n=1)
            hint = f"; did you mean {meant[0]}?" if meant else ""
            yield pointer, f"names the environment {name}, which `environments` gives to nothing{hint}"


def _named_in(layer: Json, known: set[str]) -> Iterator[tuple[str, object]]:
    for path in _KEYS:
        yield from at_keys(layer, path)
    for path in _VALUES:
        yield from at_values(layer, path)
    for path in _PATTERNS:
        yield from ((pointer, name) for pointer, name in at_values(layer, path) if not matches_any(name, known))


def _names_given(document: Json) -> set[str]:
    clusters = {cluster["environment"] for cluster in document.get("clusters") or [] if cluster.get("environment")}
    return clusters | set((document.get("environments") or {}).values())
