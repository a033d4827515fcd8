"""From rego/ to a bundle: one revision, an OPA bundle, policy.wasm and the rule catalogue out of METADATA.

Needs an `opa` binary of OPA_VERSION; running the product does not.
"""

from __future__ import annotations

import gzip
import os
import tarfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from vpce_guard import __version__
from vpce_guard.authoring.coverage import sentences as coverage
from vpce_guard.authoring.probes import probes
from vpce_guard.authoring.rego import metadata
from vpce_guard.authoring.rego.dependencies import dependencies
from vpce_guard.authoring.rego.opa import OPA_VERSION, require_version, run
from vpce_guard.authoring.rego.stages import write_stage
from vpce_guard.authoring.rego.trees import parse_trees
from vpce_guard.authoring.rego.wasm_builtins import explain_missing, write_capabilities
from vpce_guard.authoring.rego.yields import find_wrong_heads
from vpce_guard.bundle import derived
from vpce_guard.bundle.bundle import Bundle, bundle_of, files_in
from vpce_guard.bundle.named_wasm import name_module
from vpce_guard.bundle.rules import Rule, package_of
from vpce_guard.bundle.section_schema import section_schemas
from vpce_guard.bundle.source_folders import PACKAGED, Sources, open_sources
from vpce_guard.bundle.sources import (
    Contents,
    built_in_part,
    data_documents,
    json_file,
    opa_archive,
    read_data,
    read_deciding,
    read_manifest,
    revision_of,
)
from vpce_guard.errors import BundleError, SettingsError, SourceError
from vpce_guard.formats.yaml_text import YamlError
from vpce_guard.model import Json


def build(source: Path | Sources, target: Path, *, opa: str = "opa", explained: bool = True) -> str:
    """Build the sources (a rego folder, or own ones over the built-in rules) into `target`; the revision.

    Without `explained` the probes that explanations need are left out, which take most of the time. Into the package of
    a checkout go only the results that need opa: Python makes the others when they are asked for.

    Reproducible: the same source gives the same bytes. Raises SourceError with file and line of what is wrong, and
    SettingsError for the folder of what is installed.
    """
    sources, committed = open_sources(source), derived.in_checkout(target)
    if target.resolve() == PACKAGED.resolve() and (sources.own or not committed):
        raise SettingsError(
            f"{target} holds the built-in rules of what is installed, and stays as it is.",
            advice="Give another folder with --target.",
        )
    revision, results = _results(sources, opa=opa, explained=explained, committed=committed)
    target.mkdir(parents=True, exist_ok=True)
    for name, content in results.items():
        partial = target / f".{name}.new"
        partial.write_bytes(content)
        os.replace(partial, target / name)
    if committed:
        derived.keep("vpce.tar.gz", results["vpce.tar.gz"])  # it stays while its sources are edited
    return revision


def find_stale(source: Path | Sources, target: Path, *, opa: str = "opa") -> list[str]:
    """The build results in `target` that a build of the sources would change."""
    committed = derived.in_checkout(target)
    _, results = _results(open_sources(source), opa=opa, explained=True, committed=committed)
    found = files_in(target)
    return [name for name, content in results.items() if not _has_content(found, name, content)]


def _results(sources: Sources, *, opa: str, explained: bool, committed: bool) -> tuple[str, dict[str, bytes]]:
    """The revision and the build results by file name; `committed`: those of a checkout."""
    require_version(opa)
    contents = read_deciding(sources)
    with begin_build(contents, sources, opa=opa) as begun, ThreadPoolExecutor(1) as pool:
        depends = pool.submit(_depends, contents, sources=sources, opa=opa)
        bundle = begun.bundle(depends.result)
        examples = derived.examples(sources, {rule.id: rule.name for rule in bundle.catalogue.rules})
        sentences = [sentence.model_dump() for sentence in coverage.read(sources.built_in, examples)]
        results = {"policy.wasm": begun.wasm.result(), **bundle.files}
        probed = probes.results(begun.stage, bundle.revision, opa, sources.roots[1:]) if explained else {}
    if committed:
        results["explain.wasm.named"] = name_module(probed["explain.wasm"])
        results["explain.table.json"] = probed["explain.json"]
        return bundle.revision, {name: results[name] for name in (*derived.COMMITTED, "vpce.tar.gz")}
    return bundle.revision, {
        **results,
        "examples.json": json_file(examples),
        "testing.json": json_file(derived.testing(sources)),
        "coverage.json": json_file(sentences),
        **{f"{name}.gz": gzip.compress(content, mtime=0) for name, content in probed.items()},
    }


def _has_content(found: Mapping[str, bytes], name: str, content: bytes) -> bool:
    try:
        return found[name] == content
    except BundleError:
        return False


