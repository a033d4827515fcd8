"""The words of CloudFormation templates: values JSON has none for, mistakes, and parameters with their values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from pydantic_core import to_json

from vpce_guard.errors import MalformedError, Pointer
from vpce_guard.model import Json

ENDPOINT = "AWS::EC2::VPCEndpoint"


class Special(Enum):
    """Values that JSON has no word for."""

    UNKNOWN = "unknown"
    NO_VALUE = "no value"


UNKNOWN: Final = Special.UNKNOWN
NO_VALUE: Final = Special.NO_VALUE


@dataclass(frozen=True)
class Symbol:
    """A value that is not known, by the expression that gives it: equal expressions give equal values.

    `text` holds `${…}` for what is one thing of its own, such as a resource of the template, and `{{…}}` for what may
    turn out to be equal to anything. A list has `of`, the form of its items with `#` for the index.
    """

    text: str
    of: str | None = None

    def item(self, index: int) -> Symbol:
        """One item of a list."""
        return Symbol((self.of or "{{" + _strip_braces(self.text) + "[#]}}").replace("#", str(index)))

    @property
    def is_list(self) -> bool:
        """Whether this stands for a list."""
        return self.of is not None


def symbol(*parts: Any, call: str = "", of: str | None = None) -> Symbol | Special:
    """The symbol of an expression over values; UNKNOWN where one of them has no expression."""
    texts = []
    for part in parts:
        if isinstance(part, list):
            part = symbol(*part, call="list")
        if isinstance(part, Special | dict):
            return UNKNOWN
        texts.append(_strip_braces(part.text) if isinstance(part, Symbol) else text_of(part))
    inner = f"{call}({','.join(texts)})" if call else ",".join(texts)
    return Symbol("{{" + inner + "}}", of="{{" + inner + "[#]}}" if of is None and call in _LISTS else of)


_LISTS = ("Split", "Cidr")


def _strip_braces(text: str) -> str:
    for start, end in (("${", "}"), ("{{", "}}")):
        inner = text[len(start) : -len(end)]
        if text.startswith(start) and text.endswith(end) and "{" not in inner:
            return inner
    return text


def is_true(value: Any) -> bool | None:
    """The boolean that CloudFormation takes a value for, YAML 1.1's words and text included; None for none."""
    word = value.lower() if isinstance(value, str) else value
    if word in (True, "true", "yes", "on"):
        return True
    return False if word in (False, "false", "no", "off") else None


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


def parameter_values(declared: Json, given: Mapping[str, Any], *, scope: str = "") -> Json:
    """The value of each parameter that is declared, a symbol where it has none.

    Raises MalformedError for a parameter that is given and not declared, or for a value that is not allowed.
    """
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
        is_list = kind == "CommaDelimitedList" or "List<" in kind
        value = given.get(name, body.get("Default", UNKNOWN))
        if isinstance(value, Symbol):
            found[name] = _list_of(value) if is_list else value
            continue
        if value is UNKNOWN:
            found[name] = _parameter_symbol(scope + name, is_list=is_list)
            continue
        if kind.startswith("AWS::SSM::"):  # the value is the name under which the value is kept
            found[name] = _parameter_symbol(scope + name, is_list=is_list)
            continue
        allowed = body.get("AllowedValues")
        items = value if isinstance(value, list) else [value]
        if is_list:
            items = [
                part if isinstance(part, Symbol) else part.strip()
                for item in items
                for part in ([item] if isinstance(item, Symbol) else text_of(item).split(","))
                if isinstance(part, Symbol) or part.strip()
            ]
            found[name] = items
        else:
            found[name] = value if isinstance(value, list) else text_of(value)
        if isinstance(allowed, list) and any(text_of(item) not in map(text_of, allowed) for item in items):
            raise template_error(pointer, f"allows only {', '.join(map(text_of, allowed))}")
    return found


def _parameter_symbol(name: str, *, is_list: bool) -> Symbol:
    return Symbol("{{" + name + "}}", of="{{" + name + "[#]}}" if is_list else None)


def _list_of(value: Symbol) -> Any:
    """The list that a text with commas is, as far as its parts are known to be one item each."""
    if value.is_list:
        return value
    parts = _COMMA.split(value.text)
    if len(parts) > 1 or value.text.startswith("${"):
        return [Symbol(part.strip()) if "{" in part else part.strip() for part in parts]
    return Symbol(value.text, of="{{" + _strip_braces(value.text) + "[#]}}")


_COMMA = re.compile(r",(?=[^{}]*(?:\$?\{|$))")  # none within braces


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
    if isinstance(value, Symbol):
        return value.text
    return value if isinstance(value, str) else to_json(value).decode()
