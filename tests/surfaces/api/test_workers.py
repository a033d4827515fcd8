"""One of several workers has its share of the limits, and comes to what the others activated."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from vpce_guard.errors import BundleError, SettingsError
from vpce_guard.runtime.rollout.in_force import Rollout
from vpce_guard.runtime.wiring import make_guard, open_log
from vpce_guard.runtime.workers.places import Place
from vpce_guard.runtime.workers.siblings import Siblings
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app
from vpce_guard.surfaces.api.workers import Worker, _make_folder, settings_of, start_workers

SETTINGS = Settings(
    workers=3,
    max_concurrent=256,
    max_connections=1000,
    max_arriving=3000,
    shadow_budget=0.3,
    log_days=7,
    log_sink_url="http://127.0.0.1:9",
)


def worker(folder: Path, number: int) -> Worker:
    return Worker(Place(number, [[]], 0, 0), Siblings(folder))


def test_each_worker_has_its_share_of_the_limits(tmp_path: Path) -> None:
    mine = settings_of(SETTINGS, worker(tmp_path, 0))
    assert (mine.max_concurrent, mine.max_connections, mine.max_arriving) == (86, 334, 1000)
    assert mine.shadow_budget == pytest.approx(0.1)
    assert (mine.log_days, mine.log_sink_url) == (7, "http://127.0.0.1:9")


def test_what_is_done_once_for_all_the_first_worker_does(tmp_path: Path) -> None:
    mine = settings_of(SETTINGS, worker(tmp_path, 2))
    assert (mine.log_days, mine.log_sink_url, mine.log_anchor_url, mine.log_timestamp_url) == (None, None, None, None)


def test_where_processes_cannot_share_a_port_several_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(SettingsError, match=r"need Linux\. Set VPCE_GUARD_WORKERS=1"):
        start_workers(Settings(workers=2, port=0))


def test_without_a_folder_for_what_they_share_several_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> str:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(tempfile, "mkdtemp", refuse)
    with pytest.raises(SettingsError, match=r"Read-only file system\. Set TMPDIR"):
        start_workers(Settings(workers=2, port=0))


def test_where_there_are_no_temporary_files_they_share_a_folder_in_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/no/such/folder")
    folder = _make_folder(tmp_path)
    assert folder.parent == tmp_path
    assert folder.stat().st_mode & 0o077 == 0


def test_a_worker_that_cannot_come_to_what_another_activated_decides_nothing_from_then_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(activate_elsewhere(tmp_path, monkeypatch))


async def activate_elsewhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Siblings(folder)
    monkeypatch.setattr(os, "getpid", lambda: 1)
    asking = Siblings(folder)
    settings = Settings(database_url=f"sqlite:///{folder / 'log.db'}")
    guard = replace(make_guard(settings), decision_log=open_log(settings, turn=folder / "turn"))
    app = make_app(guard, siblings=asked)

    async def fail(_: Rollout) -> None:
        raise BundleError("The bundle is signed with a key that is not known.")

    async with AsyncExitStack() as stack:
        await stack.enter_async_context(app.router.lifespan_context(app))
        assert await asking.tell("catch up", within=60) == []
        assert guard.why_outdated() is None
        monkeypatch.setattr(Rollout, "_follow", fail)
        assert await asking.tell("catch up", within=60) == []
        assert "a key that is not known" in str(guard.why_outdated())
    assert list(folder.glob("*.counts"))  # what it counted is told in the end
