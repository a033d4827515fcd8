"""Replays as the database keeps them, so that one asked for at a service is found at each other on the database."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Engine as Database
from sqlalchemy import Row, delete, insert, select, update

from vpce_guard.decision_log.tables import REPLAYS
from vpce_guard.instants import now, seconds_ago

_MOST_KEPT = 20
_SILENT = 30.0  # seconds without a word after which the process that ran a replay is gone


class ReplayRow(NamedTuple):
    """A replay: its content as JSON, and whether the process that ran it has gone meanwhile."""

    replay_id: str
    status: str
    content: str
    is_abandoned: bool = False


def add_replay(database: Database, row: ReplayRow) -> bool:
    """Keep a new replay, unless another runs; whether it is kept. The oldest beyond the last 20 are forgotten."""
    with database.begin() as connection:
        running = select(REPLAYS.c.replay_id).where(
            REPLAYS.c.status == "running", REPLAYS.c.updated > seconds_ago(_SILENT)
        )
        if connection.execute(running).first() is not None:
            return False
        when = now()
        connection.execute(
            insert(REPLAYS),
            {
                "replay_id": row.replay_id,
                "started": when,
                "updated": when,
                "status": row.status,
                "content": row.content,
            },
        )
        oldest = select(REPLAYS.c.replay_id).order_by(REPLAYS.c.started.desc()).offset(_MOST_KEPT)
        connection.execute(delete(REPLAYS).where(REPLAYS.c.replay_id.in_(list(connection.execute(oldest).scalars()))))
    return True


def update_replay(database: Database, row: ReplayRow) -> bool:
    """Keep how far a replay is; False where it was dropped meanwhile."""
    change = update(REPLAYS).where(REPLAYS.c.replay_id == row.replay_id)
    with database.begin() as connection:
        done = connection.execute(change.values(updated=now(), status=row.status, content=row.content))
    return bool(done.rowcount)


def find_replay(database: Database, replay_id: str) -> ReplayRow | None:
    """A replay by its id."""
    with database.connect() as connection:
        found = connection.execute(select(REPLAYS).where(REPLAYS.c.replay_id == replay_id)).one_or_none()
    return _read_row(found) if found is not None else None


def list_replays(database: Database) -> list[ReplayRow]:
    """Every replay that is kept, the newest first."""
    ordered = select(REPLAYS).order_by(REPLAYS.c.started.desc(), REPLAYS.c.replay_id)
    with database.connect() as connection:
        return [_read_row(row) for row in connection.execute(ordered)]


def _read_row(found: Row[Any]) -> ReplayRow:
    is_abandoned = found.status == "running" and found.updated < seconds_ago(_SILENT)
    return ReplayRow(found.replay_id, found.status, found.content, is_abandoned)


def drop_replay(database: Database, replay_id: str) -> bool:
    """Forget a replay; who runs it stops. Whether it was there."""
    with database.begin() as connection:
        return bool(connection.execute(delete(REPLAYS).where(REPLAYS.c.replay_id == replay_id)).rowcount)
