"""What runs beside the requests while the service does: each part starts by itself and stops by itself.

Parts stop in the reverse order of their start, also those that had started when a later one could not.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from vpce_guard.decision_log.sending import Sender
from vpce_guard.decision_log.writer import Writer
from vpce_guard.runtime.guard import Guard
from vpce_guard.runtime.replicas.following import Replica
from vpce_guard.runtime.rollout.in_force import Rollout
from vpce_guard.runtime.rollout.source_reload import FolderWatch
from vpce_guard.runtime.telemetry.observer import TelemetryObserver
from vpce_guard.surfaces.api.large.relay import LargeRequests
from vpce_guard.surfaces.api.routes.explanations import ExplainerPool
from vpce_guard.surfaces.api.routes.log import forget_old_keys, keep_days
from vpce_guard.surfaces.api.routes.replaying import Replays
from vpce_guard.surfaces.api.workers import AmongWorkers

Part = AbstractAsyncContextManager[None]  # entered it is started, left it is stopped
Work = Callable[[], Coroutine[Any, Any, Any]]


@dataclass(frozen=True)
class Parts:
    """The parts of one service. What stops last starts first: what others write to while they stop."""

    guard: Guard
    rollout: Rollout | None
    following: FolderWatch | None
    replica: Replica | None
    observer: TelemetryObserver
    explaining: ExplainerPool
    replaying: Replays | None
    large: LargeRequests | None = None
    workers: AmongWorkers | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """All parts started, until the service stops. Raises VpceGuardError where one cannot start."""
        async with AsyncExitStack() as started:
            for part in self._in_order():
                await started.enter_async_context(part)
            yield

    def _in_order(self) -> Iterator[Part]:
        guard = self.guard
        yield _closing(partial(asyncio.to_thread, self.observer.close))
        senders = (guard.forwarder, *guard.anchoring)
        for sender in filter(None, senders):
            yield _sending(sender, within=guard.settings.log_timeout)
        if guard.decision_log is not None:
            yield _closing(guard.decision_log.close)
        yield _closing(self.explaining.close)
        yield _closing(lambda: guard.engine.close())  # that of the policy in force by then
        if self.rollout is not None:
            yield _rolling_out(self.rollout)
        if self.replaying is not None:
            yield _closing(self.replaying.close)
        if self.large is not None:
            yield _closing(self.large.close)
        if self.workers is not None:
            yield self.workers.running()
        yield from map(_task, self._tasks())

    def _tasks(self) -> Iterator[Work]:
        """What goes on until it is cancelled."""
        yield self.guard.reload_org_data
        if self.replica is not None:
            yield self.replica.follow
        if self.rollout is not None:
            yield self.rollout.follow_database
        if self.following is not None:
            yield self.following.run
        if self.guard.decision_log is not None:
            yield partial(_forget, self.guard.decision_log, self.guard)
            yield partial(forget_old_keys, self.guard.decision_log)


async def _forget(decision_log: Writer, guard: Guard) -> None:
    """Take old decisions out of the log, where the settings say how old."""
    if guard.settings.log_days is not None:
        sink = guard.forwarder.sink if guard.forwarder is not None else None
        await keep_days(decision_log, guard.settings.log_days, sink=sink)


@asynccontextmanager
async def _closing(close: Work) -> AsyncIterator[None]:
    """A part that is started already and is to be closed."""
    try:
        yield
    finally:
        await close()


@asynccontextmanager
async def _task(work: Work) -> AsyncIterator[None]:
    """A part that is a task; it is not waited for once it is cancelled."""
    task = asyncio.create_task(work())
    try:
        yield
    finally:
        task.cancel()


@asynccontextmanager
async def _sending(sender: Sender, *, within: float) -> AsyncIterator[None]:
    sender.start()
    try:
        yield
    finally:
        await asyncio.to_thread(sender.close, within)


@asynccontextmanager
async def _rolling_out(rollout: Rollout) -> AsyncIterator[None]:
    await rollout.start()
    try:
        yield
    finally:
        await rollout.close()
