"""The folders that a bundle is built from: the built-in rules, and an organisation's own over them.

An own source says in source.yaml what its packages, ids and families are called. It never holds a package of another
source, so that whatever is installed lies unchanged beneath it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_core import ErrorDetails

from vpce_guard.bundle.rules import BUILT_IN, EndpointType
from vpce_guard.errors import SettingsError, SourceError
from vpce_guard.formats import yaml_files
from vpce_guard.model import FrozenModel

PACKAGED = Path(__file__).parents[1] / "policy"
CHECKOUT = Path(__file__).parents[3] / "rego"
DESCRIPTION = "source.yaml"
MANIFEST = ".manifest"
SECTION_SCHEMA = "section.yaml"  # below the root: the schema of its section of org data
_TAKEN = {BUILT_IN, "org", "system", "data", "input", "package", "import", "default", "in", "if", "not", "with", "some"}
_TAKEN |= {"rego", "as", "else", "every", "contains", "true", "false", "null"}
_PACKAGE = re.compile(rb"^package[ \t]+([\w.]+)", re.MULTILINE)


def _check_free(root: str) -> str:
    if root in _TAKEN:
        raise ValueError(f"{root} is taken; name your organisation, e.g. acme")
    return root


def _check_prefix(prefix: str) -> str:
    if prefix == BUILT_IN.upper():
        raise ValueError("ids of that prefix are those of the built-in rules")
    return prefix


def _check_types(types: object) -> object:
    known = get_args(EndpointType)
    if types == "all" or (isinstance(types, list) and types and all(one in known for one in types)):
        return types
    raise ValueError(f"write all, or a list of endpoint types: {', '.join(known)}")


EndpointTypes = Annotated[Literal["all"] | tuple[EndpointType, ...], BeforeValidator(_check_types)]


class Description(FrozenModel):
    """The shape of source.yaml.

    Packages lie under data.ROOT, org data in the section x-ROOT. Ids are PREFIX-FAMILY-001. A family is asked for the
    endpoint types it names, or for all.
    """

    root: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,29}$"), AfterValidator(_check_free)]
    prefix: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{0,19}$"), AfterValidator(_check_prefix)]
    families: Mapping[Annotated[str, Field(pattern=r"^[a-z][a-z0-9]{0,19}$")], EndpointTypes]


@dataclass(frozen=True)
class OwnSource:
    """One source of an organisation's own: its folder, and what source.yaml says."""

    folder: Path
    description: Description

    @classmethod
    def with_root(cls, folder: Path, root: str) -> OwnSource:
        """A source of which no more is known than what its packages are called."""
        return cls(folder, Description.model_construct(root=root, prefix="", families={}))

    @property
    def root(self) -> str:
        """The first part of its packages."""
        return self.description.root

    @property
    def section(self) -> str:
        """Its section of org data."""
        return f"x-{self.root.replace('_', '-')}"

    def types_of(self, family: str) -> tuple[EndpointType, ...] | None:
        """The endpoint types a family is asked for; None for all. Raises KeyError for a family it has not."""
        named = self.description.families[family]
        return None if named == "all" else named


