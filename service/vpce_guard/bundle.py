"""A built bundle: the two build results and the rule catalogue under one revision.

A bundle is a directory with `vpce.tar.gz` (Rego and data for OPA), `policy.wasm` (the same, for the embedded
engine) and `catalogue.json` (revision, data, and the rules from their METADATA); `examples.json` and
`coverage.json` are read only when asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from vpce_guard.errors import BundleError, NotFoundError
from vpce_guard.model import Frozen, Json, Rule

PACKAGED = Path(__file__).parent / "policy"
RESULTS = ("vpce.tar.gz", "policy.wasm", "catalogue.json", "examples.json", "coverage.json")


class CatalogueFile(Frozen):
    """The shape of catalogue.json."""

    revision: str
    opa_version: str
    data: Json
    rules: tuple[Rule, ...]


class Sentence(Frozen):
    """One sentence of a document the rules come from: the rules that cover it, or a note why none does."""

    file: str
    sentence: str
    says: str = ""
    rules: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Bundle:
    """An opened bundle."""

    directory: Path
    catalogue: CatalogueFile

    @property
    def revision(self) -> str:
        """The content hash of everything that decides."""
        return self.catalogue.revision

    @property
    def data(self) -> Json:
        """The static data under `data.vpce`."""
        return self.catalogue.data

    @cached_property
    def wasm(self) -> bytes:
        """policy.wasm."""
        return _read(self.directory / "policy.wasm")

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """The rules by `family.name`, the way engines name them."""
        return {rule.name: rule for rule in self.catalogue.rules}

    @cached_property
    def examples(self) -> dict[str, Any]:
        """The examples of each rule, by rule id."""
        examples: dict[str, Any] = from_json(_read(self.directory / "examples.json"))
        return examples

    @cached_property
    def coverage(self) -> tuple[Sentence, ...]:
        """The sentences of the documents the rules come from, in their order."""
        return TypeAdapter(tuple[Sentence, ...]).validate_json(_read(self.directory / "coverage.json"))

    def rule(self, rule_id: str) -> Rule:
        """The rule with an id; NotFoundError names how to list them."""
        for rule in self.catalogue.rules:
            if rule.id == rule_id:
                return rule
        raise NotFoundError(f"There is no rule {rule_id}.", advice="`vpce-guard rules` lists them.")


def open_bundle(directory: Path | None = None) -> Bundle:
    """The bundle in a directory, or the packaged one. Raises BundleError that says what is wrong with it."""
    directory = directory or PACKAGED
    try:
        catalogue = CatalogueFile.model_validate_json(_read(directory / "catalogue.json"))
    except ValidationError as error:
        raise BundleError(
            f"{directory / 'catalogue.json'} is not of this version: {error.error_count()} errors.",
            advice="Build it again with `make bundle`.",
        ) from None
    return Bundle(directory=directory, catalogue=catalogue)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BundleError(
            f"{path} cannot be read: {error.strerror}.", advice="A bundle is a directory made by `make bundle`."
        ) from None
