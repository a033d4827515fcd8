"""Org data and keys that hold for every replica: where one's files change, all come to the new content.

The files of replicas change at different times, as a cluster hands out a ConfigMap or Secret pod by pod. Whoever sees a
change first puts the content into the database, and the others take it from there.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple, Protocol

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy import Engine as Database

from vpce_guard.decision_log.keys import LogKeys, MissingKeyError
from vpce_guard.decision_log.tables import SHARED_CONTENTS
from vpce_guard.errors import SettingsError
from vpce_guard.instants import now, seconds_ago
from vpce_guard.logs import Logger

log = Logger("vpce_guard.replicas")
_MOST_KEPT = 50
_RECENT = 600.0  # seconds within which a service that starts may still be given files of before a change


class SharedContent(Protocol):
    """Something in files that is to be the same in all replicas."""

    name: str

    def read_files(self) -> bytes | None:
        """What the files of this machine say; None where that cannot be used."""

    def take(self, content: bytes) -> None:
        """Put content in force here. Raises SettingsError for what cannot be used."""


class SharedRow(NamedTuple):
    """Content that some replica put into the database."""

    digest: str
    content: bytes
    seal: str | None


class ContentFollower:
    """Keeps one content the same as that of the other replicas. Blocks."""

    def __init__(self, shared: SharedContent, database: Database, *, keys: LogKeys) -> None:
        self._shared, self._database, self._keys = shared, database, keys
        self._local: str | None = None  # digest of what the files said at the last look
        self._taken: str | None = None
        self.error: str | None = None

    def follow(self) -> None:
        """Publish what changed here, and take what is in force. A content that cannot be used is logged once."""
        content = self._shared.read_files()
        digest = digest_of(content) if content is not None else None
        with self._database.begin() as connection:
            last = last_content(connection, self._shared.name)
            if content is not None and digest is not None and digest != self._local:
                if (last is None or last.digest != digest) and not self._is_late(connection, digest):
                    last = self._publish(connection, digest, content)
                self._local = digest
        if last is not None and last.digest != self._taken:
            self._take(last)

    def _is_late(self, connection: Connection, digest: str) -> bool:
        """Whether files at the start of this service are of before a change that others have seen already."""
        if self._local is not None:
            return False
        before = select(SHARED_CONTENTS.c.number).where(
            SHARED_CONTENTS.c.name == self._shared.name, SHARED_CONTENTS.c.digest == digest
        )
        changed = select(SHARED_CONTENTS.c.number).where(
            SHARED_CONTENTS.c.name == self._shared.name, SHARED_CONTENTS.c.added > seconds_ago(_RECENT)
        )
        return connection.execute(before).first() is not None and connection.execute(changed).first() is not None

    def _publish(self, connection: Connection, digest: str, content: bytes) -> SharedRow:
        name, table = self._shared.name, SHARED_CONTENTS
        seal = self._keys.hash(self._seal_content(digest)) if self._keys else None
        row = SharedRow(digest, content, seal)
        connection.execute(insert(table), {"name": name, **row._asdict(), "added": now()})
        kept = select(table.c.number).where(table.c.name == name).order_by(table.c.number.desc()).limit(_MOST_KEPT)
        numbers = list(connection.execute(kept).scalars())
        connection.execute(delete(table).where(table.c.name == name, table.c.number < numbers[-1]))
        log.info("content_published", content=name, digest=digest)
        return row

    def _take(self, row: SharedRow) -> None:
        self._taken = row.digest
        try:
            self._check(row)
            self._shared.take(row.content)
        except SettingsError as error:
            self.error = str(error)
            log.error("content_refused", content=self._shared.name, digest=row.digest, error=self.error)
        else:
            self.error = None
            log.info("content_taken", content=self._shared.name, digest=row.digest)

    def _check(self, row: SharedRow) -> None:
        """Where the log has keys, only a service that has them can seal a content. Raises SettingsError."""
        try:
            holds = not self._keys or self._keys.holds(self._seal_content(row.digest), row.seal or "")
        except MissingKeyError as error:
            raise SettingsError(f"The {self._shared.name} in the database cannot be verified: {error}") from None
        if digest_of(row.content) != row.digest or not holds:
            raise SettingsError(f"The {self._shared.name} in the database were not put there by a replica of this one.")

    def _seal_content(self, digest: str) -> bytes:
        return f"{self._shared.name}:{digest}".encode()


def last_content(connection: Connection, name: str) -> SharedRow | None:
    """The content of a name that is in force."""
    table = SHARED_CONTENTS
    chosen = select(table.c.digest, table.c.content, table.c.seal).where(table.c.name == name)
    found = connection.execute(chosen.order_by(table.c.number.desc()).limit(1)).one_or_none()
    return SharedRow(found.digest, bytes(found.content), found.seal) if found is not None else None


def digest_of(content: bytes) -> str:
    """What tells contents apart."""
    return hashlib.sha256(content).hexdigest()
