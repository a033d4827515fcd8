"""Backups: whole or not there, and never over anything."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.entries import entry
from tests.support.recording import GATEWAY, record
from vpce_guard.decision_log import backup
from vpce_guard.decision_log.appending import Appender
from vpce_guard.decision_log.backup import copy_log
from vpce_guard.decision_log.chain import verify
from vpce_guard.decision_log.database import open_database
from vpce_guard.decision_log.keys import NO_KEYS
from vpce_guard.decision_log.mask import Mask
from vpce_guard.errors import ConflictError, NotFoundError, UnreadableError
from vpce_guard.runtime.wiring import open_log
from vpce_guard.settings import Settings


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "decisions.db"
    record(f"sqlite:///{path}", GATEWAY)
    return path


def test_a_log_is_copied_while_it_is_written_to(tmp_path: Path) -> None:
    source, target = tmp_path / "decisions.db", tmp_path / "backup" / "copy.db"
    target.parent.mkdir()
    log = open_log(Settings(database_url=f"sqlite:///{source}"))
    assert log is not None

    async def write() -> None:
        await log.write([entry(1), entry(2)])
        assert copy_log(source, target, NO_KEYS).records == 2
        await log.write([entry(3)])
        await log.close()

    asyncio.run(write())
    assert [path.name for path in target.parent.iterdir()] == ["copy.db"]
    assert target.stat().st_mode & 0o077 == 0
    assert verify(open_database(f"sqlite:///{source}"), NO_KEYS).records == 3


def test_a_restored_log_goes_on_in_a_chain_of_its_own(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "restored.db"
    before = copy_log(source, target, NO_KEYS)
    record(f"sqlite:///{target}", GATEWAY)
    after = verify(open_database(f"sqlite:///{target}", create=False), NO_KEYS)
    assert (after.findings, after.records, after.chains) == (before.findings, before.records + 1, before.chains + 1)


@pytest.mark.parametrize("suffix", ["", "-wal", "-journal"])
def test_what_is_there_is_not_replaced(source: Path, tmp_path: Path, suffix: str) -> None:
    there = tmp_path / f"copy.db{suffix}"
    there.write_bytes(b"theirs")
    with pytest.raises(ConflictError, match="is not replaced"):
        copy_log(source, tmp_path / "copy.db", NO_KEYS)
    assert there.read_bytes() == b"theirs"


def test_a_changed_log_is_not_put_in_place(source: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(source)) as connection, connection:
        connection.execute("UPDATE decisions SET timestamp = '2020-01-01T00:00:00.000Z'")
    assert copy_log(source, tmp_path / "copy.db", NO_KEYS).findings
    assert not list(tmp_path.glob("*copy*"))


def test_a_log_without_records_is_not_put_in_place(tmp_path: Path) -> None:
    open_database(f"sqlite:///{tmp_path / 'empty.db'}").dispose()
    assert copy_log(tmp_path / "empty.db", tmp_path / "copy.db", NO_KEYS).records == 0
    assert not list(tmp_path.glob("*copy*"))


def test_what_is_no_log_is_told(source: Path, tmp_path: Path) -> None:
    text, other = tmp_path / "text", tmp_path / "other.db"
    text.write_text("no database at all, " * 100)
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE theirs (id)")
    with pytest.raises(UnreadableError, match="not an SQLite database"):
        copy_log(text, tmp_path / "copy.db", NO_KEYS)
    with pytest.raises(NotFoundError, match=r"no decision log in .*other\.db"):
        copy_log(other, tmp_path / "copy.db", NO_KEYS)
    with pytest.raises(NotFoundError, match="no file"):
        copy_log(tmp_path / "none", tmp_path / "copy.db", NO_KEYS)
    with pytest.raises(NotFoundError, match="no folder"):
        copy_log(source, tmp_path / "none" / "copy.db", NO_KEYS)
    assert not list(tmp_path.glob("*copy*"))


def test_the_copy_and_its_name_are_on_disk_before_it_is_told(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[bool, bool]] = []
    target = tmp_path / "copy.db"

    def note(opened: int) -> None:
        synced.append((stat.S_ISDIR(os.fstat(opened).st_mode), target.exists()))

    monkeypatch.setattr(backup.os, "fsync", note)
    copy_log(source, target, NO_KEYS)
    assert synced == [(False, False), (True, True)]


def test_a_service_that_was_not_stopped_refuses_what_was_restored_under_it(source: Path, tmp_path: Path) -> None:
    copy_log(source, tmp_path / "copy.db", NO_KEYS)
    running = Appender(open_database(f"sqlite:///{source}"), mask=Mask(()), keys=NO_KEYS)
    running.append([entry(100)])
    source.rename(tmp_path / "moved.db")
    with pytest.raises(ConflictError, match="-wal is there already"):
        copy_log(tmp_path / "copy.db", source, NO_KEYS)
    for suffix in ("-wal", "-shm"):
        source.with_name(f"decisions.db{suffix}").rename(tmp_path / f"moved.db{suffix}")
    copy_log(tmp_path / "copy.db", source, NO_KEYS)
    with pytest.raises(OSError, match="was moved, removed or replaced"):
        running.append([entry(101)])
