"""Org data from files: YAML or JSON, checked as a whole. What is wrong is told with file, line and pointer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError
from pydantic_core import to_json

from vpce_guard.bundle.rules import Rule
from vpce_guard.errors import Pointer, SettingsError
from vpce_guard.formats import yaml_text
from vpce_guard.model import Json
from vpce_guard.org.data import OrgData
from vpce_guard.org.environments import find_unknown_environments
from vpce_guard.org.layers import find_loosened
from vpce_guard.org.own_sections import (
    add_own_sections,
    find_unknown_sections,
    find_wrong_sections,
    without_own_sections,
)
from vpce_guard.org.shape import OrgDocument

_MAX_BYTES = 4 << 20
_ADVICE = "It is not used until it is corrected; `vpce-guard policy schema` prints its schema."


class FileLine(NamedTuple):
    """Where a value stands."""

    path: Path
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


def load(paths: Sequence[Path], rules: Mapping[str, Rule], own_sections: Mapping[str, Json] | None = None) -> OrgData:
    """The org data of one or more files; a later file adds sections, and may not repeat one.

    `rules` are those of the bundle by name, `own_sections` the schemas of sections that it adds. Raises SettingsError
    naming file, line and pointer of everything that is wrong; nothing is half-read.
    """
    document: Json = {}
    places: dict[str, FileLine] = {}
    for path in paths:
        content, found = _read(path)
        if repeated := sorted(content.keys() & document.keys()):
            pointer = f"/{repeated[0]}"
            raise _error_at([(found[pointer], pointer, f"was given in {places[pointer]} already")])
        document |= content
        places = found | places
    try:
        model = OrgDocument.model_validate(without_own_sections(document))
    except ValidationError as error:
        raise _error_at(
            [_wrong_value(e, places) for e in error.errors(include_url=False, include_input=False)]
        ) from None
    schemas = own_sections or {}
    if wrong := list(find_wrong_sections(document, schemas)):
        raise _error_at([(_line_of(pointer, places), pointer, message) for pointer, message in wrong])
    rules_by_id = {rule.id: rule for rule in rules.values()}
    if looser := find_loosened(document, rules_by_id):
        raise _error_at([(_line_of(pointer, places), pointer, message) for pointer, message in looser])
    notes = [
        *((pointer, "is not known and has no effect") for pointer in _find_unknown(model)),
        *_find_idle(model, rules_by_id),
        *find_unknown_sections(document, schemas),
        *find_unknown_environments(document),
    ]
    warnings = tuple(f"{_line_of(pointer, places)}: {pointer} {message}." for pointer, message in notes)
    return OrgData(document, hashlib.sha256(to_json(document)).hexdigest(), rules_by_id, warnings)


def read_org_data(document: Json, rules_by_id: Mapping[str, Rule]) -> OrgData:
    """The org data of a document that is read already. Raises ValueError saying what is wrong with it."""
    OrgDocument.model_validate(without_own_sections(document))
    if looser := find_loosened(document, rules_by_id):
        raise ValueError("; ".join(f"{pointer} {message}" for pointer, message in looser))
    return OrgData(document, hashlib.sha256(to_json(document)).hexdigest(), rules_by_id)


def schema(own_sections: Mapping[str, Json] | None = None) -> Json:
    """The JSON Schema of an org data document, with the sections that own rules add, where they are given."""
    found = add_own_sections(OrgDocument.model_json_schema(), own_sections or {})
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found, "title": "org data document"}


def _read(path: Path) -> tuple[Json, dict[str, FileLine]]:
    """The content as JSON values, and the place of each pointer."""
    try:
        raw = path.read_bytes()
        if len(raw) > _MAX_BYTES:
            raise SettingsError(f"{path} has more than {_MAX_BYTES} bytes.", advice=_ADVICE)
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}.", advice="Give the org data file.") from None
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: is not YAML or JSON: {error}.", advice=_ADVICE) from None
    lines: dict[str, int] = {}
    try:
        nodes = yaml_text.compose(text)
        content = yaml_text.value(nodes[0], lines=lines, aliases=False) if len(nodes) == 1 else None
    except yaml_text.YamlError as error:
        if error.pointer:
            raise _error_at([(FileLine(path, error.line or 1), error.pointer, error.problem)]) from None
        line = f":{error.line}" if error.line else ""
        raise SettingsError(f"{path}{line}: is not YAML or JSON: {error.problem}.", advice=_ADVICE) from None
    if not isinstance(content, dict):
        raise SettingsError(f"{path}:1: org data must be an object.", advice="See examples/org-data/.")
    return content, {pointer: FileLine(path, line) for pointer, line in lines.items()}


def _error_at(places: Sequence[tuple[FileLine, str, str]]) -> SettingsError:
    return SettingsError(
        "; ".join(f"{place}: {pointer or '/'} {message}" for place, pointer, message in sorted(places)) + ".",
        advice=_ADVICE,
        pointers=tuple(Pointer(pointer=pointer, code="org_data", detail=m) for _, pointer, m in places),
    )


def _wrong_value(error: Any, places: Mapping[str, FileLine]) -> tuple[FileLine, str, str]:
    """Place, pointer and message of a pydantic error; parts of its location that are no place name union branches."""
    pointer = ""
    for part in error["loc"]:
        if f"{pointer}/{_escape(str(part))}" in places:
            pointer += f"/{_escape(str(part))}"
    missing = f"{error['loc'][-1]} " if error["type"] == "missing" else ""
    return _line_of(pointer, places), pointer, f"{missing}{error['msg'][:1].lower()}{error['msg'][1:]}"


def _line_of(pointer: str, places: Mapping[str, FileLine]) -> FileLine:
    while pointer not in places:
        pointer = pointer.rpartition("/")[0]
    return places[pointer]


def _find_unknown(model: object, pointer: str = "") -> Iterator[str]:
    """Pointers of members that no section knows: most likely misspelt."""
    if isinstance(model, BaseModel):
        yield from (f"{pointer}/{_escape(name)}" for name in model.model_extra or {})
        for name, field in type(model).model_fields.items():
            yield from _find_unknown(getattr(model, name), f"{pointer}/{field.alias or name}")
    elif isinstance(model, list):
        for i, item in enumerate(model):
            yield from _find_unknown(item, f"{pointer}/{i}")
    elif isinstance(model, dict):
        for name, item in model.items():
            yield from _find_unknown(item, f"{pointer}/{_escape(str(name))}")


def _find_idle(model: OrgDocument, rules_by_id: Mapping[str, Rule]) -> Iterator[tuple[str, str]]:
    """What is well formed and has no effect, or less than one may think."""
    for start, layer in (("", model), *((f"/layers/{i}", layer) for i, layer in enumerate(model.layers or []))):
        for rule_id, entry in (layer.enforcement or {}).items():
            place = f"{start}/enforcement/{_escape(rule_id)}"
            if rule_id not in rules_by_id:
                yield place, "is not a rule, so this has no effect"
            elif isinstance(entry, str) and entry != "deny" and rules_by_id[rule_id].aws_enforces:
                yield place, "is a rule that AWS enforces: it is lowered only with a reason ({action, reason})"
        for i, waiver in enumerate(layer.waivers or []):
            if waiver.rule not in rules_by_id:
                yield f"{start}/waivers/{i}/rule", f"{waiver.rule} is not a rule, so waiver {waiver.id} has no effect"


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
