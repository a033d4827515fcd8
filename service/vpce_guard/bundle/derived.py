"""What Python alone makes of rego/ and of the committed build results: the rest of the packaged bundle.

The repository holds the build results that need opa. A wheel holds all of them; its build hook asks `derive`. In a
checkout each of the others is made when it is first asked for, and again when what it is made of has changed.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from vpce_guard.bundle import example_files
from vpce_guard.bundle.named_wasm import number_module
from vpce_guard.bundle.rules import BUILT_IN, package_of
from vpce_guard.bundle.source_folders import CHECKOUT, Sources, open_sources
from vpce_guard.bundle.source_folders import PACKAGED as PACKAGED
from vpce_guard.bundle.sources import json_file, opa_archive, read_data, read_deciding, revision_of
from vpce_guard.errors import BundleError
from vpce_guard.formats import yaml_files
from vpce_guard.model import Json

COMMITTED = ("catalogue.json", "policy.wasm", "explain.wasm.named", "explain.table.json")
_STAMPS = ".derived.json"  # what each file was made of
_VERSION = 1  # of how files are made


def derive(name: str) -> bytes:
    """A derived file by its name. Raises BundleError where the committed build results are not those of rego/."""
    return _MAKERS[name](CHECKOUT, PACKAGED)


def is_derived(name: str, directory: Path) -> bool:
    """Whether a file of the bundle in a directory is to be derived: the packaged one of a checkout."""
    return name in DERIVED and in_checkout(directory)


def in_checkout(directory: Path) -> bool:
    """Whether a directory is that of the committed build results of a checkout."""
    return directory.resolve() == PACKAGED.resolve() and (PACKAGED / COMMITTED[2]).is_file()


def packaged_file(name: str) -> Path:
    """The path of a file of the packaged bundle, made anew where it is derived and not of this state of the sources.

    Raises BundleError; OSError where the checkout cannot be written to.
    """
    path = PACKAGED / name
    if is_derived(name, PACKAGED) and (not path.is_file() or _stamps().get(name) != _stamp(name)):
        keep(name, derive(name))
    return path


def keep(name: str, content: bytes) -> None:
    """Keep a derived file that was made of the committed build results as they are now."""
    _write(PACKAGED / name, content)
    _write(PACKAGED / _STAMPS, json_file({**_stamps(), name: _stamp(name)}))


def read(name: str) -> bytes:
    """A file of the packaged bundle. Raises BundleError."""
    try:
        return packaged_file(name).read_bytes()
    except OSError:  # a checkout that is only read
        return derive(name)


def examples(source: Path | Sources, rules: Mapping[str, str]) -> Json:
    """The examples of each rule by its id, given the names of rules by id. Raises SourceError."""
    sources = open_sources(source)
    folders = {rule_id: sources.place(package_of(name).replace(".", "/")) for rule_id, name in rules.items()}
    return {rule_id: example_files.read_examples(folder / example_files.FILE) for rule_id, folder in folders.items()}


def testing(source: Path | Sources) -> Json:
    """The context and the org data that examples are judged under; those of own sources in `own`, by root.

    Raises SourceError.
    """
    sources = open_sources(source)
    found = _testing(sources.built_in / BUILT_IN)
    own = {one.root: _testing(one.folder / one.root, may_lack=True) for one in sources.own}
    return {**found, "own": own} if own else found


def sentences(source: Path) -> list[Json]:
    """The sentences of the documents the rules come from, in their order; none where the folder has no such file.

    Raises SourceError, and AttributeError or TypeError for a file of another shape.
    """
    path = source / "coverage.yaml"
    content = yaml_files.load(path) if path.exists() else {}
    empty = {"says": "", "rules": [], "note": ""}
    return [{"file": file, **empty, **entry} for file, entries in content.items() for entry in entries]


def _archive(source: Path, committed: Path) -> bytes:
    catalogue = _catalogue(committed)
    contents = read_deciding(source)
    revision = revision_of(contents, opa_version=catalogue["opa_version"])
    if revision != catalogue["revision"]:
        raise BundleError(f"{source} has changed since the build results were made.", advice="Run `make bundle`.")
    return opa_archive(contents, revision=revision, data=read_data(contents, source))


def _examples(source: Path, committed: Path) -> bytes:
    return json_file(examples(source, {rule["id"]: rule["name"] for rule in _catalogue(committed)["rules"]}))


def _compress(name: str, _source: Path, committed: Path) -> bytes:
    content = (committed / name).read_bytes()
    return gzip.compress(number_module(content) if name.endswith(".named") else content, mtime=0)


_MAKERS: dict[str, Callable[[Path, Path], bytes]] = {
    "vpce.tar.gz": _archive,
    "examples.json": _examples,
    "testing.json": lambda source, _: json_file(testing(source)),
    "coverage.json": lambda source, _: json_file(sentences(source)),
    "explain.wasm.gz": partial(_compress, "explain.wasm.named"),
    "explain.json.gz": partial(_compress, "explain.table.json"),
}
DERIVED = tuple(_MAKERS)


def _testing(folder: Path, *, may_lack: bool = False) -> Json:
    files = {name: folder / f"testing/{name}.yaml" for name in ("context", "org")}
    return {name: yaml_files.load(file) for name, file in files.items() if file.is_file() or not may_lack}


def _catalogue(committed: Path) -> Any:
    return json.loads((committed / "catalogue.json").read_bytes())


def _stamp(name: str) -> str:
    """What a file is made of. An archive of the right revision stays while its sources are edited."""
    digest = hashlib.sha256(f"{_VERSION}".encode())
    if name.startswith("explain."):
        for part in COMMITTED[2:]:
            digest.update((PACKAGED / part).read_bytes())
    else:
        digest.update(_committed_revision((PACKAGED / COMMITTED[0]).stat().st_mtime_ns).encode())
    if name in ("examples.json", "testing.json", "coverage.json"):
        for folder, _, names in sorted(os.walk(CHECKOUT)):
            for file in sorted(Path(folder, one) for one in names if one.endswith(".yaml")):
                state = file.stat()
                digest.update(f"{file} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


@lru_cache(maxsize=1)
def _committed_revision(_changed: int) -> str:
    revision: str = _catalogue(PACKAGED)["revision"]
    return revision


def _stamps() -> Json:
    try:
        stamps: Json = json.loads((PACKAGED / _STAMPS).read_bytes())
    except (OSError, ValueError):
        return {}
    return stamps


def _write(path: Path, content: bytes) -> None:
    """Write a file at once: others may read or write it at the same time."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as file:
        file.write(content)
        os.fchmod(file.fileno(), 0o644)
    os.replace(file.name, path)
