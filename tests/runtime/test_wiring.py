"""Pieces are put together so that they know of each other."""

from __future__ import annotations

from vpce_guard.engines.guarded import GuardedEngine
from vpce_guard.runtime.wiring import make_guard
from vpce_guard.settings import Settings


def test_the_engine_of_a_guard_expects_what_a_rollout_knows_from_when_it_begins() -> None:
    guard = make_guard(Settings(engine="opa"))
    engine = guard.engine
    assert isinstance(engine, GuardedEngine)
    assert (engine.expects(guard.bundle.revision), engine.expects("older")) == (True, False)
    guard.others.find_rules = {"older": guard.bundle.rules}.get
    assert (engine.expects("older"), engine.expects("stranger")) == (True, False)
    assert guard.terms.for_revision("older").rules == guard.bundle.rules
