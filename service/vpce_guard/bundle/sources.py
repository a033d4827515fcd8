"""The sources as far as they decide: their files at one moment, their revision, their data, and OPA's archive."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic_core import to_json

from vpce_guard.bundle.archive import pack
from vpce_guard.bundle.own_entry import entry_name, entry_text
from vpce_guard.bundle.rules import BUILT_IN
from vpce_guard.bundle.source_folders import MANIFEST, SECTION_SCHEMA, Sources, check_package, files_below, open_sources
from vpce_guard.errors import SourceError
from vpce_guard.formats import yaml_files
from vpce_guard.model import Json

Contents = Mapping[str, bytes]


def deciding_files(source: Path) -> list[Path]:
    """What of the built-in rules decides: Rego without its tests, the data files beside it, and the manifest."""
    found = [Path(folder, name) for folder, _, names in os.walk(source) for name in names if _decides(name)]
    return sorted([*found, source / MANIFEST])


def read_deciding(source: Path | Sources) -> Contents:
    """The content of each file that decides, by its name in a bundle. Raises SourceError for one that is gone.

    With own sources that is their Rego, their data and the schemas of their sections of org data, too, and the Rego by
    which vpce.main asks their rules.
    """
    sources = open_sources(source)
    start = len(f"{sources.built_in / MANIFEST}") - len(MANIFEST)
    contents = {}
    for file in deciding_files(sources.built_in):
        name = str(file)[start:].replace(os.sep, "/")
        if name.partition("/")[0] not in sources.roots[1:]:
            contents[name] = _content(file)
    for own in sources.own:
        files = {file.relative_to(own.folder).as_posix(): file for file in files_below(own.folder, [own.root])}
        schema = f"{own.root}/{SECTION_SCHEMA}"
        for name in sorted(name for name in files if _decides(name.rpartition("/")[2]) or name == schema):
            contents[name] = _content(files[name])
            check_package(sources, name, contents[name])
        contents[entry_name(own)] = entry_text(own).encode()
    if sources.own:
        contents[MANIFEST] = merge_roots(contents[MANIFEST], sources)
    return contents


def built_in_part(contents: Contents, sources: Sources) -> Contents:
    """What the contents of the built-in rules alone would be."""
    entries = {entry_name(own) for own in sources.own}
    beneath = {
        name: content
        for name, content in contents.items()
        if name.partition("/")[0] not in sources.roots[1:] and name not in entries
    }
    return {**beneath, MANIFEST: _content(sources.built_in / MANIFEST)}


def merge_roots(manifest: bytes, sources: Sources) -> bytes:
    """A manifest of the built-in rules with the roots of all sources. Raises SourceError."""
    said = _manifest(manifest)
    return json.dumps({**said, "roots": list(dict.fromkeys([*said.get("roots", []), *sources.roots]))}).encode()


def revision_of(contents: Contents, *, opa_version: str) -> str:
    """The content hash of everything that decides."""
    digest = hashlib.sha256(opa_version.encode())
    for name, content in contents.items():
        digest.update(f"\n{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def read_data(contents: Contents, source: Path | Sources, *, root: str = BUILT_IN) -> Json:
    """The data under a root: each data.yaml at the path of its folder. Raises SourceError with file and line."""
    data: Json = {}
    for name, content in data_documents(contents, source).items():
        first, *folders = PurePosixPath(name).parent.parts
        if first != root:
            continue
        if not folders:
            data |= json.loads(content)
            continue
        holder = data
        *parents, last = folders
        for parent in parents:
            holder = holder.setdefault(parent, {})
        holder[last] = json.loads(content)
    return data


def data_documents(contents: Contents, source: Path | Sources) -> Contents:
    """Each data.yaml as JSON, by its name in a bundle: opa reads YAML of another version. Raises SourceError."""
    sources = open_sources(source)
    files = [name for name in contents if "/" in name and PurePosixPath(name).name == "data.yaml"]
    return {name: _document(contents[name], sources.place(name)) for name in files}


def read_manifest(contents: Contents) -> Json:
    """What .manifest says. Raises SourceError."""
    return _manifest(contents[MANIFEST])


def _manifest(content: bytes) -> Json:
    try:
        manifest: Json = json.loads(content)
    except ValueError as error:
        raise SourceError(f".manifest is no JSON: {error}.") from None
    return manifest


def opa_archive(contents: Contents, *, revision: str, data: Json, own_data: Json | None = None) -> bytes:
    """The archive OPA loads: the sources as they are, so that its errors name lines of theirs. Raises SourceError.

    `data` are those of the built-in rules, `own_data` those of each other root.
    """
    members = {
        MANIFEST: json_file({**read_manifest(contents), "revision": revision}),
        "data.json": json_file({BUILT_IN: {**data, "revision": revision}, **(own_data or {})}),
        **{name: content for name, content in contents.items() if name.endswith(".rego")},
    }
    return pack({"/" + name: content for name, content in members.items()})


def json_file(value: Any) -> bytes:
    """A value as build results are written: a line for each member, so that a change is a few lines."""
    return to_json(value, indent=1, inf_nan_mode="constants") + b"\n"


@lru_cache(maxsize=16)
def _document(content: bytes, path: Path) -> bytes:
    return json.dumps(yaml_files.parse_content(content, path)).encode()  # an edit of a rule leaves it as it was


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise SourceError(f"{file} cannot be read: {error.strerror}.") from None


def _decides(name: str) -> bool:
    return name == "data.yaml" or (name.endswith(".rego") and not name.endswith("_test.rego"))
