"""A user without a home has no cache, keeps decisions nowhere by default, and is told what to set."""

from __future__ import annotations

from pathlib import Path

import pytest

from vpce_guard import folders
from vpce_guard.decision_log.database import default_url
from vpce_guard.errors import SettingsError


@pytest.fixture
def homeless(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: str) -> Path:
        raise RuntimeError("could not determine the home directory")

    for name in ("user_cache_path", "user_data_path"):
        monkeypatch.setattr(folders, name, fail)


@pytest.mark.usefixtures("homeless")
def test_there_is_no_cache() -> None:
    assert folders.cache_folder() is None


@pytest.mark.usefixtures("homeless")
def test_decisions_are_kept_nowhere_by_default() -> None:
    with pytest.raises(SettingsError, match="VPCE_GUARD_DATABASE_URL"):
        default_url()


def test_a_temporary_folder_that_cannot_be_made_names_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(folders.tempfile, "TemporaryDirectory", fail)
    with pytest.raises(SettingsError, match="TMPDIR"):
        folders.make_temporary_folder()


def test_a_temporary_folder_goes_away() -> None:
    with folders.make_temporary_folder() as work:
        assert Path(work).is_dir()
    assert not Path(work).exists()
