"""Replays of a service: one runs at a time, the last ones are kept, and one that is dropped stops."""

from __future__ import annotations

import asyncio

import pytest

from vpce_guard.errors import NotFoundError, OverloadedError
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api.replay_job import ReplayChoice, ReplayOrder
from vpce_guard.surfaces.api.routes import replaying
from vpce_guard.surfaces.api.routes.replaying import Replays, RunningReplay

ORDER = ReplayOrder(parent=0, settings=Settings(), revision=None, org_data={}, choice=ReplayChoice())


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of replays whose process was stopped; none of them ends by itself."""
    ids: list[str] = []

    async def run(one: RunningReplay, _: ReplayOrder) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            one.status = "cancelled"
            ids.append(one.replay_id)

    monkeypatch.setattr(replaying, "_run_process", run)
    return ids


async def begin(replays: Replays) -> RunningReplay:
    one = replays.start(ORDER, requested_by="ann")
    await asyncio.sleep(0)  # its task has begun
    return one


def test_another_waits_until_the_first_is_dropped(stopped: list[str]) -> None:
    async def life() -> None:
        replays = Replays()
        first = await begin(replays)
        with pytest.raises(OverloadedError, match="already running"):
            replays.start(ORDER, requested_by="bob")
        await replays.drop(first.replay_id)
        assert stopped == [first.replay_id]
        with pytest.raises(NotFoundError):
            replays.get(first.replay_id)
        second = await begin(replays)
        assert replays.get(second.replay_id).requested_by == "ann"
        await replays.close()
        assert stopped == [first.replay_id, second.replay_id]

    asyncio.run(life())


@pytest.mark.usefixtures("stopped")
def test_the_oldest_are_forgotten() -> None:
    async def life() -> None:
        replays = Replays()
        ids = []
        for _ in range(21):
            one = await begin(replays)
            ids.append(one.replay_id)
            one.status = "done"
        with pytest.raises(NotFoundError, match="The last 20 replays are kept"):
            replays.get(ids[0])
        assert replays.get(ids[1]).replay_id == ids[1]
        await replays.close()

    asyncio.run(life())
