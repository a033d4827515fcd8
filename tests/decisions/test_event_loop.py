"""Work on many things lets others have their turn, and keeps its order."""

from __future__ import annotations

import asyncio

from vpce_guard.decisions.event_loop import share_event_loop


def test_others_have_their_turn_and_the_order_is_kept() -> None:
    events: list[object] = []

    async def other() -> None:
        while len(events) < 100:
            events.append("other")
            await asyncio.sleep(0)

    async def work() -> list[int]:
        beside = asyncio.create_task(other())
        done = []
        async for item in share_event_loop(range(45)):
            events.append(item)
            done.append(item)
        beside.cancel()
        return done

    assert asyncio.run(work()) == list(range(45))
    assert events.count("other") == 4
    assert events.index("other") == 10
