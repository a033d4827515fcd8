"""Work of the event loop that nobody waits for, such as closing what was replaced."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any

from vpce_guard.runtime.policy import Policy
from vpce_guard.settings import Settings

_LINGER = 5.0  # seconds beyond the time limit of a call after which an engine that was replaced is closed
_RUNNING: set[asyncio.Task[None]] = set()  # the loop itself keeps weak references only


def close_later(policy: Policy, settings: Settings) -> None:
    """Close an engine that was replaced once the calls that began on it must have ended."""

    async def close() -> None:
        await asyncio.sleep(settings.timeout + _LINGER)
        with contextlib.suppress(Exception):  # what is gone is gone
            await policy.engine.close()

    run_in_background(close())


def run_in_background(work: Coroutine[Any, Any, None]) -> None:
    """Begin it, and return at once."""
    task = asyncio.get_running_loop().create_task(work)
    _RUNNING.add(task)
    task.add_done_callback(_RUNNING.discard)
