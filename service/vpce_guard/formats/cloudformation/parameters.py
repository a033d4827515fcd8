"""The parameters of a template: the value of each, and what is known of one that has none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from vpce_guard.errors import MalformedError
from vpce_guard.formats.cloudformation.words import (
    UNKNOWN,
    Symbol,
    escape,
    list_symbol,
    strip_braces,
    template_error,
    text_of,
)
from vpce_guard.model import Json

_COMMA = re.compile(r",(?=[^{}]*(?:\$?\{|$))")  # none within braces
_PICKED = re.compile(r"List<AWS::.*>")  # those of which CloudFormation checks that each item is there


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
        if not isinstance(body, dict):
            raise template_error(f"/Parameters/{escape(name)}", "must be an object")
        value = given.get(name, body.get("Default", UNKNOWN))
        kept_elsewhere = str(body.get("Type")).startswith("AWS::SSM::") and not isinstance(value, Symbol)
        if value is UNKNOWN or kept_elsewhere:  # the value is the name under which the value is kept
            found[name] = _symbol_for(scope + name, body)
        elif isinstance(value, Symbol):
            found[name] = _list_from(value) if _is_list(body) else value
        else:
            found[name] = _value(name, body, value)
    return found


def without_defaults(template: Json) -> Json:
    """The template with parameters that have no value where none is given."""
    declared = template.get("Parameters") or {}
    bare = {name: {key: value for key, value in body.items() if key != "Default"} for name, body in declared.items()}
    return {**template, "Parameters": bare}


def allowed_texts(declared: Json, *, scope: str = "") -> Json:
    """The texts that may be the value of a parameter, by the text of its symbol, where the template lists them."""
    return {
        "{{" + scope + name + "}}": body["AllowedValues"]
        for name, body in declared.items()
        if isinstance(body.get("AllowedValues"), list) and body["AllowedValues"] and not _is_list(body)
    }


def _value(name: str, body: Json, value: Any) -> Any:
    """A value that is given, as the type of its parameter makes it."""
    items = value if isinstance(value, list) else [value]
    found = value if isinstance(value, list) else text_of(value)
    if _is_list(body):
        found = items = [
            part if isinstance(part, Symbol) else part.strip()
            for item in items
            for part in ([item] if isinstance(item, Symbol) else text_of(item).split(","))
            if isinstance(part, Symbol) or part.strip()
        ]
    allowed = body.get("AllowedValues")
    known = [item for item in items if not isinstance(item, Symbol)]
    if isinstance(allowed, list) and any(text_of(item) not in map(text_of, allowed) for item in known):
        raise template_error(f"/Parameters/{escape(name)}", f"allows only {', '.join(map(text_of, allowed))}")
    return found


def _is_list(body: Json) -> bool:
    kind = str(body.get("Type"))
    return kind == "CommaDelimitedList" or "List<" in kind


def _symbol_for(name: str, body: Json) -> Any:
    """What stands for a parameter without a value, or its value where there is but one."""
    allowed = body.get("AllowedValues")
    if _is_list(body):
        return list_symbol(name, has_items=_must_have_items(body))
    if isinstance(allowed, list) and len(allowed) == 1 and not str(body.get("Type")).startswith("AWS::SSM::"):
        return text_of(allowed[0])
    return Symbol("{{" + name + "}}", is_text=True)


def _must_have_items(body: Json) -> bool:
    """Whether a list surely has an item: CloudFormation checks patterns and allowed values on no text too."""
    allowed, pattern = body.get("AllowedValues"), body.get("AllowedPattern")
    if _PICKED.fullmatch(str(body.get("Type"))) or (isinstance(allowed, list) and "" not in map(text_of, allowed)):
        return True
    try:
        return isinstance(pattern, str) and re.fullmatch(pattern, "") is None
    except re.error:
        return False


def _list_from(value: Symbol) -> Any:
    """The list that a text with commas is, as far as its parts are known to be one item each."""
    if value.is_list or value.joined is not None:
        return value.joined or value
    parts = _COMMA.split(value.text)
    if len(parts) > 1 or value.text.startswith("${"):
        return [Symbol(part.strip()) if "{" in part else part.strip() for part in parts]
    return list_symbol(strip_braces(value.text), has_items=False)
