"""A lock is held by one at a time, and is free when its holder has gone."""

from __future__ import annotations

from sqlalchemy import Engine

from vpce_guard.decision_log.lock import Lock


def test_one_at_a_time(engine: Engine) -> None:
    with Lock(engine, "forward") as first:
        assert first is not None
        with Lock(engine, "forward") as second, Lock(engine, "another") as other:
            assert second is None
            assert other is not None
    with Lock(engine, "forward") as again:
        assert again is not None
