"""Terraform's functions of lists. Source: https://developer.hashicorp.com/terraform/language/functions/concat and on.

A list may lack members that are not known (`AtLeast`) or have an order that nobody knows yet (`AnyOrder`), see
values.py; the functions of SEES_UNKNOWN take such and unknown values, the others only lists that are there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations
from math import comb
from typing import Any

from vpce_guard.formats.terraform.conversions import to_bool, to_text, to_whole_number
from vpce_guard.formats.terraform.values import (
    UNKNOWN,
    AnyOrder,
    AtLeast,
    EvaluationError,
    distinct,
    equal,
    is_whole,
    stands_in,
)


def as_list(value: Any) -> list[Any]:
    """A list that is there. Raises TypeError for anything else."""
    if not isinstance(value, list):
        raise TypeError("not a list")
    return value


def _like(source: list[Any], items: list[Any]) -> list[Any]:
    return AnyOrder(items) if isinstance(source, AnyOrder) and len(items) > 1 else items


# --- lists of which some members may be uncertain


def concat(*lists: Any) -> Any:
    """Lists after each other; with one that is not known, at least the members of the others."""
    if all(isinstance(one, list) for one in lists):
        items = [item for one in lists for item in one]
        return AnyOrder(items) if any(isinstance(one, AnyOrder) for one in lists) and len(items) > 1 else items
    return AtLeast(item for one in lists for item in members(one))


def members(value: Any) -> list[Any]:
    """The members that a list surely has. Raises TypeError for what is no list."""
    if isinstance(value, AtLeast):
        return value.items
    return [] if value is UNKNOWN else as_list(value)


def _flatten(value: Any) -> Any:
    if value is UNKNOWN:
        return UNKNOWN
    certain, items, ordered = not isinstance(value, AtLeast), [], not isinstance(value, AnyOrder)
    for item in members(value):
        inner = _flatten(item) if isinstance(item, list | AtLeast) else item
        certain = certain and inner is not UNKNOWN and not isinstance(inner, AtLeast)
        ordered = ordered and not isinstance(inner, AnyOrder)
        items += inner.items if isinstance(inner, AtLeast) else inner if isinstance(inner, list) else [inner]
    if not certain:
        return AtLeast(items)
    return items if ordered or len(items) < 2 else AnyOrder(items)


def _distinct(value: Any) -> Any:
    if value is UNKNOWN:
        return UNKNOWN
    return AtLeast(distinct(value.items)) if isinstance(value, AtLeast) else distinct(as_list(value))


def _tolist(value: Any) -> Any:
    if value is UNKNOWN or value is None or isinstance(value, AtLeast | AnyOrder):
        return value
    return list(as_list(value))


def _compact(value: Any) -> Any:
    if value is UNKNOWN:
        return UNKNOWN
    kept = [item for item in members(value) if item not in (None, "")]
    return AtLeast(kept) if isinstance(value, AtLeast) or UNKNOWN in kept else _like(value, kept)


def contains(value: Any, wanted: Any) -> Any:
    """Whether a list has a member: True, False or UNKNOWN."""
    answers = [equal(item, wanted) for item in members(value)]
    if any(answer is True for answer in answers):
        return True
    return UNKNOWN if value is UNKNOWN or isinstance(value, AtLeast) or UNKNOWN in answers else False


def _coalesce(*values: Any) -> Any:
    for value in values:
        if value is UNKNOWN:
            return UNKNOWN
        if value is not None and value != "":
            return value
    raise ValueError("nothing but null")


def _coalescelist(*lists: Any) -> Any:
    for one in lists:
        if one is UNKNOWN or (isinstance(one, AtLeast) and not one.items):
            return UNKNOWN
        if one is not None and (isinstance(one, AtLeast) or len(one) > 0):
            return one
    raise ValueError("nothing but empty lists")


def _length(value: Any) -> Any:
    """How many there are: known for a list of members that are not, but not for a text with an id to come."""
    if value is UNKNOWN or isinstance(value, AtLeast) or (isinstance(value, str) and stands_in(value)):
        return UNKNOWN
    return len(value)


# --- lists that are there


def _index_of(items: list[Any], position: Any, *, wrap: bool = False) -> Any:
    number = to_whole_number(position)
    if wrap and items:
        number %= len(items)
    if not 0 <= number < len(items):
        raise IndexError(number)
    return UNKNOWN if isinstance(items, AnyOrder) and len(items) > 1 else items[number]


def item_at(value: Any, position: Any) -> Any:
    """The member of a list at a position. Raises EvaluationError where there is none."""
    try:
        return _index_of(value, position)
    except (IndexError, TypeError, ValueError) as error:
        raise EvaluationError(str(error)) from error


def _element(items: Any, position: Any) -> Any:
    return _index_of(as_list(items), position, wrap=True)


def _slice(value: Any, start: Any, end: Any) -> Any:
    items, first, last = as_list(value), to_whole_number(start), to_whole_number(end)
    if not 0 <= first <= last <= len(items):
        raise IndexError(last)
    if isinstance(items, AnyOrder) and last - first not in (0, len(items)):
        return UNKNOWN
    return items[first:last] if not isinstance(items, AnyOrder) else AnyOrder(items[first:last])


def slices(value: AnyOrder, size: int, most: int) -> list[list[Any]] | None:
    """What a part of so many members may be, where the order is not known; None where there are more than `most`."""
    if not 0 < size < len(value) or comb(len(value), size) > most:
        return None
    return [AnyOrder(part) for part in combinations(value, size)]


def _take_one(value: Any) -> Any:
    if len(as_list(value)) > 1:
        raise ValueError("more than one")
    return value[0] if value else None


def _sort(value: Any) -> Any:
    if stands_in(as_list(value)) or not is_whole(list(value)):
        return AnyOrder(value) if len(value) > 1 else value
    return sorted(map(to_text, value))


def _reverse(value: Any) -> Any:
    return _like(as_list(value), list(reversed(value)))


def _index(items: Any, wanted: Any) -> Any:
    if isinstance(items, AnyOrder):
        return UNKNOWN
    for number, item in enumerate(as_list(items)):
        answer = equal(item, wanted)
        if answer is not False:
            return number if answer is True else UNKNOWN
    raise ValueError("not in the list")


def _matchkeys(items: Any, keys: Any, wanted: Any) -> Any:
    if len(as_list(items)) != len(as_list(keys)):
        raise ValueError("not as many")
    if isinstance(items, AnyOrder) or isinstance(keys, AnyOrder):
        return UNKNOWN
    answers = [contains(wanted, key) for key in keys]
    kept = [item for item, answer in zip(items, answers, strict=True) if answer is True]
    return AtLeast(kept) if UNKNOWN in answers else kept


def _chunklist(value: Any, size: Any) -> Any:
    number = to_whole_number(size)
    if number < 0:
        raise ValueError("a size below 0")
    if isinstance(value, AnyOrder) and 0 < number < len(value):
        return UNKNOWN
    if not as_list(value):
        return []
    return [_like(value, value[i : i + number]) for i in range(0, len(value), number)] if number else [value]


def _alltrue(items: Any) -> Any:
    answers = _truths(items)
    if False in answers or None in answers:
        return False
    return UNKNOWN if UNKNOWN in answers else True


def _anytrue(items: Any) -> Any:
    answers = _truths(items)
    if True in answers:
        return True
    return UNKNOWN if UNKNOWN in answers else False


def _truths(items: Any) -> list[Any]:
    return [item if item is UNKNOWN else to_bool(item) for item in as_list(items)]


def _identity(value: Any) -> Any:
    return value


SEES_UNKNOWN: Mapping[str, Callable[..., Any]] = {
    "concat": concat,
    "flatten": _flatten,
    "distinct": _distinct,
    "tolist": _tolist,
    "compact": _compact,
    "contains": contains,
    "coalesce": _coalesce,
    "coalescelist": _coalescelist,
    "length": _length,
    "sensitive": _identity,
    "nonsensitive": _identity,
}
FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "element": _element,
    "slice": _slice,
    "one": _take_one,
    "sort": _sort,
    "reverse": _reverse,
    "index": _index,
    "matchkeys": _matchkeys,
    "chunklist": _chunklist,
    "alltrue": _alltrue,
    "anytrue": _anytrue,
}
