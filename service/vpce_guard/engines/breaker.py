"""A circuit breaker: an engine that keeps failing is left alone for a moment, then tried by one call at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Literal

from vpce_guard.errors import EngineError, UnjudgeableError
from vpce_guard.logs import Logger

log = Logger("vpce_guard.breaker")
_FIRST = 8  # the first pause is this part of the longest; each failed try doubles it


class Breaker:
    """Opens after `failures` failed calls in a row; `pause` is the longest time in seconds between two tries.

    `opened` counts how often it opened and `since` is when it last opened or closed. A call that succeeds closes it,
    also one that began before it opened. For the event loop of one thread.
    """

    def __init__(self, *, failures: int, pause: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.state: Literal["closed", "open", "half-open"] = "closed"
        self.opened = 0
        self.since = datetime.now(UTC)
        self._failures = failures
        self._longest = pause
        self._clock = clock
        self._failed = 0
        self._pause = 0.0
        self._until = 0.0
        self._why = ""

    @contextmanager
    def call(self) -> Iterator[None]:
        """Around one call, of which EngineError is a failure. Raises EngineError at once while it is open."""
        trying = self._admit()
        try:
            yield
        except UnjudgeableError:  # it answered; what it was asked was the failure
            self._success()
            raise
        except EngineError as error:
            self._failure(str(error), trying=trying)
            raise
        except BaseException:  # given up by the caller, which says nothing about the engine
            if trying and self.state == "half-open":
                self.state = "open"
            raise
        self._success()

    def _admit(self) -> bool:
        """Whether the call is the one that tries."""
        if self.state == "closed":
            return False
        if self.state == "half-open" or self._clock() < self._until:
            raise EngineError(
                f"The engine failed and is paused for a moment: {self._why}", advice="Try again in a second."
            )
        self.state = "half-open"
        return True

    def _success(self) -> None:
        self._failed = 0
        if self.state != "closed":
            self.state, self.since = "closed", datetime.now(UTC)
            log.info("breaker_closed")

    def _failure(self, why: str, *, trying: bool) -> None:
        self._why = why
        if self.state == "closed":
            self._failed += 1
            if self._failed >= self._failures:
                self.opened += 1
                self.since = datetime.now(UTC)
                log.warning("breaker_opened", failures=self._failed, error=why)
                self._open_for(self._longest / _FIRST)
        elif trying and self.state == "half-open":
            self._open_for(min(self._pause * 2, self._longest))

    def _open_for(self, pause: float) -> None:
        self.state = "open"
        self._pause = pause
        self._until = self._clock() + pause
