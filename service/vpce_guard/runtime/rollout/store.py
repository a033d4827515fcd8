"""Bundles and the steps of their life in the log's database. Revisions are immutable, steps are only added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Literal

from sqlalchemy import Engine as Database
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from vpce_guard.decision_log.keys import LogKeys
from vpce_guard.decision_log.register import register_row
from vpce_guard.decision_log.tables import BUNDLE_STEPS, BUNDLES
from vpce_guard.errors import ConflictError
from vpce_guard.instants import now

StepKind = Literal["uploaded", "refused", "activated", "rolled_back", "shadowed", "dropped"]
_IN_FORCE = ("activated", "rolled_back")
_SHADOW = (*_IN_FORCE, "shadowed", "dropped")


@dataclass(frozen=True, kw_only=True)
class RolloutStep:
    """One step: what was done to which bundle, when, by whom and why. Steps are numbered in their order.

    `after` is the activation that this activation follows.
    """

    number: int
    timestamp: str
    step: StepKind
    revision: str
    by: str | None
    reason: str
    after: int | None


@dataclass(frozen=True, kw_only=True)
class BundleRow:
    """A bundle without its content; no `version` and no `key_id` where it came with a service and is not signed."""

    revision: str
    version: int | None
    key_id: str | None
    added: str
    added_by: str | None


def add_bundle(database: Database, stored: BundleRow, archive: bytes, *, keys: LogKeys) -> bool:
    """Keep a signed bundle, in the place of the same without a signature, or signed by another key; whether it is new.

    `keys` are those of the log. Raises ConflictError where its revision is kept with other content, with a higher
    version, or with another signature by the same key.
    """
    row = {**asdict(stored), "archive": archive}
    unsigned = (BUNDLES.c.revision == stored.revision, BUNDLES.c.key_id.is_(None))
    try:
        with database.begin() as connection:
            connection.execute(delete(BUNDLES).where(*unsigned))
            connection.execute(insert(BUNDLES), row)
            register_row(connection, BUNDLES, stored.revision, keys)
        return True
    except IntegrityError:
        return _sign_anew(database, stored, archive, keys)


def _sign_anew(database: Database, stored: BundleRow, archive: bytes, keys: LogKeys) -> bool:
    """Take a kept bundle that another key has signed: so keys change without another bundle. Raises ConflictError."""
    from vpce_guard.bundle.signing import has_same_content  # which brings cryptography

    with database.begin() as connection:
        kept = connection.execute(select(BUNDLES).where(BUNDLES.c.revision == stored.revision)).mappings().one()
        if kept["archive"] == archive:
            return False
        is_lower = (stored.version or 0) < (kept["version"] or 0)
        if kept["key_id"] == stored.key_id or is_lower or not has_same_content(kept["archive"], archive):
            raise ConflictError(
                f"Revision {stored.revision[:12]} is already stored, with another signature or version.",
                advice="Revisions are immutable: activate the stored one, as a rollback if it is older. Another key "
                "alone may sign the same again, with a version that is not lower.",
            )
        row = {**asdict(stored), "archive": archive}
        connection.execute(update(BUNDLES).where(BUNDLES.c.revision == stored.revision).values(row))
        register_row(connection, BUNDLES, stored.revision, keys)
    return True


def archive_of(database: Database, revision: str) -> bytes | None:
    """The archive of a revision; None where there is none."""
    with database.connect() as connection:
        return connection.execute(select(BUNDLES.c.archive).where(BUNDLES.c.revision == revision)).scalar()


def list_bundles(database: Database) -> list[BundleRow]:
    """Every bundle, newest first."""
    columns = (BUNDLES.c.revision, BUNDLES.c.version, BUNDLES.c.key_id, BUNDLES.c.added, BUNDLES.c.added_by)
    with database.connect() as connection:
        rows = connection.execute(select(*columns).order_by(BUNDLES.c.added.desc(), BUNDLES.c.revision)).mappings()
        return [BundleRow(**row) for row in rows]


def find_bundle(database: Database, revision: str) -> BundleRow | None:
    """The bundle of a revision; None where there is none."""
    return next((stored for stored in list_bundles(database) if stored.revision == revision), None)


def add_step(
    database: Database,
    step: StepKind,
    revision: str,
    *,
    by: str | None,
    reason: str,
    keys: LogKeys,
    after: int | None = None,
) -> RolloutStep:
    """Record a step; an activation names the one it comes `after`, 0 for none, which no other may come after.

    `keys` are those of the log.

    Raises ConflictError where somebody else was faster.
    """
    taken = RolloutStep(number=0, timestamp=now(), step=step, revision=revision, by=by, reason=reason, after=after)
    row = {name: value for name, value in asdict(taken).items() if name != "number"}
    try:
        with database.begin() as connection:
            number = connection.execute(insert(BUNDLE_STEPS).returning(BUNDLE_STEPS.c.number), row).scalar_one()
            register_row(connection, BUNDLE_STEPS, number, keys)
    except IntegrityError:
        raise ConflictError(
            "Another bundle was activated in the meantime.", advice="Check which one, and activate again."
        ) from None
    return replace(taken, number=number)


def list_steps(database: Database, *, limit: int = 200) -> list[RolloutStep]:
    """The last steps, newest first."""
    with database.connect() as connection:
        rows = connection.execute(select(BUNDLE_STEPS).order_by(BUNDLE_STEPS.c.number.desc()).limit(limit)).mappings()
        return [RolloutStep(**row) for row in rows]


def last_activations(database: Database) -> tuple[RolloutStep, ...]:
    """The last two activations or rollbacks, newest first: the bundle in force and the one before."""
    return tuple(_last_steps(database, _IN_FORCE, 2))


def was_in_force(database: Database, revision: str) -> bool:
    """Whether a bundle was ever activated, or gone back to."""
    taken = select(BUNDLE_STEPS.c.number).where(BUNDLE_STEPS.c.step.in_(_IN_FORCE), BUNDLE_STEPS.c.revision == revision)
    with database.connect() as connection:
        return connection.execute(taken.limit(1)).first() is not None


def shadow_step(database: Database) -> RolloutStep | None:
    """The step that put a bundle beside the one in force; None where none is there, or it was promoted or dropped."""
    last = _last_steps(database, _SHADOW, 1)
    return last[0] if last and last[0].step == "shadowed" else None


def _last_steps(database: Database, kinds: Sequence[str], count: int) -> list[RolloutStep]:
    chosen = select(BUNDLE_STEPS).where(BUNDLE_STEPS.c.step.in_(kinds))
    with database.connect() as connection:
        rows = connection.execute(chosen.order_by(BUNDLE_STEPS.c.number.desc()).limit(count)).mappings()
        return [RolloutStep(**row) for row in rows]
