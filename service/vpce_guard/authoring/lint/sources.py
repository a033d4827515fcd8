"""The sources that lint looks at: each Rego file with its text and its syntax tree, parsed once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from vpce_guard.authoring.rego import metadata
from vpce_guard.authoring.rego.trees import parse_trees
from vpce_guard.bundle.rules import rule_of
from vpce_guard.bundle.source_folders import Sources
from vpce_guard.formats.yaml_text import YamlError
from vpce_guard.model import Json


@dataclass(frozen=True)
class RegoFile:
    """One Rego file, with its name in a bundle. `tree` is what opa parses it to; that of a test is empty.

    `is_edited` says whether it is one to look for faults in, and not of the built-in rules beneath own ones.
    """

    path: Path
    name: str
    text: str
    tree: Json
    is_edited: bool

    @property
    def package(self) -> tuple[str, ...]:
        """The package without `data`."""
        return tuple(str(part["value"]) for part in self.tree["package"]["path"][1:]) if self.tree else ()

    @property
    def is_test(self) -> bool:
        """Whether the file holds tests, or what tests use."""
        return self.path.name.endswith("_test.rego")

    @cached_property
    def rule(self) -> str | None:
        """The name of the rule where the file is that of one; None for other files."""
        if self.is_test or self.path.stem != self.path.parent.name:
            return None
        return rule_of(".".join(self.name.split("/")[:-1]))

    @property
    def annotations(self) -> Json:
        """The METADATA the file begins with; empty where there is none that can be read."""
        return self._metadata if isinstance(self._metadata, dict) else {}

    @property
    def metadata_error(self) -> YamlError | None:
        """Why its METADATA cannot be read."""
        return self._metadata if isinstance(self._metadata, YamlError) else None

    @cached_property
    def _metadata(self) -> object:
        try:
            return metadata.read(self.text)
        except YamlError as error:
            return error

    @cached_property
    def imports(self) -> dict[str, tuple[str, ...]]:
        """The path after `data` of each import by the name it has here."""
        found = {}
        for entry in self.tree.get("imports") or []:
            head, *path = [str(part["value"]) for part in entry["path"]["value"]]
            if head == "data":
                found[entry.get("alias") or path[-1]] = tuple(path)
        return found

    def line_of(self, text: str) -> int:
        """The first line that contains a text; 1 where none does."""
        return next((n for n, line in enumerate(self.text.splitlines(), 1) if text in line), 1)


def modules(sources: Sources, *, opa: str) -> list[RegoFile]:
    """Every Rego file of the sources that parses, in one call of opa; tests without their trees.

    Beneath own sources these are the built-in libraries, and no built-in rules.
    """
    folders = [*sources.folders, *([sources.built_in / "vpce/lib"] if sources.own else [])]
    texts = {str(path): path.read_text() for folder in folders for path in sorted(folder.rglob("*.rego"))}
    asked = {path: text for path, text in texts.items() if not path.endswith("_test.rego")}
    trees = parse_trees(asked, source=sources, opa=opa)
    return [
        RegoFile(Path(path), sources.name(Path(path)), text, trees.get(path, {}), _is_below(path, sources.folders))
        for path, text in texts.items()
        if path in trees or path not in asked
    ]


def _is_below(path: str, folders: Iterable[Path]) -> bool:
    return any(Path(path).is_relative_to(folder) for folder in folders)


def walk(node: Any) -> Iterator[Json]:
    """Every object of a syntax tree, outer ones first."""
    if isinstance(node, list):
        for child in node:
            yield from walk(child)
    elif isinstance(node, dict):
        yield node
        for key, child in node.items():
            if key != "location":
                yield from walk(child)
