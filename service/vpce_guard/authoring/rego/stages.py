"""A copy of sources under a name of its own, so that what is worked out from them does not depend on where they are."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from vpce_guard.authoring.rego.opa import STAGE, with_source_paths
from vpce_guard.bundle.rules import BUILT_IN, rule_of
from vpce_guard.bundle.source_folders import MANIFEST, Sources, open_sources
from vpce_guard.bundle.sources import Contents, merge_roots
from vpce_guard.errors import SourceError
from vpce_guard.folders import make_temporary_folder


@contextmanager
def copy_stage(source: Path | Sources, names: Collection[str] | None = None) -> Iterator[Path]:
    """A copy of sources in one folder while the context lasts: all, or the rules of these names with all they see.

    A SourceError that is raised meanwhile names the files of the sources. Raises SettingsError for a folder that is
    none of policies.
    """
    sources = open_sources(source)
    contents = {sources.name(file): file.read_bytes() for file in _files(sources, names)}
    if sources.own:
        contents[MANIFEST] = merge_roots(contents[MANIFEST], sources)
    with write_stage(contents) as stage:
        try:
            yield stage
        except SourceError as error:
            said = with_source_paths(error.detail.replace(f"{stage.parent}/", ""), sources)
            raise SourceError(said, advice=error.advice) from None


@contextmanager
def write_stage(contents: Contents) -> Iterator[Path]:
    """A folder of these files while the context lasts, under the name a stage always has."""
    with make_temporary_folder() as work:
        stage = f"{work}/{STAGE}"
        for folder in {name.rpartition("/")[0] for name in contents}:
            Path(stage, folder).mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            with open(f"{stage}/{name}", "xb", buffering=0) as file:
                file.write(content)
        yield Path(stage)


def _files(sources: Sources, names: Collection[str] | None) -> Iterator[Path]:
    yield sources.built_in / MANIFEST
    for root in sources.roots:
        folder = sources.folder_of(root) / root
        if root == BUILT_IN and names is None:
            folder = sources.built_in
        for file in folder.rglob("*"):
            if file.suffix in (".rego", ".yaml", ".json") and file.is_file() and _is_seen(file, folder, root, names):
                yield file


def _is_seen(file: Path, folder: Path, root: str, names: Collection[str] | None) -> bool:
    """Whether a file is one of the rules of these names, or of what rules and their tests may use."""
    if names is None:
        return True
    if file.is_relative_to(folder / "rules"):
        family, rule, *_ = (*file.relative_to(folder / "rules").parts, "")
        return rule_of(f"{root}.rules.{family}.{rule}") in names
    return not file.name.endswith("_test.rego") or file.parent.name == "testing"
