"""The rego folder as far as it decides: its files at one moment, their revision, their data, and OPA's archive."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from vpce_guard.bundle.archive import pack
from vpce_guard.errors import SourceError
from vpce_guard.formats import yaml_files
from vpce_guard.model import Json

Contents = Mapping[str, bytes]


def deciding_files(source: Path) -> list[Path]:
    """What decides: Rego without its tests, the data files beside it, and the manifest."""
    found = [Path(folder, name) for folder, _, names in os.walk(source) for name in names if _decides(name)]
    return sorted([*found, source / ".manifest"])


def read_deciding(source: Path) -> Contents:
    """The content of each file that decides, by its name below `source`. Raises SourceError for one that is gone."""
    start = len(f"{source / '.manifest'}") - len(".manifest")
    contents = {}
    for file in deciding_files(source):
        try:
            contents[str(file)[start:].replace(os.sep, "/")] = file.read_bytes()
        except OSError as error:
            raise SourceError(f"{file} cannot be read: {error.strerror}.") from None
    return contents


def revision_of(contents: Contents, *, opa_version: str) -> str:
    """The content hash of everything that decides."""
    digest = hashlib.sha256(opa_version.encode())
    for name, content in contents.items():
        digest.update(f"\n{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def read_data(contents: Contents, source: Path) -> Json:
    """The data under data.vpce: each data.yaml at the path of its folder. Raises SourceError with file and line."""
    data: Json = {}
    for name, content in data_documents(contents, source).items():
        holder = data
        *parents, last = PurePosixPath(name).parent.relative_to("vpce").parts
        for parent in parents:
            holder = holder.setdefault(parent, {})
        holder[last] = json.loads(content)
    return data


def data_documents(contents: Contents, source: Path) -> Contents:
    """Each data.yaml as JSON, by its name below `source`: opa reads YAML of another version. Raises SourceError."""
    files = [name for name in contents if name.startswith("vpce/") and PurePosixPath(name).name == "data.yaml"]
    return {name: _document(contents[name], source / name) for name in files}


def read_manifest(contents: Contents) -> Json:
    """What .manifest says. Raises SourceError."""
    try:
        manifest: Json = json.loads(contents[".manifest"])
    except ValueError as error:
        raise SourceError(f".manifest is no JSON: {error}.") from None
    return manifest


def opa_archive(contents: Contents, *, revision: str, data: Json) -> bytes:
    """The archive OPA loads: the sources as they are, so that its errors name lines of theirs. Raises SourceError."""
    members = {
        ".manifest": json_file({**read_manifest(contents), "revision": revision}),
        "data.json": json_file({"vpce": {**data, "revision": revision}}),
        **{name: content for name, content in contents.items() if name.endswith(".rego")},
    }
    return pack({"/" + name: content for name, content in members.items()})


def json_file(value: Any) -> bytes:
    """A value as build results are written: a line for each member, so that a change is a few lines."""
    return (json.dumps(value, indent=1, ensure_ascii=False, default=str) + "\n").encode()


@lru_cache(maxsize=16)
def _document(content: bytes, path: Path) -> bytes:
    return json.dumps(yaml_files.parse_content(content, path)).encode()  # an edit of a rule leaves it as it was


def _decides(name: str) -> bool:
    return name == "data.yaml" or (name.endswith(".rego") and not name.endswith("_test.rego"))
