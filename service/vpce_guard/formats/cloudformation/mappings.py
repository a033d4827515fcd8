"""Fn::FindInMap: what the mappings of a template hold for keys, known or not."""

from __future__ import annotations

from typing import Any

from vpce_guard.formats.cloudformation.functions import is_uncertain
from vpce_guard.formats.cloudformation.words import (
    NO_VALUE,
    UNKNOWN,
    Symbol,
    list_symbol,
    strip_braces,
    symbol,
    template_error,
    text_of,
)
from vpce_guard.model import Json


def find_in_map(mappings: Json, keys: list[Any], default: Any, pointer: str) -> Any:
    """What three keys lead to; `default` where there is nothing and it is not NO_VALUE.

    Raises MalformedError for a key that the mappings do not have.
    """
    if any(is_uncertain(key) for key in keys):
        return _find_for_open_keys(mappings, keys)
    found: Any = mappings
    for key in keys:
        if not isinstance(found, dict) or text_of(key) not in found:
            if default is not NO_VALUE:
                return default
            if isinstance(found, dict) and "Fn::Transform" in found:
                return UNKNOWN
            raise template_error(pointer, f"finds no {text_of(key)!r} in the mappings")
        found = found[text_of(key)]
    return found


def _find_for_open_keys(mappings: Json, keys: list[Any]) -> Any:
    """What a mapping gives for keys that are not all known: what all its entries say alike, else a symbol."""
    entries = mappings.get(keys[0]) if isinstance(keys[0], str) else None
    if isinstance(entries, dict) and isinstance(keys[2], str) and is_uncertain(keys[1]):
        values = [entry.get(keys[2]) for entry in entries.values() if isinstance(entry, dict)]
        if values and values[0] is not None and all(value == values[0] for value in values):
            return values[0]
        if any(isinstance(value, list) for value in values):
            said = symbol(*keys, call="FindInMap")
            return list_symbol(strip_braces(said.text), has_items=all(values)) if isinstance(said, Symbol) else said
    return symbol(*keys, call="FindInMap")
