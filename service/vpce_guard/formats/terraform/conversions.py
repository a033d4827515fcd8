"""How Terraform turns a value of one primitive type into another.

Source: https://developer.hashicorp.com/terraform/language/expressions/types#type-conversion.
"""

from __future__ import annotations

from typing import Any

from vpce_guard.formats.terraform.values import UNKNOWN, EvaluationError, JsonText


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


def to_number(value: Any) -> Any:
    """A value as a number. Raises ValueError or TypeError."""
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    if isinstance(value, bool):
        raise TypeError("not a number")
    number = float(value)
    return int(number) if number == int(number) else number


def to_whole_number(value: Any) -> int:
    """A value as a whole number. Raises ValueError or TypeError."""
    number = to_number(value)
    if number is None or int(number) != number:
        raise TypeError("not a whole number")
    return int(number)


def to_bool(value: Any) -> Any:
    """A value as true or false, null as it is. Raises LookupError for anything else."""
    if value is None or isinstance(value, bool):
        return value
    return {"true": True, "false": False}[value]
