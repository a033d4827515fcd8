"""Which bundle revision each OPA runs, from what its status plugin reports."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine as Database
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from vpce_guard.decision_log.tables import SIDECARS
from vpce_guard.errors import MalformedError
from vpce_guard.instants import format_instant, now

_FORGET = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Sidecar:
    """An OPA: its id, the revision it said last that it runs, when, and why it refused a newer one if it did."""

    id: str
    revision: str | None
    seen: str
    error: str | None


def read_status(status: Any) -> Sidecar:
    """What an OPA says of itself in a status update. Raises MalformedError for anything else.

    Source: https://www.openpolicyagent.org/docs/management-status
    """
    labels = status.get("labels") if isinstance(status, dict) else None
    identity = labels.get("id") if isinstance(labels, dict) else None
    if not isinstance(identity, str) or not identity or "\0" in identity:
        raise MalformedError("This is not an OPA status update.", advice="A status update names its OPA in /labels/id.")
    bundles = status.get("bundles")
    found = [b for b in bundles.values() if isinstance(b, dict)] if isinstance(bundles, dict) else []
    revisions = [r[:200] for b in found if isinstance(r := b.get("active_revision"), str) and r and "\0" not in r]
    wrong = [f"{b.get('code')}: {b.get('message')}"[:2000].replace("\0", " ") for b in found if b.get("code")]
    return Sidecar(id=identity[:200], revision=next(iter(revisions), None), seen=now(), error=next(iter(wrong), None))


def keep_sidecar(database: Database, sidecar: Sidecar) -> None:
    """Keep what an OPA said last; one that has not been heard of for an hour is forgotten."""
    old = format_instant(datetime.now(UTC) - _FORGET)
    values = asdict(sidecar)
    with database.begin() as connection:
        connection.execute(delete(SIDECARS).where(SIDECARS.c.seen < old))
        if connection.execute(update(SIDECARS).where(SIDECARS.c.id == sidecar.id).values(values)).rowcount:
            return
    try:
        with database.begin() as connection:
            connection.execute(insert(SIDECARS), values)
    except IntegrityError:
        pass  # its update before came by another process at this very moment


def list_sidecars(database: Database) -> list[Sidecar]:
    """Every OPA that was heard of, by id."""
    with database.connect() as connection:
        rows = connection.execute(select(SIDECARS).order_by(SIDECARS.c.id)).mappings()
        return [Sidecar(**row) for row in rows]