@dataclass(frozen=True)
class Sources:
    """The built-in rules, and the own sources over them, in their order."""

    built_in: Path
    own: tuple[OwnSource, ...] = ()
    _folders: dict[str, Path] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._folders.update({one.root: one.folder for one in self.own})

    @property
    def roots(self) -> tuple[str, ...]:
        """The first parts of all packages."""
        return (BUILT_IN, *self._folders)

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders that somebody edits: the own ones, or that of the built-in rules where there is no other."""
        return tuple(self._folders.values()) or (self.built_in,)

    @property
    def listing(self) -> str:
        """The folders, for messages."""
        return ", ".join(map(str, self.folders))

    def place(self, name: str) -> Path:
        """The file, or folder, that has a name in a bundle, such as vpce/rules/gw/dns_support."""
        return self.folder_of(name.partition("/")[0]) / name

    def folder_of(self, root: str) -> Path:
        """The folder that holds the packages of a root."""
        return self._folders.get(root, self.built_in)

    def name(self, path: Path) -> str:
        """The name in a bundle of a file that `place` gave."""
        for folder in (*self._folders.values(), self.built_in):
            if path.is_relative_to(folder):
                return path.relative_to(folder).as_posix()
        raise ValueError(f"{path} is in no source")

    def own_source(self, rule: str) -> OwnSource | None:
        """The own source that a rule of a name is in; None for a built-in rule."""
        root = rule.split(".")[0] if rule.count(".") == 2 else BUILT_IN
        return next((one for one in self.own if one.root == root), None)

    def rule_folders(self) -> dict[str, Path]:
        """The folder of each rule by its name; those of own rules are named with their root."""
        found = {}
        for root in self.roots:
            start = () if root == BUILT_IN else (root,)
            for folder in sorted((self.folder_of(root) / root / "rules").glob("*/*/")):
                found[".".join((*start, folder.parent.name, folder.name))] = folder
        return found

    def edited_rules(self) -> frozenset[str] | None:
        """The names of the own rules; None, which is all, where there is no own source."""
        if not self.own:
            return None
        return frozenset(name for name in self.rule_folders() if name.count(".") == 2)

    def in_stage(self, folder: Path) -> Sources:
        """The same sources in a folder that has a copy of all."""
        return Sources(folder, tuple(OwnSource(folder, one.description) for one in self.own))


def built_in_folder() -> Path:
    """The built-in rules of what is installed: rego/ of a checkout, or the copy of it in a wheel."""
    return CHECKOUT if not (PACKAGED / "rego").is_dir() else PACKAGED / "rego"


def open_sources(source: Path | Sources | Sequence[Path]) -> Sources:
    """The sources in some folders: own ones, over the built-in rules in one of them, or over those that are installed.

    Raises SettingsError for a folder that is none of policies, SourceError with both places where two sources hold the
    same, and with file and line for a source.yaml that is wrong.
    """
    if isinstance(source, Sources):
        return source
    folders = [source] if isinstance(source, Path) else list(source)
    described = [folder for folder in folders if (folder / DESCRIPTION).is_file()]
    whole = [folder for folder in folders if folder not in described]
    if len(whole) > 1:
        raise SettingsError(
            f"{whole[0]} and {whole[1]} cannot both hold the built-in rules.",
            advice=f"A source of your own says in {DESCRIPTION} what it is; `vpce-guard policy init` writes one.",
        )
    if whole and not (whole[0] / MANIFEST).is_file():
        raise SettingsError(
            f"{whole[0]} is not a folder of policies: it has neither {DESCRIPTION} nor {MANIFEST}.",
            advice="Give the folder rego/ with --source.",
        )
    own = tuple(OwnSource(folder, _read(folder / DESCRIPTION)) for folder in described)
    found = Sources(whole[0] if whole else built_in_folder(), own)
    _check_apart(found)
    return found


def _read(path: Path) -> Description:
    try:
        return Description.model_validate(yaml_files.load(path))
    except ValidationError as error:
        wrong = {_pointer(one): one for one in error.errors()}
        lines = [yaml_files.line_in(path, pointer) for pointer, one in wrong.items() if one["type"] != "missing"]
        said = [f"{pointer or '/'}: {one['msg'].removeprefix('Value error, ')}" for pointer, one in wrong.items()]
        raise SourceError(f"{path}:{min(lines, default=1)}: {'; '.join(said)}.") from None


def _pointer(error: ErrorDetails) -> str:
    """Where an error is in the file; what follows a family names a way to write it."""
    place = error["loc"][:2] if error["loc"][:1] == ("families",) else error["loc"]
    return "".join(f"/{part}" for part in place)


def _check_apart(sources: Sources) -> None:
    """Raise SourceError where an own source holds what another one does."""
    first: dict[str, Path] = {BUILT_IN: sources.built_in}
    for one in sources.own:
        place = one.folder / DESCRIPTION
        if one.root in first:
            line = yaml_files.line_in(place, "/root")
            raise SourceError(f"{place}:{line}: {first[one.root] / DESCRIPTION} has the root {one.root}, too.")
        first[one.root] = one.folder
        shadow = one.folder / BUILT_IN
        if shadow.exists() and not shadow.is_symlink() and one.folder != sources.built_in:
            raise SourceError(
                f"{shadow}:1: it shadows the built-in rules in {sources.built_in / BUILT_IN}.",
                advice=f"Put your rules into {one.folder / one.root / 'rules'}; switch built-in ones in org data.",
            )


def check_package(sources: Sources, name: str, content: bytes) -> None:
    """Raise SourceError where a file of an own source is of a package of another one."""
    root = name.partition("/")[0]
    if root == BUILT_IN or (said := _PACKAGE.search(content)) is None:
        return
    package = said[1].decode()
    if package.split(".")[0] != root:
        line = content[: said.start()].count(b"\n") + 1
        other = sources.place(package.replace(".", "/"))
        shadowed = f", which is in {other}" if other.exists() else ""
        raise SourceError(
            f"{sources.place(name)}:{line}: the package is {package}{shadowed}; packages of this source begin with "
            f"{root}."
        )


def files_below(folder: Path, names: Collection[str]) -> Iterator[Path]:
    """The files below some folders of a folder, hidden folders left out."""
    for name in names:
        for within, folders, files in os.walk(folder / name):
            folders[:] = [one for one in folders if not one.startswith(".")]
            yield from (Path(within, one) for one in files)
