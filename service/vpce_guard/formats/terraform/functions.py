"""Terraform's built-in functions, as far as they matter for ids and names, over values that may not be known.

Source: https://developer.hashicorp.com/terraform/language/functions. A function that is not here gives UNKNOWN. `try`,
`can` and the operators are in expressions.py, as they see more than values.
"""

from __future__ import annotations

import ipaddress
import itertools
import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from vpce_guard.formats.terraform.values import (
    UNKNOWN,
    AnyOrder,
    AtLeast,
    EvaluationError,
    JsonText,
    LazyObject,
    as_set,
    distinct,
    equal,
    is_whole,
    stands_in,
)

_MOST = 100_000  # members of a list that a function makes


def call(name: str, arguments: list[Any]) -> Any:
    """The value of a function. Raises EvaluationError where Terraform would fail."""
    name = name.removeprefix("core::")
    try:
        if name in _LENIENT:
            return _LENIENT[name](*arguments)
        if name not in _STRICT or not all(_is_settled(argument) for argument in arguments):
            return UNKNOWN
        if name in _READS_TEXT and stands_in(arguments):
            return UNKNOWN
        return _STRICT[name](*arguments)
    except (TypeError, ValueError, LookupError, ArithmeticError, AttributeError) as error:
        raise EvaluationError(f"{name}: {error}") from error


def _is_settled(value: Any) -> bool:
    """Whether a value itself is there, though a member of it may not be known."""
    return value is not UNKNOWN and not isinstance(value, AtLeast | JsonText)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return value


def _like(source: list[Any], items: list[Any]) -> list[Any]:
    return AnyOrder(items) if isinstance(source, AnyOrder) and len(items) > 1 else items


# --- lists of which some members may be uncertain


def _concat(*lists: Any) -> Any:
    if all(isinstance(one, list) for one in lists):
        items = [item for one in lists for item in one]
        return AnyOrder(items) if any(isinstance(one, AnyOrder) for one in lists) and len(items) > 1 else items
    return AtLeast(item for one in lists for item in _members(one))


def _members(value: Any) -> list[Any]:
    if isinstance(value, AtLeast):
        return value.items
    return [] if value is UNKNOWN else _list(value)


def _flatten(value: Any) -> Any:
    if value is UNKNOWN:
        return UNKNOWN
    certain, items, ordered = not isinstance(value, AtLeast), [], not isinstance(value, AnyOrder)
    for item in _members(value):
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
    return AtLeast(distinct(value.items)) if isinstance(value, AtLeast) else distinct(_list(value))


def _toset(value: Any) -> Any:
    if value is None or value is UNKNOWN:
        return value
    return as_set(value if isinstance(value, AtLeast) else _list(value))


def _tolist(value: Any) -> Any:
    return value if value is UNKNOWN or value is None or isinstance(value, AtLeast) else _list(value)


def _compact(value: Any) -> Any:
    if value is UNKNOWN:
        return UNKNOWN
    kept = [item for item in _members(value) if item not in (None, "")]
    return AtLeast(kept) if isinstance(value, AtLeast) or UNKNOWN in kept else _like(value, kept)


def _union(*sets: Any) -> Any:
    return _toset(_concat(*sets))


def _contains(value: Any, wanted: Any) -> Any:
    answers = [equal(item, wanted) for item in _members(value)]
    if any(answer is True for answer in answers):
        return True
    return UNKNOWN if not _is_settled(value) or UNKNOWN in answers else False


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


def _merge(*maps: Any) -> Any:
    if any(one is UNKNOWN for one in maps):
        return UNKNOWN
    return {key: value for one in maps if one is not None for key, value in one.items()}


def _lookup(value: Any, key: Any, default: Any = UNKNOWN) -> Any:
    if isinstance(value, LazyObject):
        return value.attribute(key)
    if value is UNKNOWN or key is UNKNOWN:
        return UNKNOWN
    if key not in value and default is UNKNOWN:
        return UNKNOWN
    return value.get(key, default)


def _length(value: Any) -> Any:
    if value is UNKNOWN or isinstance(value, AtLeast) or (isinstance(value, str) and stands_in(value)):
        return UNKNOWN
    return len(value)


# --- lists that are there


def _index_of(items: list[Any], position: Any, *, wrap: bool = False) -> Any:
    number = _whole_number(position)
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


def _whole_number(value: Any) -> int:
    if isinstance(value, bool) or int(value) != float(value):
        raise TypeError("not a whole number")
    return int(value)


def _slice(value: Any, start: Any, end: Any) -> Any:
    items, first, last = _list(value), _whole_number(start), _whole_number(end)
    if not 0 <= first <= last <= len(items):
        raise IndexError(last)
    if isinstance(items, AnyOrder) and last - first not in (0, len(items)):
        return UNKNOWN
    return items[first:last] if not isinstance(items, AnyOrder) else AnyOrder(items[first:last])


