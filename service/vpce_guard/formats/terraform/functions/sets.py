"""Terraform's functions of sets. Source: https://developer.hashicorp.com/terraform/language/functions/toset and on."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from typing import Any

from vpce_guard.formats.terraform.functions.lists import as_list, concat, contains
from vpce_guard.formats.terraform.values import UNKNOWN, AnyOrder, AtLeast, as_set, is_whole

_MOST = 100_000  # members of what a function makes


def _toset(value: Any) -> Any:
    if value is None or value is UNKNOWN:
        return value
    return as_set(value if isinstance(value, AtLeast) else as_list(value))


def _setunion(*sets: Any) -> Any:
    return _toset(concat(*sets))


def _setproduct(*sets: Any) -> Any:
    if len(sets) < 2:
        raise ValueError("fewer than two sets")
    if math.prod(len(as_list(one)) for one in sets) > _MOST:
        return UNKNOWN
    pairs = [list(pair) for pair in itertools.product(*sets)]
    return AnyOrder(pairs) if any(isinstance(one, AnyOrder) for one in sets) and len(pairs) > 1 else pairs


def _setintersection(first: Any, *others: Any) -> Any:
    answers = [[contains(other, item) for other in others] for item in as_list(first)]
    kept = [item for item, found in zip(first, answers, strict=True) if all(answer is True for answer in found)]
    return AtLeast(kept) if any(UNKNOWN in found and False not in found for found in answers) else as_set(kept)


def _setsubtract(first: Any, second: Any) -> Any:
    answers = [contains(second, item) for item in as_list(first)]
    kept = [item for item, answer in zip(first, answers, strict=True) if answer is False]
    return AtLeast(kept) if UNKNOWN in answers else as_set(kept)


def _setsymmetricdifference(*sets: Any) -> Any:
    found: Any = sets[0]
    for other in sets[1:]:
        if not is_whole(list(found)) or not is_whole(list(other)):
            return UNKNOWN
        found = _toset(concat(_setsubtract(found, other), _setsubtract(other, found)))
    return _toset(found)


SEES_UNKNOWN: Mapping[str, Callable[..., Any]] = {"toset": _toset, "setunion": _setunion}
FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "setproduct": _setproduct,
    "setintersection": _setintersection,
    "setsubtract": _setsubtract,
    "setsymmetricdifference": _setsymmetricdifference,
}
