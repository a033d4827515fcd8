"""From rego/ to a bundle: one revision, an OPA bundle, policy.wasm and the rule catalogue out of METADATA.

Needs an `opa` binary of OPA_VERSION; running the product does not.
"""

from __future__ import annotations

import gzip
import json
import os
import tarfile
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from vpce_guard.authoring.coverage import sentences as coverage
from vpce_guard.authoring.probes import probes
from vpce_guard.authoring.rego import metadata
from vpce_guard.authoring.rego.dependencies import dependencies
from vpce_guard.authoring.rego.opa import OPA_VERSION, require_version, run
from vpce_guard.authoring.rego.stages import copy_files
from vpce_guard.authoring.rego.trees import parse_trees
from vpce_guard.bundle import derived
from vpce_guard.bundle.bundle import Bundle, bundle_of, files_in
from vpce_guard.bundle.named_wasm import name_module
from vpce_guard.bundle.rules import Rule
from vpce_guard.bundle.sources import data_files, deciding_files, json_file, opa_archive, read_data, revision_of
from vpce_guard.errors import BundleError, SourceError
from vpce_guard.formats.yaml_text import YamlError
from vpce_guard.model import Json


def build(source: Path, target: Path, *, opa: str = "opa", explained: bool = True) -> str:
    """Build `source` (the rego folder) into `target`; the revision.

    Without `explained` the probes that explanations need are left out, which take most of the time. Into the package of
    a checkout go only the results that need opa: Python makes the others when they are asked for.

    Reproducible: the same source gives the same bytes. Raises SourceError with file and line of what is wrong.
    """
    committed = derived.in_checkout(target)
    revision, results = _results(source, opa=opa, explained=explained, committed=committed)
    target.mkdir(parents=True, exist_ok=True)
    for name, content in results.items():
        partial = target / f".{name}.new"
        partial.write_bytes(content)
        os.replace(partial, target / name)
    if committed:
        derived.keep("vpce.tar.gz", results["vpce.tar.gz"])  # it stays while its sources are edited
    return revision


def build_deciding(source: Path, *, opa: str = "opa") -> Bundle:
    """The part of a build of `source` that decides, in memory, and not what replay asks of it.

    Raises SourceError with file and line of what is wrong.
    """
    with _begin_build(source, opa=opa) as (_, bundle, wasm):
        return bundle_of({"policy.wasm": wasm.result(), **bundle.files})


def find_stale(source: Path, target: Path, *, opa: str = "opa") -> list[str]:
    """The build results in `target` that a build of `source` would change."""
    committed = derived.in_checkout(target)
    _, results = _results(source, opa=opa, explained=True, committed=committed)
    found = files_in(target)
    return [name for name, content in results.items() if not _has_content(found, name, content)]


def rule_folder(source: Path, rule: Rule) -> Path:
    """The folder that holds everything about a rule."""
    family, name = rule.name.split(".")
    return source / "vpce" / "rules" / family / name


def _results(source: Path, *, opa: str, explained: bool, committed: bool) -> tuple[str, dict[str, bytes]]:
    """The revision and the build results by file name; `committed`: those of a checkout."""
    with _begin_build(source, opa=opa, followed=True) as (stage, bundle, wasm):
        examples = derived.examples(source, {rule.id: rule.name for rule in bundle.catalogue.rules})
        sentences = [sentence.model_dump() for sentence in coverage.read(source, examples)]
        results = {"policy.wasm": wasm.result(), **bundle.files}
        probed = probes.results(stage, bundle.revision, opa) if explained else {}
    if committed:
        results["explain.wasm.named"] = name_module(probed["explain.wasm"])
        results["explain.table.json"] = probed["explain.json"]
        return bundle.revision, {name: results[name] for name in (*derived.COMMITTED, "vpce.tar.gz")}
    return bundle.revision, {
        **results,
        "examples.json": json_file(examples),
        "testing.json": json_file(derived.testing(source)),
        "coverage.json": json_file(sentences),
        **{f"{name}.gz": gzip.compress(content, mtime=0) for name, content in probed.items()},
    }


