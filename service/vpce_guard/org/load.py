"""Org data from files: YAML or JSON, checked as a whole. What is wrong is told with file, line and pointer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import to_json

from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.bundle.rules import Rule
from vpce_guard.model import Json
from vpce_guard.org.data import OrgData
from vpce_guard.org.environments import find_unknown_environments, tells_environments
from vpce_guard.org.layers import find_loosened
from vpce_guard.org.names import find_unknown_names
from vpce_guard.org.own_sections import (
    add_own_sections,
    find_unknown_sections,
    find_wrong_sections,
    without_own_sections,
)
from vpce_guard.org.owned import find_own_files, join_owned
from vpce_guard.org.places import escape
from vpce_guard.org.read import FileLine, Places, error_at, line_of, read_file
from vpce_guard.org.shape import OrgDocument


def load(paths: Sequence[Path], rules: Mapping[str, Rule], own_sections: Mapping[str, Json] | None = None) -> OrgData:
    """The org data of one or more files; a later file adds sections, and may not repeat one.

    `rules` are those of the bundle by name, `own_sections` the schemas of sections that it adds. Raises SettingsError
    naming file, line and pointer of everything that is wrong; nothing is half-read.
    """
    document: Json = {}
    places: Places = {}
    for path in paths:
        content, found = read_file(path)
        if repeated := sorted(content.keys() & document.keys()):
            pointer = f"/{repeated[0]}"
            raise error_at([(found[pointer], pointer, f"was given in {places[pointer]} already")])
        document |= content
        places = found | places
    files = (*paths, *join_owned(document, places))
    model = _check_shape(document, places)
    schemas = own_sections or {}
    rules_by_id = {rule.id: rule for rule in rules.values()}
    services = open_bundle().data["services"]  # a bundle rolled back to may know fewer
    unknown = list(find_unknown_environments(document, schemas))
    sure = tells_environments(document)
    wrong = [
        *find_wrong_sections(document, schemas),
        *find_loosened(document, rules_by_id),
        *find_unknown_names(document, services, schemas),
        *(unknown if sure else ()),
    ]
    if wrong:
        raise error_at((line_of(pointer, places), pointer, message) for pointer, message in wrong)
    notes = [
        *((pointer, "is not known and has no effect") for pointer in _find_unknown(model)),
        *_find_idle(model, rules_by_id),
        *find_unknown_sections(document, schemas),
        *(() if sure else unknown),
    ]
    warnings = tuple(f"{line_of(pointer, places)}: {pointer} {message}." for pointer, message in notes)
    return OrgData(document, hashlib.sha256(to_json(document)).hexdigest(), rules_by_id, warnings, files)


def read_org_data(document: Json, rules_by_id: Mapping[str, Rule]) -> OrgData:
    """The org data of a document that is read already. Raises ValueError saying what is wrong with it."""
    OrgDocument.model_validate(without_own_sections(document))
    if named := next(find_own_files(document), None):
        raise ValueError(f"{named} names a file, which only a document in a file can do")
    if looser := find_loosened(document, rules_by_id):
        raise ValueError("; ".join(f"{pointer} {message}" for pointer, message in looser))
    return OrgData(document, hashlib.sha256(to_json(document)).hexdigest(), rules_by_id)


def schema(own_sections: Mapping[str, Json] | None = None) -> Json:
    """The JSON Schema of an org data document, with the sections that own rules add, where they are given."""
    found = add_own_sections(OrgDocument.model_json_schema(), own_sections or {})
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found, "title": "org data document"}


def _check_shape(document: Json, places: Places) -> OrgDocument:
    try:
        return OrgDocument.model_validate(without_own_sections(document))
    except ValidationError as error:
        raise error_at(_wrong_value(e, places) for e in error.errors(include_url=False, include_input=False)) from None


def _wrong_value(error: Any, places: Mapping[str, FileLine]) -> tuple[FileLine, str, str]:
    """Place, pointer and message of a pydantic error; parts of its location that are no place name union branches."""
    pointer = ""
    for part in error["loc"]:
        if f"{pointer}/{escape(str(part))}" in places:
            pointer += f"/{escape(str(part))}"
    missing = f"{error['loc'][-1]} " if error["type"] == "missing" else ""
    return line_of(pointer, places), pointer, f"{missing}{error['msg'][:1].lower()}{error['msg'][1:]}"


def _find_unknown(model: object, pointer: str = "") -> Iterator[str]:
    """Pointers of members that no section knows: most likely misspelt."""
    if isinstance(model, BaseModel):
        yield from (f"{pointer}/{escape(name)}" for name in model.model_extra or {})
        for name, field in type(model).model_fields.items():
            yield from _find_unknown(getattr(model, name), f"{pointer}/{field.alias or name}")
    elif isinstance(model, list):
        for i, item in enumerate(model):
            yield from _find_unknown(item, f"{pointer}/{i}")
    elif isinstance(model, dict):
        for name, item in model.items():
            yield from _find_unknown(item, f"{pointer}/{escape(str(name))}")


def _find_idle(model: OrgDocument, rules_by_id: Mapping[str, Rule]) -> Iterator[tuple[str, str]]:
    """What is well formed and has no effect, or less than one may think."""
    for start, layer in (("", model), *((f"/layers/{i}", layer) for i, layer in enumerate(model.layers or []))):
        for rule_id, entry in (layer.enforcement or {}).items():
            place = f"{start}/enforcement/{escape(rule_id)}"
            if rule_id not in rules_by_id:
                yield place, "is not a rule, so this has no effect"
            elif isinstance(entry, str) and entry != "deny" and rules_by_id[rule_id].aws_enforces:
                yield place, "is a rule that AWS enforces: it is lowered only with a reason ({action, reason})"
        for i, waiver in enumerate(layer.waivers or []):
            if waiver.rule not in rules_by_id:
                yield f"{start}/waivers/{i}/rule", f"{waiver.rule} is not a rule, so waiver {waiver.id} has no effect"
