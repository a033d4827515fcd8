"""A folder that is followed: no edit is missed, and whatever keeps one from coming into force is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest

from vpce_guard.authoring.rego.edited import EditedFolder
from vpce_guard.bundle.bundle import Bundle, open_bundle
from vpce_guard.runtime.guard import Guard
from vpce_guard.runtime.rollout.source_reload import FolderWatch
from vpce_guard.runtime.wiring import make_guard
from vpce_guard.settings import load_settings


class Folder:
    """Builds the bundle in force, or fails; counts how often."""

    source = "rego"

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.builds = 0

    def build(self) -> Bundle:
        self.builds += 1
        if self.error is not None:
            raise self.error
        return open_bundle()


@pytest.fixture(scope="module")
def guard() -> Guard:
    return make_guard(load_settings())


def watch(guard: Guard, folder: Folder) -> FolderWatch:
    return FolderWatch(guard, cast(EditedFolder, folder))


def test_an_edit_made_before_the_watch_began_is_taken_up_once(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    async def quiet(*_: Any, **asked: Any) -> AsyncIterator[set[tuple[int, str]]]:
        assert asked["yield_on_timeout"]
        yield set()
        yield set()

    folder = Folder()
    monkeypatch.setattr("watchfiles.awatch", quiet)
    asyncio.run(watch(guard, folder).run())
    assert folder.builds == 1


def test_what_concerns_no_rule_builds_nothing(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    async def edits(*_: Any, **__: Any) -> AsyncIterator[set[tuple[int, str]]]:
        yield set()
        yield {(1, "rego/notes.txt")}
        yield {(1, "rego/vpce/main/main.rego")}

    folder = Folder()
    monkeypatch.setattr("watchfiles.awatch", edits)
    asyncio.run(watch(guard, folder).run())
    assert folder.builds == 2


def test_a_disk_that_is_full_is_told_and_changes_nothing(guard: Guard) -> None:
    before = guard.policy
    followed = watch(guard, Folder(OSError(28, "No space left on device")))
    asyncio.run(followed.apply_edit())
    assert followed.error == "[Errno 28] No space left on device"
    assert guard.policy is before
