"""What decisions were made under, kept beside them by revision so that they can be made again."""

from __future__ import annotations

import zlib

from pydantic_core import from_json, to_json
from sqlalchemy import Engine as Database
from sqlalchemy import Table, insert, select
from sqlalchemy.exc import IntegrityError

from vpce_guard.bundle.archive import pack, unpack
from vpce_guard.bundle.bundle import Bundle, bundle_of
from vpce_guard.decision_log.keys import LogKeys
from vpce_guard.decision_log.register import register_row
from vpce_guard.decision_log.tables import BUNDLES, ORG_DATA
from vpce_guard.instants import now
from vpce_guard.model import Json

_LEVEL = 1  # a third of the time, which each new log takes at its first start, and 7 percent more bytes


def keep_bundle(database: Database, bundle: Bundle, *, keys: LogKeys) -> None:
    """Keep a bundle that is in force, unless one of its revision is kept already. `keys` are those of the log."""
    if not _is_kept(database, BUNDLES, bundle.revision):
        archive = pack(bundle.files, level=_LEVEL)
        _keep(database, BUNDLES, {"revision": bundle.revision, "archive": archive, "added": now()}, keys)


def load_bundle(database: Database, revision: str) -> Bundle | None:
    """The bundle of a revision, as it was kept; nothing is verified here. None where there is none."""
    with database.connect() as connection:
        archive = connection.execute(select(BUNDLES.c.archive).where(BUNDLES.c.revision == revision)).scalar()
    return bundle_of(unpack(archive)) if archive is not None else None


def keep_org(database: Database, revision: str, document: Json, *, keys: LogKeys) -> None:
    """Keep an org data document, unless one of its revision is kept already."""
    if revision and not _is_kept(database, ORG_DATA, revision):
        content = zlib.compress(to_json(document))
        _keep(database, ORG_DATA, {"revision": revision, "document": content, "added": now()}, keys)


def load_org(database: Database, revision: str) -> Json | None:
    """The org data document of a revision; None where there is none."""
    with database.connect() as connection:
        content = connection.execute(select(ORG_DATA.c.document).where(ORG_DATA.c.revision == revision)).scalar()
    return from_json(zlib.decompress(content)) if content is not None else None


def _is_kept(database: Database, table: Table, revision: str) -> bool:
    with database.connect() as connection:
        return connection.execute(select(table.c.revision).where(table.c.revision == revision)).scalar() is not None


def _keep(database: Database, table: Table, row: Json, keys: LogKeys) -> None:
    try:
        with database.begin() as connection:
            connection.execute(insert(table), row)
            register_row(connection, table, row["revision"], keys)
    except IntegrityError:
        pass  # another process was first; the revision says that it is the same
