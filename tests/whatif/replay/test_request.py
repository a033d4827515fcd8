"""Which decisions are replayed, and from where a replay goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.recording import GATEWAY, again, many, record
from vpce_guard.bundle.bundle import PACKAGED
from vpce_guard.errors import SettingsError


def test_a_state_of_another_replay_is_refused(url: str, tmp_path: Path) -> None:
    record(url, GATEWAY)
    state = tmp_path / "state.json"
    again(url, tmp_path, candidate=str(PACKAGED), resume=state)
    with pytest.raises(SettingsError, match="it is of another replay"):
        again(url, tmp_path, candidate=str(PACKAGED), resume=state, limit=5)
    state.write_text("{")
    with pytest.raises(SettingsError, match="it cannot be read"):
        again(url, tmp_path, candidate=str(PACKAGED), resume=state)


def test_selection(url: str, tmp_path: Path) -> None:
    many(url, 50)

    def read(**asked: Any) -> int:
        return again(url, tmp_path, candidate=str(PACKAGED), **asked).part.read

    assert read() == 51
    assert read(label="team:t-1") == 17
    assert read(account="000000000003") == 7
    assert read(account="000000000003", limit=3) == 3
    assert read(since="2026-01-01T01:00:30+01:00", until="2026-01-01T00:00:40Z") == 10
    assert read(rule="VPCE-GW-001") == 50
    assert read(service="com.amazonaws.us-east-1.s3") == 0
    assert read(allowed=True) == 0
    assert 10 < read(sample=0.5) < 40
