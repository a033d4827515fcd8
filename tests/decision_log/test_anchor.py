"""Seals outside the database: each is there once it holds, and a file that cannot take them costs the decision."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.support.entries import KEYS, entry
from vpce_guard.decision_log import anchor, chain, retention
from vpce_guard.decision_log.anchor import AnchorFile, read_anchor
from vpce_guard.decision_log.appending import Appender
from vpce_guard.decision_log.database import open_database
from vpce_guard.decision_log.keys import LogKeys
from vpce_guard.decision_log.mask import Mask
from vpce_guard.errors import NotFoundError, SettingsError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "anchor.jsonl"


@pytest.fixture
def database(tmp_path: Path) -> Engine:
    return open_database(f"sqlite:///{tmp_path / 'log.db'}")


@pytest.fixture
def appender(database: Engine, path: Path) -> Appender:
    return Appender(database, mask=Mask(()), keys=KEYS, anchor=AnchorFile(path))


def problems(database: Engine, path: Path, keys: LogKeys = KEYS) -> list[str]:
    return [fault.problem for fault in chain.verify(database, KEYS, read_anchor(path, keys)).findings]


def test_each_seal_is_a_line_that_only_its_owner_reads(database: Engine, appender: Appender, path: Path) -> None:
    for number in range(3):
        appender.append([entry(2 * number), entry(2 * number + 1)])
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line["last"] for line in lines] == [2, 4, 6]
    assert {line["register"]["number"] for line in lines} == {1}
    assert path.stat().st_mode & 0o777 == 0o600
    verified = chain.verify(database, KEYS, read_anchor(path, KEYS))
    assert (verified.findings, verified.seals) == ((), 3)


def test_what_was_taken_away_by_prune_is_not_missed(database: Engine, appender: Appender, path: Path) -> None:
    for number in range(4):
        appender.append([entry(number)])
    for before in ("2026-01-01T02:00:00.000Z", "2027-01-01T00:00:00.000Z"):
        retention.prune(database, before, KEYS)
        assert problems(database, path) == []


def test_a_line_that_was_changed_is_found(database: Engine, appender: Appender, path: Path) -> None:
    appender.append([entry(1)])
    path.write_text(path.read_text().replace('"last":1', '"last":2') + "{}\n")
    assert problems(database, path) == ["it was changed, or the key is another", "it is no seal of a log"]


def test_another_key_does_not_hold(database: Engine, appender: Appender, path: Path) -> None:
    appender.append([entry(1)])
    assert problems(database, path, LogKeys(unnamed=b"another key of a length")) == [
        "it was changed, or the key is another"
    ]


def test_a_line_that_a_crash_left_unfinished_is_passed_over(database: Engine, appender: Appender, path: Path) -> None:
    appender.append([entry(1)])
    with path.open("a") as file:
        file.write('{"timestamp":"2026')
    Appender(database, mask=Mask(()), keys=KEYS, anchor=AnchorFile(path)).append([entry(2)])
    assert len(path.read_text().splitlines()) == 3
    assert (problems(database, path), read_anchor(path, KEYS).seals) == ([], 2)


def test_without_its_file_nothing_is_decided(database: Engine, appender: Appender, path: Path) -> None:
    appender.append([entry(1)])
    path.rename(path.with_name("elsewhere"))
    with pytest.raises(OSError, match="was moved, removed or replaced"):
        appender.append([entry(2)])
    with pytest.raises(OSError, match="was moved, removed or replaced"):
        appender.probe()
    path.with_name("elsewhere").rename(path)
    appender.append([entry(3)])
    assert chain.verify(database, KEYS).records == 2


def test_a_seal_that_was_not_written_is_written_before_anything_else(
    database: Engine, appender: Appender, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> int:
        raise OSError("No space left on device")

    appender.append([entry(1)])
    monkeypatch.setattr(anchor.os, "write", fail)
    for number in (2, 3):
        with pytest.raises(OSError, match="No space"):
            appender.append([entry(number)])
    monkeypatch.undo()
    appender.append([entry(4)])
    assert [json.loads(line)["last"] for line in path.read_text().splitlines()] == [1, 2, 3]
    assert problems(database, path) == []


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be opened"):
        AnchorFile(tmp_path / "none" / "anchor")
    with pytest.raises(NotFoundError, match="cannot be read"):
        read_anchor(tmp_path / "none", KEYS)


def test_a_file_that_others_could_read_is_closed_to_them(path: Path) -> None:
    path.touch()
    os.chmod(path, 0o644)
    AnchorFile(path).close()
    assert path.stat().st_mode & 0o777 == 0o600
