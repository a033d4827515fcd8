"""Intrinsic functions that need nothing but their arguments, which are worked out already.

What only AWS can tell is a symbol of the same function, or UNKNOWN where nothing could be compared.
Source: the AWS CloudFormation user guide, intrinsic function reference.
"""

from __future__ import annotations

import base64
import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from pydantic_core import to_json as json_of

from vpce_guard.formats.cloudformation.words import UNKNOWN, Special, Symbol, symbol, template_error, text_of

_VARIABLE = re.compile(r"\$\{(!?)([^}]*)\}")
_ATTRIBUTE = re.compile(r"\$\{[^}]*\.")
_PIECES = re.compile(r"\$\{[^}]*\}|(?:(?!\$\{).)+", re.S)
_MAX_TEXT = 1_000_000
_MAX_NETWORKS = 256


def join(argument: Any, pointer: str) -> Any:
    """Fn::Join."""
    delimiter, items = _arguments(argument, pointer, 2)
    if isinstance(items, Symbol):
        text = symbol(delimiter, items, call="Join")
        return replace(text, joined=items) if isinstance(text, Symbol) and delimiter == "," else text
    if items is UNKNOWN:
        return UNKNOWN
    if not isinstance(items, list) or not isinstance(delimiter, str):
        raise template_error(pointer, "must be a delimiter and a list")
    if any(isinstance(item, Symbol) and item.is_list for item in items):
        return symbol(delimiter, *items, call="Join")
    return _text_from(delimiter.join(map(_part_of_text, items)), items, pointer)


def select(argument: Any, pointer: str) -> Any:
    """Fn::Select."""
    index, items = _arguments(argument, pointer, 2)
    if isinstance(items, Symbol) and str(index).isdecimal():
        return items.item(int(index))
    if isinstance(index, Symbol) or isinstance(items, Symbol):
        return symbol(index, items, call="Select")
    if index is UNKNOWN or items is UNKNOWN:
        return UNKNOWN
    if not isinstance(items, list) or not str(index).isdecimal() or int(index) >= len(items):
        raise template_error(pointer, "must be an index into the list it is given with")
    return items[int(index)]


def split(argument: Any, pointer: str) -> Any:
    """Fn::Split: at least one item, whatever the text is."""
    delimiter, text = _arguments(argument, pointer, 2)
    if text is UNKNOWN:
        return UNKNOWN
    if isinstance(text, Symbol):
        if text.joined and delimiter == ",":
            return text.joined
        return _split_around(text.text, delimiter) or symbol(delimiter, text, call="Split")
    if not isinstance(delimiter, str) or not delimiter or not isinstance(text, str):
        raise template_error(pointer, "must be a delimiter and a string")
    return text.split(delimiter)


def _split_around(text: str, delimiter: Any) -> list[Any]:
    """The items of a text of literals and of ids of what the template makes; none for another one.

    An id has no delimiter in it. An attribute, or a text that may be any, may have several.
    """
    if not isinstance(delimiter, str) or not delimiter or "{{" in text or _ATTRIBUTE.search(text):
        return []
    items = [""]
    for piece in _PIECES.findall(text):
        first, *others = [piece] if piece.startswith("${") else piece.split(delimiter)
        items[-1] += first
        items += others
    return [Symbol(item, is_text=True) if "${" in item else item for item in items]


def encode_base64(argument: Any, pointer: str) -> Any:  # noqa: ARG001 - all functions are called alike
    """Fn::Base64."""
    return UNKNOWN if is_uncertain(argument) else base64.b64encode(text_of(argument).encode()).decode()


