"""Replays of a service: one runs at a time, the last ones are kept, and one that is dropped stops, wherever it runs."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import Engine, update

from tests.support.waiting import LONGEST
from vpce_guard.decision_log.tables import REPLAYS
from vpce_guard.errors import NotFoundError, OverloadedError
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api.routes import replaying
from vpce_guard.surfaces.api.routes.replaying import Replays, RunningReplay
from vpce_guard.surfaces.replay_job import ReplayChoice, ReplayOrder

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
    monkeypatch.setattr(replaying, "_KEEP_EVERY", 0.01)
    return ids


async def begin(replays: Replays) -> RunningReplay:
    one = await replays.start(ORDER, requested_by="ann")
    await asyncio.sleep(0.02)  # its task has begun
    return one


def test_another_waits_until_the_first_is_dropped(engine: Engine, stopped: list[str]) -> None:
    async def life() -> None:
        replays, elsewhere = Replays(engine), Replays(engine)
        first = await begin(replays)
        for one in (replays, elsewhere):
            with pytest.raises(OverloadedError, match="already running"):
                await one.start(ORDER, requested_by="bob")
        await replays.drop(first.replay_id)
        assert stopped == [first.replay_id]
        with pytest.raises(NotFoundError, match="The last 20 replays are kept"):
            await replays.get(first.replay_id)
        second = await begin(replays)
        assert (await elsewhere.get(second.replay_id)).requested_by == "ann"
        assert [one.replay_id for one in await elsewhere.list()] == [second.replay_id]
        await replays.close()
        assert stopped == [first.replay_id, second.replay_id]
        assert (await elsewhere.get(second.replay_id)).status == "cancelled"

    asyncio.run(life())


def test_one_that_is_dropped_at_another_service_stops(engine: Engine, stopped: list[str]) -> None:
    async def life() -> None:
        replays, elsewhere = Replays(engine), Replays(engine)
        one = await begin(replays)
        await elsewhere.drop(one.replay_id)
        async with asyncio.timeout(LONGEST):
            while not stopped:
                await asyncio.sleep(0.01)
        with pytest.raises(NotFoundError):
            await replays.get(one.replay_id)
        await replays.close()

    asyncio.run(life())


@pytest.mark.usefixtures("stopped")
def test_one_whose_service_is_gone_has_failed(engine: Engine) -> None:
    async def life() -> None:
        one = await begin(Replays(engine))
        assert one.task is not None
        one.task.cancel()
        await asyncio.gather(one.task, return_exceptions=True)
        with engine.begin() as connection:
            connection.execute(update(REPLAYS).values(status="running", updated="2026-01-01T00:00:00.000Z"))
        found = await Replays(engine).get(one.replay_id)
        assert (found.status, found.error) == ("failed", "The service that ran it has stopped.")

    asyncio.run(life())
