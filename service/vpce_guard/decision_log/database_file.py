"""The file of a SQLite database: whether what is written to it still is where people look for it."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path


def keep_private(path: Path) -> None:
    """Let only its owner read a database file; one that is not there is made. Raises OSError where it cannot be.

    SQLite gives the files beside it the same rights.
    """
    if os.name == "nt":
        return
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    for each in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        with suppress(PermissionError, FileNotFoundError):  # somebody else's file, or none
            mode = each.stat().st_mode
            if stat.S_ISREG(mode) and mode & 0o077:
                each.chmod(0o600)


class DatabaseFile:
    """A database file while connections to it are open. A connection goes on writing to a file that was moved away."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = self._identify(path)
        self._wal: tuple[int, int] | None = None

    def check(self) -> None:
        """Raise OSError where the file, or its log of writes, was moved, removed or replaced, or cannot be written."""
        if self._identify(self._path) != self._file:
            raise OSError(f"the database file {self._path} was moved, removed or replaced: put it back, or restart")
        if self._wal is not None and self._identify(self._wal_path) != self._wal:
            raise OSError(f"the file {self._wal_path} was moved, removed or replaced: put it back, or restart")
        if os.name != "nt" and os.statvfs(self._path).f_flag & os.ST_RDONLY:
            raise OSError(f"the file system of {self._path} is read-only")

    def note_written(self) -> None:
        """Something was committed: from now on the log of writes is there."""
        if self._wal is None:
            self._wal = self._identify(self._wal_path)

    def note_closed(self) -> None:
        """The connection that writes was closed, and the log of writes may go with it."""
        self._wal = None

    @property
    def is_there(self) -> bool:
        """Whether a connection would find the file and not make another."""
        return self._identify(self._path) == self._file

    @property
    def _wal_path(self) -> Path:
        return self._path.with_name(self._path.name + "-wal")

    @staticmethod
    def _identify(path: Path) -> tuple[int, int] | None:
        try:
            status = path.stat()
        except OSError:
            return None
        return status.st_dev, status.st_ino
