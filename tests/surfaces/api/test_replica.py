"""What a service shares with its replicas."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from vpce_guard.errors import SettingsError
from vpce_guard.runtime.wiring import make_guard
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api.http.callers import KeyFile
from vpce_guard.surfaces.api.replica import SharedOrgData, make_replica


def test_org_data_of_another_replica_are_in_force(tmp_path: Path) -> None:
    (tmp_path / "org.yaml").write_text("services: {deny: [sqs]}")
    (tmp_path / "other.yaml").write_text("services: {deny: [kms]}")
    guard = make_guard(Settings(org_data=(tmp_path / "org.yaml",)))
    other = make_guard(Settings(org_data=(tmp_path / "other.yaml",)))
    content = SharedOrgData(other).read_files()
    assert content is not None
    SharedOrgData(guard).take(content)
    assert guard.org.current.revision == other.org.current.revision
    assert SharedOrgData(guard).read_files() != content  # its own files say what they did
    with pytest.raises(SettingsError, match="of the other replicas cannot be used"):
        SharedOrgData(guard).take(b'{"services": 1}')
    assert guard.org.current.revision == other.org.current.revision


def test_keys_of_another_replica_hold_and_those_of_the_own_file_no_longer(tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / name).write_text(f"ann:{hashlib.sha256(name.encode()).hexdigest()}")
    mine, other = KeyFile(tmp_path / "old"), KeyFile(tmp_path / "new")
    content = other.read_files()
    assert content is not None
    mine.take(content)
    assert mine.caller("old") is None
    assert mine.caller("new") is not None
    (tmp_path / "new").write_text("nothing")
    assert other.read_files() is None


def test_replicas_need_a_database() -> None:
    with pytest.raises(SettingsError, match="Replicas share the database of the decision log"):
        make_replica(make_guard(Settings(decision_log="off", replicas=True)), [], None)
