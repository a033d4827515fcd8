"""One process at a time: locks that end with who holds them, however that ends."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy import Engine as Database


class Lock:
    """A connection that holds the lock of a name, or None if another process holds it. Waits for nobody.

    In PostgreSQL an advisory lock, which ends with the connection; beside a SQLite file a locked file, which ends with
    the process. Where there is no way to lock a file, each process has the lock.
    """

    def __init__(self, database: Database, name: str) -> None:
        self._database = database
        self._number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
        self._connection: Connection | None = None
        self._file: int | None = None

    def __enter__(self) -> Connection | None:
        connection = self._database.connect()
        if self._database.dialect.name == "postgresql":
            with connection.begin():
                held = connection.execute(text("SELECT pg_try_advisory_lock(:number)"), {"number": self._number})
                mine = bool(held.scalar())
        else:
            mine = self._lock_file()
        if mine:
            self._connection = connection
        else:
            connection.close()
        return self._connection

    def __exit__(self, *_: object) -> None:
        if self._connection is not None:
            self._connection.invalidate()  # not back to the pool: it holds the lock
            self._connection.close()
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _lock_file(self) -> bool:
        path = self._database.url.database
        try:
            import fcntl
        except ImportError:
            return True
        if not path or path == ":memory:":
            return True
        self._file = os.open(f"{path}.{self._number & 0xFFFFFFFF:08x}.lock", os.O_CREAT | os.O_WRONLY, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class Turn:
    """The lock of a file, which is waited for; whoever has waited gets it as soon as it is free."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def __enter__(self) -> None:
        import fcntl

        if self._file is None:
            self._file = os.open(self._path, os.O_CREAT | os.O_WRONLY, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        import fcntl

        assert self._file is not None  # noqa: S101 - __enter__ opened it
        fcntl.flock(self._file, fcntl.LOCK_UN)
