"""What sends something out of the log's database, beside the decisions: in a thread, again until it is taken."""

from __future__ import annotations

import random
import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy import Connection, and_, insert, update
from sqlalchemy import Engine as Database

from vpce_guard.decision_log.lock import Lock
from vpce_guard.decision_log.tables import CURSORS
from vpce_guard.logs import Logger

if TYPE_CHECKING:
    import httpx2

log = Logger("vpce_guard.decision_log.sending")
_FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0  # seconds between attempts, without jitter
_SECONDS = 30.0  # that one request may take


class Sender(ABC):
    """A thread that sends to one place. Of several processes one does at a time.

    To be watched: `active` (whether it is this process), `failures` (attempts) and `last_error`, which is None once
    what is sent is taken.
    """

    event = "not_sent"  # how an attempt that failed is logged

    def __init__(self, database: Database, *, name: str, token: str | None, delay: float) -> None:
        """`name` is that of the place, `delay` how many seconds to wait where nothing is to be sent."""
        self.active = False
        self.failures = 0
        self.last_error: str | None = None
        self._name = name
        self._database = database
        self._token = token
        self._delay = delay
        self._attempt = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=self.event, daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def close(self, timeout: float) -> None:
        """Stop; what is not sent yet is sent after the next start. Waits so many seconds for what is on its way."""
        self._stopping.set()
        self._thread.join(timeout)

    @abstractmethod
    def _step(self, connection: Connection, client: httpx2.Client) -> float:
        """Send something if there is anything; how many seconds to wait before the next."""

    @abstractmethod
    def _forget_lag(self) -> None:
        """Another process may send from now on, and knows what waits."""

    def _run(self) -> None:
        import httpx2

        headers = {"authorization": f"Bearer {self._token}"} if self._token else {}
        with httpx2.Client(headers=headers, timeout=_SECONDS) as client:
            while not self._stopping.is_set():
                wait = min(self._delay, LONGEST_PAUSE)
                try:
                    with Lock(self._database, self._name) as lock:
                        self.active = lock is not None
                        while lock is not None and not self._stopping.is_set():
                            self._stopping.wait(self._step(lock, client))
                except Exception as failure:  # the database is away, most likely; nothing is lost by trying again
                    self._note_failure(failure)
                    wait = self._pause()
                self.active = False
                self._forget_lag()
                self._stopping.wait(wait)

    def _note_success(self) -> None:
        self._attempt, self.last_error = 0, None

    def _note_failure(self, failure: Exception) -> None:
        self.failures += 1
        self._attempt += 1
        self.last_error = str(failure).splitlines()[0] if str(failure) else type(failure).__name__
        log.warning(self.event, sink=self._name, attempt=self._attempt, error=self.last_error)

    def _pause(self) -> float:
        """Longer after each attempt in a row, and not the same for all who try."""
        longest: float = min(LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(self._attempt, 20))
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - no secret


def advance_cursors(connection: Connection, sink: str, reached: Mapping[str, int]) -> None:
    """Keep up to which record each chain has been brought to a place, in a transaction of its own."""
    with connection.begin():
        for chain, number in reached.items():
            of_chain = and_(CURSORS.c.sink == sink, CURSORS.c.chain == chain)
            if connection.execute(update(CURSORS).where(of_chain).values(number=number)).rowcount == 0:
                connection.execute(insert(CURSORS), {"sink": sink, "chain": chain, "number": number})
