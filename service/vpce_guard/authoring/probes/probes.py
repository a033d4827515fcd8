"""Probes: for each body of a rule or function, Rego that tells how far the body gets, and with which values.

Neither wasm nor Python can trace Rego. So each expression becomes a level, in the author's order and words: what
holds at one level is what the next one sees. Every expression stands in a probe once, and is evaluated once for each
way the ones before it hold. The probes are compiled beside a copy of the sources, never with the module that decides.
"""

from __future__ import annotations

import re
import shutil
import tarfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from itertools import count
from pathlib import Path

from pydantic_core import to_json

from vpce_guard.authoring.probes.bodies import Probe, probes_of
from vpce_guard.authoring.probes.expressions import FileNames
from vpce_guard.authoring.probes.library import LIBRARY, entry
from vpce_guard.authoring.rego import rego_ast
from vpce_guard.authoring.rego.opa import run_confined
from vpce_guard.authoring.rego.parsed import parse_files
from vpce_guard.bundle.probe_table import Body, ProbeTable
from vpce_guard.errors import BundleError

_PLACE = re.compile(r"([\w./-]+\.rego):(\d+): ")
_MOST_BODIES = 10_000  # of one package
_ROUNDS = 20  # rounds of leaving out bodies that do not compile before giving up


def results(stage: Path, revision: str, opa: str, roots: Sequence[str] = ()) -> dict[str, bytes]:
    """explain.wasm and explain.json, made of the sources in `stage`, which are changed; `roots` are the own ones."""
    wasm, bodies = _compile(stage, opa, roots)
    table = ProbeTable(revision=revision, bodies=tuple(bodies))
    told = to_json(table.model_dump(exclude_defaults=True))
    return {"explain.wasm": wasm, "explain.json": told}


def _compile(stage: Path, opa: str, roots: Sequence[str]) -> tuple[bytes, list[Body]]:
    """The module with the entrypoint vpce/explain, made of the sources in `stage`, which are changed; the bodies.

    A body whose probe does not compile, because the compiler would evaluate it in another order, is left without.
    """
    shutil.rmtree(stage / "vpce" / "main", ignore_errors=True)
    probes = _probes(stage, opa)
    sources = {probe.body.file: (stage / probe.body.file).read_text() for probe in probes}
    for name, content in (("explain", entry(roots)), ("explain_tree", LIBRARY)):
        place = stage / "vpce" / name / f"{name}.rego"
        place.parent.mkdir(parents=True)
        place.write_text(content)
    for _ in range(_ROUNDS):
        starts = _write_probes(stage, sources, probes)
        wasm, wrong = _build(stage, starts, opa)
        if not wrong:
            return wasm, [probe.body for probe in probes]
        probes = [
            replace(p, rego="", body=p.body.model_copy(update={"probed": False})) if p.body.id in wrong else p
            for p in probes
        ]
    raise BundleError("The probes that explain rules do not compile.")


def _probes(stage: Path, opa: str) -> list[Probe]:
    modules = parse_files(stage, sorted(stage.rglob("*.rego")), opa)
    names: dict[str, set[str]] = {}
    for module in modules:
        names.setdefault(module.package, set()).update(rego_ast.rule_name(rule) for rule in module.rules)
    rules = {package: frozenset(found) for package, found in names.items()}
    numbers = _numbers(rules)
    return [
        probe
        for module in modules
        for rule in module.rules
        if not rule.get("default")
        for probe in probes_of(rule, module, FileNames(module.package, module.imports, rules), numbers[module.package])
    ]


def _numbers(packages: Iterable[str]) -> dict[str, Iterator[int]]:
    """The numbers of the bodies of each package: a rule more or less leaves those of all others as they are."""
    first: dict[int, str] = {}
    for package in sorted(packages):
        start = int.from_bytes(blake2b(package.encode(), digest_size=2).digest(), "big")
        first[next(start + step for step in count() if start + step not in first)] = package
    return {package: count(start * _MOST_BODIES) for start, package in first.items()}


def _write_probes(stage: Path, sources: dict[str, str], probes: Sequence[Probe]) -> dict[str, list[tuple[int, int]]]:
    """The sources with their probes written; by file, the line each probe begins on and its number."""
    starts: dict[str, list[tuple[int, int]]] = {}
    for file, source in sources.items():
        content = source.rstrip("\n") + "\n"
        for probe in probes:
            if probe.body.file == file and probe.rego:
                starts.setdefault(file, []).append((content.count("\n") + 1, probe.body.id))
                content += probe.rego
        (stage / file).write_text(content)
    return starts


def _build(stage: Path, starts: Mapping[str, list[tuple[int, int]]], opa: str) -> tuple[bytes, set[int]]:
    """The module, and the probes the compiler refuses. Raises BundleError where it refuses something else."""
    archive = stage.parent / "explain.tar.gz"
    entrypoints = ["-e", "vpce/explain/result", "-e", "vpce/explain/results"]
    command = [opa, "build", "-t", "wasm", *entrypoints, "-b", stage.name, "-o", str(archive)]
    done = run_confined(command, cwd=stage.parent)
    if done.returncode == 0:
        with tarfile.open(archive) as tar:
            member = tar.extractfile("/policy.wasm")
            return (member.read() if member else b""), set()
    told = (done.stderr + done.stdout).decode(errors="replace")
    found = set()
    for file, row in _PLACE.findall(told):
        before = [number for first, number in starts.get(file.partition("/")[2], ()) if first <= int(row)]
        found.update(before[-1:])
    if not found:
        raise BundleError(f"The probes that explain rules do not compile: {told.strip()}")
    return b"", found
