"""What grows with the number of events, in a file of its own that is gone when the program ends."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from pydantic_core import from_json, to_json

from vpce_guard.model import Json


class Spill:
    """The ids of events, so that each counts once, and the disagreements in the order in which they were found."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("", isolation_level=None)  # SQLite makes a temporary file for it
        self._file.execute("CREATE TABLE events (id TEXT PRIMARY KEY) WITHOUT ROWID")
        self._file.execute("CREATE TABLE disagreements (content BLOB)")
        self._file.execute("BEGIN")

    def is_new(self, event_id: str) -> bool:
        """Whether an id comes for the first time."""
        return self._file.execute("INSERT OR IGNORE INTO events VALUES (?)", (event_id,)).rowcount == 1

    def add(self, disagreement: Json) -> None:
        """Keep a disagreement."""
        self._file.execute("INSERT INTO disagreements VALUES (?)", (to_json(disagreement),))

    def disagreements(self) -> Iterator[Json]:
        """All of them, one at a time."""
        for (content,) in self._file.execute("SELECT content FROM disagreements ORDER BY rowid"):
            yield from_json(content)

    def close(self) -> None:
        """Give the file back."""
        self._file.close()
