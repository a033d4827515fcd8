"""The large process answers under the policy that is in force in the service, and tells once what it counted."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import httpx2
from fastapi import FastAPI

from vpce_guard.runtime.wiring import make_guard, make_observer
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api.large.main import SamePolicy
from vpce_guard.surfaces.api.large.protocol import COUNTS, ORG, REVISION


class Life:
    """Counts how often it is told to look which bundle is in force."""

    looks = 0

    async def catch_up(self) -> None:
        self.looks += 1


def answered(guard: Any, life: Any, *requests: tuple[str, dict[str, str]]) -> list[httpx2.Response]:
    async def ask() -> list[httpx2.Response]:
        transport = httpx2.ASGITransport(SamePolicy(FastAPI(), guard=guard, life=life))
        async with httpx2.AsyncClient(transport=transport, base_url="http://large") as client:
            return [await client.get(path, headers=headers) for path, headers in requests]

    return asyncio.run(ask())


def test_it_looks_which_bundle_is_in_force_only_where_the_service_has_another() -> None:
    guard, life = make_guard(Settings()), Life()
    same = {REVISION: guard.bundle.revision, ORG: guard.org.current.revision}
    answered(guard, life, ("/x", same))
    assert life.looks == 0
    answered(guard, life, ("/x", {**same, REVISION: "f" * 64}))
    assert life.looks == 1


def test_it_reads_org_data_again_where_the_service_has_others(tmp_path: Path) -> None:
    data = tmp_path / "org.json"
    data.write_text("{}")
    guard = make_guard(Settings(org_data=(data,)))
    before = guard.org.current.revision
    data.write_text('{"waivers": []}')
    answered(guard, None, ("/x", {REVISION: guard.bundle.revision, ORG: before}))
    assert guard.org.current.revision == before
    answered(guard, None, ("/x", {REVISION: guard.bundle.revision, ORG: "another"}))
    assert guard.org.current.document == {"waivers": []}


def test_what_was_counted_is_told_once() -> None:
    guard = make_guard(Settings())
    guard = replace(guard, observer=make_observer(guard.settings))
    guard.observer.metrics.count_refusal("too_large")  # type: ignore[attr-defined]
    first, second = answered(guard, None, (COUNTS, {}), (COUNTS, {}))
    assert first.json()["metrics"]["_refusals"] == [[["too_large"], 1]]
    assert second.json()["metrics"]["_refusals"] == []


def test_it_takes_org_data_from_the_other_replicas_where_the_service_does() -> None:
    guard, replica = make_guard(Settings()), mock.Mock()

    async def ask() -> None:
        app = SamePolicy(FastAPI(), guard=guard, life=None, replica=replica)
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://large") as client:
            same = {REVISION: guard.bundle.revision, ORG: guard.org.current.revision}
            await client.get("/x", headers=same)
            replica.look.assert_not_called()
            await client.get("/x", headers={**same, ORG: "another"})

    asyncio.run(ask())
    replica.look.assert_called_once_with()
