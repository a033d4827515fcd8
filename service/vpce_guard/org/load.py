"""Org data from files: YAML or JSON, checked as a whole. What is wrong is told with file, line and pointer."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import to_json

from vpce_guard.errors import Pointer, SettingsError
from vpce_guard.model import Json
from vpce_guard.org.shape import Document

_MAX_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class OrgData:
    """Checked org data: plain JSON, the content hash that names it in decisions, and what deserves a warning."""

    document: Json
    revision: str
    warnings: tuple[str, ...] = ()


def load(paths: Sequence[Path]) -> OrgData:
    """The org data of one or more files; a later file adds sections, and may not repeat one.

    Raises SettingsError naming file, line and pointer of everything that is wrong; nothing is half-read.
    """
    document: Json = {}
    warnings: list[str] = []
    for path in paths:
        content, lines = _read(path)
        _check(content, path, lines, warnings)
        if repeated := sorted(content.keys() & document.keys()):
            section = repeated[0]
            raise SettingsError(
                f"{path}:{lines[f'/{section}']}: /{section} was given by an earlier file.",
                advice="Keep each section in one file.",
            )
        document |= content
    return OrgData(document, hashlib.sha256(to_json(document)).hexdigest(), tuple(warnings))


def _read(path: Path) -> tuple[Json, dict[str, int]]:
    """The content as JSON values, and the line of each pointer."""
    try:
        raw = path.read_bytes()
        if len(raw) > _MAX_BYTES:
            raise SettingsError(f"{path} has more than {_MAX_BYTES} bytes.")
        node = yaml.compose(raw.decode(), Loader=_Loader)
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}.", advice="Give the org data file.") from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        where = getattr(error, "problem_mark", None)
        line = f":{where.line + 1}" if where else ""
        raise SettingsError(f"{path}{line}: not YAML or JSON: {getattr(error, 'problem', error)}.") from None
    if not isinstance(node, yaml.MappingNode):
        raise SettingsError(f"{path}:1: org data is an object.", advice="See examples/org-data/.")
    lines: dict[str, int] = {}
    return _value(node, "", path, lines), lines


class _Loader(yaml.SafeLoader):
    """YAML with JSON's types: dates stay text, and only true and false are booleans."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, regexp)
        for tag, regexp in resolvers
        if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", __import__("re").compile("^(?:true|false)$"), list("tf"))


def _value(node: yaml.Node, pointer: str, path: Path, lines: dict[str, int]) -> Any:
    lines[pointer] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        found: Json = {}
        for key, value in node.value:
            name = str(key.value)
            child = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
            if name in found:
                raise SettingsError(f"{path}:{key.start_mark.line + 1}: {child} is given twice.")
            found[name] = _value(value, child, path, lines)
            lines[child] = key.start_mark.line + 1
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, f"{pointer}/{i}", path, lines) for i, item in enumerate(node.value)]
    return _Loader("").construct_object(node)


def _check(content: Json, path: Path, lines: dict[str, int], warnings: list[str]) -> None:
    try:
        document = Document.model_validate(content)
    except ValidationError as error:
        wrong = []
        for e in error.errors(include_url=False, include_input=False):
            pointer = "".join(f"/{part}" for part in e["loc"] if part != "[key]")
            wrong.append((lines.get(pointer) or lines.get(pointer.rpartition("/")[0], 1), pointer, e["msg"]))
        places = tuple(Pointer(pointer=p, code="org_data", detail=f"line {line}: {m}") for line, p, m in wrong)
        raise SettingsError(
            "; ".join(f"{path}:{line}: {pointer}: {message}" for line, pointer, message in sorted(wrong)) + ".",
            advice="Nothing of the org data is used until it is right; its schema is rego/schemas/org-data.json.",
            places=places,
        ) from None
    warnings += [
        f"{path}:{lines[pointer]}: {pointer} is not known and has no effect." for pointer in _unknown(document)
    ]


def _unknown(model: Any, pointer: str = "") -> list[str]:
    """Pointers of members that no section knows: most likely misspelt."""
    found = [f"{pointer}/{name}" for name in getattr(model, "model_extra", None) or {}]
    for name, field in type(model).model_fields.items():
        value, child = getattr(model, name), f"{pointer}/{field.alias or name}"
        for at, item in enumerate(value) if isinstance(value, list) else [("", value)]:
            if hasattr(item, "model_fields"):
                found += _unknown(item, f"{child}/{at}" if at != "" else child)
    return found
