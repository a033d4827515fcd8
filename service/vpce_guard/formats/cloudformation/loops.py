"""Fn::ForEach of AWS::LanguageExtensions, carried out.

Source: the AWS CloudFormation user guide, Fn::ForEach.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from vpce_guard.formats.cloudformation.parameters import parameter_values
from vpce_guard.formats.cloudformation.words import (
    UNKNOWN,
    Special,
    Symbol,
    escape,
    objects,
    template_error,
)
from vpce_guard.model import Json

_LOOP = "Fn::ForEach::"
_MOST_RESOURCES = 10_000
_MOST_DEPTH = 5


def has_loops(document: Json) -> bool:
    """Whether a template has loops where endpoints or their conditions may be."""
    return any(_loops_in(document.get(section)) for section in ("Conditions", "Resources"))


def _loops_in(value: Any) -> bool:
    if isinstance(value, dict):
        return any(name.startswith(_LOOP) or _loops_in(item) for name, item in value.items())
    return isinstance(value, list) and any(map(_loops_in, value))


class Loops:
    """Fn::ForEach of one template.

    `origin` tells where a resource stands that a loop made, by logical id; `notes` what could not be read, in words.
    """

    def __init__(self, document: Json, parameters: Mapping[str, Any]) -> None:
        self._document = document
        self._parameters = parameter_values(objects(document.get("Parameters"), "/Parameters"), parameters)
        self.origin: dict[str, str] = {}
        self.notes: list[str] = []
        self._count = 0

    def body(self) -> Json:
        """The template with each loop in place of what it makes."""
        body = dict(self._document)
        for section in ("Conditions", "Resources"):
            if isinstance(body.get(section), dict):
                body[section] = self._members(body[section], {}, f"/{section}", 0)
        return body

    def _value(self, value: Any, bound: Mapping[str, str], pointer: str, depth: int) -> Any:
        if isinstance(value, dict):
            if len(value) == 1 and isinstance(name := value.get("Ref"), str) and name in bound:
                return bound[name]
            return self._members(value, bound, pointer, depth)
        if isinstance(value, list):
            return [self._value(item, bound, f"{pointer}/{i}", depth) for i, item in enumerate(value)]
        return _fill_in(value, bound) if isinstance(value, str) and bound else value

    def _members(self, members: Json, bound: Mapping[str, str], pointer: str, depth: int) -> Json:
        found: Json = {}
        for name, value in members.items():
            place = f"{pointer}/{escape(name)}"
            if name.startswith(_LOOP):
                for key, item, at in self._turns(name, value, bound, place, depth):
                    if key in found:
                        raise template_error(place, f"gives {key} twice")
                    found[key] = item
                    if pointer == "/Resources":
                        self.origin[key] = at
            else:
                key = _fill_in(name, bound)
                found[key] = self._value(value, bound, place, depth)
        return found

    def _turns(
        self, name: str, value: Any, bound: Mapping[str, str], place: str, depth: int
    ) -> Iterator[tuple[str, Any, str]]:
        """Name, value and place of everything that one loop makes."""
        if not isinstance(value, list) or len(value) != 3 or not isinstance(value[2], dict) or depth >= _MOST_DEPTH:
            raise template_error(place, "must be an identifier, a collection and what to repeat")
        identifier, collection, body = value
        items = self._collection(collection, bound, f"{place}/1")
        if not isinstance(items, list):
            self.notes.append(f"what {name} makes is not read: the values it goes through are not known")
            return
        for item in items:
            inner = {**bound, str(identifier): str(item)}
            for key, template in body.items():
                self._count += 1
                if self._count > _MOST_RESOURCES:
                    raise template_error(place, f"makes more than {_MOST_RESOURCES} things")
                at = f"{place}/2/{escape(key)}"
                if key.startswith(_LOOP):
                    yield from self._turns(key, template, inner, at, depth + 1)
                else:
                    yield _fill_in(key, inner), self._value(template, inner, at, depth + 1), at

    def _collection(self, value: Any, bound: Mapping[str, str], pointer: str) -> list[Any] | Special:
        value = self._value(value, bound, pointer, 0)
        if isinstance(value, dict):
            value = self._function(value)
        if isinstance(value, str):
            value = [part.strip() for part in value.split(",")]
        if not isinstance(value, list):
            return UNKNOWN
        found: list[Any] = []
        for item in value:
            resolved = self._function(item) if isinstance(item, dict) else item
            if isinstance(resolved, Symbol | Special | dict):
                return UNKNOWN
            found += resolved if isinstance(resolved, list) else [resolved]
        return UNKNOWN if any(isinstance(item, Symbol) for item in found) else found

    def _function(self, value: Json) -> Any:
        """Ref of a parameter and FindInMap, the functions that a collection may have."""
        if isinstance(name := value.get("Ref"), str):
            return self._parameters.get(name, UNKNOWN)
        keys = value.get("Fn::FindInMap")
        found: Any = self._document.get("Mappings")
        for key in keys if isinstance(keys, list) else [None]:
            key = self._function(key) if isinstance(key, dict) else key
            found = found.get(key, UNKNOWN) if isinstance(found, dict) and isinstance(key, str) else UNKNOWN
        return found


def _fill_in(text: str, bound: Mapping[str, str]) -> str:
    """A text with the identifiers of loops in place; `&{Name}` gives the value without what is no letter or digit."""
    for name, value in bound.items():
        text = text.replace("${" + name + "}", value)
        text = text.replace("&{" + name + "}", re.sub("[^0-9A-Za-z]", "", value))
    return text
