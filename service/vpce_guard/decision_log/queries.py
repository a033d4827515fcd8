"""Reads the log: one decision, pages of decisions, everything in order."""

from __future__ import annotations

import base64
import binascii
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import ColumnElement, FromClause, Select, and_, false, func, literal, select, true, tuple_
from sqlalchemy import Engine as Database

from vpce_guard.decision_log.parts import read_whole
from vpce_guard.decision_log.records import NAME_CHARACTERS, VALUE_CHARACTERS, clean_text, event
from vpce_guard.decision_log.tables import DECISIONS, LABELS, RULES
from vpce_guard.errors import MalformedError, Pointer
from vpce_guard.instants import format_milliseconds, instant
from vpce_guard.model import Json

_AT_ONCE = 200  # decisions read at once where all are
MOST_COUNTED = 10_000  # records that are counted by time at most, so that the answer comes at once
_HOUR = len("2026-11-30T08")
Position = tuple[str, str]  # the time and id of a decision


@dataclass(frozen=True, kw_only=True)
class Query:
    """Which decisions: each member that is given must hold. Times as parse_time() gives them; `until` is exclusive."""

    since: str | None = None
    until: str | None = None
    allowed: bool | None = None
    rule_id: str | None = None
    vpc_id: str | None = None
    service_name: str | None = None
    account_id: str | None = None
    label: tuple[str, str] | None = None
    request_id: str | None = None
    requested_by: str | None = None


@dataclass(frozen=True)
class EventPage:
    """Decisions as events, newest first, and the cursor of the next page; None on the last one."""

    events: tuple[Json, ...]
    cursor: str | None


@dataclass(frozen=True)
class OutcomeCount:
    """How many decisions of a time were allowed and denied."""

    allowed: int
    denied: int


@dataclass(frozen=True)
class TimeCounts:
    """What was decided in each of some times; older decisions than `since` are not counted, where it is not None."""

    counts: tuple[OutcomeCount, ...]
    since: str | None


def parse_time(text: str | None, name: str) -> str | None:
    """An RFC 3339 time as the log spells it. Raises MalformedError, with the parameter's name, for what is none."""
    if text is None:
        return None
    found = instant(text)
    if found is None:
        raise parameter_error(name, "is not an RFC 3339 time with a zone")
    return format_milliseconds(datetime.fromisoformat(found))


def parse_label(text: str | None) -> tuple[str, str] | None:
    """A label out of `name:value`. Raises MalformedError for what is none."""
    if text is None:
        return None
    name, colon, value = text.partition(":")
    if not name or not colon:
        raise parameter_error("label", "is not name:value")
    return name, value


def parameter_error(name: str, detail: str) -> MalformedError:
    """The error of a parameter."""
    return MalformedError(
        f"The parameter {name} {detail}.", pointers=(Pointer(pointer=f"/{name}", code="parameter", detail=detail),)
    )


def find_event(database: Database, decision_id: str) -> Json | None:
    """The event of a decision; None where there is none of that id."""
    with database.connect() as connection:
        chosen = select(DECISIONS).where(DECISIONS.c.decision_id == clean_text(decision_id, 36))
        found = read_whole(connection, connection.execute(chosen).mappings().all())
    return event(found[0]) if found else None


def page(
    database: Database, query: Query, *, limit: int, cursor: str | None = None, with_input: bool = True
) -> EventPage:
    """Up to `limit` decisions from a cursor on, newest first. Raises MalformedError for a cursor that is none.

    Without their inputs, which are most of what is kept, they are not read either.
    """
    before = _place(cursor) if cursor is not None else None
    chosen = select_newest(query, limit + 1, before)
    if not with_input:
        chosen = chosen.with_only_columns(*(column for column in DECISIONS.c if column is not DECISIONS.c.input))
    with database.connect() as connection:
        rows = read_whole(connection, connection.execute(chosen).mappings().all())
    following = _cursor(rows[limit - 1]) if len(rows) > limit else None
    return EventPage(tuple(event(row) for row in rows[:limit]), following)


def read_all(database: Database, query: Query) -> Iterator[Json]:
    """Every decision, oldest first.

    Memory does not grow with their number, and no transaction lasts, which would keep the database from tidying up.
    """
    after: Position | None = None
    while True:
        found = rows(database, query, after=after, limit=_AT_ONCE)
        for row in found:
            yield event(row)
        if len(found) < _AT_ONCE:
            return
        after = (found[-1]["timestamp"], found[-1]["decision_id"])


def rows(database: Database, query: Query, *, after: Position | None, limit: int) -> Sequence[Any]:
    """Up to `limit` records as they are kept, oldest first, from a place in the log on; None for its beginning."""
    with database.connect() as connection:
        return read_whole(connection, connection.execute(_select_oldest(query, limit, after)).mappings().all())


def count(database: Database, query: Query) -> int:
    """How many decisions a query chooses."""
    with database.connect() as connection:
        found = connection.execute(select(func.count()).select_from(_select(query)[0].subquery())).scalar()
    return found or 0


