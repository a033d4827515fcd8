"""The METADATA of rules: its block in a rule's file, and the rule of the catalogue it makes."""

from __future__ import annotations

import itertools
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from vpce_guard.bundle.rules import Rule, RuleMetadata
from vpce_guard.errors import SourceError
from vpce_guard.formats import yaml_files
from vpce_guard.formats.yaml_text import YamlError
from vpce_guard.model import Json

KEYS = frozenset({"scope", "title", "description", "related_resources", "custom"})


def rule(annotations: Json, *, name: str, place: str) -> Rule:
    """The rule that annotations stand for. Raises SourceError, which begins with the place."""
    if unknown := annotations.keys() - KEYS:
        raise SourceError(f"{place}: METADATA has unknown keys: {', '.join(sorted(unknown))}.")
    try:
        metadata = RuleMetadata.model_validate(annotations.get("custom", {}))
        return Rule(
            name=name,
            title=annotations.get("title", ""),
            description=annotations.get("description", ""),
            related_resources=annotations.get("related_resources", ()),
            **metadata.model_dump(),
        )
    except ValidationError as error:
        raise SourceError(f"{place}: METADATA is wrong: {'; '.join(map(_message_of, error.errors()))}.") from None


def _message_of(error: ErrorDetails) -> str:
    where, what = ".".join(map(str, error["loc"])), error["msg"].removeprefix("Value error, ")
    return f"{where}: {what}" if where else what


def block(text: str) -> str:
    """The YAML of the first METADATA block of a file, line for line: its first line is empty where METADATA was."""
    head = itertools.takewhile(lambda line: line.startswith("#"), text.splitlines())
    lines = [line.removeprefix("#").removeprefix(" ") for line in head]
    return "\n".join(["", *lines[1:]]) if lines and lines[0] == "METADATA" else ""


def read(text: str) -> Any:
    """The annotations that the text of a rule begins with; None where there are none. Raises YamlError."""
    return _parse(block(text))


def rules(source: Path) -> list[Rule]:
    """The rules under a rego folder whose METADATA is right, without asking opa; the others are told by the build."""
    found = []
    for path in rule_files(source):
        try:
            found.append(
                rule(read(path.read_text()) or {}, name=f"{path.parents[1].name}.{path.stem}", place=str(path))
            )
        except (SourceError, YamlError, AttributeError):
            continue
    return found


def read_retired(source: Path) -> dict[str, str]:
    """Why a rule is gone, by its id; empty where there is no retired.yaml. Raises SourceError."""
    path = source / "retired.yaml"
    found = yaml_files.load(path) if path.is_file() else {}
    if not isinstance(found, dict) or not all(isinstance(text, str) for pair in found.items() for text in pair):
        raise SourceError(f"{path}:1: retired.yaml does not map ids to reasons.")
    return found


def rule_files(source: Path) -> list[Path]:
    """The file of each rule under a rego folder: family/name/name.rego."""
    return sorted(f for f in (source / "vpce/rules").glob("*/*/*.rego") if f.stem == f.parent.name)


@lru_cache(maxsize=1024)
def _parse(text: str) -> Any:
    return yaml_files.parse(text)  # an edit changes one block, and each is read again with every build
