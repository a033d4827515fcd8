"""Settings come from flags, the environment and a file, in this order; a name nobody knows is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from vpce_guard.errors import SettingsError
from vpce_guard.settings import load_settings


def test_a_flag_beats_the_environment_which_beats_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "settings.json"
    file.write_text('{"port": 1, "host": "127.0.0.2", "profile": "aws-2023"}')
    monkeypatch.setenv("VPCE_GUARD_SETTINGS", str(file))
    monkeypatch.setenv("VPCE_GUARD_PORT", "2")
    monkeypatch.setenv("VPCE_GUARD_HOST", "127.0.0.3")
    settings = load_settings(flags={"port": 3})
    assert (settings.port, settings.host, settings.profile) == (3, "127.0.0.3", "aws-2023")


def test_a_name_nobody_knows_is_told_with_one_that_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VPCE_GUARD_PROT", "2")
    with pytest.raises(SettingsError, match="Did you mean VPCE_GUARD_PORT"):
        load_settings()
