"""Reads the log: one decision, pages of decisions, everything in order; and takes old decisions away."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import Engine, Select, and_, delete, func, or_, select, update

from vpce_guard.decision_log.chain import seal
from vpce_guard.decision_log.records import event, kept_text
from vpce_guard.decision_log.tables import CHAINS, DECISIONS, LABELS, RULES
from vpce_guard.errors import MalformedError, Pointer
from vpce_guard.model import Json


@dataclass(frozen=True, kw_only=True)
class Query:
    """Which decisions: each member that is given must hold. Times are RFC 3339, `since` inclusive, `until` not."""

    since: str | None = None
    until: str | None = None
    allowed: bool | None = None
    rule_id: str | None = None
    vpc_id: str | None = None
    service_name: str | None = None
    label: tuple[str, str] | None = None
    request_id: str | None = None
    requested_by: str | None = None


@dataclass(frozen=True)
class Page:
    """Decisions as events, newest first, and the cursor of the next page; None on the last one."""

    events: tuple[Json, ...]
    cursor: str | None


def one(engine: Engine, decision_id: str) -> Json | None:
    """The event of a decision; None where there is none of that id."""
    with engine.connect() as connection:
        chosen = select(DECISIONS).where(DECISIONS.c.decision_id == kept_text(decision_id, 100))
        found = connection.execute(chosen).mappings().one_or_none()
    return event(found) if found is not None else None


def page(engine: Engine, query: Query, *, limit: int, cursor: str | None = None) -> Page:
    """Up to `limit` decisions from a cursor on, newest first. Raises MalformedError for a cursor that is none."""
    chosen = _chosen(query)
    if cursor is not None:
        timestamp, decision_id = _place(cursor)
        time, identity = DECISIONS.c.timestamp, DECISIONS.c.decision_id
        chosen = chosen.where(or_(time < timestamp, and_(time == timestamp, identity < decision_id)))
    newest = chosen.order_by(DECISIONS.c.timestamp.desc(), DECISIONS.c.decision_id.desc()).limit(limit + 1)
    with engine.connect() as connection:
        rows = connection.execute(newest).mappings().all()
    following = _cursor(rows[limit - 1]) if len(rows) > limit else None
    return Page(tuple(event(row) for row in rows[:limit]), following)


def every(engine: Engine, query: Query) -> Iterator[Json]:
    """Every decision, oldest first. Memory does not grow with their number."""
    oldest = _chosen(query).order_by(DECISIONS.c.timestamp, DECISIONS.c.decision_id)
    with engine.connect() as connection:
        for row in connection.execution_options(stream_results=True, yield_per=200).execute(oldest).mappings():
            yield event(row)


def prune(engine: Engine, before: str, key: bytes | None) -> int:
    """Take decisions older than a time away, from the start of each chain, which is sealed anew; how many they were."""
    with engine.connect() as connection:
        chains = connection.execute(select(CHAINS.c.chain)).scalars().all()
    return sum(_prune_chain(engine, chain, before, key) for chain in chains)


def _prune_chain(engine: Engine, chain: str, before: str, key: bytes | None) -> int:
    of_chain = DECISIONS.c.chain == chain
    kept = select(func.min(DECISIONS.c.number)).where(of_chain, DECISIONS.c.timestamp >= before)
    newest = select(func.max(DECISIONS.c.number)).where(of_chain)
    with engine.connect() as connection:
        kept_from = connection.execute(kept).scalar()
        last_gone = kept_from - 1 if kept_from is not None else connection.execute(newest).scalar()
        last = select(DECISIONS.c.hash).where(of_chain, DECISIONS.c.number == last_gone)
        hash_of_last = connection.execute(last).scalar()
    if hash_of_last is None or last_gone is None:
        return 0
    old = and_(of_chain, DECISIONS.c.number <= last_gone)
    with engine.begin() as connection:
        identities = select(DECISIONS.c.decision_id).where(old).scalar_subquery()
        for table in (RULES, LABELS):
            connection.execute(delete(table).where(table.c.decision_id.in_(identities)))
        gone = connection.execute(delete(DECISIONS).where(old)).rowcount
        # Read now: the writer of the chain waits until this is done, and reads where the chain starts itself.
        current = select(CHAINS).where(CHAINS.c.chain == chain).with_for_update()
        row = dict(connection.execute(current).mappings().one())
        row |= {"first": last_gone + 1, "first_previous": hash_of_last}
        connection.execute(update(CHAINS).where(CHAINS.c.chain == chain), {**row, "seal": seal(row, key)})
    return gone


def _chosen(query: Query) -> Select[Any]:
    chosen = select(DECISIONS)
    if query.rule_id is not None:
        chosen = chosen.join(RULES, RULES.c.decision_id == DECISIONS.c.decision_id).where(
            RULES.c.rule_id == kept_text(query.rule_id, 40)
        )
    if query.label is not None:
        name, value = query.label
        chosen = chosen.join(LABELS, LABELS.c.decision_id == DECISIONS.c.decision_id).where(
            LABELS.c.name == kept_text(name, 200), LABELS.c.value == kept_text(value, 500)
        )
    exact: dict[str, str | bool | None] = {
        "allowed": query.allowed,
        "vpc_id": kept_text(query.vpc_id, 200),
        "service_name": kept_text(query.service_name, 500),
        "req_id": kept_text(query.request_id, 200),
        "requested_by": kept_text(query.requested_by, 200),
    }
    for column, wanted in exact.items():
        if wanted is not None:
            chosen = chosen.where(DECISIONS.c[column] == wanted)
    if query.since is not None:
        chosen = chosen.where(DECISIONS.c.timestamp >= query.since)
    if query.until is not None:
        chosen = chosen.where(DECISIONS.c.timestamp < query.until)
    return chosen


def _cursor(row: Any) -> str:
    return base64.urlsafe_b64encode(to_json([row["timestamp"], row["decision_id"]])).decode().rstrip("=")


def _place(cursor: str) -> tuple[str, str]:
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        timestamp, decision_id = from_json(base64.urlsafe_b64decode(padded))
        if isinstance(timestamp, str) and isinstance(decision_id, str) and "\0" not in timestamp + decision_id:
            return timestamp, decision_id
    except (ValueError, binascii.Error, TypeError):
        pass
    raise MalformedError(
        "The cursor is none.",
        advice="Use the `cursor` of the page before, unchanged.",
        places=(Pointer(pointer="/cursor", code="cursor", detail="is not a cursor"),),
    )
