"""The words of CloudFormation templates: values JSON has none for, mistakes, and parameters with their values."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from pydantic_core import to_json

from vpce_guard.errors import MalformedError, Pointer
from vpce_guard.model import Json


class Special(Enum):
    """Values that JSON has no word for."""

    UNKNOWN = "unknown"
    NO_VALUE = "no value"


UNKNOWN: Final = Special.UNKNOWN
NO_VALUE: Final = Special.NO_VALUE


def escape(name: str) -> str:
    """A member's name as part of a JSON Pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def template_error(pointer: str, detail: str) -> MalformedError:
    """The template cannot work, and where."""
    return MalformedError(
        f"The template is wrong: {pointer} {detail}.",
        advice="CloudFormation would refuse it too; `aws cloudformation validate-template` or cfn-lint says more.",
        pointers=(Pointer(pointer=pointer, code="template", detail=detail),),
    )


def parameter_values(declared: Json, given: Mapping[str, Any]) -> Json:
    """The value of each parameter that is declared. Raises MalformedError for one that is not, or not allowed."""
    if stray := sorted(set(given) - set(declared) - {name for name in given if name.startswith("AWS::")}):
        raise MalformedError(
            f"The template has no parameter {stray[0]!r}.", advice=f"It has {', '.join(sorted(declared)) or 'none'}."
        )
    found: Json = {}
    for name, body in declared.items():
        pointer = f"/Parameters/{escape(name)}"
        if not isinstance(body, dict):
            raise template_error(pointer, "must be an object")
        kind = str(body.get("Type"))
        value = given.get(name, body.get("Default", UNKNOWN))
        if value is UNKNOWN or kind.startswith("AWS::SSM::"):  # the value is the name under which the value is kept
            found[name] = UNKNOWN
            continue
        allowed = body.get("AllowedValues")
        items = value if isinstance(value, list) else [value]
        if kind == "CommaDelimitedList" or kind.startswith("List<"):
            items = [part.strip() for item in items for part in text_of(item).split(",") if part.strip()]
            found[name] = items
        else:
            found[name] = text_of(value)
        if isinstance(allowed, list) and any(text_of(item) not in map(text_of, allowed) for item in items):
            raise template_error(pointer, f"allows only {', '.join(map(text_of, allowed))}")
    return found


def objects(value: Any, pointer: str) -> Json:
    """A section of the template; empty where there is none."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise template_error(pointer, "must be an object")
    return value


def text_of(value: Any) -> str:
    """A scalar as CloudFormation writes it into text; a list as Ref of a list parameter gives it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(map(text_of, value))
    return value if isinstance(value, str) else to_json(value).decode()
