"""What opa reads in METADATA, file by file, so that an edit costs the reading of what it changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from vpce_guard.authoring.rego.opa import STAGE, run
from vpce_guard.authoring.rego.stages import copy_files
from vpce_guard.model import Json

Seen = dict[tuple[str, bytes], list[Json]]  # annotations by the name and the hash of a file


def read_annotations(stage: Path, *, source: Path, opa: str, seen: Seen | None = None) -> list[Json]:
    """The annotations in the Rego of `stage`, a copy of `source`, as `opa inspect -a` prints them.

    What is in `seen` is not read again; afterwards it holds what was found. Raises SourceError for what does not parse.
    """
    seen = {} if seen is None else seen
    names = [file.relative_to(stage).as_posix() for file in sorted(stage.rglob("*.rego"))]
    keys = {name: (name, hashlib.sha256((stage / name).read_bytes()).digest()) for name in names}
    fresh = [name for name in names if keys[name] not in seen]
    found = _inspect(stage, fresh, source=source, opa=opa) if fresh else {}
    now = {key: seen[key] if key in seen else found.get(name, []) for name, key in keys.items()}
    seen.clear()
    seen.update(now)
    return [entry for name in names for entry in now[keys[name]]]


def _inspect(stage: Path, names: Iterable[str], *, source: Path, opa: str) -> dict[str, list[Json]]:
    """The annotations of some files of a stage by file."""
    with copy_files(stage, [stage / name for name in (".manifest", *names)]) as part:
        said: Json = json.loads(run([opa, "inspect", "-a", "-f", "json", STAGE], source=source, cwd=part.parent))
    found: dict[str, list[Json]] = {}
    for entry in said.get("annotations") or []:
        found.setdefault(entry["location"]["file"].removeprefix(f"{STAGE}/"), []).append(entry)
    return found
