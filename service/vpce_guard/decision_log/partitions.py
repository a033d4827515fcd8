"""The log's tables by weeks, in PostgreSQL: retention then drops whole weeks, where rows would be deleted one by one.

The tables that grow with decisions are partitioned by their time: `decisions_20261130` has those from that Monday on,
`decisions_before` those from before there were weeks, `decisions_rest` what has no week, so that nothing is refused.
A decision, its rules and its labels have one time, and so have those that follow one another: they stand in one week.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    Table,
    TableClause,
    and_,
    column,
    delete,
    func,
    insert,
    select,
    table,
    text,
    true,
    update,
)
from sqlalchemy import Engine as Database
from sqlalchemy.exc import OperationalError

from vpce_guard.decision_log.chain import seal
from vpce_guard.decision_log.database import begin_without_timeout
from vpce_guard.decision_log.keys import LogKeys
from vpce_guard.decision_log.links import delete_links
from vpce_guard.decision_log.parts import read_texts
from vpce_guard.decision_log.search_index import delete_rows
from vpce_guard.decision_log.tables import CHAINS, CURSORS, DECISIONS, LABELS, PARTS, RULES
from vpce_guard.errors import LogError, SettingsError
from vpce_guard.instants import now

_TABLES = (DECISIONS, RULES, LABELS)  # in the order in which they are written, so that locks are taken in one order
_LOCK_ALL = text(f"LOCK TABLE {', '.join(one.name for one in _TABLES)} IN ACCESS EXCLUSIVE MODE")
_WEEK = timedelta(weeks=1)
_WEEKS_AHEAD = 8
_ADVISORY_LOCK = 7615322
_WAIT = "1s"  # for others who use the tables; decisions wait behind
_LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL's manual, appendix A
_UNTIL = re.compile(r"TO \('([\d-]{10})'\)$")


class LogWeek(NamedTuple):
    """A partition of each table, by the end of its name. What it has is before the day `until`."""

    suffix: str
    until: str


def is_partitioned(database: Database) -> bool:
    """Whether the log's tables are by weeks."""
    if database.dialect.name != "postgresql":
        return False
    with database.connect() as connection:
        return _is_partitioned(connection)


def partition(database: Database) -> bool:
    """Make the tables partitioned, with all there is as the first partition; False if they are so already.

    No row is copied. Two indexes are made anew, and decisions wait meanwhile. Raises SettingsError for SQLite.
    """
    if database.dialect.name != "postgresql":
        raise SettingsError("Only a log in PostgreSQL can be partitioned.", advice="In SQLite, log_days is enough.")
    with _begin_alone(database) as connection:
        if _is_partitioned(connection):
            return False
        connection.execute(_LOCK_ALL)
        newest = connection.execute(select(func.max(DECISIONS.c.timestamp))).scalar() or ""
        until = _monday(max(newest, now())) + _WEEK
        for one in _TABLES:
            _partition_table(connection, one, until)
    return True


def add_weeks(database: Database) -> int:
    """Make the weeks there will be soon, each with what stood in the rest of it; how many were made."""
    count, last = 0, _monday(now()) + _WEEKS_AHEAD * _WEEK
    while True:
        with _begin_alone(database, wait=_WAIT) as connection:
            monday = date.fromisoformat(_list_weeks(connection)[-1].until)
            if monday > last:
                return count
            for one in _TABLES:
                _add_week(connection, one, monday)
        count += 1


def drop_weeks(database: Database, before: str, keys: LogKeys, *, sink: str | None = None) -> int:
    """Drop the weeks that are wholly before a time, seal the chains anew, and say how many decisions they had.

    With a sink, a week stays of which it has not got all. Raises LogError where the tables are in use for too long, as
    by `log verify`.
    """
    gone = 0
    with database.connect() as connection:
        weeks = _list_weeks(connection)
    for week in weeks[:-1]:  # the next week begins where the last ends
        if week.until > before or (count := _drop_week(database, week, keys, sink)) is None:
            break
        gone += count
    of_chain = select(CHAINS.c.first).where(CHAINS.c.chain == PARTS.c.chain).scalar_subquery()
    with begin_without_timeout(database) as connection:  # also what a run left that was ended before this
        connection.execute(delete(PARTS).where(PARTS.c.number < of_chain))
    return gone


