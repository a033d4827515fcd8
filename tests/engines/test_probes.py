"""Probes are faithful: what their bodies yield is what policy.wasm decides, and there is one for every body."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from vpce_guard.authoring.testing.examples import Case, cases
from vpce_guard.bundle.bundle import PACKAGED, open_bundle
from vpce_guard.engines.embedded import EmbeddedEngine
from vpce_guard.engines.probes import Call, ProbeRequest, Probes, open_probes
from vpce_guard.errors import BundleError

CASES = list(cases(ROOT / "rego"))
ids = [f"{case.rule}: {case.kind}: {case.example.name}" for case in CASES]


@pytest.fixture(scope="module")
def asker() -> Iterator[Probes]:
    asker = open_probes(open_bundle(), timeout=60, memory_limit=256 << 20)
    yield asker
    asyncio.run(asker.close())


@pytest.fixture(scope="module")
def engine() -> EmbeddedEngine:
    return EmbeddedEngine(open_bundle(), timeout=60, memory_limit=256 << 20)


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_the_bodies_yield_what_policy_wasm_decides(case: Case, asker: Probes, engine: EmbeddedEngine) -> None:
    (evaluation,) = asyncio.run(engine.evaluate([case.as_input()])).evaluations
    (answer,) = asyncio.run(asker.ask([ProbeRequest(document=case.as_input(), rules=(case.rule,))]))
    yielded = {
        kind: {_text(head) for t in answer.bodies if asker.bodies[t.probe].kind == kind for head in t.tree.heads}
        for kind in ("deny", "undetermined")
    }
    denied = {_text(v.deny.model_dump(exclude_none=True)) for v in evaluation.violations if v.rule == case.rule}
    unsure = {_text(u.undetermined.model_dump()) for u in evaluation.undetermined if u.rule == case.rule}
    assert yielded["deny"] == denied
    assert denied or yielded["undetermined"] == unsure


def test_every_body_of_every_rule_and_fact_is_probed(asker: Probes) -> None:
    assert [f"{body.file}:{body.line}" for body in asker.table.bodies if not body.probed] == []
    assert {body.rule for body in asker.table.bodies if body.kind == "deny"} == set(open_bundle().rules)


def test_a_probe_tells_where_a_body_stopped_and_with_which_values(asker: Probes) -> None:
    case = next(c for c in CASES if c.rule == "eni.has_subnet" and c.kind == "pass")
    (answer,) = asyncio.run(
        asker.ask([ProbeRequest(document={**case.as_input(), "operation": "delete"}, rules=(case.rule,))])
    )
    deny = next(t for t in answer.bodies if asker.bodies[t.probe].kind == "deny")
    assert deny.tree.held == 0
    assert asker.bodies[deny.probe].expressions[0].text == 'input.operation == "create"'


def test_sets_and_the_input_arrive_in_functions_as_they_were(asker: Probes) -> None:
    case = CASES[0]
    call = Call(
        name="vpce.lib.endpoint.unknown_members", args=({"explain": "input"}, {"explain": "set", "members": ["VpcId"]})
    )
    document = {**case.as_input(), "unknown": ["/request/VpcId"]}
    (answer,) = asyncio.run(asker.ask([ProbeRequest(document=document, calls=(call,))]))
    (traced,) = [t for t in answer.calls if t.call == 0]
    assert traced.tree.states[0].bound["members"] == ["VpcId"]
    assert traced.tree.states[0].bound["proposal"]["unknown"] == ["/request/VpcId"]


def test_probes_of_another_revision_are_refused(tmp_path: Path) -> None:
    for file in PACKAGED.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    catalogue = json.loads((tmp_path / "catalogue.json").read_text())
    (tmp_path / "catalogue.json").write_text(json.dumps({**catalogue, "revision": "0" * 64}))
    with pytest.raises(BundleError, match="another revision"):
        open_probes(open_bundle(tmp_path), timeout=60, memory_limit=256 << 20)


def _text(found: Any) -> str:
    """A deny or an undetermined in a form that compares; Rego sets have no order."""
    ordered = {**found, "missing": sorted(found["missing"])} if "missing" in found else found
    return json.dumps(ordered, sort_keys=True)