@dataclass(frozen=True)
class Build:
    """A build under way: the sources and their contents, the copy of them for opa, and policy.wasm, being compiled."""

    sources: Sources
    contents: Contents
    stage: Path
    wasm: Future[bytes]

    @cached_property
    def revision(self) -> str:
        """The content hash of everything that decides."""
        return revision_of(self.contents, opa_version=OPA_VERSION)

    def bundle(self, depends: Callable[[], Json] = dict) -> Bundle:
        """The bundle but for policy.wasm; `depends` says what each package depends on, if that is to be kept.

        Raises SourceError with file and line of what is wrong.
        """
        data = read_data(self.contents, self.sources)
        own_data = {one.root: read_data(self.contents, self.sources, root=one.root) for one in self.sources.own}
        archive = opa_archive(self.contents, revision=self.revision, data=data, own_data=own_data)
        catalogue = {
            "revision": self.revision,
            "opa_version": OPA_VERSION,
            "data": data,
            "rules": [r.model_dump(mode="json", exclude_defaults=True) for r in _rules(self.contents, self.sources)],
            **depends(),
            **(self._own_parts(own_data) if self.sources.own else {}),
        }
        return bundle_of({"vpce.tar.gz": archive, "catalogue.json": json_file(catalogue)})

    def _own_parts(self, own_data: Json) -> Json:
        """What the catalogue says of own sources, and of the built-in rules beneath them."""
        beneath = revision_of(built_in_part(self.contents, self.sources), opa_version=OPA_VERSION)
        return {
            "own_data": own_data,
            "sections": section_schemas(self.contents, self.sources),
            "built_in": {"version": __version__, "revision": beneath},
        }


@contextmanager
def begin_build(contents: Contents, sources: Sources, *, opa: str, wasm: bytes | None = None) -> Iterator[Build]:
    """A build of the contents of the sources. opa takes most of the time: it starts first, and the rest is done beside.

    With `wasm`, which is that of the same Rego under other METADATA, opa only checks them.
    """
    documents = data_documents(contents, sources)
    staged = {name: content for name, content in contents.items() if name not in documents}
    staged |= {name.removesuffix("yaml") + "json": content for name, content in documents.items()}
    with write_stage(staged) as stage, ThreadPoolExecutor(1) as pool:
        if wasm is None:
            made = pool.submit(compile_wasm, stage, stage.parent / "wasm.tar.gz", source=sources, opa=opa)
        else:
            made = pool.submit(_check, stage, wasm, source=sources, opa=opa)
        yield Build(sources, contents, stage, made)


def _depends(contents: Contents, *, sources: Sources, opa: str) -> Json:
    texts = {name: content.decode() for name, content in contents.items() if name.endswith(".rego")}
    found = dependencies(parse_trees(texts, source=sources, opa=opa), read_manifest(contents))
    packages = {name: package.model_dump(exclude_defaults=True) for name, package in found.packages.items()}
    return {"entry": found.entry, "packages": packages}


def compile_wasm(stage: Path, archive: Path, *, source: Path | Sources, opa: str) -> bytes:
    """policy.wasm of the Rego in `stage`, a copy of `source`; `archive` is a file to work with. Raises SourceError."""
    entrypoints = ["-e", "vpce/main/result", "-e", "vpce/main/results"]
    # file names end up in the module: run beside the stage so that they are the same everywhere
    command = [opa, "build", "-t", "wasm", *entrypoints, "-b", stage.name, "-o", str(archive)]
    _compile(command, stage, source=source)
    with tarfile.open(archive) as tar:
        member = tar.extractfile("/policy.wasm")
        if member is None:
            raise BundleError("opa build made no policy.wasm.")
        return member.read()


def _check(stage: Path, wasm: bytes, *, source: Path | Sources, opa: str) -> bytes:
    """The same wasm, if opa finds nothing wrong. Raises SourceError."""
    _compile([opa, "check", "-b", stage.name], stage, source=source)
    return wasm


def _compile(command: list[str], stage: Path, *, source: Path | Sources) -> None:
    """Compile what decides with the builtins that wasm has. Raises SourceError."""
    try:
        run(command, source=source, cwd=stage.parent, capabilities=write_capabilities(stage.parent))
    except SourceError as error:
        raise SourceError(explain_missing(error.detail), advice=error.advice) from None


def _rules(contents: Contents, sources: Sources) -> list[Rule]:
    rules: dict[str, Rule] = {}
    for name, folder in sources.rule_folders().items():
        shown = folder / f"{folder.name}.rego"
        place = f"{shown}:1"
        content = contents.get(f"{package_of(name).replace('.', '/')}/{folder.name}.rego")
        try:
            annotations = metadata.read(content.decode()) if content is not None else None
        except YamlError as error:
            raise SourceError(f"{shown}:{error.line or 1}: METADATA is no YAML: {error.problem}.") from None
        except UnicodeDecodeError as error:
            raise SourceError(f"{place}: is no text: {error}.") from None
        if not isinstance(annotations, dict):
            raise SourceError(f"{folder}: the package has no METADATA.", advice="Scaffold with `policy new`.")
        for wrong in find_wrong_heads(content.decode() if content is not None else ""):
            raise SourceError(f"{shown}:{wrong.line}: {wrong.says}")
        rule = metadata.rule(annotations, name=name, place=place, own=sources.own_source(name))
        if rule.id in rules:
            other = rules[rule.id].name
            raise SourceError(f"{place}: {rule.id} is also the id of {other}, in {sources.rule_folders()[other]}.")
        rules[rule.id] = rule
    return [rules[rule_id] for rule_id in sorted(rules)]
