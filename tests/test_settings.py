"""Settings come from flags, the environment and a file, in this order; a name nobody knows is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from vpce_guard.errors import SettingsError
from vpce_guard.settings import SECRETS, Settings, load_settings


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


@pytest.mark.parametrize("name", sorted({*SECRETS} - {"log_keys"}))
def test_a_secret_may_stand_in_a_file(name: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("a secret of some length\n")
    needed = {"VPCE_GUARD_PORTAL_CLIENT_ID": "id"} if name == "portal_client_secret" else {}
    settings = load_settings(environ={**needed, f"VPCE_GUARD_{name.upper()}_FILE": str(tmp_path / "secret")})
    assert getattr(settings, name) == "a secret of some length"


def test_keys_of_the_log_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text('{"2026": "a secret of some length"}\n')
    settings = load_settings(
        environ={"VPCE_GUARD_LOG_KEYS_FILE": str(tmp_path / "keys"), "VPCE_GUARD_LOG_KEY_ID": "2026"}
    )
    assert (settings.log_keys, settings.log_key_id) == ({"2026": "a secret of some length"}, "2026")
    assert "a secret of some length" not in repr(settings)


def test_every_secret_may_stand_in_a_file() -> None:
    hidden = {name for name, field in Settings.model_fields.items() if not field.repr}
    assert hidden <= {*SECRETS, "opa_token"}  # which has opa_token_file, read again when it changes


def test_a_secret_in_a_file_and_in_the_environment_is_refused(tmp_path: Path) -> None:
    environ = {"VPCE_GUARD_LOG_KEY": "x" * 16, "VPCE_GUARD_LOG_KEY_FILE": str(tmp_path)}
    with pytest.raises(SettingsError, match="Only one of VPCE_GUARD_LOG_KEY and VPCE_GUARD_LOG_KEY_FILE"):
        load_settings(environ=environ)


def test_a_file_that_cannot_be_read_is_told_and_its_secret_is_not(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"VPCE_GUARD_RUN_TASK_KEY_FILE cannot be read"):
        load_settings(environ={"VPCE_GUARD_RUN_TASK_KEY_FILE": str(tmp_path / "none")})
