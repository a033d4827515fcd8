"""Test rules: their Rego tests and everything their examples must satisfy, on the engines asked for."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from vpce_guard.authoring.rego import metadata
from vpce_guard.authoring.rego.opa import run, serve, with_source_paths
from vpce_guard.authoring.testing import checks
from vpce_guard.authoring.testing.bench import Bench, bench
from vpce_guard.authoring.testing.checks import Result
from vpce_guard.authoring.testing.examples import cases
from vpce_guard.bundle.source_folders import Sources
from vpce_guard.engines import Engine
from vpce_guard.engines.embedded import EmbeddedEngine
from vpce_guard.model import EngineName

_TIMEOUT = 10.0
_MEMORY = 256 << 20
_FAILED = 2  # opa test's exit code where a test fails


@dataclass(frozen=True, kw_only=True)
class RuleTestOptions:
    """Which rules (by name; None for all) of which sources are tested on which engines, and how."""

    source: Path | Sources
    names: Collection[str] | None = None
    engines: Sequence[EngineName] = ("embedded",)
    opa: str = "opa"
    fail_fast: bool = False
    cache_dir: Path | None = None


def run_tests(asked: RuleTestOptions) -> list[Result]:
    """Every result, Rego tests first; with `fail_fast` up to the first failure.

    Raises SourceError with file and line for sources that do not build and examples that are malformed.
    """
    with bench(asked.source, names=asked.names, opa=asked.opa, cache_dir=asked.cache_dir) as built:
        return asyncio.run(_results(asked, built))


async def _results(asked: RuleTestOptions, built: Bench) -> list[Result]:
    results: list[Result] = []
    async for some in _run_checks(asked, built):
        results += some
        if (
            asked.fail_fast
            and (failed := next((n for n, r in enumerate(results) if not r.has_passed), None)) is not None
        ):
            return results[: failed + 1]
    return results


async def _run_checks(asked: RuleTestOptions, built: Bench) -> AsyncIterator[list[Result]]:
    """The results of one check after another; the Rego tests run in a process meanwhile."""
    with ThreadPoolExecutor(1) as pool, ExitStack() as open_until_the_end:
        rego: Future[list[Result]] = pool.submit(lambda: list(rego_tests(built, opa=asked.opa)))
        rules = built.bundle.rules
        known = {rule.id: rule for rule in (*metadata.rules(built.sources), *rules.values())}  # org data name any rule
        judged = list(cases(built.sources, rules=list(known.values()), names=asked.names))
        yield rego.result() if asked.fail_fast else []
        yield checks.there_are_enough(built.sources, judged, list(rules.values()))
        for name in asked.engines:
            engine = await _engine(name, built, asked, open_until_the_end)
            try:
                async for some in checks.all_of_them(
                    judged, engine, rules, revision=built.bundle.revision, all_rules=built.names is None
                ):
                    yield some
            finally:
                await engine.close()
        if not asked.fail_fast:
            yield rego.result()


async def _engine(name: EngineName, built: Bench, asked: RuleTestOptions, stack: ExitStack) -> Engine:
    if name == "embedded":
        # the compiled module is kept in the bundle's own directory, and goes with it
        return EmbeddedEngine(built.bundle, timeout=_TIMEOUT, memory_limit=_MEMORY, cache_dir=built.directory)
    from vpce_guard.engines.opa import OpaEngine

    url = stack.enter_context(serve(built.directory / "vpce.tar.gz", opa=asked.opa))
    return OpaEngine(url, timeout=_TIMEOUT)


def rego_tests(built: Bench, *, opa: str) -> Iterator[Result]:
    """What each Rego test says; raises SourceError where they do not compile."""
    tests = json.loads(_opa_test(built, opa, "-f", "json"))
    wrong = [f"{test['package']}.{test['name']}" for test in tests if test.get("fail") or test.get("error")]
    reasons = _reasons(built, opa, wrong) if wrong else {}
    for test in tests:
        name = f"{test['package']}.{test['name']}"
        problem = "\n".join(["the test fails", *reasons.get(name, [])]) if name in wrong else ""
        package = re.sub(r"^data\.(vpce\.)?|(?<=\.)rules\.|^rules\.|_test$", "", test["package"])
        file = Path(with_source_paths(test["location"]["file"], built.sources))
        yield Result("rego", package, test["name"], file, test["location"]["row"], problem=problem)


def _reasons(built: Bench, opa: str, wrong: Sequence[str]) -> dict[str, list[str]]:
    """What opa says of tests that failed, with the values it saw: only its text for people has them."""
    pattern = "^(" + "|".join(re.escape(name) for name in wrong) + ")$"
    said = with_source_paths(_opa_test(built, opa, "--var-values", "--run", pattern).decode(), built.sources)
    reasons: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in said.partition("\nFAILURES\n")[2].splitlines():
        if (head := re.match(r"(data\.\S+): (FAIL|ERROR)", line)) is not None:
            lines = reasons.setdefault(head[1], [])
        elif line.startswith("  "):
            lines.append(line.removeprefix("  ").replace("\t", "  "))
        elif line and not line.startswith("-"):
            lines = []
    return reasons


def _opa_test(built: Bench, opa: str, *options: str) -> bytes:
    stage = built.stage
    command = [opa, "test", "--timeout", "1m", "--bundle", stage.name, *options]
    return run(command, source=built.sources, cwd=stage.parent, failing=(_FAILED,))
