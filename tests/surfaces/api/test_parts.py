"""Parts of a service stop in the reverse order of their start, also where a later one cannot start."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from vpce_guard.errors import SettingsError
from vpce_guard.surfaces.api.parts import Parts

NOTHING: Any = None


@asynccontextmanager
async def part(name: str, said: list[str]) -> AsyncIterator[None]:
    """A part that says when it starts and stops; x cannot start."""
    if name == "x":
        raise SettingsError("It cannot start.")
    said.append(f"+{name}")
    try:
        yield
    finally:
        said.append(f"-{name}")


async def live(names: str, said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Parts, "_in_order", lambda _: (part(name, said) for name in names))
    async with Parts(NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING).running():
        said.append("running")


def test_what_starts_first_stops_last(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    asyncio.run(live("abc", said, monkeypatch))
    assert said == ["+a", "+b", "+c", "running", "-c", "-b", "-a"]


def test_what_had_started_stops_where_a_later_one_cannot_start(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    with pytest.raises(SettingsError):
        asyncio.run(live("abxc", said, monkeypatch))
    assert said == ["+a", "+b", "-b", "-a"]
