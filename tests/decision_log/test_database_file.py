"""Whether a database file is still the one that was opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from vpce_guard.decision_log.database import open_database
from vpce_guard.decision_log.database_file import DatabaseFile, keep_private


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "log.db"
    path.touch()
    return path


def test_a_file_that_stays_is_there(path: Path) -> None:
    file = DatabaseFile(path)
    file.check()
    path.write_bytes(b"more")
    file.check()
    assert file.is_there


def test_one_that_is_gone_or_another_is_not(path: Path) -> None:
    file = DatabaseFile(path)
    path.rename(path.with_name("kept"))
    assert not file.is_there
    with pytest.raises(OSError, match="moved, removed or replaced"):
        file.check()
    path.touch()
    assert not file.is_there
    path.with_name("kept").replace(path)
    assert file.is_there


def test_the_log_of_writes_counts_from_the_first_write_to_the_end_of_the_connection(path: Path) -> None:
    file, wal = DatabaseFile(path), path.with_name("log.db-wal")
    file.check()
    wal.touch()
    file.note_written()
    file.check()
    wal.unlink()
    with pytest.raises(OSError, match=r"log\.db-wal was moved"):
        file.check()
    file.note_closed()
    file.check()


def test_only_the_owner_reads_a_database(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    for _ in range(2):
        database = open_database(f"sqlite:///{path}")
        with database.begin() as connection:
            connection.exec_driver_sql("DELETE FROM decisions")
            files = sorted(tmp_path.iterdir())
            assert [file.name for file in files] == ["log.db", "log.db-shm", "log.db-wal"]
            assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
        database.dispose()
        path.chmod(0o644)  # as a version before left it


def test_a_folder_keeps_its_rights(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    keep_private(tmp_path)
    assert tmp_path.stat().st_mode & 0o777 == 0o755
