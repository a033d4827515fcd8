"""A workbench: the sources of some rules with all they can see, built once for each content.

A rule sees the libraries, the data and its own folder and never another rule, so that what it says under a bundle of
its own is what it says under the whole one. That is what makes one rule's tests fast.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from vpce_guard.authoring.rego.build import build
from vpce_guard.authoring.rego.opa import CAPABILITIES, OPA_VERSION
from vpce_guard.authoring.rego.stages import copy_stage
from vpce_guard.bundle.bundle import Bundle, open_bundle
from vpce_guard.bundle.rules import package_of
from vpce_guard.bundle.source_folders import Sources, open_sources
from vpce_guard.errors import SettingsError
from vpce_guard.folders import cache_folder

_KEPT = 16  # bundles in the cache
_ID = re.compile(r"[A-Z][A-Z0-9]*-[A-Z][A-Z0-9]*-\d{3}")


@dataclass(frozen=True)
class Bench:
    """The sources laid out under `stage` and the bundle built from them; `names` is None for all rules.

    `directory` holds the build results.
    """

    sources: Sources
    stage: Path
    names: frozenset[str] | None
    directory: Path
    bundle: Bundle


@contextmanager
def bench(
    source: Path | Sources, *, names: Collection[str] | None = None, opa: str = "opa", cache_dir: Path | None = None
) -> Iterator[Bench]:
    """A workbench of the rules of these names, or of all. Raises SourceError with what the compiler says."""
    sources = open_sources(source)
    with copy_stage(sources, names) as stage:
        directory = _build(sources.in_stage(stage), opa=opa, cache_dir=cache_dir)
        asked = frozenset(names) if names is not None else None
        yield Bench(sources, stage, asked, directory, open_bundle(directory))


def choose_rules(source: Path | Sources, asked: Collection[str]) -> frozenset[str] | None:
    """The names of the rules that ids, names, folders or families mean. Where none is asked for: the own rules; None,
    which is all, where there is no own source.

    Raises SettingsError for one that means no rule.
    """
    sources = open_sources(source)
    if not asked:
        return sources.edited_rules()
    folders = sources.rule_folders()
    names: set[str] = set()
    for one in asked:
        if _ID.fullmatch(one.upper()):
            found = {name for name, folder in folders.items() if _has_id(folder, one.upper())}
        else:
            dotted = ".".join(part for part in one.strip("/").split("/") if part != ".")
            found = {name for name in folders if _is_meant(name, dotted)}
        if not found:
            raise SettingsError(
                f"There is no rule {one!r} in {sources.listing}.",
                advice="Give an id, family.name, a family or a folder.",
            )
        names |= found
    return frozenset(names)


def _is_meant(name: str, dotted: str) -> bool:
    """Whether a name, a family, or a folder written with dots means a rule; that of an own one with its root or not."""
    *root, family, rule = name.split(".")
    short = f"{family}.{rule}"
    families = (family, ".".join([*root, family]), *root)
    return (
        dotted in (name, short, *families)
        or dotted.endswith(f".{package_of(name)}")
        or (not root and dotted.endswith(f".{short}"))
    )


def _has_id(folder: Path, rule_id: str) -> bool:
    file = folder / f"{folder.name}.rego"
    return file.is_file() and f"#   id: {rule_id}\n" in file.read_text()


def _build(staged: Sources, *, opa: str, cache_dir: Path | None) -> Path:
    """The directory of the bundle of sources in a stage: from the cache, where one of the same content is."""
    directory = _cache(cache_dir or cache_folder()) / "authoring"
    place = directory / _key(staged)
    if (place / "policy.wasm").is_file():
        os.utime(place)
        return place
    with tempfile.TemporaryDirectory(dir=directory) as partial:
        build(staged, Path(partial) / "bundle", opa=opa, explained=False)
        try:
            os.rename(Path(partial) / "bundle", place)
        except OSError:  # another run was faster
            if not place.is_dir():
                raise
    _prune(directory)
    return place


def _cache(folder: Path | None) -> Path:
    """A folder that what was built can be kept in. Raises SettingsError where there is none."""
    try:
        if folder is not None:
            (folder / "authoring").mkdir(mode=0o700, parents=True, exist_ok=True)
            return folder
    except OSError:
        pass
    raise SettingsError(
        "There is no folder to keep policies in that are built for tests.",
        advice="Set VPCE_GUARD_CACHE_DIR to a folder that can be written to.",
    )


def _key(staged: Sources) -> str:
    """A hash of all that the bundle depends on: what decides, the examples in it and the program that builds it."""
    described = "".join(own.description.model_dump_json() for own in staged.own)
    digest, stage = hashlib.sha256(OPA_VERSION.encode() + _program() + described.encode()), staged.built_in
    for file in sorted(stage.rglob("*")):
        if file.is_file() and not file.name.endswith("_test.rego"):
            content = file.read_bytes()
            digest.update(f"\n{file.relative_to(stage).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:32]


@cache
def _program() -> bytes:
    return b"".join(file.read_bytes() for file in [*sorted(Path(__file__).parents[1].rglob("*.py")), CAPABILITIES])


def _prune(directory: Path) -> None:
    """Keep the bundles used last."""
    old = sorted((p for p in directory.iterdir() if len(p.name) == 32), key=lambda p: p.stat().st_mtime, reverse=True)
    for place in old[_KEPT:]:
        shutil.rmtree(place, ignore_errors=True)
