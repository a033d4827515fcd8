"""A PostgreSQL server that follows another, and takes its place."""

from __future__ import annotations

from types import TracebackType

import psycopg

from tests.support.servers import Postgresql
from tests.support.waiting import until


class ServerPair:
    """A server and its standby, which has each commit before it is told; one URL names both."""

    def __init__(self) -> None:
        self.first = Postgresql()
        self.url = self.first.fresh()
        self.second = Postgresql(follows=self.first)
        self._running = [self.first, self.second]
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            connection.execute("SELECT pg_reload_conf()")
            following = "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'"
            until(lambda: connection.execute(following).fetchone())
        who, _, where = self.url.removeprefix("postgresql://").rpartition("@")
        database = where.partition("/")[2]
        hosts = "&".join(f"host=127.0.0.1:{server.port}" for server in (self.first, self.second))
        self.url = f"postgresql://{who}@/{database}?{hosts}&target_session_attrs=read-write"

    def __enter__(self) -> ServerPair:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        for server in self._running:
            server.close()

    def fail_over(self) -> None:
        """The first is gone for good, and the second takes its place."""
        self._running.remove(self.first)
        self.first.close()
        self.second.promote()
