"""The embedded engine and a real OPA give the same for every example of every rule."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from tests.conftest import ROOT
from vpce_guard.authoring.testing.examples import cases
from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.engines import Engine
from vpce_guard.engines.embedded import EmbeddedEngine
from vpce_guard.engines.evaluation import Evaluation
from vpce_guard.engines.opa import OpaEngine
from vpce_guard.model import Json

if TYPE_CHECKING:
    from tests.support.opa_server import Opa

CASES = list(cases(ROOT / "rego"))


def engines(url: str) -> tuple[Engine, Engine]:
    bundle = open_bundle()
    return (
        EmbeddedEngine(bundle, timeout=60, memory_limit=256 << 20),
        OpaEngine(url, timeout=60),
    )


def comparable(evaluation: Evaluation) -> Any:
    """Rego sets have no order."""
    violations = sorted(
        (v.rule, v.deny.path, v.deny.message, str(v.deny.enforcement_action), str(v.deny.remediation))
        for v in evaluation.violations
    )
    undetermined = sorted(
        (u.rule, u.undetermined.reason, sorted(u.undetermined.missing)) for u in evaluation.undetermined
    )
    waivers = sorted((w.rule, w.id) for w in evaluation.waivers)
    reach = evaluation.reach and evaluation.reach.sort()
    return evaluation.revision, violations, undetermined, waivers, reach


async def ask(engine: Engine, inputs: list[Json], *, one_by_one: bool) -> list[Any]:
    try:
        size = 1 if one_by_one else 100
        batches = [inputs[start : start + size] for start in range(0, len(inputs), size)]
        return [comparable(e) for batch in batches for e in (await engine.evaluate(batch)).evaluations]
    finally:
        await engine.close()


def test_every_example_gives_the_same_on_both_engines(opa_server: Opa) -> None:
    every = [case.as_input() for case in CASES]
    assert len(every) > 1000
    for one_by_one, inputs in ((False, every), (True, every[::8])):
        embedded, opa = engines(opa_server.url)
        found = asyncio.run(ask(embedded, inputs, one_by_one=one_by_one))
        assert found == asyncio.run(ask(opa, inputs, one_by_one=one_by_one))
        assert any(violations for _, violations, *_ in found)
