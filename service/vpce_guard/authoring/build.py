"""From rego/ to a bundle: one revision, an OPA bundle, policy.wasm and the rule catalogue out of METADATA.

Needs an `opa` binary of OPA_VERSION; running the product does not.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from vpce_guard.archives import pack
from vpce_guard.authoring import coverage, metadata, probes, yaml_files
from vpce_guard.authoring.opa import OPA_VERSION, STAGE, in_source, require_version, run
from vpce_guard.bundle import RESULTS
from vpce_guard.errors import BundleError, SourceError
from vpce_guard.model import Json, Rule


def build(source: Path, target: Path, *, opa: str = "opa", explained: bool = True) -> str:
    """Build `source` (the rego folder) into `target`; the revision.

    Without `explained` the probes that explanations need are left out, which take most of the time.

    Reproducible: the same source gives the same bytes. Raises SourceError with file and line of what is wrong.
    """
    require_version(opa)
    files = _deciding_files(source)
    revision = _revision(source, files)
    data = _data(source)
    with tempfile.TemporaryDirectory() as work, ThreadPoolExecutor() as pool:
        stage = Path(work) / STAGE
        for file in files:
            copy = stage / file.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
        wasm = pool.submit(compiled, stage, Path(work) / "wasm.tar.gz", source=source, opa=opa)
        rules = _rules(stage, source=source, opa=opa)  # meanwhile: each takes opa about as long
        examples = {rule.id: yaml_files.load(rule_folder(source, rule) / "examples.yaml") for rule in rules}
        results = {
            "policy.wasm": wasm.result(),
            "vpce.tar.gz": _opa_bundle(stage, revision, data),
            "catalogue.json": _json(
                {
                    "revision": revision,
                    "opa_version": OPA_VERSION,
                    "data": data,
                    "rules": [rule.model_dump(mode="json", exclude_defaults=True) for rule in rules],
                }
            ),
            "examples.json": _json(examples),
            "testing.json": _json({n: yaml_files.load(source / f"vpce/testing/{n}.yaml") for n in ("context", "org")}),
            "coverage.json": _json([s.model_dump() for s in coverage.read(source / "coverage.yaml", examples)]),
        }
        if explained:
            results |= probes.results(stage, revision, opa)
    target.mkdir(parents=True, exist_ok=True)
    for name, content in results.items():
        partial = target / f".{name}.new"
        partial.write_bytes(content)
        os.replace(partial, target / name)
    return revision


def stale(source: Path, target: Path, *, opa: str = "opa") -> list[str]:
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


def _deciding_files(source: Path) -> list[Path]:
    """What decides: Rego without its tests, the data files beside it, and the manifest."""
    files = [f for f in source.rglob("*.rego") if not f.name.endswith("_test.rego")]
    return sorted([*files, *source.rglob("data.yaml"), source / ".manifest"])


def _data(source: Path) -> Json:
    """The data under data.vpce: each data.yaml at the path of its folder, as OPA loads it."""
    data: Json = {}
    for file in sorted((source / "vpce").rglob("data.yaml")):
        holder = data
        *parents, last = file.parent.relative_to(source / "vpce").parts
        for parent in parents:
            holder = holder.setdefault(parent, {})
        holder[last] = yaml_files.load(file)
    return data


def _revision(source: Path, files: list[Path]) -> str:
    digest = hashlib.sha256(OPA_VERSION.encode())
    for file in files:
        content = file.read_bytes()
        digest.update(f"\n{file.relative_to(source).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def compiled(stage: Path, archive: Path, *, source: Path, opa: str) -> bytes:
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


def _rules(stage: Path, *, source: Path, opa: str) -> list[Rule]:
    said = run([opa, "inspect", "-a", "-f", "json", stage.name], source=source, cwd=stage.parent)
    inspected: Json = json.loads(said)
    rules: dict[str, Rule] = {}
    for entry in inspected.get("annotations") or []:
        path = [str(part["value"]) for part in entry["path"]]
        if path[1:3] == ["vpce", "rules"] and len(path) == 5 and not path[4].endswith("_test"):
            place = in_source("{file}:{row}".format(**entry["location"]), source)
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
