"""Replays as the database keeps them."""

from __future__ import annotations

from sqlalchemy import Engine, update

from vpce_guard.decision_log.replays import (
    ReplayRow,
    add_replay,
    drop_replay,
    find_replay,
    list_replays,
    update_replay,
)
from vpce_guard.decision_log.tables import REPLAYS


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


def test_they_are_listed_newest_first(engine: Engine) -> None:
    assert list_replays(engine) == []
    for replay_id, second in (("b", 2), ("a", 3), ("c", 1)):
        add_replay(engine, ReplayRow(replay_id, "done", "{}"))
        with engine.begin() as connection:
            moved = update(REPLAYS).where(REPLAYS.c.replay_id == replay_id)
            connection.execute(moved.values(started=f"2026-06-01T12:00:0{second}.000Z"))
    assert [row.replay_id for row in list_replays(engine)] == ["a", "b", "c"]
    assert list_replays(engine)[0] == ReplayRow("a", "done", "{}")
