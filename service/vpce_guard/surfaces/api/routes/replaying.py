"""Replays that the service runs: one at a time, each in a process of its own; what came of the last ones is in memory.

Nothing of them outlives the service: a replay is asked for again, and the log it reads is still there.
"""

from __future__ import annotations

import asyncio
import os
import sys
import uuid
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from pydantic_core import from_json

from vpce_guard.errors import NotFoundError, OverloadedError
from vpce_guard.instants import now
from vpce_guard.logs import Logger
from vpce_guard.model import Json
from vpce_guard.surfaces.api.replay_job import ReplayOrder

log = Logger("vpce_guard.replays")
Status = Literal["running", "done", "failed", "cancelled"]
_MOST_SECONDS = 6 * 3600.0
_MOST_KEPT = 20
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


class Replays:
    """The replays of this process."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, RunningReplay] = OrderedDict()

    def start(self, order: ReplayOrder, *, requested_by: str | None) -> RunningReplay:
        """Begin one. Raises OverloadedError while another runs."""
        if any(one.status == "running" for one in self._kept.values()):
            raise OverloadedError("Another replay is already running.", retry_after=30)
        one = RunningReplay(str(uuid.uuid4()), requested_by)
        self._kept[one.replay_id] = one
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        one.task = asyncio.create_task(_run_process(one, order))
        log.info("replay_started", replay_id=one.replay_id, requested_by=requested_by, revision=order.revision)
        return one

    def get(self, replay_id: str) -> RunningReplay:
        """A replay by its id. Raises NotFoundError."""
        if replay_id not in self._kept:
            raise NotFoundError(
                f"There is no replay {replay_id}.",
                advice=f"The last {_MOST_KEPT} replays are kept until the service stops.",
            )
        return self._kept[replay_id]

    async def drop(self, replay_id: str) -> None:
        """Stop a replay and forget it. Raises NotFoundError."""
        one = self.get(replay_id)
        await _mark_stopped(one)
        del self._kept[replay_id]

    async def close(self) -> None:
        """Stop what runs."""
        for one in self._kept.values():
            await _mark_stopped(one)


async def _mark_stopped(one: RunningReplay) -> None:
    if one.task is not None:
        one.task.cancel()
        with suppress(asyncio.CancelledError):
            await one.task


async def _run_process(one: RunningReplay, order: ReplayOrder) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "vpce_guard.surfaces.api.replay_job"),
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
