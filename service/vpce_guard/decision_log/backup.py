"""Copies of a log kept in SQLite: made while the service writes, verified, and only then put under their name."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from vpce_guard.decision_log.chain import Verification, verify
from vpce_guard.decision_log.database import open_database
from vpce_guard.decision_log.keys import LogKeys
from vpce_guard.errors import ConflictError, LogError, NotFoundError, UnreadableError


def copy_log(source: Path, target: Path, keys: LogKeys) -> Verification:
    """Copy the log in the file `source` to the new file `target`, which is there only if the copy is whole.

    The source may be written to meanwhile: the copy is its state at one moment. It is a single file, without a log of
    writes beside it, readable to its owner only, and on disk, as is its name, before this returns. A copy without
    records is not put in place either.

    Raises NotFoundError where the source is no log or a folder is missing, UnreadableError where it is no database,
    ConflictError where the target is there, LogError where a file cannot be read or written.
    """
    if not source.is_file():
        raise NotFoundError(f"There is no file {source}.")
    _refuse_what_is_there(target)
    try:
        with TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as folder:
            copy = Path(folder) / "copy.db"
            _copy_pages(source, copy)
            found = _verify_copy(copy, source, keys)
            if found.records and not found.findings and not found.missing:
                _sync(copy)
                os.link(copy, target)  # unlike a rename, it never replaces a file
                _sync(target.parent)
        return found
    except FileExistsError:
        raise _is_there(target) from None
    except FileNotFoundError:
        raise NotFoundError(f"There is no folder {target.parent}.") from None
    except OSError as error:
        raise LogError(f"{target} cannot be written: {error.strerror}.") from None
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB:
            raise UnreadableError(f"{source} is not an SQLite database.") from None
        raise LogError(f"{source} cannot be copied to {target}: {error}.") from None


def _sync(path: Path) -> None:
    """Have a file, or the names in a folder, outlast a loss of power. Windows does that for names by itself."""
    if os.name == "nt" and path.is_dir():
        return
    opened = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _refuse_what_is_there(target: Path) -> None:
    """A log of writes that another database left behind would be read into the copy."""
    for each in (target, target.with_name(target.name + "-wal"), target.with_name(target.name + "-journal")):
        if each.exists() or each.is_symlink():
            raise _is_there(each)


def _is_there(path: Path) -> ConflictError:
    return ConflictError(f"{path} is there already and is not replaced.", advice="Move it away, or give another name.")


def _copy_pages(source: Path, copy: Path) -> None:
    os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as read,
        closing(sqlite3.connect(copy)) as written,
    ):
        read.backup(written)


def _verify_copy(copy: Path, source: Path, keys: LogKeys) -> Verification:
    try:
        database = open_database(f"sqlite:///{copy}", create=False)
    except NotFoundError:
        raise NotFoundError(f"There is no decision log in {source}.") from None
    try:
        found = verify(database, keys)
    finally:
        database.dispose()
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    return found
