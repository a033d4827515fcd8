"""A built bundle: the two build results and the rule catalogue under one revision.

A bundle is a directory with `vpce.tar.gz` (Rego and data for OPA), `policy.wasm` (the same, for the embedded
engine) and `catalogue.json` (revision, data, and the rules from their METADATA); `examples.json`, `coverage.json`,
`explain.wasm.gz` and `explain.json.gz` are read only when asked for.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import from_json

from vpce_guard.bundle import derived
from vpce_guard.bundle.rules import BUILT_IN, Rule
from vpce_guard.bundle.source_folders import PACKAGED as PACKAGED
from vpce_guard.errors import BundleError, NotFoundError
from vpce_guard.model import FrozenModel, Json

RESULTS = ("vpce.tar.gz", "policy.wasm", "catalogue.json", "examples.json", "testing.json", "coverage.json")
_GIVEN_NEAR_PEERS = frozenset({"vpce.main", "vpce.lib.endpoint"})  # they make one form of the other
_OPTIONAL = re.compile(r"explain\.[a-z0-9]{1,8}(\.gz)?")


def is_bundle_file(name: str) -> bool:
    """Whether a file of this name is part of a bundle."""
    return name in RESULTS or _OPTIONAL.fullmatch(name) is not None


class Package(FrozenModel):
    """What the answer of a package can depend on, as the build finds it in the syntax trees.

    `digest` is a hash of the package and of all it depends on, transitively; `reads_org` holds of any of them. Through
    `reads_time` its own text may do something with the time, or hands on all of the input. `reads_peers`: it may
    look at each peer, so that it has to be given all of them.
    """

    digest: str
    reads_org: bool = False
    reads_time: bool = False
    reads_peers: bool = True


class BuiltIn(FrozenModel):
    """The built-in rules that own ones stand on: the version of the product, and what a bundle of them alone is."""

    version: str
    revision: str


class CatalogueFile(FrozenModel):
    """The shape of catalogue.json.

    `packages` are the packages by name, and `entry` is a digest of what asks the rules. Bundles of earlier versions
    have neither: then each package counts as changed, and as reading org data and the time.

    With own rules, `own_data` are the data of each own root, `sections` the schemas of their sections of org data, and
    `built_in` what they stand on.
    """

    revision: str
    opa_version: str
    data: Json
    rules: tuple[Rule, ...]
    entry: str = ""
    packages: dict[str, Package] = Field(default_factory=dict)
    own_data: Json = Field(default_factory=dict)
    sections: dict[str, Json] = Field(default_factory=dict)
    built_in: BuiltIn | None = None


class Sentence(FrozenModel):
    """One sentence of a document the rules come from: the rules that cover it, or a note why none does."""

    file: str
    sentence: str
    says: str = ""
    rules: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Bundle:
    """An opened bundle: its catalogue, and its files by name, each read when it is asked for."""

    catalogue: CatalogueFile
    files: Mapping[str, bytes]

    @property
    def revision(self) -> str:
        """The content hash of everything that decides."""
        return self.catalogue.revision

    @property
    def data(self) -> Json:
        """The static data under `data.vpce`."""
        return self.catalogue.data

    @property
    def all_data(self) -> Json:
        """What the engine holds under `data`."""
        return {BUILT_IN: {"revision": self.revision, **self.data}, **self.catalogue.own_data}

    @cached_property
    def wasm(self) -> bytes:
        """policy.wasm."""
        return self.files["policy.wasm"]

    @cached_property
    def for_opa(self) -> bytes:
        """vpce.tar.gz."""
        return self.files["vpce.tar.gz"]

    @cached_property
    def compares_all_peers(self) -> bool:
        """Whether a rule may look at each peer, and not only at the near ones and how many there are."""
        packages = self.catalogue.packages
        return not packages or any(
            package.reads_peers for name, package in packages.items() if name not in _GIVEN_NEAR_PEERS
        )

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """The rules by name, the way engines name them."""
        return {rule.name: rule for rule in self.catalogue.rules}

    @cached_property
    def examples(self) -> dict[str, Any]:
        """The examples of each rule, by rule id."""
        examples: dict[str, Any] = from_json(self.files["examples.json"])
        return examples

    @cached_property
    def testing(self) -> Json:
        """The context and the org data that examples are judged under."""
        found: Json = from_json(self.files["testing.json"])
        return found

    @cached_property
    def explain_wasm(self) -> bytes:
        """explain.wasm: the same rules with probes, which tell how far each body got."""
        return self._unzip("explain.wasm.gz")

    @cached_property
    def explain_table(self) -> bytes:
        """explain.json: what the probes stand for."""
        return self._unzip("explain.json.gz")

    @cached_property
    def coverage(self) -> tuple[Sentence, ...]:
        """The sentences of the documents the rules come from, in their order."""
        return TypeAdapter(tuple[Sentence, ...]).validate_json(self.files["coverage.json"])

    def _unzip(self, name: str) -> bytes:
        try:
            return gzip.decompress(self.files[name])
        except (KeyError, OSError, EOFError, zlib.error):
            raise BundleError(
                f"The bundle has no {name} that can be read, so it cannot explain.",
                advice="Build it with `policy build`.",
            ) from None

    def rule(self, rule_id: str) -> Rule:
        """The rule with an id; NotFoundError names how to list them."""
        for rule in self.catalogue.rules:
            if rule.id == rule_id:
                return rule
        raise NotFoundError(f"There is no rule {rule_id}.", advice="`vpce-guard rules` lists them.")


def open_bundle(directory: Path | None = None) -> Bundle:
    """The bundle in a directory, or the packaged one. Raises BundleError that says what is wrong with it."""
    return bundle_of(files_in(directory or PACKAGED))


def files_in(directory: Path) -> Mapping[str, bytes]:
    """The files of the bundle in a directory by name, each read when it is asked for."""
    return _Directory(directory)


def bundle_of(files: Mapping[str, bytes]) -> Bundle:
    """The bundle in files by name. Raises BundleError that says what is wrong with it."""
    try:
        catalogue = _read_catalogue(files["catalogue.json"])
    except ValidationError as error:
        raise BundleError(
            f"catalogue.json is not of this version: {error.error_count()} errors.",
            advice="Build it again with `make bundle`.",
        ) from None
    return Bundle(catalogue=catalogue, files=files)


@lru_cache(maxsize=2)
def _read_catalogue(content: bytes) -> CatalogueFile:
    """A catalogue, which nothing changes. A process opens the same one again and again, for replays and org data."""
    return CatalogueFile.model_validate_json(content)


class _Directory(Mapping[str, bytes]):
    """The files of a bundle in a directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def __getitem__(self, name: str) -> bytes:
        if derived.is_derived(name, self._directory):
            return derived.read(name)
        try:
            return (self._directory / name).read_bytes()
        except OSError as error:
            raise BundleError(
                f"{self._directory / name} cannot be read: {error.strerror}.",
                advice="A bundle is a directory made by `make bundle`.",
            ) from None

    def __iter__(self) -> Iterator[str]:
        names = {path.name for path in self._directory.iterdir()}
        if derived.in_checkout(self._directory):
            names.update(derived.DERIVED)
        return (name for name in sorted(names) if is_bundle_file(name))

    def __len__(self) -> int:
        return sum(1 for _ in self)
