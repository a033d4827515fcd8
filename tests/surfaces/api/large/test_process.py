"""The process that answers large requests: who can reach it, and what is said where it does not answer."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from vpce_guard.errors import EngineError
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api.large import process
from vpce_guard.surfaces.api.large.process import LargeProcess

SILENT = [sys.executable, "-c", "import sys; sys.stdin.read()"]


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes that never answer."""
    start = subprocess.Popen
    monkeypatch.setattr(process.subprocess, "Popen", lambda _, **options: start(SILENT, **options))


@pytest.mark.usefixtures("silent")
def test_one_that_does_not_answer_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(process, "_STARTING", 0.0)

    async def ask() -> bool:
        large = LargeProcess(Settings(request_timeout=0.05, log_timeout=0.05), folder=tmp_path)
        with pytest.raises(EngineError, match=r"did not answer within 0.1 s"):
            async with large.ask("GET", "/"):
                pass
        await large.end()
        return large.is_running

    assert asyncio.run(ask()) is False


@pytest.mark.usefixtures("silent")
def test_nothing_of_it_stays(tmp_path: Path) -> None:
    async def look() -> list[Path]:
        large = LargeProcess(Settings(), folder=tmp_path)
        there = list(tmp_path.iterdir())
        await large.end()
        return there

    assert len(asyncio.run(look())) == 1
    assert list(tmp_path.iterdir()) == []