def _take_one(value: Any) -> Any:
    if len(_list(value)) > 1:
        raise ValueError("more than one")
    return value[0] if value else None


def _sort(value: Any) -> Any:
    if stands_in(value) or not is_whole(list(value)):
        return AnyOrder(value) if len(value) > 1 else value
    return sorted(_list(value))


def _reverse(value: Any) -> Any:
    return _like(_list(value), list(reversed(value)))


def _keys(value: Any) -> Any:
    return as_set(list(value))


def values(value: Any) -> Any:
    """The values of a map in the order of its keys, which ids to come do not tell."""
    return AnyOrder(value.values()) if stands_in(list(value)) and len(value) > 1 else [value[k] for k in sorted(value)]


def _zipmap(keys: Any, items: Any) -> Any:
    if len(_list(keys)) != len(_list(items)):
        raise ValueError("not as many")
    if UNKNOWN in keys or isinstance(keys, AnyOrder) or isinstance(items, AnyOrder):
        return UNKNOWN
    return dict(zip(keys, items, strict=True))


def _find(items: Any, wanted: Any) -> Any:
    if isinstance(items, AnyOrder):
        return UNKNOWN
    for number, item in enumerate(_list(items)):
        answer = equal(item, wanted)
        if answer is not False:
            return number if answer is True else UNKNOWN
    raise ValueError("not in the list")


def _matchkeys(items: Any, keys: Any, wanted: Any) -> Any:
    if len(_list(items)) != len(_list(keys)):
        raise ValueError("not as many")
    if isinstance(items, AnyOrder) or isinstance(keys, AnyOrder):
        return UNKNOWN
    answers = [_contains(wanted, key) for key in keys]
    kept = [item for item, answer in zip(items, answers, strict=True) if answer is True]
    return AtLeast(kept) if UNKNOWN in answers else kept


def _setproduct(*sets: Any) -> Any:
    if math.prod(len(_list(one)) for one in sets) > _MOST:
        return UNKNOWN
    return [list(pair) for pair in itertools.product(*sets)]


def _intersection(first: Any, *others: Any) -> Any:
    answers = [[_contains(other, item) for other in others] for item in _list(first)]
    kept = [item for item, found in zip(first, answers, strict=True) if all(answer is True for answer in found)]
    return AtLeast(kept) if any(UNKNOWN in found and False not in found for found in answers) else as_set(kept)


def _subtract(first: Any, second: Any) -> Any:
    answers = [_contains(second, item) for item in _list(first)]
    kept = [item for item, answer in zip(first, answers, strict=True) if answer is False]
    return AtLeast(kept) if UNKNOWN in answers else as_set(kept)


def _chunklist(value: Any, size: Any) -> Any:
    number = _whole_number(size)
    if isinstance(value, AnyOrder) and number < len(value):
        return UNKNOWN
    return [list(value[i : i + number]) for i in range(0, len(_list(value)), number)] if number else [value]


def _range(*bounds: Any) -> Any:
    found = range(*map(_whole_number, bounds))
    return list(found) if len(found) <= _MOST else UNKNOWN


def _all_of(items: Any, wanted: bool) -> Any:
    answers = [equal(item, wanted) for item in _list(items)]
    if False in answers:
        return not wanted
    return UNKNOWN if UNKNOWN in answers else wanted


# --- texts, numbers and addresses


def to_text(value: Any) -> Any:
    """A value as Terraform puts it into a template. Raises EvaluationError for what is no text."""
    if value is UNKNOWN or isinstance(value, str):
        return value
    if isinstance(value, JsonText):
        return UNKNOWN
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(int(value)) if value == int(value) else repr(value)
    raise EvaluationError("not a text")


def _join(separator: str, *lists: Any) -> Any:
    items = [item for one in lists for item in _list(one)]
    if UNKNOWN in items or any(isinstance(one, AnyOrder) for one in lists):
        return UNKNOWN
    return separator.join(map(to_text, items))


def _format(template: str, *arguments: Any) -> Any:
    given = iter(arguments)
    parts: list[str] = []
    position = 0
    for verb in re.finditer(r"%(%|[#+\- 0-9.]*[svdqbfgtx]|.)", template):
        parts.append(template[position : verb.start()])
        position = verb.end()
        if verb[1] == "%":
            parts.append("%")
        elif verb[1] in ("s", "v") or (verb[1] == "d" and not stands_in(template)):
            text = to_text(next(given))
            if text is UNKNOWN:
                return UNKNOWN
            parts.append(text)
        elif re.fullmatch(r"0?\d*d", verb[1]):
            parts.append(f"%{verb[1]}" % _whole_number(next(given)))
        else:
            return UNKNOWN
    return "".join([*parts, template[position:]])


