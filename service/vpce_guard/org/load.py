"""Org data from files: YAML or JSON, checked as a whole. What is wrong is told with file, line and pointer."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import to_json

from vpce_guard.errors import Pointer, SettingsError
from vpce_guard.model import Json, Rule
from vpce_guard.org.data import OrgData
from vpce_guard.org.layers import loosened
from vpce_guard.org.shape import Document

_MAX_BYTES = 4 << 20
_MAX_DEPTH = 40
_COLLECTIONS = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")
_ADVICE = "Nothing of it is used until it is right; `vpce-guard policy schema` prints its schema."


class Source(NamedTuple):
    """Where a value stands."""

    path: Path
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


def load(paths: Sequence[Path], rules: Mapping[str, Rule]) -> OrgData:
    """The org data of one or more files; a later file adds sections, and may not repeat one.

    `rules` are those of the bundle by name. Raises SettingsError naming file, line and pointer of everything that is
    wrong; nothing is half-read.
    """
    document: Json = {}
    places: dict[str, Source] = {}
    for path in paths:
        content, found = _read(path)
        if repeated := sorted(content.keys() & document.keys()):
            pointer = f"/{repeated[0]}"
            raise _wrong([(found[pointer], pointer, f"was given in {places[pointer]} already")])
        document |= content
        places = found | places
    try:
        model = Document.model_validate(document)
    except ValidationError as error:
        raise _wrong([_wrong_value(e, places) for e in error.errors(include_url=False, include_input=False)]) from None
    rules_by_id = {rule.id: rule for rule in rules.values()}
    if looser := loosened(document, rules_by_id):
        raise _wrong([(_at(pointer, places), pointer, message) for pointer, message in looser])
    notes = [*((p, "is not known and has no effect") for p in _unknown(model)), *_idle(model, rules_by_id)]
    warnings = tuple(f"{_at(pointer, places)}: {pointer} {message}." for pointer, message in notes)
    return OrgData(document, hashlib.sha256(to_json(document)).hexdigest(), rules_by_id, warnings)


def org_data(document: Json, rules_by_id: Mapping[str, Rule]) -> OrgData:
    """The org data of a document that is read already. Raises ValueError saying what is wrong with it."""
    Document.model_validate(document)
    if looser := loosened(document, rules_by_id):
        raise ValueError("; ".join(f"{pointer} {message}" for pointer, message in looser))
    return OrgData(document, hashlib.sha256(to_json(document)).hexdigest(), rules_by_id)


def schema() -> Json:
    """The JSON Schema of an org data document."""
    found = Document.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found, "title": "org data document"}


def _read(path: Path) -> tuple[Json, dict[str, Source]]:
    """The content as JSON values, and the place of each pointer."""
    try:
        raw = path.read_bytes()
        if len(raw) > _MAX_BYTES:
            raise SettingsError(f"{path} has more than {_MAX_BYTES} bytes.", advice=_ADVICE)
        node = yaml.compose(raw.decode("utf-8-sig"), Loader=_Loader)
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}.", advice="Give the org data file.") from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or str(error)
        raise SettingsError(f"{path}{line}: is no YAML or JSON: {problem}.", advice=_ADVICE) from None
    if not isinstance(node, yaml.MappingNode):
        raise SettingsError(f"{path}:1: org data is an object.", advice="See examples/org-data/.")
    places: dict[str, Source] = {}
    return _value(node, "", path, places), places


class _Loader(yaml.SafeLoader):
    """YAML with JSON's types: dates stay text, and only true and false are booleans. Aliases are refused."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, "aliases are not taken", event.start_mark)
        return super().compose_node(parent, index)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if not tag.endswith((":timestamp", ":bool"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


def _value(node: yaml.Node, pointer: str, path: Path, places: dict[str, Source], depth: int = 0) -> Any:
    places.setdefault(pointer, Source(path, node.start_mark.line + 1))
    if depth > _MAX_DEPTH:
        raise _wrong([(places[pointer], pointer, "is nested too deep")])
    if isinstance(node, yaml.CollectionNode) and node.tag not in _COLLECTIONS:
        raise _wrong([(places[pointer], pointer, f"{node.tag} is no type of JSON")])
    if isinstance(node, yaml.MappingNode):
        found: Json = {}
        for key, value in node.value:
            name = str(key.value)
            child = f"{pointer}/{_escape(name)}"
            place = Source(path, key.start_mark.line + 1)
            if name in found:
                raise _wrong([(place, child, "is given twice")])
            places[child] = place
            found[name] = _value(value, child, path, places, depth + 1)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, f"{pointer}/{i}", path, places, depth + 1) for i, item in enumerate(node.value)]
    try:
        value = _Loader("").construct_object(node)
    except (yaml.YAMLError, ValueError):
        raise _wrong([(places[pointer], pointer, f"{node.tag} is no type of JSON")]) from None
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        raise _wrong([(places[pointer], pointer, "is no number of JSON")])
    return value


def _wrong(places: Sequence[tuple[Source, str, str]]) -> SettingsError:
    return SettingsError(
        "; ".join(f"{place}: {pointer or '/'} {message}" for place, pointer, message in sorted(places)) + ".",
        advice=_ADVICE,
        places=tuple(Pointer(pointer=pointer, code="org_data", detail=m) for _, pointer, m in places),
    )


def _wrong_value(error: Any, places: Mapping[str, Source]) -> tuple[Source, str, str]:
    """Place, pointer and message of a pydantic error; parts of its location that are no place name union branches."""
    pointer = ""
    for part in error["loc"]:
        if f"{pointer}/{_escape(str(part))}" in places:
            pointer += f"/{_escape(str(part))}"
    missing = f"{error['loc'][-1]} " if error["type"] == "missing" else ""
    return _at(pointer, places), pointer, f"{missing}{error['msg'][:1].lower()}{error['msg'][1:]}"


def _at(pointer: str, places: Mapping[str, Source]) -> Source:
    while pointer not in places:
        pointer = pointer.rpartition("/")[0]
    return places[pointer]


def _unknown(model: object, pointer: str = "") -> Iterator[str]:
    """Pointers of members that no section knows: most likely misspelt."""
    if isinstance(model, BaseModel):
        yield from (f"{pointer}/{_escape(name)}" for name in model.model_extra or {})
        for name, field in type(model).model_fields.items():
            yield from _unknown(getattr(model, name), f"{pointer}/{field.alias or name}")
    elif isinstance(model, list):
        for i, item in enumerate(model):
            yield from _unknown(item, f"{pointer}/{i}")
    elif isinstance(model, dict):
        for name, item in model.items():
            yield from _unknown(item, f"{pointer}/{_escape(str(name))}")


def _idle(model: Document, rules_by_id: Mapping[str, Rule]) -> Iterator[tuple[str, str]]:
    """What is well formed and has no effect, or less than one may think."""
    for start, layer in (("", model), *((f"/layers/{i}", layer) for i, layer in enumerate(model.layers or []))):
        for rule_id, entry in (layer.enforcement or {}).items():
            place = f"{start}/enforcement/{_escape(rule_id)}"
            if rule_id not in rules_by_id:
                yield place, "is no rule, so this has no effect"
            elif isinstance(entry, str) and entry != "deny" and rules_by_id[rule_id].aws_enforces:
                yield place, "is a rule that AWS enforces: it is lowered only with a reason ({action, reason})"
        for i, waiver in enumerate(layer.waivers or []):
            if waiver.rule not in rules_by_id:
                yield f"{start}/waivers/{i}/rule", f"{waiver.rule} is no rule, so waiver {waiver.id} has no effect"


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