@contextmanager
def _begin_alone(database: Database, *, wait: str = "0") -> Iterator[Connection]:
    """A transaction that alone changes partitions. Raises LogError where it waits longer than so for others."""
    try:
        with begin_without_timeout(database) as connection:
            connection.execute(text(f"SET LOCAL lock_timeout = '{wait}'"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
            yield connection
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
            raise
        raise LogError(
            "The tables of the decision log are in use for longer than decisions should wait.",
            advice="Try again when no `log verify` and no backup runs.",
        ) from None


def _is_partitioned(connection: Connection) -> bool:
    kind = text("SELECT relkind = 'p' FROM pg_class WHERE oid = to_regclass(:name)")
    return bool(connection.execute(kind, {"name": DECISIONS.name}).scalar())


def _monday(time: str) -> date:
    """The first day of the week of a time."""
    day = date.fromisoformat(time[:10])
    return day - timedelta(days=day.weekday())


def _list_weeks(connection: Connection) -> list[LogWeek]:
    """The weeks there are, oldest first."""
    found = connection.execute(
        text(
            "SELECT relname, pg_get_expr(relpartbound, pg_class.oid) FROM pg_inherits JOIN pg_class ON oid = inhrelid"
            " WHERE inhparent = to_regclass(:name)"
        ),
        {"name": DECISIONS.name},
    )
    bounds = [(name.removeprefix(f"{DECISIONS.name}_"), _UNTIL.search(bound)) for name, bound in found]
    return sorted((LogWeek(name, until[1]) for name, until in bounds if until), key=lambda week: week.until)


def _partition_table(connection: Connection, one: Table, until: date) -> None:
    name, old = one.name, f"{one.name}_before"
    keys = [column.name for column in one.primary_key]
    connection.execute(text(f"ALTER TABLE {name} RENAME TO {old}"))
    indexes = text("SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND tablename = :old")
    for index in connection.execute(indexes, {"old": old}).scalars().all():
        connection.execute(text(f"ALTER INDEX {index} RENAME TO {index}_before"))
    if one is DECISIONS:  # what is unique is so within its week
        keys.append("timestamp")
        connection.execute(text(f"ALTER TABLE {old} DROP CONSTRAINT {name}_pkey_before"))
        connection.execute(text("DROP INDEX decisions_by_chain_before"))
    like = f"(LIKE {old} INCLUDING DEFAULTS INCLUDING STORAGE)"
    connection.execute(text(f"CREATE TABLE {name} {like} PARTITION BY RANGE (timestamp)"))
    connection.execute(text(f"ALTER TABLE {name} ADD CONSTRAINT {name}_pkey PRIMARY KEY ({', '.join(keys)})"))
    for index in one.indexes:
        if index.unique:
            connection.execute(text(f"CREATE UNIQUE INDEX {index.name} ON {name} (chain, number, timestamp)"))
        else:
            index.create(connection)
    connection.execute(text(f"ALTER TABLE {name} ATTACH PARTITION {old} FOR VALUES FROM (MINVALUE) TO ('{until}')"))
    connection.execute(text(f"CREATE TABLE {name}_rest PARTITION OF {name} DEFAULT"))


def _partition_of(one: Table, suffix: str) -> TableClause:
    return table(f"{one.name}_{suffix}", *(column(each.name, each.type) for each in one.c))


def _add_week(connection: Connection, one: Table, monday: date) -> None:
    name, until = f"{one.name}_{monday:%Y%m%d}", monday + _WEEK
    week, rest = _partition_of(one, f"{monday:%Y%m%d}"), _partition_of(one, "rest")
    connection.execute(text(f"CREATE TABLE {name} (LIKE {one.name} INCLUDING DEFAULTS INCLUDING STORAGE)"))
    connection.execute(text(f"LOCK TABLE {rest.name} IN ACCESS EXCLUSIVE MODE"))
    of_week = and_(rest.c.timestamp >= str(monday), rest.c.timestamp < str(until))
    moved = delete(rest).where(of_week).returning(*rest.c).cte("moved")
    connection.execute(insert(week).from_select([each.name for each in rest.c], select(moved)))
    connection.execute(
        text(f"ALTER TABLE {one.name} ATTACH PARTITION {name} FOR VALUES FROM ('{monday}') TO ('{until}')")
    )


def _drop_week(database: Database, week: LogWeek, keys: LogKeys, sink: str | None) -> int | None:
    """Drop a week; how many decisions went, or None where the sink lacks some.

    What stands in its chains before the last of the week goes, too: the chain begins after it.
    """
    records = _partition_of(DECISIONS, week.suffix)
    with begin_without_timeout(database) as connection:
        if _find_ends(connection, records, sink) is None:
            return None
        delete_links(connection, select(records.c.decision_id))  # here, as others need not wait for it
    with _begin_alone(database, wait=_WAIT) as connection:
        connection.execute(_LOCK_ALL)  # before rows: who writes has the tables first
        if (ends := _find_ends(connection, records, sink)) is None:
            return None
        connection.execute(text(f"ALTER TABLE {DECISIONS.name} DETACH PARTITION {records.name}"))
        gone = sum(_begin_after(connection, chain, last, records, keys) for chain, last in ends.items())
        for one in _TABLES:
            connection.execute(text(f"DROP TABLE {one.name}_{week.suffix}"))
    return gone


def _find_ends(connection: Connection, records: TableClause, sink: str | None) -> Mapping[str, int] | None:
    """Of each chain that has decisions in a week, the number of the last that goes; None if the sink lacks one."""
    newest = select(func.max(records.c.number)).where(records.c.chain == CHAINS.c.chain).scalar_subquery()
    rows = connection.execute(select(CHAINS.c.chain, newest.label("last")).where(CHAINS.c.last >= CHAINS.c.first))
    ends = {row.chain: _end_of_followers(connection, row.chain, row.last) for row in rows if row.last is not None}
    if sink is not None:
        cursors = select(CURSORS.c.chain, CURSORS.c.number).where(CURSORS.c.sink == sink)
        sent = {row.chain: row.number for row in connection.execute(cursors)}
        if any(sent.get(chain, 0) < last for chain, last in ends.items()):
            return None
    return ends


def _end_of_followers(connection: Connection, chain: str, last: int) -> int:
    """The number, or that of the last decision that follows one before it, perhaps of another week."""
    leads = select(DECISIONS.c.number + DECISIONS.c.followers).where(
        DECISIONS.c.chain == chain, DECISIONS.c.number <= last, DECISIONS.c.leads == true()
    )
    return max(last, connection.execute(leads.order_by(DECISIONS.c.number.desc()).limit(1)).scalar() or last)


def _begin_after(connection: Connection, chain: str, last: int, records: TableClause, keys: LogKeys) -> int:
    """Let a chain begin after a number, with the week detached; how many decisions that takes away."""
    other = and_(DECISIONS.c.chain == chain, DECISIONS.c.number <= last)  # of later weeks, by clocks that differ
    places = (records, DECISIONS)
    hashes = [select(one.c.hash).where(one.c.chain == chain, one.c.number == last) for one in places]
    hash_of_last = next(found for one in hashes if (found := connection.execute(one).scalar()) is not None)
    row: dict[str, Any] = dict(connection.execute(select(CHAINS).where(CHAINS.c.chain == chain)).mappings().one())
    count: int = last + 1 - row["first"]
    read = read_texts(connection, connection.execute(select(DECISIONS).where(other)).mappings())
    delete_rows(connection, (texts for _, texts in read if texts is not None))
    delete_links(connection, select(DECISIONS.c.decision_id).where(other))
    connection.execute(delete(DECISIONS).where(other))
    if row["last"] <= last:  # nothing is left that needs a part; the writer, which waits, keeps its own again
        connection.execute(delete(PARTS).where(PARTS.c.chain == chain))
    row |= {"first": last + 1, "first_previous": hash_of_last}
    connection.execute(update(CHAINS).where(CHAINS.c.chain == chain), {**row, "seal": seal(row, keys)})
    return count
