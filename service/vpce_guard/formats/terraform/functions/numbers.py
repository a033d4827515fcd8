"""Terraform's functions of numbers. Source: https://developer.hashicorp.com/terraform/language/functions/max and on."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from vpce_guard.formats.terraform.conversions import to_bool, to_number, to_whole_number
from vpce_guard.formats.terraform.functions.lists import as_list
from vpce_guard.formats.terraform.values import UNKNOWN

_MOST = 1024  # numbers that Terraform makes with `range`


def _range(*bounds: Any) -> Any:
    numbers = [to_number(bound) for bound in bounds]
    start, limit = (0, numbers[0]) if len(numbers) == 1 else numbers[:2]
    step = numbers[2] if len(numbers) == 3 else -1 if limit < start else 1
    if step == 0 or (limit - start) * step < 0:
        raise ValueError("it does not come to its end")
    count = math.ceil((limit - start) / step)
    if count > _MOST:
        raise ValueError("too many")
    return [start + number * step for number in range(count)]


def _numbers(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of numbers, which texts may tell."""
    return lambda *values: function(*[_settle(to_number(value)) for value in values])


def _settle(value: Any) -> Any:
    if value is None:
        raise TypeError("null")
    return value


def _sum(values: Any) -> Any:
    if UNKNOWN in as_list(values):
        return UNKNOWN
    if not values:
        raise ValueError("nothing to add")
    return sum(map(to_number, values))


def _greatest(*values: Any) -> Any:
    return max(values[0], *values[1:]) if len(values) > 1 else values[0]


def _least(*values: Any) -> Any:
    return min(values[0], *values[1:]) if len(values) > 1 else values[0]


def _parseint(text: Any, base: Any) -> int:
    return int(str(text), to_whole_number(base))


def _signum(number: Any) -> int:
    return int(number > 0) - int(number < 0)


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "range": _range,
    "max": _numbers(_greatest),
    "min": _numbers(_least),
    "sum": _sum,
    "abs": _numbers(abs),
    "floor": _numbers(math.floor),
    "ceil": _numbers(math.ceil),
    "pow": _numbers(pow),
    "signum": _numbers(_signum),
    "parseint": _parseint,
    "tonumber": to_number,
    "tobool": to_bool,
}
