"""Turns at work that cannot all be done at once: next is the caller that has had the least, not who asks most often."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

Caller = str | None  # its name; None for those who have shown no credentials


class FairQueue:
    """So many turns at once. A caller's turns follow each other; between callers time counts, whatever their number.

    For one event loop only. A caller that comes back after a while has saved nothing up.
    """

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._running: Counter[Caller] = Counter()
        self._waiting: dict[Caller, deque[asyncio.Future[None]]] = {}
        self._had: dict[Caller, float] = {}  # seconds of those that run or wait

    @asynccontextmanager
    async def turn(self, caller: Caller) -> AsyncIterator[Callable[[], None]]:
        """A turn, once it has come; what is given ends it before the block does."""
        await self._wait(caller)
        loop = asyncio.get_running_loop()
        began: float | None = loop.time()

        def end() -> None:
            nonlocal began
            if began is not None:
                self._end(caller, loop.time() - began)
                began = None

        try:
            yield end
        finally:
            end()

    async def _wait(self, caller: Caller) -> None:
        self._had.setdefault(caller, min(self._had.values(), default=0.0))
        if self._free and not self._waiting:
            self._begin(caller)
            return
        waiting = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(caller, deque()).append(waiting)
        try:
            await waiting
        except asyncio.CancelledError:
            if waiting.done() and not waiting.cancelled():  # its turn came just now
                self._end(caller, 0.0)
            else:
                self._drop(caller, waiting)
            raise

    def _begin(self, caller: Caller) -> None:
        self._free -= 1
        self._running[caller] += 1

    def _end(self, caller: Caller, seconds: float) -> None:
        self._free += 1
        self._running[caller] -= 1
        self._had[caller] += seconds
        self._forget(caller)
        while self._free and self._waiting:
            following = min(self._waiting, key=lambda one: (self._running[one], self._had[one]))
            waiting = self._waiting[following].popleft()
            if not self._waiting[following]:
                del self._waiting[following]
            if not waiting.done():
                self._begin(following)
                waiting.set_result(None)

    def _drop(self, caller: Caller, waiting: asyncio.Future[None]) -> None:
        waits = self._waiting.get(caller)
        if waits is not None and waiting in waits:
            waits.remove(waiting)
            if not waits:
                del self._waiting[caller]
        self._forget(caller)

    def _forget(self, caller: Caller) -> None:
        if not self._running[caller] and caller not in self._waiting:
            del self._running[caller]
            self._had.pop(caller, None)
