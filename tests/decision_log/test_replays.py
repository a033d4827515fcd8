"""Replays as the database keeps them."""

from __future__ import annotations

from sqlalchemy import Engine

from vpce_guard.decision_log.replays import ReplayRow, add_replay, drop_replay, find_replay, update_replay


def test_one_runs_at_a_time(engine: Engine) -> None:
    assert add_replay(engine, ReplayRow("a", "running", "{}"))
    assert not add_replay(engine, ReplayRow("b", "running", "{}"))
    assert update_replay(engine, ReplayRow("a", "done", "{}"))
    assert add_replay(engine, ReplayRow("b", "running", "{}"))
    assert find_replay(engine, "a") == ReplayRow("a", "done", "{}")


def test_what_is_dropped_is_gone(engine: Engine) -> None:
    add_replay(engine, ReplayRow("a", "running", "{}"))
    assert drop_replay(engine, "a")
    assert not drop_replay(engine, "a")
    assert not update_replay(engine, ReplayRow("a", "done", "{}"))
    assert find_replay(engine, "a") is None


def test_the_oldest_are_forgotten(engine: Engine) -> None:
    for number in range(21):
        add_replay(engine, ReplayRow(f"{number:02}", "done", "{}"))
    assert sum(find_replay(engine, f"{number:02}") is not None for number in range(21)) == 20
