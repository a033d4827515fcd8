"""One of several workers: how it comes to be, its share of the limits, and what it does with the others."""

from __future__ import annotations

import asyncio
import math
import shutil
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

from vpce_guard.errors import SettingsError
from vpce_guard.folders import cache_folder
from vpce_guard.logs import Logger
from vpce_guard.runtime.rollout.in_force import Rollout
from vpce_guard.runtime.workers.counts import CountFile, add_up, count_workers
from vpce_guard.runtime.workers.paces import PaceFiles
from vpce_guard.runtime.workers.parent import Workers
from vpce_guard.runtime.workers.places import Place
from vpce_guard.runtime.workers.siblings import Siblings
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api.http.callers import Pace
from vpce_guard.surfaces.api.http.server import bind_for_workers
from vpce_guard.surfaces.api.routes.metrics import MetricsPage

log = Logger("vpce_guard.workers")
_COUNTS_EVERY = 2.0  # seconds: what a worker that is killed counted since is lost
_PACES_EVERY = 0.25
_CATCH_UP = 30.0  # seconds that a worker may take to come to a bundle, which it may have to compile
_TURN = "log.turn"  # file whose lock is the turn to write to a log in SQLite
_SHARED_LIMITS = ("max_concurrent", "max_connections", "max_arriving")


class Worker(NamedTuple):
    """This process as one of several."""

    place: Place
    siblings: Siblings

    @property
    def turn(self) -> Path:
        """The file whose lock is the turn to write to a log in SQLite."""
        return self.siblings.folder / _TURN

    @property
    def listening(self) -> list[socket.socket]:
        """Where the API is answered."""
        return list(self.place.listening[0])

    @property
    def admission(self) -> list[socket.socket]:
        """Where API servers are answered."""
        return list(self.place.listening[1])


def start_workers(settings: Settings) -> Worker | int:
    """In each worker what it is; in the parent the exit code, once all have ended. Raises SettingsError."""
    if sys.platform != "linux":
        raise SettingsError("workers: several processes on one port need Linux.", advice="Set VPCE_GUARD_WORKERS=1.")
    ports = [bind_for_workers(settings.host, settings.port, count=settings.workers)]
    if settings.admission_port is not None:
        host, port = settings.admission_host, settings.admission_port
        ports.append(bind_for_workers(host, port, count=settings.workers, settings="admission_"))
    listening = [[port[number] for port in ports] for number in range(settings.workers)]
    folder = _make_folder(settings.cache_dir or cache_folder())
    file = CountFile(folder)
    seconds = settings.drain_seconds + settings.shutdown_seconds
    workers = Workers(listening, seconds=seconds, told=partial(_write, file), ended=partial(_clear, folder))
    outcome = workers.run()
    if isinstance(outcome, int):
        shutil.rmtree(folder, ignore_errors=True)
        return outcome
    return Worker(outcome, Siblings(folder))


def _make_folder(cache: Path | None) -> Path:
    """A folder that only this user may enter: among temporary files or, where there are none, in the cache."""
    try:
        return Path(tempfile.mkdtemp(prefix="vpce-guard-"))
    except OSError as error:
        told = error.strerror or error
    with suppress(OSError):
        if cache is not None:
            return Path(tempfile.mkdtemp(prefix="workers-", dir=cache))
    raise SettingsError(
        f"workers: there is no folder for what workers share: {told}.",
        advice="Set TMPDIR to a folder that can be written to, or VPCE_GUARD_WORKERS=1.",
    )


def _write(file: CountFile, running: int, ended: int) -> None:
    try:
        file.write(count_workers(running, ended))
    except OSError as error:
        log.error("workers_not_counted", error=str(error))


def _clear(folder: Path, process: int) -> None:
    """Take away what a worker had in the folder, and keep what it counted."""
    try:
        add_up(folder, process)
        for path in folder.glob(f"{process}.*"):
            path.unlink(missing_ok=True)
    except OSError as error:
        log.error("workers_not_counted", error=str(error))


def settings_of(settings: Settings, worker: Worker) -> Settings:
    """The settings of one worker: its share of the limits; what is done once for all is done by the first."""
    share = {name: math.ceil(getattr(settings, name) / settings.workers) for name in _SHARED_LIMITS}
    changed = {**share, "shadow_budget": settings.shadow_budget / settings.workers}
    if worker.place.number:
        changed |= dict.fromkeys(("log_days", "log_sink_url", "log_anchor_url", "log_timestamp_url"))
    return settings.model_copy(update=changed)


class AmongWorkers:
    """What a worker does with its siblings while it runs.

    An activation that was acknowledged holds in each of them, counts are told by any of them, and what a caller was let
    in for at one counts at all.
    """

    def __init__(self, siblings: Siblings, *, page: MetricsPage, life: Rollout | None, pace: Pace | None) -> None:
        self._siblings = siblings
        self._page = page
        self._life = life
        self._paces = PaceFiles(pace, siblings.folder) if pace is not None else None
        if life is not None:
            life.tell_others = partial(siblings.tell_or_end, "catch up", within=_CATCH_UP)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Obey the others' orders and tell them what they need, as long as this lasts."""
        orders: dict[str, Callable[[], Awaitable[None]]] = {"tell": self._page.write, "catch up": self._catch_up}
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._siblings.obeying(orders))
            tasks = [asyncio.create_task(_repeat(self._page.write, _COUNTS_EVERY))]
            if self._paces is not None:
                exchange = partial(asyncio.to_thread, self._paces.exchange)
                tasks.append(asyncio.create_task(_repeat(exchange, _PACES_EVERY)))
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                with suppress(OSError):
                    await self._page.write()

    async def _catch_up(self) -> None:
        if self._life is not None:
            await self._life.catch_up_or_refuse()


async def _repeat(work: Callable[[], Awaitable[None]], seconds: float) -> None:
    has_failed = False
    while True:
        try:
            await work()
            has_failed = False
        except OSError as error:
            if not has_failed:
                log.error("workers_not_told", error=str(error))
            has_failed = True
        await asyncio.sleep(seconds)
