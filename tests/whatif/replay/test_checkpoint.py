"""A replay's state in a file is that of the same replay, or refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from vpce_guard.errors import SettingsError
from vpce_guard.whatif.replay.checkpoint import Checkpoint, identity, read_checkpoint, write_checkpoint
from vpce_guard.whatif.replay.results import Part


def test_what_is_written_is_read_and_of_another_replay_refused(tmp_path: Path) -> None:
    file, of = tmp_path / "state.json", identity("candidate", "log")
    assert read_checkpoint(file, of) is None
    write_checkpoint(file, of, Checkpoint(until="2026-01-01T00:00:00Z", resume_at={"at": 7}, part=Part(read=7)))
    found = read_checkpoint(file, of)
    assert found is not None
    assert (found.resume_at, found.part.read) == ({"at": 7}, 7)
    with pytest.raises(SettingsError, match="another replay"):
        read_checkpoint(file, identity("candidate", "another log"))