def count_by_time(database: Database, query: Query, edges: Sequence[str]) -> TimeCounts:
    """How many decisions were allowed and denied between each time and the next, of the newest ones of a query.

    `edges` are full hours as the log writes times, in order; what lies outside of all is not counted. No more than
    MOST_COUNTED records are looked at, each of which may lead others. An index leads to what was denied, and none to
    what was allowed: for that, records of either answer are looked at.
    """
    within = replace(query, since=max(edges[0], query.since or ""), until=min(edges[-1], query.until or edges[-1]))
    within = replace(within, allowed=None) if query.allowed else within
    is_of_all = query.service_name is None  # what follows has the answer of what leads it, and services of its own
    chosen, (time, _) = _select(within, only_leads=is_of_all)
    columns = chosen.selected_columns
    size = columns.followers + 1 if is_of_all else literal(1)
    newest = chosen.with_only_columns(
        func.substr(columns.timestamp, 1, _HOUR).label("hour"), columns.allowed, size.label("size")
    )
    found = newest.order_by(time.desc()).limit(MOST_COUNTED).subquery()
    told = select(found.c.hour, found.c.allowed, func.sum(found.c.size), func.count()).group_by(
        found.c.hour, found.c.allowed
    )
    with database.connect() as connection:
        rows = connection.execute(told).all()
    counts = [[0, 0] for _ in edges[1:]]
    for hour, allowed, number, _ in rows:
        if query.allowed and not allowed:
            continue
        counts[bisect_right(edges, f"{hour}:00:00.000Z") - 1][0 if allowed else 1] += number
    is_cut = sum(row[-1] for row in rows) == MOST_COUNTED
    return TimeCounts(
        tuple(OutcomeCount(*each) for each in counts), min(row[0] for row in rows) + ":00Z" if is_cut else None
    )


def select_newest(query: Query, limit: int, before: Position | None = None) -> Select[Any]:
    """Up to `limit` decisions of a query, newest first, from before a place in the log on."""
    chosen, order = _select(query)
    if before is not None:  # the time by itself is what leads into an index
        chosen = chosen.where(order[0] <= before[0], tuple_(*order) < tuple_(*before))
    return chosen.order_by(*(column.desc() for column in order)).limit(limit)


def _select_oldest(query: Query, limit: int, after: Position | None) -> Select[Any]:
    chosen, order = _select(query)
    if after is not None:
        chosen = chosen.where(order[0] >= after[0], tuple_(*order) > tuple_(*after))
    return chosen.order_by(*order).limit(limit)


def _select(
    query: Query, *, only_leads: bool = False
) -> tuple[Select[Any], tuple[ColumnElement[str], ColumnElement[str]]]:
    """What a query chooses, and the columns to order it by: the time of the table whose index leads to it, and the id.

    Rules and labels have times of their own for that; a join in the order of another table would sort all it finds.
    What follows is found by the one that leads it; the service alone is in an index of every decision. With
    `only_leads` it is left out, which a query for a service cannot ask for.
    """
    chosen = select(DECISIONS)
    leads: FromClause = DECISIONS
    found: FromClause = DECISIONS
    if query.service_name is None or query.label is not None or query.rule_id is not None:
        head = found = leads = DECISIONS.alias("head")
        in_its_row = DECISIONS.c.number.between(head.c.number, head.c.number + head.c.followers)
        with_followers = chosen.join(head, and_(DECISIONS.c.chain == head.c.chain, in_its_row))
        chosen = (select(head) if only_leads else with_followers).where(head.c.leads == true())
    if query.service_name is not None:
        chosen = chosen.where(DECISIONS.c.service_name == clean_text(query.service_name, 500))
    if query.label is not None:
        name, value = clean_text(query.label[0], NAME_CHARACTERS), clean_text(query.label[1], VALUE_CHARACTERS)
        chosen, leads = chosen.join(LABELS, LABELS.c.decision_id == found.c.decision_id), LABELS
        chosen = chosen.where(LABELS.c.name == name, LABELS.c.value == value)
        if query.rule_id is not None:  # whose rows come in the order of time: each leads to one label by its whole key
            chosen = chosen.where(LABELS.c.timestamp == RULES.c.timestamp)
    if query.rule_id is not None:
        chosen, leads = chosen.join(RULES, RULES.c.decision_id == found.c.decision_id), RULES
        chosen = chosen.where(RULES.c.rule_id == clean_text(query.rule_id, 40))
    if query.allowed is not None:  # as a literal, which is what the index of refusals is made for
        chosen = chosen.where(found.c.allowed == (true() if query.allowed else false()))
    exact = {
        "vpc_id": query.vpc_id,
        "account_id": query.account_id,
        "req_id": query.request_id,
        "requested_by": query.requested_by,
    }
    for name, wanted in exact.items():
        if wanted is not None:
            chosen = chosen.where(found.c[name] == clean_text(wanted, 500))
    if query.since is not None:
        chosen = chosen.where(leads.c.timestamp >= query.since)
    if query.until is not None:
        chosen = chosen.where(leads.c.timestamp < query.until)
    return chosen, (leads.c.timestamp, found.c.decision_id if only_leads else DECISIONS.c.decision_id)


def _cursor(row: Any) -> str:
    return base64.urlsafe_b64encode(to_json([row["timestamp"], row["decision_id"]])).decode().rstrip("=")


def _place(cursor: str) -> Position:
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        timestamp, decision_id = from_json(base64.urlsafe_b64decode(padded))
        if isinstance(timestamp, str) and isinstance(decision_id, str):
            return clean_text(timestamp, 24), clean_text(decision_id, 36)
    except (ValueError, binascii.Error, TypeError):
        pass
    raise MalformedError(
        "The cursor is not valid.",
        advice="Use the `cursor` of the previous page, unchanged.",
        pointers=(Pointer(pointer="/cursor", code="cursor", detail="is not a valid cursor"),),
    )
