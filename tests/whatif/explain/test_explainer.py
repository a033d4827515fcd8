"""An explainer has engines of its own, loaded when first asked and stopped when it is closed."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from tests.whatif.explain.test_explaining import BUNDLE, CASES, terms
from vpce_guard.engines.embedded import EmbeddedEngine
from vpce_guard.errors import NotFoundError
from vpce_guard.model import Proposal, Subject, Verdict
from vpce_guard.whatif.explain import explainer as module
from vpce_guard.whatif.explain.explainer import Explainer
from vpce_guard.whatif.explain.recorded import RecordedDecision
from vpce_guard.whatif.explain.types import Explanation

PROPOSAL = Proposal(operation="create")
DENIED = Verdict(allowed=False, violations=(), waived=(), undetermined=(), overrides=(), reach=None)
EXPLANATION = Explanation(
    decision_id=None,
    allowed=False,
    operation="create",
    subject=Subject(address=None, endpoint_type=None, service_name=None, vpc_id=None, source=None),
    revision="r",
    profile="aws-current",
    decided_by=(),
    rules=(),
    not_applied=(),
    notes=(),
    flip=None,
)


def test_explaining_changes_no_decision(explainer: Explainer) -> None:
    case = CASES[0]
    engine = EmbeddedEngine(BUNDLE, timeout=60, memory_limit=256 << 20)
    before = asyncio.run(engine.evaluate([case.as_input()]))
    explainer.explain(case.proposal, terms(case), flip=False)
    assert asyncio.run(engine.evaluate([case.as_input()])) == before


@pytest.fixture
def life(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What happens to the engines of an explainer that denies everything."""
    life: list[str] = []

    class Engine:
        def __init__(self, *_: Any, **__: Any) -> None:
            life.append("loaded")

        async def close(self) -> None:
            life.append("closed")

    async def explain(*_: Any, **__: Any) -> tuple[Explanation, Verdict]:
        return EXPLANATION, DENIED

    monkeypatch.setattr(module, "EmbeddedEngine", Engine)
    monkeypatch.setattr(module, "open_probes", Engine)
    monkeypatch.setattr(module, "explain", explain)
    return life


def test_engines_are_loaded_when_first_asked_and_stopped_when_it_is_closed(life: list[str]) -> None:
    explainer = Explainer(BUNDLE, memory_limit=1)
    assert (explainer.revision, life) == (BUNDLE.revision, [])
    with pytest.raises(NotFoundError):
        explainer.explain(PROPOSAL, terms(), only="VPCE-GW-999")
    for _ in range(2):
        assert explainer.explain(PROPOSAL, terms(), flip=False) == EXPLANATION
    assert life == ["loaded"] * 2
    for _ in range(2):
        explainer.close()
    assert life == ["loaded"] * 2 + ["closed"] * 2


@pytest.mark.usefixtures("life")
@pytest.mark.parametrize(
    ("allowed", "notes"), [(False, ("noted",)), (True, ("noted", "Judged again it is denied, but it was allowed."))]
)
def test_a_recorded_decision_that_comes_out_otherwise_has_a_note(allowed: bool, notes: tuple[str, ...]) -> None:
    decision: Any = SimpleNamespace(decision_id="d", allowed=allowed)
    recorded = RecordedDecision(
        decision=decision, proposal=PROPOSAL, profile="aws-current", strict=False, notes=("noted",)
    )
    found = Explainer(BUNDLE, memory_limit=1).explain_recorded(recorded, terms(), flip=False)
    assert (found.decision_id, found.notes) == ("d", notes)
