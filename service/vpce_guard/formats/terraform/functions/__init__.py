"""Terraform's built-in functions, as far as they matter for ids and names, over values that may not be known.

Source: https://developer.hashicorp.com/terraform/language/functions. A function that is not here gives UNKNOWN: those
that read files (`file`, `templatefile`), the clock or chance among them. `try`, `can` and the operators are in
expressions.py and operators.py, as they see more than values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from vpce_guard.formats.terraform.functions import encoding, lists, maps, networks, numbers, sets, texts
from vpce_guard.formats.terraform.values import UNKNOWN, AtLeast, EvaluationError, JsonText, LazyObject, stands_in

_SEES_UNKNOWN: Mapping[str, Callable[..., Any]] = {**lists.SEES_UNKNOWN, **sets.SEES_UNKNOWN, **maps.SEES_UNKNOWN}
_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    **lists.FUNCTIONS,
    **sets.FUNCTIONS,
    **maps.FUNCTIONS,
    **texts.FUNCTIONS,
    **texts.LOOKING_INSIDE,
    **numbers.FUNCTIONS,
    **networks.FUNCTIONS,
    **encoding.FUNCTIONS,
    **encoding.LOOKING_INSIDE,
}
_LOOKING_INSIDE = {*texts.LOOKING_INSIDE, *numbers.FUNCTIONS, *networks.FUNCTIONS, *encoding.LOOKING_INSIDE}
_TAKES_RESOURCES = {"lookup", "coalesce", "sensitive", "nonsensitive", "tomap"}


def call(name: str, arguments: list[Any]) -> Any:
    """The value of a function. Raises EvaluationError where Terraform would fail."""
    if name not in _TAKES_RESOURCES and any(isinstance(argument, LazyObject) for argument in arguments):
        return UNKNOWN
    try:
        if name in _SEES_UNKNOWN:
            return _SEES_UNKNOWN[name](*arguments)
        if name not in _FUNCTIONS or not all(_is_settled(argument) for argument in arguments):
            return UNKNOWN
        if name in _LOOKING_INSIDE and stands_in(arguments):
            return UNKNOWN
        return _FUNCTIONS[name](*arguments)
    except (TypeError, ValueError, LookupError, ArithmeticError, AttributeError) as error:
        raise EvaluationError(f"{name}: {error}") from error


def _is_settled(value: Any) -> bool:
    """Whether a value itself is there, though a member of it may not be known."""
    return value is not UNKNOWN and not isinstance(value, AtLeast | JsonText)
