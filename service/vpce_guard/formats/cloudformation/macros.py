"""What transforms make of a template, as far as they are public.

AWS::LanguageExtensions is carried out here. SAM and the others that AWS publishes add resources of their own and leave
the network as it is, so the rest of the template is read as it stands. A macro of one's own may change anything.
Sources: the AWS CloudFormation user guide, transform reference; the AWS SAM specification.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from vpce_guard.errors import MalformedError, Pointer
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

_LEAVE_ENDPOINTS_ALONE = re.compile(
    r"AWS::(LanguageExtensions|Serverless-.*|SecretsManager-.*|CodeDeployBlueGreen|CodeStar|ServiceCatalog.*)"
)
_LOOP = "Fn::ForEach::"
_MOST_RESOURCES = 10_000
_MOST_DEPTH = 5


@dataclass(frozen=True)
class ExpandedTemplate:
    """A template without loops.

    `origin` tells where a resource stands that a loop made, by logical id; `notes` what could not be read, in words;
    `has_macros` that there are resources which the template does not spell out.
    """

    body: Json
    origin: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    has_macros: bool = False


def expand(document: Json, parameters: Mapping[str, Any]) -> ExpandedTemplate:
    """The template as its public transforms leave it. Raises MalformedError for a macro that is not public."""
    named = _transforms(document.get("Transform"))
    foreign = [name for name in named if not _LEAVE_ENDPOINTS_ALONE.fullmatch(name) and name != "AWS::Include"]
    if foreign:
        raise _macro_error("/Transform", foreign[0])
    notes = []
    if "AWS::Include" in named or any("Fn::Transform" in part for part in (document, document["Resources"])):
        name = _snippet_name(document["Resources"].get("Fn::Transform", {"Name": "AWS::Include"}))
        if name != "AWS::Include":
            raise _macro_error("/Resources/Fn::Transform", name)
        notes.append("what AWS::Include adds to the template is not read: give that file too")
    loops = _Loops(document, parameters) if _has_loops(document) else None
    body = loops.body() if loops else document
    resources = {n: b for n, b in body["Resources"].items() if n != "Fn::Transform"}
    return ExpandedTemplate(
        body={**body, "Resources": resources},
        origin=loops.origin if loops else {},
        notes=(*notes, *(loops.notes if loops else ())),
        has_macros=bool(set(named) - {"AWS::LanguageExtensions"}) or bool(notes) or bool(loops and loops.notes),
    )


def _transforms(value: Any) -> list[str]:
    """The names of the transforms that a template lists."""
    items = value if isinstance(value, list) else [] if value is None else [value]
    return [str(item.get("Name")) if isinstance(item, dict) else str(item) for item in items]


def _snippet_name(value: Any) -> str:
    return str(value.get("Name")) if isinstance(value, dict) else str(value)


def _macro_error(pointer: str, name: str) -> MalformedError:
    return MalformedError(
        f"The template is not final: {pointer} uses the macro {name}, which only CloudFormation can apply.",
        advice="Create a change set and send what `aws cloudformation get-template --template-stage Processed` prints.",
        pointers=(Pointer(pointer=pointer, code="transform", detail="macros are not applied here"),),
    )


def _has_loops(document: Json) -> bool:
    return any(_loops_in(document.get(section)) for section in ("Conditions", "Resources"))


def _loops_in(value: Any) -> bool:
    if isinstance(value, dict):
        return any(name.startswith(_LOOP) or _loops_in(item) for name, item in value.items())
    return isinstance(value, list) and any(map(_loops_in, value))


class _Loops:
    """Fn::ForEach of one template."""

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
