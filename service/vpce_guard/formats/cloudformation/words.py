"""The words of CloudFormation templates: values JSON has none for, what stands for them, and mistakes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from pydantic_core import to_json

from vpce_guard.errors import MalformedError, Pointer
from vpce_guard.model import Json

ENDPOINT = "AWS::EC2::VPCEndpoint"
MACRO = "Fn::Transform"


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
    turn out to be equal to anything. A list has `of`, the form of its items with `#` for the index, and `has_items`
    where it surely is not empty. A text has `joined` where it is the items of a list with commas between. `is_text`
    says that it surely is no list.
    """

    text: str
    of: str | None = None
    has_items: bool = field(default=False, compare=False)
    joined: Symbol | None = field(default=None, compare=False)
    is_text: bool = field(default=False, compare=False)

    def item(self, index: int) -> Symbol:
        """One item of a list."""
        return Symbol((self.of or "{{" + strip_braces(self.text) + "[#]}}").replace("#", str(index)))

    @property
    def is_list(self) -> bool:
        """Whether this stands for a list."""
        return self.of is not None


def symbol(*parts: Any, call: str = "") -> Symbol | Special:
    """The symbol of an expression over values; UNKNOWN where one of them has no expression."""
    texts = []
    for part in parts:
        if isinstance(part, list):
            part = symbol(*part, call="list")
        if isinstance(part, Special | dict):
            return UNKNOWN
        texts.append(strip_braces(part.text) if isinstance(part, Symbol) else text_of(part))
    inner = f"{call}({','.join(texts)})" if call else ",".join(texts)
    if call in _LISTS:
        return list_symbol(inner, has_items=True)
    return Symbol("{{" + inner + "}}")


def list_symbol(name: str, *, has_items: bool) -> Symbol:
    """The symbol of a list that an expression gives."""
    return Symbol("{{" + name + "}}", of="{{" + name + "[#]}}", has_items=has_items)


_LISTS = ("Split", "Cidr")


def strip_braces(text: str) -> str:
    """The expression that a symbol stands for."""
    for start, end in (("${", "}"), ("{{", "}}")):
        inner = text[len(start) : -len(end)]
        if text.startswith(start) and text.endswith(end) and "{" not in inner:
            return inner
    return text


def parts_of(text: str) -> list[Any]:
    """The literal pieces of a symbol's text, with UNKNOWN for each expression between them."""
    parts: list[Any] = []
    position = 0
    while (start := _EXPRESSION.search(text, position)) is not None:
        depth = 0
        for brace in _BRACES.finditer(text, start.start()):
            depth += 1 if brace[0] in _EXPRESSIONS else -1
            if not depth:
                parts += [text[position : start.start()], UNKNOWN]
                position = brace.end()
                break
        else:
            return [UNKNOWN]
    return [*parts, text[position:]]


_EXPRESSIONS = ("${", "{{")
_EXPRESSION = re.compile(r"\$\{|\{\{")
_BRACES = re.compile(r"\$\{|\{\{|\}\}|\}")


def is_true(value: Any) -> bool | None:
    """The boolean that CloudFormation takes a value for, YAML 1.1's words and text included; None for none."""
    word = value.lower() if isinstance(value, str) else value
    if word in (True, "true", "yes", "on"):
        return True
    return False if word in (False, "false", "no", "off") else None


def may_change_all(value: Any) -> bool:
    """Whether an object holds a macro that may change its other members: AWS::Include only adds some."""
    if not isinstance(value, dict) or MACRO not in value:
        return False
    macro = value[MACRO]
    return not (isinstance(macro, dict) and macro.get("Name") == "AWS::Include")


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