def divide_network(argument: Any, pointer: str) -> Any:
    """Fn::Cidr."""
    if isinstance(argument, list) and len(argument) == 2:
        argument = [*argument, None]
    block, count, bits = _arguments(argument, pointer, 3)
    if any(is_uncertain(part) for part in (block, count, bits)):
        return symbol(block, count, "" if bits is None else bits, call="Cidr")
    try:
        network = ipaddress.ip_network(block)
        length = network.max_prefixlen - int(bits if bits is not None else network.max_prefixlen - 64)
        if not 0 < int(count) <= _MAX_NETWORKS or length < network.prefixlen:
            raise ValueError
        subnets = network.subnets(new_prefix=length)
        return [str(next(subnets)) for _ in range(int(count))]
    except (TypeError, ValueError, StopIteration, RuntimeError):
        raise template_error(pointer, "must be a block, how many networks of it, and their size in bits") from None


def length(argument: Any, pointer: str) -> Any:  # noqa: ARG001
    """Fn::Length."""
    return len(argument) if isinstance(argument, list) else UNKNOWN


def to_json(argument: Any, pointer: str) -> Any:
    """Fn::ToJsonString."""
    return UNKNOWN if is_uncertain(argument) else _check_length(json_of(argument).decode(), pointer)


def fill_in(text: str, resolve: Callable[[str], Any], pointer: str) -> Any:
    """Fn::Sub: a text with the value of each name it has in braces."""
    found = {m[2]: resolve(m[2].strip()) for m in _VARIABLE.finditer(text) if not m[1]}
    filled = _VARIABLE.sub(lambda m: f"${{{m[2]}}}" if m[1] else _part_of_text(found[m[2]]), text)
    return _text_from(filled, found.values(), pointer)


def calls_in(value: Any) -> Iterator[tuple[str, Any]]:
    """Each condition that Fn::If asks for, and each name that Ref or Fn::Sub does, as `("Fn::If" or "Ref", name)`."""
    if isinstance(value, list):
        for item in value:
            yield from calls_in(item)
    elif isinstance(value, dict):
        for name, argument in value.items():
            first = argument[0] if isinstance(argument, list) and argument else argument
            if name == "Fn::Sub" and isinstance(first, str):
                yield from (("Ref", m[2].strip()) for m in _VARIABLE.finditer(first) if not m[1])
            elif name in ("Fn::If", "Ref") and isinstance(first, str):
                yield name, first
            yield from calls_in(argument)


FUNCTIONS: Mapping[str, Callable[[Any, str], Any]] = MappingProxyType(
    {
        "Fn::Join": join,
        "Fn::Select": select,
        "Fn::Split": split,
        "Fn::Base64": encode_base64,
        "Fn::Cidr": divide_network,
        "Fn::Length": length,
        "Fn::ToJsonString": to_json,
    }
)


def is_uncertain(value: Any) -> bool:
    """Whether a value holds something that is not known."""
    if isinstance(value, list):
        return any(map(is_uncertain, value))
    if isinstance(value, dict):
        return any(map(is_uncertain, value.values()))
    return isinstance(value, Special | Symbol)


def _part_of_text(value: Any) -> str:
    """A value as a part of a longer text."""
    return "" if isinstance(value, Special) else text_of(value)


def _text_from(text: str, parts: Iterable[Any], pointer: str) -> Any:
    """A text made of parts: a symbol where one of them is, UNKNOWN where nobody can say what it is."""
    parts = list(parts)
    _check_length(text, pointer)
    if any(is_uncertain(part) and not isinstance(part, Symbol) for part in parts):
        return UNKNOWN
    return Symbol(text, is_text=True) if "{{resolve:" in text or any(map(is_uncertain, parts)) else text


def _arguments(argument: Any, pointer: str, count: int) -> list[Any]:
    if argument is UNKNOWN:
        return [UNKNOWN] * count
    if not isinstance(argument, list) or len(argument) != count:
        raise template_error(pointer, f"must be a list of {count}")
    return argument


def _check_length(text: str, pointer: str) -> str:
    if len(text) > _MAX_TEXT:
        raise template_error(pointer, f"gives a string of more than {_MAX_TEXT} characters")
    return text
