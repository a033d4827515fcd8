"""Replays that the service runs: one at a time, each in a process of its own; the database keeps what came of the last.

So whoever shares the database finds them. One that runs ends with its service, and is asked for again.
"""

from __future__ import annotations

import asyncio
import os
import sys
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from pydantic_core import from_json, to_json
from sqlalchemy import Engine as Database
from sqlalchemy.exc import SQLAlchemyError

from vpce_guard.decision_log.replays import ReplayRow, add_replay, drop_replay, find_replay, list_replays, update_replay
from vpce_guard.errors import NotFoundError, OverloadedError
from vpce_guard.instants import now
from vpce_guard.logs import Logger
from vpce_guard.model import Json
from vpce_guard.surfaces.replay_job import ReplayOrder

log = Logger("vpce_guard.replays")
Status = Literal["running", "done", "failed", "cancelled"]
_MOST_SECONDS = 6 * 3600.0
_KEEP_EVERY = 1.0  # seconds
_TOLD = ("replay_id", "requested_by", "started", "ended", "status", "read", "total", "report", "page", "error")
_LINE = 64 << 20  # bytes of the longest line: the page


@dataclass
class RunningReplay:
    """A replay and how far it is."""

    replay_id: str
    requested_by: str | None
    started: str = field(default_factory=now)
    ended: str | None = None
    status: Status = "running"
    read: int = 0
    total: int | None = None
    report: Json | None = None
    page: str | None = None
    error: str | None = None
    task: asyncio.Task[None] | None = None

    def as_row(self) -> ReplayRow:
        """As the database keeps it."""
        told = {name: getattr(self, name) for name in _TOLD}
        return ReplayRow(self.replay_id, self.status, to_json(told).decode())

    @classmethod
    def from_row(cls, row: ReplayRow) -> RunningReplay:
        """One that another service runs or ran; failed where that service is gone."""
        one = cls(**from_json(row.content))
        if row.is_abandoned:
            one.status, one.error = "failed", "The service that ran it has stopped."
        return one


class Replays:
    """The replays of a database, of which this process runs some."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._running: dict[str, RunningReplay] = {}

    async def start(self, order: ReplayOrder, *, requested_by: str | None) -> RunningReplay:
        """Begin one. Raises OverloadedError while another runs, here or at another service."""
        one = RunningReplay(str(uuid.uuid4()), requested_by)
        if not await asyncio.to_thread(add_replay, self._database, one.as_row()):
            raise OverloadedError("Another replay is already running.", retry_after=30)
        self._running[one.replay_id] = one
        one.task = asyncio.create_task(self._run(one, order))
        log.info("replay_started", replay_id=one.replay_id, requested_by=requested_by, revision=order.revision)
        return one

    async def get(self, replay_id: str) -> RunningReplay:
        """A replay by its id. Raises NotFoundError."""
        found = await asyncio.to_thread(find_replay, self._database, replay_id)
        if found is None:
            raise NotFoundError(f"There is no replay {replay_id}.", advice="The last 20 replays are kept.")
        return self._running.get(replay_id) or RunningReplay.from_row(found)

    async def list(self) -> Sequence[RunningReplay]:
        """Those that are kept, the newest first."""
        return await asyncio.to_thread(self._read_all)

    def _read_all(self) -> Sequence[RunningReplay]:
        return [self._running.get(row.replay_id) or RunningReplay.from_row(row) for row in list_replays(self._database)]

    async def drop(self, replay_id: str) -> None:
        """Stop a replay, wherever it runs, and forget it. Raises NotFoundError."""
        await self.get(replay_id)
        await asyncio.to_thread(drop_replay, self._database, replay_id)
        if replay_id in self._running:
            await _mark_stopped(self._running[replay_id])

    async def close(self) -> None:
        """Stop what runs."""
        for one in list(self._running.values()):
            await _mark_stopped(one)

    async def _run(self, one: RunningReplay, order: ReplayOrder) -> None:
        """Run a replay and keep how far it is, until it ends or is dropped at another service."""
        work = asyncio.create_task(_run_process(one, order))
        keeping: asyncio.Task[bool] | None = None
        try:
            while not work.done():
                await asyncio.wait([work], timeout=_KEEP_EVERY)
                keeping = asyncio.create_task(self._keep(one))
                if not await asyncio.shield(keeping):
                    work.cancel()
        finally:
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work
            if keeping is not None:
                await keeping  # what it writes is older than what comes now
            await self._keep(one)
            del self._running[one.replay_id]

    async def _keep(self, one: RunningReplay) -> bool:
        """Whether the replay is still wanted; true while the database cannot tell."""
        try:
            return await asyncio.to_thread(update_replay, self._database, one.as_row())
        except SQLAlchemyError as error:
            log.warning("replay_not_kept", replay_id=one.replay_id, error=str(error).splitlines()[0])
            return True


async def _mark_stopped(one: RunningReplay) -> None:
    if one.task is not None:
        one.task.cancel()
        with suppress(asyncio.CancelledError):
            await one.task


async def _run_process(one: RunningReplay, order: ReplayOrder) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "vpce_guard.surfaces.replay_job"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_LINE,
        start_new_session=True,  # an interrupt from the keyboard is the service's to act on
    )
    try:
        async with asyncio.timeout(_MOST_SECONDS):
            await _follow(one, order, process)
            await process.wait()
        if one.report is None and one.error is None:
            one.error = (
                f"The process of the replay ended with {process.returncode}, most likely because it ran out of memory."
            )
        one.status = "done" if one.error is None else "failed"
    except asyncio.CancelledError:
        one.status = "cancelled"
        raise
    except (TimeoutError, ValueError, OSError) as error:
        one.status, one.error = "failed", f"The replay failed: {type(error).__name__}."
    finally:
        one.ended = now()
        if process.returncode is None:
            process.kill()
            await process.wait()
        log.info("replay_ended", replay_id=one.replay_id, status=one.status, read=one.read, error=one.error)


async def _follow(one: RunningReplay, order: ReplayOrder, process: asyncio.subprocess.Process) -> None:
    assert process.stdin is not None  # noqa: S101 - asked for
    assert process.stdout is not None  # noqa: S101 - asked for
    process.stdin.write(order.model_copy(update={"parent": os.getpid()}).model_dump_json().encode())
    await process.stdin.drain()
    process.stdin.close()
    async for line in process.stdout:
        for name, value in from_json(line).items():
            setattr(one, name, value)