def _formatlist(template: str, *arguments: Any) -> Any:
    size = max(len(one) for one in arguments if isinstance(one, list))
    columns = [one if isinstance(one, list) else [one] * size for one in arguments]
    if any(isinstance(one, AnyOrder) for one in columns) and len(columns) > 1:
        return UNKNOWN
    found = [_format(template, *row) for row in zip(*columns, strict=True)]
    return _like(columns[0], found)


def _replace(text: str, old: str, new: str) -> Any:
    if len(old) > 1 and old.startswith("/") and old.endswith("/"):
        return UNKNOWN if stands_in(text) else re.sub(old[1:-1], re.sub(r"\$\{?(\w+)\}?", r"\\g<\1>", new), text)
    return text.replace(old, new) if not (stands_in(text) and re.search(r"\d", old)) else UNKNOWN


def _split(separator: str, text: str) -> Any:
    if separator.isdecimal() and stands_in(text):
        return UNKNOWN
    return text.split(separator) if separator else list(text)


def _jsonencode(value: Any) -> Any:
    if value is UNKNOWN:
        return UNKNOWN
    whole = is_whole(value) and not stands_in(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":")) if whole else JsonText(value)


def _regex(pattern: str, text: str) -> Any:
    found = re.search(pattern, text)
    if found is None:
        raise ValueError("no match")
    if found.re.groupindex:
        return found.groupdict()
    return list(found.groups()) if found.re.groups else found[0]


def to_number(value: Any) -> Any:
    """A value as a number. Raises ValueError or TypeError."""
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    number = float(value)
    return int(number) if number == int(number) else number


def _tobool(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    return {"true": True, "false": False}[value]


def _cidrsubnet(prefix: str, newbits: Any, number: Any) -> str:
    network = ipaddress.ip_network(prefix, strict=False)
    length, position = network.prefixlen + _whole_number(newbits), _whole_number(number)
    if length > network.max_prefixlen or not 0 <= position < 1 << _whole_number(newbits):
        raise ValueError("no such subnet")
    first = int(network.network_address) + (position << (network.max_prefixlen - length))
    return f"{ipaddress.ip_address(first)}/{length}"


def _cidrhost(prefix: str, number: Any) -> str:
    network = ipaddress.ip_network(prefix, strict=False)
    return str(network[_whole_number(number)])


def _identity(value: Any) -> Any:
    return value


_LENIENT: Mapping[str, Callable[..., Any]] = {
    "concat": _concat, "flatten": _flatten, "distinct": _distinct, "toset": _toset, "tolist": _tolist,
    "compact": _compact, "setunion": _union, "contains": _contains, "coalesce": _coalesce,
    "coalescelist": _coalescelist, "merge": _merge, "lookup": _lookup, "length": _length,
    "sensitive": _identity, "nonsensitive": _identity, "tomap": _identity,
}  # fmt: skip
_STRICT: Mapping[str, Callable[..., Any]] = {
    "element": lambda items, number: _index_of(_list(items), number, wrap=True),
    "slice": _slice, "one": _take_one, "sort": _sort, "reverse": _reverse, "keys": _keys, "values": values,
    "zipmap": _zipmap, "index": _find, "matchkeys": _matchkeys, "setproduct": _setproduct,
    "setintersection": _intersection, "setsubtract": _subtract, "chunklist": _chunklist, "range": _range,
    "alltrue": lambda items: _all_of(items, wanted=True),
    "anytrue": lambda items: _all_of(items, wanted=False),
    "tostring": lambda value: None if value is None else to_text(value), "tonumber": to_number, "tobool": _tobool,
    "join": _join, "split": _split, "format": _format, "formatlist": _formatlist, "replace": _replace,
    "jsonencode": _jsonencode, "jsondecode": json.loads, "regex": _regex,
    "regexall": lambda pattern, text: [list(m.groups()) if m.groups() else m[0] for m in re.finditer(pattern, text)],
    "upper": str.upper, "lower": str.lower, "title": str.title, "trimspace": str.strip, "trim": str.strip,
    "trimprefix": str.removeprefix, "trimsuffix": str.removesuffix, "startswith": str.startswith,
    "endswith": str.endswith, "strcontains": lambda text, part: part in text,
    "substr": lambda text, start, size: text[start:][: size if size >= 0 else None],
    "max": max, "min": min, "abs": abs, "sum": sum, "floor": math.floor, "ceil": math.ceil,
    "cidrsubnet": _cidrsubnet, "cidrhost": _cidrhost,
}  # fmt: skip
_READS_TEXT = {
    "upper", "lower", "title", "trimspace", "trim", "trimprefix", "trimsuffix", "startswith", "endswith",
    "strcontains", "substr", "regex", "regexall", "jsondecode", "tonumber", "tobool", "cidrsubnet",
    "cidrhost", "max", "min", "sum",
}  # fmt: skip
