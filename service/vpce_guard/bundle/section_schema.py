"""Schemas of own sections of org data: a part of JSON Schema, closed, so that nothing in one has no effect unnoticed.

https://json-schema.org/draft/2020-12 says what the keywords mean.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from vpce_guard.bundle.source_folders import SECTION_SCHEMA, Sources
from vpce_guard.bundle.sources import Contents
from vpce_guard.errors import SourceError
from vpce_guard.formats import yaml_files
from vpce_guard.model import Json

_Places = Iterator[tuple[str, str]]

_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "null": lambda value: value is None,
}
_FOR_PEOPLE = {"$schema", "$id", "$comment", "title", "description", "examples", "default", "deprecated"}
_LIMITS: Mapping[str, tuple[type | tuple[type, ...], Callable[[Any, Any], bool], str]] = {
    "minimum": ((int, float), lambda value, limit: value >= limit, "is below {}"),
    "maximum": ((int, float), lambda value, limit: value <= limit, "is above {}"),
    "minLength": (str, lambda value, limit: len(value) >= limit, "has less than {} characters"),
    "maxLength": (str, lambda value, limit: len(value) <= limit, "has more than {} characters"),
    "pattern": (str, lambda value, limit: re.search(limit, value) is not None, "does not fit the pattern {}"),
    "minItems": (list, lambda value, limit: len(value) >= limit, "has less than {} members"),
    "maxItems": (list, lambda value, limit: len(value) <= limit, "has more than {} members"),
    "minProperties": (dict, lambda value, limit: len(value) >= limit, "has less than {} members"),
}
FORMATS = ("environment", "region", "service")
"""What a text may name, as `format` says: it must be known to org data as such names are elsewhere."""

_BELOW = ("additionalProperties", "propertyNames", "items")  # the schemas of all members, all names, all items
_KEYWORDS = {*_FOR_PEOPLE, *_LIMITS, *_BELOW, "type", "enum", "format", "properties", "required"}


def section_schemas(contents: Contents, sources: Sources) -> dict[str, Json]:
    """The schema of the section of each own source, by its name in org data; without a file, any object is one.

    Raises SourceError with file and line for what this part of JSON Schema does not have.
    """
    found: dict[str, Json] = {}
    for own in sources.own:
        name = f"{own.root}/{SECTION_SCHEMA}"
        path = sources.place(name)
        schema = yaml_files.parse_content(contents[name], path) if name in contents else {"type": "object"}
        for pointer, said in _wrong_schema(schema, ""):
            raise SourceError(f"{path}:{yaml_files.line_in(path, pointer)}: {pointer or 'the schema'} {said}.")
        if schema.get("type") != "object":
            raise SourceError(f"{path}:1: a section of org data is an object: begin with `type: object`.")
        found[own.section] = schema
    return found


def find_wrong(value: Any, schema: Any, pointer: str = "") -> _Places:
    """Where a value is not of a schema: JSON Pointers, each with what is wrong there."""
    if schema is True or schema == {}:
        return
    if schema is False:
        yield pointer, "is not known"
        return
    kinds = [schema["type"]] if isinstance(schema.get("type"), str) else schema.get("type", ())
    if kinds and not any(_TYPES[kind](value) for kind in kinds):
        yield pointer, f"is no {' or '.join(kinds)}"
        return
    if "enum" in schema and not any(_is_same(value, one) for one in schema["enum"]):
        yield pointer, f"is none of {', '.join(map(str, schema['enum']))}"
    for keyword, (types, holds, said) in _LIMITS.items():
        asked = keyword in schema and isinstance(value, types) and not isinstance(value, bool)
        if asked and not holds(value, schema[keyword]):
            yield pointer, said.format(schema[keyword])
    if isinstance(value, dict):
        yield from _find_wrong_members(value, schema, pointer)
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from find_wrong(item, schema.get("items", True), f"{pointer}/{number}")


def find_names(value: Any, schema: Any, pointer: str = "") -> Iterator[tuple[str, str, str]]:
    """What texts of a value name by its schema: the `format`, the JSON Pointer, and the name."""
    if not isinstance(schema, dict):
        return
    if "format" in schema and isinstance(value, str):
        yield schema["format"], pointer, value
    if isinstance(value, dict):
        for name, member, told, place in _members(value, schema, pointer):
            yield from find_names(name, schema.get("propertyNames"), place)
            yield from find_names(member, told, place)
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from find_names(item, schema.get("items"), f"{pointer}/{number}")


def _find_wrong_members(value: Json, schema: Json, pointer: str) -> _Places:
    for name in schema.get("required", ()):
        if name not in value:
            yield pointer, f"has no {name}"
    for name, member, told, place in _members(value, schema, pointer):
        yield from find_wrong(name, schema.get("propertyNames", True), place)
        yield from find_wrong(member, told, place)


def _members(value: Json, schema: Json, pointer: str) -> Iterator[tuple[str, Any, Any, str]]:
    """Each member of an object: name, value, schema and JSON Pointer."""
    named, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    for name, member in value.items():
        yield name, member, named.get(name, others), f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"


def _wrong_schema(schema: Any, pointer: str) -> _Places:
    if isinstance(schema, bool):
        return
    if not isinstance(schema, dict):
        yield pointer, "is no schema"
        return
    for keyword in schema.keys() - _KEYWORDS:
        yield f"{pointer}/{keyword}", f"is not a keyword that schemas of sections have: {', '.join(sorted(_KEYWORDS))}"
    for keyword, of in _SHAPES.items():
        if keyword in schema and not of(schema[keyword]):
            yield f"{pointer}/{keyword}", "is not what JSON Schema has there"
            return
    for name, member in schema.get("properties", {}).items():
        yield from _wrong_schema(member, f"{pointer}/properties/{name}")
    for keyword in _BELOW:
        yield from _wrong_schema(schema.get(keyword, True), f"{pointer}/{keyword}")


def _is_kind(value: Any) -> bool:
    kinds = [value] if isinstance(value, str) else value
    return isinstance(kinds, list) and bool(kinds) and all(isinstance(k, str) and k in _TYPES for k in kinds)


def _is_pattern(value: Any) -> bool:
    try:
        return re.compile(value) is not None
    except (re.error, TypeError):
        return False


def _is_count(value: Any) -> bool:
    return _TYPES["integer"](value) and value >= 0


_SHAPES: Mapping[str, Callable[[Any], bool]] = {
    "type": _is_kind,
    "enum": lambda value: isinstance(value, list) and bool(value),
    "format": lambda value: value in FORMATS,
    "properties": lambda value: isinstance(value, dict),
    "required": lambda value: isinstance(value, list) and all(isinstance(name, str) for name in value),
    "pattern": _is_pattern,
    "minimum": _TYPES["number"],
    "maximum": _TYPES["number"],
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties"), _is_count),
}


def _is_same(value: Any, one: Any) -> bool:
    return bool(value == one) and isinstance(value, bool) == isinstance(one, bool)
