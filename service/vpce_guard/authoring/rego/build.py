"""From rego/ to a bundle: one revision, an OPA bundle, policy.wasm and the rule catalogue out of METADATA.

Needs an `opa` binary of OPA_VERSION; running the product does not.
"""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vpce_guard.authoring.coverage import sentences as coverage
from vpce_guard.authoring.probes import probes
from vpce_guard.authoring.rego import metadata, yaml_files
from vpce_guard.authoring.rego.annotations import Seen, read_annotations
from vpce_guard.authoring.rego.opa import OPA_VERSION, require_version, run, with_source_paths
from vpce_guard.authoring.rego.stages import copy_files
from vpce_guard.bundle.archive import pack
from vpce_guard.bundle.bundle import RESULTS, Bundle, bundle_of
from vpce_guard.bundle.rules import Rule
from vpce_guard.errors import BundleError, SourceError
from vpce_guard.model import Json


def build(source: Path, target: Path, *, opa: str = "opa", explained: bool = True) -> str:
    """Build `source` (the rego folder) into `target`; the revision.

    Without `explained` the probes that explanations need are left out, which take most of the time.

    Reproducible: the same source gives the same bytes. Raises SourceError with file and line of what is wrong.
    """
    with _begin_build(source, opa=opa) as (stage, bundle, wasm):
        rules = bundle.catalogue.rules
        examples = {rule.id: yaml_files.load(rule_folder(source, rule) / "examples.yaml") for rule in rules}
        results = {
            "policy.wasm": wasm.result(),
            **bundle.files,
            "examples.json": _json(examples),
            "testing.json": _json({n: yaml_files.load(source / f"vpce/testing/{n}.yaml") for n in ("context", "org")}),
            "coverage.json": _json([s.model_dump() for s in coverage.read(source / "coverage.yaml", examples)]),
        }
        if explained:
            results |= probes.results(stage, bundle.revision, opa)
    target.mkdir(parents=True, exist_ok=True)
    for name, content in results.items():
        partial = target / f".{name}.new"
        partial.write_bytes(content)
        os.replace(partial, target / name)
    return bundle.revision


def build_deciding(source: Path, *, opa: str = "opa", seen: Seen | None = None) -> Bundle:
    """The part of a build of `source` that decides, in memory; `seen` is what was read in METADATA the last time.

    Raises SourceError with file and line of what is wrong.
    """
    with _begin_build(source, opa=opa, seen=seen) as (_, bundle, wasm):
        return bundle_of({"policy.wasm": wasm.result(), **bundle.files})


def find_stale(source: Path, target: Path, *, opa: str = "opa") -> list[str]:
    """The build results in `target` that a build of `source` would change."""
    with tempfile.TemporaryDirectory() as fresh:
        build(source, Path(fresh), opa=opa)
        return [
            name
            for name in (*RESULTS, *probes.RESULTS)
            if not (target / name).is_file() or (target / name).read_bytes() != (Path(fresh) / name).read_bytes()
        ]


def rule_folder(source: Path, rule: Rule) -> Path:
    """The folder that holds everything about a rule."""
    family, name = rule.name.split(".")
    return source / "vpce" / "rules" / family / name


@contextmanager
def _begin_build(source: Path, *, opa: str, seen: Seen | None = None) -> Iterator[tuple[Path, Bundle, Future[bytes]]]:
    """A copy of what decides, the bundle of it with nothing compiled, and policy.wasm, which is being compiled."""
    require_version(opa)
    with copy_files(source, _deciding_files(source)) as stage, ThreadPoolExecutor() as pool:
        wasm = pool.submit(compile_wasm, stage, stage.parent / "wasm.tar.gz", source=source, opa=opa)
        yield stage, _describe(stage, pool, source=source, opa=opa, seen=seen), wasm  # each takes opa about as long


def _describe(stage: Path, pool: Executor, *, source: Path, opa: str, seen: Seen | None) -> Bundle:
    """The bundle of a stage, with nothing compiled."""
    rules = pool.submit(_rules, stage, source=source, opa=opa, seen=seen)
    data, revision = _data(stage, source), _revision(stage)
    archive = _opa_bundle(stage, revision, data)
    catalogue = {
        "revision": revision,
        "opa_version": OPA_VERSION,
        "data": data,
        "rules": [rule.model_dump(mode="json", exclude_defaults=True) for rule in rules.result()],
    }
    return bundle_of({"vpce.tar.gz": archive, "catalogue.json": _json(catalogue)})


def _deciding_files(source: Path) -> list[Path]:
    """What decides: Rego without its tests, the data files beside it, and the manifest."""
    found = [Path(folder, name) for folder, _, names in os.walk(source) for name in names if _is_deciding_file(name)]
    return sorted([*found, source / ".manifest"])


def _is_deciding_file(name: str) -> bool:
    return name == "data.yaml" or (name.endswith(".rego") and not name.endswith("_test.rego"))


def _data(stage: Path, source: Path) -> Json:
    """The data under data.vpce: each data.yaml at the path of its folder, as OPA loads it."""
    data: Json = {}
    for file in sorted((stage / "vpce").rglob("data.yaml")):
        holder = data
        *parents, last = file.parent.relative_to(stage / "vpce").parts
        for parent in parents:
            holder = holder.setdefault(parent, {})
        try:
            holder[last] = yaml_files.load(file)
        except SourceError as error:
            raise SourceError(error.detail.replace(f"{stage}/", f"{source}/"), advice=error.advice) from None
    return data


def _revision(stage: Path) -> str:
    digest = hashlib.sha256(OPA_VERSION.encode())
    for file in _deciding_files(stage):
        content = file.read_bytes()
        digest.update(f"\n{file.relative_to(stage).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()


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


def _opa_bundle(stage: Path, revision: str, data: Json) -> bytes:
    """The archive OPA loads: the sources as they are, so that its errors name the author's lines."""
    manifest: Json = json.loads((stage / ".manifest").read_text())
    contents = {
        ".manifest": _json({**manifest, "revision": revision}),
        "data.json": _json({"vpce": {**data, "revision": revision}}),
        **{f.relative_to(stage).as_posix(): f.read_bytes() for f in sorted(stage.rglob("*.rego"))},
    }
    return pack({"/" + name: content for name, content in contents.items()})


def _rules(stage: Path, *, source: Path, opa: str, seen: Seen | None) -> list[Rule]:
    rules: dict[str, Rule] = {}
    for entry in read_annotations(stage, source=source, opa=opa, seen=seen):
        path = [str(part["value"]) for part in entry["path"]]
        if path[1:3] == ["vpce", "rules"] and len(path) == 5 and not path[4].endswith("_test"):
            place = with_source_paths("{file}:{row}".format(**entry["location"]), source)
            rule = metadata.rule(entry["annotations"], name=".".join(path[3:]), place=place)
            if rule.id in rules:
                raise SourceError(f"{place}: {rule.id} is also the id of {rules[rule.id].name}.")
            rules[rule.id] = rule
    known = {rule.name for rule in rules.values()}
    for folder in sorted((source / "vpce" / "rules").glob("*/*/")):
        if f"{folder.parent.name}.{folder.name}" not in known:
            raise SourceError(f"{folder}: the package has no METADATA.", advice="Scaffold with `make rule`.")
    return [rules[rule_id] for rule_id in sorted(rules)]


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False, default=str) + "\n").encode()
