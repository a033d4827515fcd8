"""The limit of a caller holds over workers together."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from vpce_guard.runtime.workers.paces import PaceFiles
from vpce_guard.surfaces.api.http.callers import Pace

RATE, BURST, SECONDS, COUNT = 20, 20, 30, 3


def test_a_caller_of_three_workers_gets_what_it_would_get_from_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    paces = [Pace(RATE, BURST) for _ in range(COUNT)]
    files = []
    for number, pace in enumerate(paces):
        monkeypatch.setattr(os, "getpid", lambda number=number: number)
        files.append(PaceFiles(pace, tmp_path))
    let_in = 0
    for _ in range(SECONDS * 4):
        for file in files:
            file.exchange()
        for _ in range(5):  # each 50 ms, as fast as it can, everywhere
            clock[0] += 0.05
            for pace in paces:
                while not pace.wait("greedy"):
                    let_in += 1
    assert let_in == pytest.approx(RATE * SECONDS + BURST, rel=0.2)


def test_a_worker_that_starts_later_is_not_charged_with_what_was_before(tmp_path: Path) -> None:
    (tmp_path / "1.pace").write_text('{"ann": 500}')
    pace = Pace(RATE, BURST)
    files = PaceFiles(pace, tmp_path)
    files.exchange()
    assert pace.wait("ann") == 0
    (tmp_path / "1.pace").write_text('{"ann": 600}')
    files.exchange()
    assert pace.wait("ann") > 0
