"""The rego folder as far as it decides: which files, their revision, their data, and the archive OPA loads."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from vpce_guard.bundle.archive import pack
from vpce_guard.formats import yaml_files
from vpce_guard.model import Json


def deciding_files(source: Path) -> list[Path]:
    """What decides: Rego without its tests, the data files beside it, and the manifest."""
    found = [Path(folder, name) for folder, _, names in os.walk(source) for name in names if _decides(name)]
    return sorted([*found, source / ".manifest"])


def revision_of(source: Path, *, opa_version: str) -> str:
    """The content hash of everything that decides."""
    digest = hashlib.sha256(opa_version.encode())
    for file in deciding_files(source):
        content = file.read_bytes()
        digest.update(f"\n{file.relative_to(source).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def read_data(source: Path) -> Json:
    """The data under data.vpce: each data.yaml at the path of its folder. Raises SourceError with file and line."""
    data: Json = {}
    for file in data_files(source):
        holder = data
        *parents, last = file.parent.relative_to(source / "vpce").parts
        for parent in parents:
            holder = holder.setdefault(parent, {})
        holder[last] = yaml_files.load(file)
    return data


def data_files(source: Path) -> list[Path]:
    """The files of static data."""
    return sorted((source / "vpce").rglob("data.yaml"))


def opa_archive(source: Path, *, revision: str, data: Json) -> bytes:
    """The archive OPA loads: the sources as they are, so that its errors name the author's lines."""
    manifest: Json = json.loads((source / ".manifest").read_text())
    sources = [file for file in deciding_files(source) if file.suffix == ".rego"]
    contents = {
        ".manifest": json_file({**manifest, "revision": revision}),
        "data.json": json_file({"vpce": {**data, "revision": revision}}),
        **{file.relative_to(source).as_posix(): file.read_bytes() for file in sources},
    }
    return pack({"/" + name: content for name, content in contents.items()})


def json_file(value: Any) -> bytes:
    """A value as build results are written: a line for each member, so that a change is a few lines."""
    return (json.dumps(value, indent=1, ensure_ascii=False, default=str) + "\n").encode()


def _decides(name: str) -> bool:
    return name == "data.yaml" or (name.endswith(".rego") and not name.endswith("_test.rego"))
