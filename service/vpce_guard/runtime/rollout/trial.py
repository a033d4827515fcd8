"""Try a bundle by its own examples before it may decide: in a child process with limits of time and memory.

The examples have the time and memory that decisions will have: a bundle that would not hold is not put in force.
Run as `python -m vpce_guard.runtime.rollout.trial SECONDS BYTES`, it is that child: an archive on standard input, the
outcome on standard output.
"""

from __future__ import annotations

import asyncio
import hashlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from vpce_guard.bundle import example_files
from vpce_guard.bundle.archive import pack, unpack
from vpce_guard.bundle.rules import BUILT_IN, package_of
from vpce_guard.bundle.source_folders import OwnSource, Sources
from vpce_guard.errors import Pointer, RefusedError
from vpce_guard.folders import make_temporary_folder
from vpce_guard.model import FrozenModel

_SECONDS = 120
_CPU_SECONDS = 90
_MEMORY = 4 << 30
_FILE_BYTES = 256 << 20
_MOST_TOLD = 50
_AT_ONCE = asyncio.Lock()
_LAST: dict[tuple[bytes, float, int], Trial] = {}  # the last outcome, and of what: who asks again is told at once


class Trial(FrozenModel):
    """How many examples a bundle has, and what is wrong with which."""

    examples: int
    wrong: tuple[str, ...]

    def error(self) -> RefusedError:
        """Why the bundle is refused."""
        return RefusedError(
            f"{len(self.wrong)} of the bundle's own examples fail: {self.wrong[0]}.",
            advice="Nothing was stored. Run `vpce-guard policy test`, fix the bundle, then build and sign it again.",
            pointers=tuple(Pointer(pointer="", code="example", detail=detail) for detail in self.wrong[:_MOST_TOLD]),
        )


async def try_bundle(files: Mapping[str, bytes], *, timeout: float, memory_limit: int) -> Trial:
    """The outcome of a bundle's own examples; one that cannot be tried has something wrong.

    `timeout` (seconds) and `memory_limit` (bytes) are those of an engine call in production.
    """
    archive = await asyncio.to_thread(pack, files)
    tried = hashlib.sha256(archive).digest(), timeout, memory_limit
    async with _AT_ONCE:
        if tried not in _LAST:
            outcome = await _try_in_child(archive, str(timeout), str(memory_limit))
            _LAST.clear()
            _LAST[tried] = outcome
        return _LAST[tried]


async def _try_in_child(archive: bytes, *limits: str) -> Trial:
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "vpce_guard.runtime.rollout.trial", *limits),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_SECONDS):
            said, wrong = await child.communicate(archive)
    except TimeoutError:
        return Trial(examples=0, wrong=(f"they did not finish within {_SECONDS} s",))
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    try:
        return Trial.model_validate_json(said)
    except ValidationError:
        last = wrong.decode(errors="replace").strip().splitlines()[-1:] or [f"exit code {child.returncode}"]
        return Trial(examples=0, wrong=(f"they cannot be run: {last[0][:500]}",))


def _limit_process() -> None:
    """Take a low priority and limits; the process ends where it goes past them."""
    import os
    import resource

    os.nice(5)
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE_BYTES, _FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


async def _outcome(files: Mapping[str, bytes], *, timeout: float, memory_limit: int) -> Trial:
    from vpce_guard.authoring.testing.checks import examples_give_what_they_say
    from vpce_guard.authoring.testing.examples import cases
    from vpce_guard.bundle.bundle import bundle_of
    from vpce_guard.engines.embedded import EmbeddedEngine

    bundle = bundle_of(files)
    with make_temporary_folder() as work:
        sources = _unpack_into(files, Path(work))
        every = list(cases(sources, rules=bundle.catalogue.rules))
        engine = EmbeddedEngine(bundle, timeout=timeout, memory_limit=memory_limit)
        results = await examples_give_what_they_say(every, engine)
        await engine.close()
    wrong = [f"{bundle.rules[r.rule].id}: {r.name}: {r.problem}" for r in results if not r.has_passed]
    silent = {
        rule.id for rule in bundle.catalogue.rules if rule.name not in {c.rule for c in every if c.kind == "fail"}
    }
    wrong += [f"{rule_id}: it has no example that fails" for rule_id in sorted(silent)]
    return Trial(examples=len(every), wrong=tuple(wrong))


def _unpack_into(files: Mapping[str, bytes], folder: Path) -> Sources:
    """The examples of a bundle as authors have them: YAML, of which JSON is a part."""
    testing: dict[str, Any] = from_json(files["testing.json"])
    own = testing.pop("own", {})
    for root, told in {BUILT_IN: testing, **own}.items():
        (folder / root / "testing").mkdir(parents=True)
        for name, content in told.items():
            (folder / root / f"testing/{name}.yaml").write_bytes(to_json(content))
    catalogue, examples = from_json(files["catalogue.json"]), from_json(files["examples.json"])
    for rule in catalogue["rules"]:
        place = folder / package_of(rule["name"]).replace(".", "/")
        place.mkdir(parents=True)
        (place / example_files.FILE).write_bytes(to_json({example_files.KEY: examples[rule["id"]]}))
    return Sources(folder, tuple(OwnSource.with_root(folder, root) for root in own))


if __name__ == "__main__":
    _limit_process()
    seconds, size = float(sys.argv[1]), int(sys.argv[2])
    outcome = asyncio.run(_outcome(unpack(sys.stdin.buffer.read()), timeout=seconds, memory_limit=size))
    sys.stdout.buffer.write(to_json(outcome))
