"""Values of Terraform expressions, where some are not known until the plan is applied.

A value is what JSON has (text, number, bool, None, list, dict), `UNKNOWN`, a list of which only some members are
certain (`AtLeast`), a list whose order nobody knows yet (`AnyOrder`), or a `LazyObject`: something whose attributes are
worked out when they are asked for. The id of a resource that does not exist yet is a text with a stand-in, which text
functions pass through unharmed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final, Protocol, runtime_checkable

from pydantic_core import from_json


class EvaluationError(Exception):
    """An expression that Terraform would fail on; `try` and `can` see it."""


class _Unknown:
    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final[Any] = _Unknown()
"""A value that only applying the plan will tell, or that is beyond this reader."""


class AtLeast:
    """A list that surely has these members, and perhaps others."""

    def __init__(self, items: Iterable[Any]) -> None:
        self.items = [item for item in items if item is not UNKNOWN]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AtLeast) and other.items == self.items

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"AtLeast({self.items})"


class JsonText:
    """The JSON text of a value of which not everything is known."""

    def __init__(self, value: Any) -> None:
        self.value = value


def parse_json_text(text: Any) -> Any:
    """The value of a JSON text, of which a part may not be known; UNKNOWN for what is no text, or none of JSON."""
    if isinstance(text, JsonText):
        return text.value
    try:
        return from_json(text) if isinstance(text, str) else UNKNOWN
    except ValueError:
        return UNKNOWN


class AnyOrder(list[Any]):
    """A list whose members are certain and whose order is not: a set of ids that do not exist yet."""


class SetMembers(list[Any]):
    """A set: its members in their order, each of which is its own key."""


@runtime_checkable
class LazyObject(Protocol):
    """Something with attributes: an instance of a resource or of a module."""

    def attribute(self, name: str) -> Any:
        """The value of an attribute. Raises EvaluationError where there surely is none."""


_OPEN, _CLOSE = "\ue000", "\ue001"
_STAND_IN = re.compile(f"{_OPEN}(\\d+){_CLOSE}")


class StandIns:
    """Texts that stand for ids of resources that do not exist yet."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._addresses: list[str] = []

    def text_for(self, address: str) -> str:
        """The text that stands for the id of a resource."""
        if address not in self._numbers:
            self._numbers[address] = len(self._addresses)
            self._addresses.append(address)
        return f"{_OPEN}{self._numbers[address]}{_CLOSE}"

    def resolve(self, text: str) -> Any:
        """The address that a text stands for, or the text itself; UNKNOWN where a stand-in is a part of it."""
        if _OPEN not in text and _CLOSE not in text:
            return text
        whole = _STAND_IN.fullmatch(text)
        return self._addresses[int(whole[1])] if whole and int(whole[1]) < len(self._addresses) else UNKNOWN


def stands_in(value: Any) -> bool:
    """Whether a value has a stand-in in it."""
    if isinstance(value, str):
        return _OPEN in value
    if isinstance(value, dict):
        return any(stands_in(item) for pair in value.items() for item in pair)
    if isinstance(value, AtLeast):
        return stands_in(value.items)
    return isinstance(value, list) and any(map(stands_in, value))


def is_whole(value: Any) -> bool:
    """Whether all of a value is known; a stand-in counts as known."""
    if value is UNKNOWN or isinstance(value, AtLeast | AnyOrder | LazyObject | JsonText):
        return False
    if isinstance(value, dict):
        return all(map(is_whole, value.values()))
    return not isinstance(value, list) or all(map(is_whole, value))


def equal(left: Any, right: Any) -> Any:
    """Whether two values are equal: True, False or UNKNOWN."""
    if isinstance(left, list) and isinstance(right, list):
        if len(left) != len(right):
            return False
        if not isinstance(left, AnyOrder) and not isinstance(right, AnyOrder):
            return _all_true(equal(a, b) for a, b in zip(left, right, strict=True))
    if left is None or right is None:
        other = right if left is None else left
        return UNKNOWN if other is UNKNOWN else other is None
    if not is_whole(left) or not is_whole(right):
        return UNKNOWN
    if left == right and isinstance(left, bool) == isinstance(right, bool):
        return True
    if isinstance(left, str) and isinstance(right, str) and (stands_in(left) or stands_in(right)):
        both = _STAND_IN.fullmatch(left) and _STAND_IN.fullmatch(right)
        return False if both or "" in (left, right) else UNKNOWN
    return UNKNOWN if stands_in(left) or stands_in(right) else False


def _all_true(answers: Iterable[Any]) -> Any:
    found = list(answers)
    if any(answer is False for answer in found):
        return False
    return UNKNOWN if any(answer is UNKNOWN for answer in found) else True


def distinct(items: Sequence[Any]) -> Any:
    """The items without repetitions; of items that may be equal, only that those which surely differ are there."""
    kept: list[Any] = []
    certain = True
    seen: set[str] = set()
    for item in items:
        if isinstance(item, str) and (item in seen or seen.add(item)):  # type: ignore[func-returns-value]
            continue
        if isinstance(item, str):
            kept.append(item)
            continue
        answers = [equal(item, other) for other in kept]
        if item is UNKNOWN or any(answer is UNKNOWN for answer in answers):
            certain = False
        elif not any(answer is True for answer in answers):
            kept.append(item)
    if not certain:
        return AtLeast(kept)
    return AnyOrder(kept) if isinstance(items, AnyOrder) else kept


def as_set(value: Any) -> Any:
    """A list as Terraform's set: each member once, in the order of their texts, which ids to come do not tell."""
    if isinstance(value, AtLeast):
        return AtLeast(distinct(value.items))
    members = distinct(value)
    if isinstance(members, AtLeast):
        return members
    if stands_in(members) or not is_whole(list(members)) or any(isinstance(one, list | dict) for one in members):
        return AnyOrder(members) if len(members) > 1 else SetMembers(members)
    if any(isinstance(one, str) for one in members):
        members = list(dict.fromkeys(_as_text(one) for one in members))
    try:
        return SetMembers(sorted(members))
    except TypeError:
        return AnyOrder(members)


def _as_text(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value if value is None else str(value)


def either(left: Any, right: Any) -> Any:
    """What is certain of a value that is one of two."""
    if equal(left, right) is True:
        return left
    lists = [v.items if isinstance(v, AtLeast) else v for v in (left, right)]
    if all(isinstance(v, list) for v in lists):
        return AtLeast(item for item in lists[0] if any(equal(item, other) is True for other in lists[1]))
    return UNKNOWN


def overlay(value: Any, marks: Any) -> Any:
    """A planned value with what is not known of it."""
    if marks is True:
        return UNKNOWN
    if isinstance(value, dict) and isinstance(marks, dict):
        names = {**value, **marks}
        return {name: overlay(value.get(name), marks.get(name)) for name in names}
    if isinstance(value, list) and isinstance(marks, list) and len(marks) >= len(value):
        padded = [*value, *[None] * (len(marks) - len(value))]
        return [overlay(item, mark) for item, mark in zip(padded, marks, strict=True)]
    return value
