"""How often each caller asked at all replicas, so that its limit holds over them together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from sqlalchemy import Engine as Database
from sqlalchemy import delete, insert, select

from vpce_guard.decision_log.tables import CALLER_COUNTS
from vpce_guard.instants import now, seconds_ago

_GONE = 60.0  # seconds after which counts of a replica no longer matter


class SharedPace(Protocol):
    """Limits on callers that several replicas keep together."""

    @property
    def counts(self) -> Mapping[str, int]:
        """How many requests of each caller were let in here."""

    def charge(self, name: str, requests: int) -> None:
        """Count requests that a caller made elsewhere."""


class CountExchange:
    """Tells other replicas what was let in here, and counts what was let in there. Blocks."""

    def __init__(self, pace: SharedPace, database: Database, *, process: str) -> None:
        self._pace, self._database, self._process = pace, database, process
        self._told: dict[str, int] = {}
        self._seen: dict[tuple[str, str], int] | None = None

    def exchange(self) -> None:
        """Do both once."""
        table, mine = CALLER_COUNTS, dict(self._pace.counts)
        changed = {name: count for name, count in mine.items() if self._told.get(name) != count}
        with self._database.begin() as connection:
            if changed:
                own = (table.c.process == self._process, table.c.caller.in_(list(changed)))
                connection.execute(delete(table).where(*own))
                when = now()
                rows = [
                    {"process": self._process, "caller": name, "taken": count, "updated": when}
                    for name, count in sorted(changed.items())
                ]
                connection.execute(insert(table), rows)
                connection.execute(delete(table).where(table.c.updated < seconds_ago(_GONE)))
            others = select(table.c.process, table.c.caller, table.c.taken).where(table.c.process != self._process)
            found = {(row.process, row.caller): row.taken for row in connection.execute(others)}
        self._told.update(changed)
        for (process, caller), taken in found.items() if self._seen is not None else ():
            more = taken - (self._seen or {}).get((process, caller), 0)
            if more > 0:
                self._pace.charge(caller, more)
        self._seen = {**(self._seen or {}), **found}
