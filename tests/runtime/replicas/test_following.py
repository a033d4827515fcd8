"""A replica looks into the database again and again, also after it could not."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from tests.runtime.replicas.test_contents import Files
from vpce_guard.decision_log.keys import NO_KEYS
from vpce_guard.runtime.replicas import following
from vpce_guard.runtime.replicas.contents import ContentFollower
from vpce_guard.runtime.replicas.following import Replica
from vpce_guard.surfaces.api.http.callers import Pace


def test_it_comes_to_what_the_others_have_and_says_what_it_cannot_use(engine: Engine) -> None:
    mine, pace = Files(None), Pace(1, 1)
    replica = Replica(engine, contents=[mine], pace=pace, keys=NO_KEYS, process="a")
    ContentFollower(Files(b"1"), engine, keys=NO_KEYS).follow()
    replica.look()
    assert (mine.in_force, replica.error) == (b"1", None)
    ContentFollower(Files(b"bad"), engine, keys=NO_KEYS).follow()
    replica.look()
    assert (mine.in_force, replica.error) == (b"1", "It is bad.")


def test_it_goes_on_after_the_database_was_away(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    replica, looks = Replica(engine, contents=[], pace=None, keys=NO_KEYS, process="a"), 0

    def look() -> None:
        nonlocal looks
        looks += 1
        raise OperationalError("SELECT 1", {}, Exception("away"))

    async def life() -> None:
        task = asyncio.create_task(replica.follow())
        while looks < 3:
            await asyncio.sleep(0.01)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    monkeypatch.setattr(following, "_EVERY", 0.0)
    monkeypatch.setattr(replica, "look", look)
    asyncio.run(life())
    assert looks >= 3
