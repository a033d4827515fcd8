"""Records as cases: an answer is judged once under the same terms, and what came of a window is added up in order."""

from __future__ import annotations

from typing import Any

import pytest

from tests.decisions.test_judge import evaluation, terms
from vpce_guard.model import Json
from vpce_guard.whatif.compare import DecisionRef, Outcome
from vpce_guard.whatif.replay import cases
from vpce_guard.whatif.replay.alike import OutcomePair
from vpce_guard.whatif.replay.cases import CaseTerms, LeftOutError, WindowResult, unreadable_error

NOTHING: frozenset[Any] = frozenset()
ALLOWED, DENIED = Outcome(True, NOTHING, NOTHING, NOTHING), Outcome(False, NOTHING, NOTHING, NOTHING)


def about(number: int) -> DecisionRef:
    return DecisionRef(f"id-{number}", f"2026-01-0{number}T00:00:00.000Z", "vpce-1", "111122223333", "s3", "team")


def answer(*denied: str) -> Json:
    return evaluation(*denied).model_dump()


def test_an_answer_is_judged_once_under_the_same_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    judged = []
    real = cases.judge
    monkeypatch.setattr(cases, "judge", lambda *given, **more: judged.append(given) or real(*given, **more))
    under = CaseTerms(terms(), opened=None)  # type: ignore[arg-type]
    org = under.terms.org.effective_for({})
    first = under.judge(answer("iface.denies"), org, strict=False)
    assert under.judge(answer("iface.denies"), org, strict=False) is first
    assert (first.allowed, len(judged)) == (False, 1)
    assert under.judge(answer(), org, strict=False).allowed
    assert under.judge(answer("iface.denies"), org, strict=True) == first
    assert len(judged) == 3


def test_what_came_of_a_window_is_in_the_order_of_its_records() -> None:
    result = WindowResult()
    result.compared[2] = (about(2), OutcomePair(ALLOWED, DENIED))
    result.compared[0] = (about(1), OutcomePair(ALLOWED, ALLOWED))
    result.left_out[1] = unreadable_error(KeyError("profile"))
    result.left_out[3] = LeftOutError("erased", about(3), "a tag")
    part = result.as_part(4)
    assert (part.read, part.first, part.last) == (4, about(1).timestamp, about(2).timestamp)
    assert (part.tally.kinds["unchanged"], part.tally.kinds["newly_denied"]) == (1, 1)
    assert part.reasons == {"unreadable": 1, "erased": 1}
    assert [one.detail for one in part.listed["unreadable"]] == ["KeyError: 'profile'"]
