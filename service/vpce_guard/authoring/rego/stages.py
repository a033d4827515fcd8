"""A copy of sources under a name of its own, so that what is worked out from them does not depend on where they are."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from vpce_guard.authoring.rego.opa import STAGE
from vpce_guard.bundle.sources import Contents
from vpce_guard.errors import SettingsError


@contextmanager
def copy_stage(source: Path, names: Collection[str] | None = None) -> Iterator[Path]:
    """A copy of a rego folder while the context lasts: all of it, or the rules named `family.name` with all they see.

    Raises SettingsError for a folder that is none of policies.
    """
    contents = {file.relative_to(source).as_posix(): file.read_bytes() for file in _files(source, names)}
    with write_stage(contents) as stage:
        yield stage


@contextmanager
def write_stage(contents: Contents) -> Iterator[Path]:
    """A folder of these files while the context lasts, under the name a stage always has."""
    with tempfile.TemporaryDirectory() as work:
        stage = f"{work}/{STAGE}"
        for folder in {name.rpartition("/")[0] for name in contents}:
            Path(stage, folder).mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            with open(f"{stage}/{name}", "xb", buffering=0) as file:
                file.write(content)
        yield Path(stage)


def _files(source: Path, names: Collection[str] | None) -> Iterator[Path]:
    if not (source / ".manifest").is_file():
        raise SettingsError(f"{source} is not a folder of policies.", advice="Give the folder rego/ with --source.")
    yield source / ".manifest"
    if names is None:
        yield from (file for file in source.rglob("*") if file.suffix in (".rego", ".yaml", ".json") and file.is_file())
        return
    rules = source / "vpce/rules"
    for file in (source / "vpce").rglob("*"):
        if not file.is_file() or file.suffix not in (".rego", ".yaml"):
            continue
        if file.is_relative_to(rules):
            if ".".join(file.relative_to(rules).parts[:2]) in names:
                yield file
        elif not file.name.endswith("_test.rego") or file.parent.name == "testing":
            yield file
