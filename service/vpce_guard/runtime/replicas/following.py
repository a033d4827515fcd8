"""The task that keeps a replica with the others: each second it looks into the database they share."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from sqlalchemy import Engine as Database
from sqlalchemy.exc import SQLAlchemyError

from vpce_guard.decision_log.keys import LogKeys
from vpce_guard.logs import Logger
from vpce_guard.runtime.replicas.contents import ContentFollower, SharedContent
from vpce_guard.runtime.replicas.counts import CountExchange, SharedPace

log = Logger("vpce_guard.replicas")
_EVERY = 1.0  # seconds


class Replica:
    """One of several services that share a database. `process` tells it from the others."""

    def __init__(
        self,
        database: Database,
        *,
        contents: Sequence[SharedContent],
        pace: SharedPace | None,
        keys: LogKeys,
        process: str,
    ) -> None:
        self._followers = [ContentFollower(one, database, keys=keys) for one in contents]
        self._exchange = CountExchange(pace, database, process=process) if pace is not None else None
        self._failed = False

    @property
    def error(self) -> str | None:
        """Why what the others have in force is not in force here."""
        return next((one.error for one in self._followers if one.error is not None), None)

    def look(self) -> None:
        """Come to what the others have. Blocks. Raises SQLAlchemyError."""
        for follower in self._followers:
            follower.follow()
        if self._exchange is not None:
            self._exchange.exchange()

    async def follow(self) -> None:
        """Look each second until cancelled."""
        while True:
            try:
                await asyncio.to_thread(self.look)
                self._failed = False
            except SQLAlchemyError as error:
                if not self._failed:
                    log.error("replicas_not_followed", error=str(error).splitlines()[0])
                self._failed = True
            await asyncio.sleep(_EVERY)
