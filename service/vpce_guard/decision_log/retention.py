"""Takes old decisions away: from the start of each chain, in small steps, and never before a sink has them.

Where the tables are by weeks, whole weeks go; see partitions.py.
"""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import Connection, and_, delete, func, select, true, update
from sqlalchemy import Engine as Database

from vpce_guard.decision_log.chain import seal
from vpce_guard.decision_log.database import begin_without_timeout
from vpce_guard.decision_log.keys import LogKeys
from vpce_guard.decision_log.links import delete_links
from vpce_guard.decision_log.partitions import add_weeks, drop_weeks, is_partitioned
from vpce_guard.decision_log.parts import read_texts
from vpce_guard.decision_log.search_index import delete_rows
from vpce_guard.decision_log.tables import CHAINS, CURSORS, DECISIONS, PARTS

_STEP = 1000  # decisions of one transaction: SQLite has one writer, whom the service must not wait for


def prune(database: Database, before: str, keys: LogKeys, *, sink: str | None = None) -> int:
    """Take decisions older than a time away, seal the chains anew, and say how many they were.

    With a sink, what it has not got yet stays, however old. Where the tables are by weeks, those of a week stay until
    all are older.
    """
    if is_partitioned(database):
        add_weeks(database)
        return drop_weeks(database, before, keys, sink=sink)
    with database.connect() as connection:
        filled = select(CHAINS.c.chain).where(CHAINS.c.last >= CHAINS.c.first)
        chains = connection.execute(filled).scalars().all()
    return sum(_prune_chain(database, chain, _last_to_prune(database, chain, before, sink), keys) for chain in chains)


def _last_to_prune(database: Database, chain: str, before: str, sink: str | None) -> int:
    """The number of the last decision of a chain that may go, 0 if none may."""
    of_chain = DECISIONS.c.chain == chain
    kept = select(DECISIONS.c.number).where(of_chain, DECISIONS.c.timestamp >= before)
    sent = select(CURSORS.c.number).where(CURSORS.c.sink == sink, CURSORS.c.chain == chain)
    with begin_without_timeout(database) as connection:
        first_kept = connection.execute(kept.order_by(DECISIONS.c.number).limit(1)).scalar()
        newest = connection.execute(select(func.max(DECISIONS.c.number)).where(of_chain)).scalar() or 0
        last = first_kept - 1 if first_kept is not None else newest
        return min(last, connection.execute(sent).scalar() or 0) if sink is not None else last


def _prune_chain(database: Database, chain: str, last: int, keys: LogKeys) -> int:
    gone = 0
    while (count := _step(database, chain, last, keys)) > 0:
        gone += count
        time.sleep(0.02)  # lets others write
    return gone


def _step(database: Database, chain: str, last: int, keys: LogKeys) -> int:
    """Take the oldest decisions of a chain up to a number away, at most _STEP; how many they were."""
    of_chain = DECISIONS.c.chain == chain
    with begin_without_timeout(database) as connection:
        oldest = connection.execute(select(func.min(DECISIONS.c.number)).where(of_chain)).scalar()
        if oldest is None or oldest > last:
            return 0
        last = _end_of_followers(connection, chain, min(last, oldest + _STEP - 1))
        newest = select(DECISIONS.c.number, DECISIONS.c.hash).where(of_chain, DECISIONS.c.number <= last)
        found = connection.execute(newest.order_by(DECISIONS.c.number.desc()).limit(1)).one_or_none()
        if found is None:
            return 0
        last, hash_of_last = found
        old = and_(of_chain, DECISIONS.c.number <= last)
        read = read_texts(connection, connection.execute(select(DECISIONS).where(old)).mappings())
        delete_rows(connection, (texts for _, texts in read if texts is not None))
        connection.execute(delete(PARTS).where(PARTS.c.chain == chain, PARTS.c.number <= last))
        delete_links(connection, select(DECISIONS.c.decision_id).where(old))
        gone = connection.execute(delete(DECISIONS).where(old)).rowcount
        # Read now: the writer of the chain waits until this is done, and reads where the chain starts itself.
        current = select(CHAINS).where(CHAINS.c.chain == chain).with_for_update()
        row: dict[str, Any] = dict(connection.execute(current).mappings().one())
        if row["last"] <= last:  # nothing is left that needs a part; the writer, which waits too, keeps its own again
            connection.execute(delete(PARTS).where(PARTS.c.chain == chain))
        if row["first"] > last:
            return gone  # another process takes the same decisions away and is further
        row |= {"first": last + 1, "first_previous": hash_of_last}
        connection.execute(update(CHAINS).where(CHAINS.c.chain == chain), {**row, "seal": seal(row, keys)})
    return gone


def _end_of_followers(connection: Connection, chain: str, last: int) -> int:
    """The number, or one before it, where no decision follows that is found by one that goes."""
    leads = select(DECISIONS.c.number).where(DECISIONS.c.chain == chain, DECISIONS.c.leads == true())
    following = select(DECISIONS.c.leads).where(DECISIONS.c.chain == chain, DECISIONS.c.number == last + 1)
    if connection.execute(following).scalar() is not False:
        return last
    newest = leads.where(DECISIONS.c.number <= last).order_by(DECISIONS.c.number.desc()).limit(1)
    return (connection.execute(newest).scalar() or 1) - 1
