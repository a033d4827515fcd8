"""The METADATA of rules: its block in a rule's file, and the rule of the catalogue it makes."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from vpce_guard.authoring.rego import yaml_files
from vpce_guard.bundle.rules import Rule, RuleMetadata
from vpce_guard.errors import SourceError
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
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise SourceError(f"{place}: METADATA is wrong: {wrong}.") from None


def block(text: str) -> str:
    """The YAML of the first METADATA block of a file, line for line: its first line is empty where METADATA was."""
    head = itertools.takewhile(lambda line: line.startswith("#"), text.splitlines())
    lines = [line.removeprefix("#").removeprefix(" ") for line in head]
    return "\n".join(["", *lines[1:]]) if lines and lines[0] == "METADATA" else ""


def read(path: Path) -> Any:
    """The annotations a rule's file begins with; None where there are none. Raises yaml.YAMLError."""
    return yaml_files.parse(block(path.read_text()))


def rules(source: Path) -> list[Rule]:
    """The rules under a rego folder whose METADATA is right, without asking opa; the others are told by the build."""
    found = []
    for path in rule_files(source):
        try:
            found.append(rule(read(path) or {}, name=f"{path.parents[1].name}.{path.stem}", place=str(path)))
        except (SourceError, yaml.YAMLError, AttributeError):
            continue
    return found


def rule_files(source: Path) -> list[Path]:
    """The file of each rule under a rego folder: family/name/name.rego."""
    return sorted(f for f in (source / "vpce/rules").glob("*/*/*.rego") if f.stem == f.parent.name)
