"""Sections of org data that an organisation's own rules read, `x-NAME`: their schemas come with the bundle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vpce_guard.bundle.section_schema import find_names, find_wrong
from vpce_guard.model import Json

PATTERN = "^x-[a-z][a-z0-9-]*$"
_Notes = Iterator[tuple[str, str]]


def without_own_sections(document: Json) -> Json:
    """A document without them, in its layers too: what the product's own schema speaks of."""
    plain = {name: value for name, value in document.items() if not _is_own(name)}
    if isinstance(layers := plain.get("layers"), list):
        plain["layers"] = [
            {name: value for name, value in layer.items() if not _is_own(name)} if isinstance(layer, dict) else layer
            for layer in layers
        ]
    return plain


def find_wrong_sections(document: Json, schemas: Mapping[str, Json]) -> _Notes:
    """Pointers of what is not of the schema of its section, each with a message.

    A layer adds to what layers above say, so it need not have what a schema requires.
    """
    for pointer, name, value in _own_sections(document):
        if not isinstance(value, dict):
            yield pointer, "is no object"
        elif name in schemas:
            schema = schemas[name] if not pointer.startswith("/layers/") else {**schemas[name], "required": []}
            yield from find_wrong(value, schema, pointer)


def find_unknown_sections(document: Json, schemas: Mapping[str, Json]) -> _Notes:
    """Pointers of sections that no rules of the bundle have, each with a message."""
    for pointer, name, _ in _own_sections(document):
        if name not in schemas:
            known = f"; they have {', '.join(sorted(schemas))}" if schemas else ""
            yield pointer, f"is a section that the rules in force do not have, so it has no effect{known}"


def find_names_in_sections(document: Json, schemas: Mapping[str, Json], kind: str) -> _Notes:
    """Pointer and name of each environment, region or service in own sections; `kind` is the `format` in the schema."""
    for pointer, section, value in _own_sections(document):
        for told, place, name in find_names(value, schemas.get(section), pointer):
            if told == kind:
                yield place, name


def add_own_sections(schema: Json, schemas: Mapping[str, Json]) -> Json:
    """The JSON Schema of org data with these sections, or with any, where none are given."""
    layer = schema["$defs"]["Layer"]
    if not schemas:
        any_section = {PATTERN: {"type": "object"}}
        added = {**layer, "patternProperties": any_section}
        return {**schema, "patternProperties": any_section, "$defs": {**schema["$defs"], "Layer": added}}
    below = {name: {**section, "required": []} for name, section in schemas.items()}
    added = {**layer, "properties": {**layer["properties"], **below}}
    properties = {**schema["properties"], **schemas}
    return {**schema, "properties": properties, "$defs": {**schema["$defs"], "Layer": added}}


def _own_sections(document: Json) -> Iterator[tuple[str, str, object]]:
    layers = [(f"/layers/{number}", layer) for number, layer in enumerate(document.get("layers") or [])]
    for start, layer in (("", document), *layers):
        yield from ((f"{start}/{name}", name, value) for name, value in layer.items() if _is_own(name))


def _is_own(name: str) -> bool:
    return name.startswith("x-")