def _has_content(found: Mapping[str, bytes], name: str, content: bytes) -> bool:
    try:
        return found[name] == content
    except BundleError:
        return False


@contextmanager
def _begin_build(source: Path, *, opa: str, followed: bool = False) -> Iterator[tuple[Path, Bundle, Future[bytes]]]:
    """A copy of what decides, the bundle of it with nothing compile_wasm, and policy.wasm, which is being compiled.

    With `followed` the catalogue says what each package depends on.
    """
    require_version(opa)
    with copy_files(source, deciding_files(source)) as stage, ThreadPoolExecutor() as pool:
        revision, data = revision_of(stage, opa_version=OPA_VERSION), _data(stage, source)
        archive = opa_archive(stage, revision=revision, data=data)
        depends = pool.submit(_depends, stage, source=source, opa=opa) if followed else None
        wasm = pool.submit(compile_wasm, stage, stage.parent / "wasm.tar.gz", source=source, opa=opa)
        catalogue = {
            "revision": revision,
            "opa_version": OPA_VERSION,
            "data": data,
            "rules": [rule.model_dump(mode="json", exclude_defaults=True) for rule in _rules(stage, source)],
            **(depends.result() if depends else {}),
        }
        yield stage, bundle_of({"vpce.tar.gz": archive, "catalogue.json": json_file(catalogue)}), wasm


def _data(stage: Path, source: Path) -> Json:
    """The static data of a stage, which are JSON in it afterwards: opa reads YAML of another version."""
    try:
        data = read_data(stage)
    except SourceError as error:
        raise SourceError(error.detail.replace(f"{stage}/", f"{source}/"), advice=error.advice) from None
    for file in data_files(stage):
        held = data
        for part in file.parent.relative_to(stage / "vpce").parts:
            held = held[part]
        file.with_suffix(".json").write_text(json.dumps(held))
        file.unlink()
    return data


def _depends(stage: Path, *, source: Path, opa: str) -> Json:
    texts = {file.relative_to(stage).as_posix(): file.read_text() for file in stage.rglob("*.rego")}
    found = dependencies(parse_trees(texts, source=source, opa=opa), json.loads((stage / ".manifest").read_text()))
    packages = {name: package.model_dump(exclude_defaults=True) for name, package in found.packages.items()}
    return {"entry": found.entry, "packages": packages}


def compile_wasm(stage: Path, archive: Path, *, source: Path, opa: str) -> bytes:
    """policy.wasm of the Rego in `stage`, a copy of `source`; `archive` is a file to work with. Raises SourceError."""
    entrypoints = ["-e", "vpce/main/result", "-e", "vpce/main/results"]
    # file names end up in the module: run beside the stage so that they are the same everywhere
    command = [opa, "build", "-t", "wasm", *entrypoints, "-b", stage.name, "-o", str(archive)]
    run(command, source=source, cwd=stage.parent)
    with tarfile.open(archive) as tar:
        member = tar.extractfile("/policy.wasm")
        if member is None:
            raise BundleError("opa build made no policy.wasm.")
        return member.read()


def _rules(stage: Path, source: Path) -> list[Rule]:
    rules: dict[str, Rule] = {}
    for folder in sorted((source / "vpce" / "rules").glob("*/*/")):
        file = stage / folder.relative_to(source) / f"{folder.name}.rego"
        shown = source / file.relative_to(stage)
        place = f"{shown}:1"
        try:
            annotations = metadata.read(file) if file.is_file() else None
        except YamlError as error:
            raise SourceError(f"{shown}:{error.line or 1}: METADATA is no YAML: {error.problem}.") from None
        if not isinstance(annotations, dict):
            raise SourceError(f"{folder}: the package has no METADATA.", advice="Scaffold with `make rule`.")
        rule = metadata.rule(annotations, name=f"{folder.parent.name}.{folder.name}", place=place)
        if rule.id in rules:
            raise SourceError(f"{place}: {rule.id} is also the id of {rules[rule.id].name}.")
        rules[rule.id] = rule
    return [rules[rule_id] for rule_id in sorted(rules)]
