"""Work on many things that lets others have their turn on the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import TypeVar

Item = TypeVar("Item")
_TOGETHER = 10  # proposals, which take some milliseconds


async def share_event_loop(items: Iterable[Item]) -> AsyncIterator[Item]:
    """The items; after every few of them whatever else waits goes first."""
    for number, item in enumerate(items, start=1):
        yield item
        if number % _TOGETHER == 0:
            await asyncio.sleep(0)
