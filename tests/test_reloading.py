"""Files are read again when they changed, and what cannot be used leaves what was there."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from vpce_guard import reloading
from vpce_guard.errors import SettingsError
from vpce_guard.reloading import ReloadedFiles


def test_a_changed_file_counts_a_second_later_and_a_broken_one_never(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(reloading, "time", SimpleNamespace(monotonic=lambda: now[0]))
    file = tmp_path / "token"
    file.write_text("one")

    def read() -> str:
        if not (text := file.read_text()):
            raise SettingsError("It is empty.")
        return text

    files = ReloadedFiles([file], read)
    file.write_text("another")
    assert files.current == "one"
    now[0] = 1.0
    assert files.current == "another"
    file.write_text("")
    now[0] = 2.0
    assert (files.current, files.error) == ("another", "It is empty.")
