"""Terraform's functions of maps and objects.

Source: https://developer.hashicorp.com/terraform/language/functions/lookup and on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from vpce_guard.formats.terraform.conversions import to_text
from vpce_guard.formats.terraform.functions.lists import as_list
from vpce_guard.formats.terraform.values import UNKNOWN, AnyOrder, LazyObject, as_set, stands_in

_NONE_GIVEN = object()


def _merge(*maps: Any) -> Any:
    if any(one is UNKNOWN for one in maps):
        return UNKNOWN
    return {key: value for one in maps if one is not None for key, value in one.items()}


def _lookup(value: Any, key: Any, default: Any = _NONE_GIVEN) -> Any:
    if isinstance(value, LazyObject):
        return value.attribute(key)
    if value is UNKNOWN or key is UNKNOWN:
        return UNKNOWN
    name = to_text(key)
    if name in value:
        return value[name]
    if stands_in(name) or stands_in(list(value)):
        return UNKNOWN
    if default is _NONE_GIVEN:
        raise LookupError(name)
    return default


def _tomap(value: Any) -> Any:
    if value is not None and not isinstance(value, dict | LazyObject) and value is not UNKNOWN:
        raise TypeError("not a map")
    return value


def _keys(value: Any) -> Any:
    names = as_set(list(_as_map(value)))
    return names if isinstance(names, AnyOrder) else list(names)


def _as_map(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError("not a map")
    return value


def _values(value: Any) -> Any:
    """The values of a map in the order of its keys, which ids to come do not tell."""
    named = _as_map(value)
    return AnyOrder(named.values()) if stands_in(list(named)) and len(named) > 1 else [named[k] for k in sorted(named)]


def _zipmap(keys: Any, items: Any) -> Any:
    if len(as_list(keys)) != len(as_list(items)):
        raise ValueError("not as many")
    if UNKNOWN in keys or isinstance(keys, AnyOrder) or isinstance(items, AnyOrder):
        return UNKNOWN
    return dict(zip(map(to_text, keys), items, strict=True))


def _transpose(value: Any) -> Any:
    found: dict[str, list[str]] = {}
    for key, items in sorted(_as_map(value).items()):
        if items is UNKNOWN or UNKNOWN in as_list(items) or stands_in([key, items]):
            return UNKNOWN
        for item in items:
            found.setdefault(to_text(item), []).append(key)
    return found


SEES_UNKNOWN: Mapping[str, Callable[..., Any]] = {"merge": _merge, "lookup": _lookup, "tomap": _tomap}
FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "keys": _keys,
    "values": _values,
    "zipmap": _zipmap,
    "transpose": _transpose,
}
