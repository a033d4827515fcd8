"""The METADATA of rules: its block in a rule's file, and the rule of the catalogue it makes."""

from __future__ import annotations

import itertools
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from vpce_guard.bundle.rules import Rule, RuleMetadata
from vpce_guard.bundle.source_folders import DESCRIPTION, OwnSource, Sources, open_sources
from vpce_guard.errors import SourceError
from vpce_guard.formats import yaml_files
from vpce_guard.formats.yaml_text import YamlError
from vpce_guard.model import Json

_BUILT_IN_ID = re.compile(r"VPCE-(COMMON|IFACE|GW|GWLB|ORG)-\d{3}")
KEYS = frozenset({"scope", "title", "description", "related_resources", "custom"})


def rule(annotations: Json, *, name: str, place: str, own: OwnSource | None = None) -> Rule:
    """The rule that annotations stand for, which `own` holds if it is not built in.

    Raises SourceError, which begins with the place.
    """
    if unknown := annotations.keys() - KEYS:
        raise SourceError(f"{place}: METADATA has unknown keys: {', '.join(sorted(unknown))}.")
    try:
        metadata = RuleMetadata.model_validate(annotations.get("custom", {}))
        found = Rule(
            name=name,
            title=annotations.get("title", ""),
            description=annotations.get("description", ""),
            related_resources=annotations.get("related_resources", ()),
            **metadata.model_dump(),
        )
    except ValidationError as error:
        raise SourceError(f"{place}: METADATA is wrong: {'; '.join(map(_message_of, error.errors()))}.") from None
    if own is not None:
        return _own_rule(found, own, place)
    if not _BUILT_IN_ID.fullmatch(found.id):
        raise SourceError(f"{place}: METADATA is wrong: id: {found.id} is no id of a built-in rule.")
    return found


def _own_rule(found: Rule, own: OwnSource, place: str) -> Rule:
    """The rule with the endpoint types of its family. Raises SourceError for what only a built-in rule may say."""
    _, family, _ = found.name.split(".")
    described = own.folder / DESCRIPTION
    if family not in own.description.families:
        raise SourceError(
            f"{place}: {described} names no family {family}, so the rule would never run.",
            advice=f"Add `{family}: all`, or the endpoint types it is for, to families.",
        )
    start = f"{own.description.prefix}-{family.upper()}-"
    if not found.id.startswith(start):
        raise SourceError(f"{place}: METADATA is wrong: id: ids of this family look like {start}001, by {described}.")
    if found.kind != "org":
        raise SourceError(f"{place}: METADATA is wrong: kind: a rule of your own is of the kind org.")
    return found.model_copy(update={"endpoint_types": own.types_of(family)})


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


def rules(source: Path | Sources) -> list[Rule]:
    """The rules of the sources whose METADATA is right, without asking opa; the others are told by the build."""
    sources = open_sources(source)
    found = []
    for name, path in rule_files(sources).items():
        try:
            own = sources.own_source(name)
            found.append(rule(read(path.read_text()) or {}, name=name, place=str(path), own=own))
        except (SourceError, YamlError, AttributeError):
            continue
    return found


def read_retired(source: Path | Sources) -> dict[str, str]:
    """Why a rule is gone, by its id; empty where there is no retired.yaml. Raises SourceError."""
    sources = open_sources(source)
    retired: dict[str, str] = {}
    for path in (folder / "retired.yaml" for folder in (sources.built_in, *(own.folder for own in sources.own))):
        found = yaml_files.load(path) if path.is_file() else {}
        if not isinstance(found, dict) or not all(isinstance(text, str) for pair in found.items() for text in pair):
            raise SourceError(f"{path}:1: retired.yaml does not map ids to reasons.")
        retired |= found
    return retired


def rule_files(source: Path | Sources) -> dict[str, Path]:
    """The file of each rule by its name: family/name/name.rego."""
    files = {name: folder / f"{folder.name}.rego" for name, folder in open_sources(source).rule_folders().items()}
    return {name: file for name, file in files.items() if file.is_file()}


@lru_cache(maxsize=1024)
def _parse(text: str) -> Any:
    return yaml_files.parse(text)  # an edit changes one block, and each is read again with every build
