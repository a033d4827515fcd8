"""Appends records to the chain of this process: one transaction for many, in few statements that are made once."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy import Engine as Database
from sqlalchemy.exc import DBAPIError

from vpce_guard.decision_log.chain import START, digest, seal
from vpce_guard.decision_log.database import file_of
from vpce_guard.decision_log.mask import Mask
from vpce_guard.decision_log.packing import pack
from vpce_guard.decision_log.records import clean_text, row, rules
from vpce_guard.decision_log.sharing import SharedInput, part_names
from vpce_guard.decision_log.tables import CHAINS, DECISIONS, LABELS, PARTS, PROBES, RULES
from vpce_guard.instants import now
from vpce_guard.model import Decision, Entry, Json

NAME_CHARACTERS, VALUE_CHARACTERS = 200, 400  # of a label: together they fit an entry of PostgreSQL's index

_PROBE = 32 << 10  # bytes: as many as a few records


class _Rows(NamedTuple):
    """What one transaction writes, and the chain as it is after it."""

    records: list[Json]
    rules: list[Json]
    labels: list[Json]
    parts: dict[str, Json]
    chain: Json
    begins: bool


class Appender:
    """One open connection and one chain. For one thread only."""

    def __init__(self, database: Database, *, mask: Mask, key: bytes | None) -> None:
        self._database = database
        self._mask = mask
        self._key = key
        self._file = file_of(database)
        self._connection: Connection | None = None
        self._chain: Json | None = None
        self._in_doubt = False
        self._insert = {
            table: str(insert(table).compile(database)) for table in (DECISIONS, RULES, LABELS, PARTS, CHAINS)
        }
        moved = update(CHAINS).where(CHAINS.c.chain == bindparam("of"), CHAINS.c.first == bindparam("from"))
        moved = moved.values({name: bindparam(name) for name in ("last", "head", "seal")})
        self._move = str(moved.compile(database))

    def append(self, entries: Sequence[Entry]) -> None:
        """Return once the entries are durable, all or none. Raises SQLAlchemyError or OSError.

        A connection that turns out to be dead before COMMIT was sent is replaced once. Where COMMIT was sent and its
        outcome is not known, the chain is given up: the next records begin another.
        """
        rows = self._rows(entries)
        try:
            self._store(rows)
        except DBAPIError as error:
            if self._in_doubt or not error.connection_invalidated:
                raise
            self._store(rows)

    def probe(self) -> None:
        """Write something that is no record, so that whether records can be written is known. Raises as append()."""
        values = {"id": 1, "written": now(), "content": os.urandom(_PROBE)}
        changed = update(PROBES).where(PROBES.c.id == 1).values({name: values[name] for name in ("written", "content")})
        try:
            with self._begin() as connection:
                if connection.execute(changed).rowcount == 0:
                    connection.execute(insert(PROBES), values)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give the connection up."""
        if self._file is not None:
            self._file.note_closed()
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    def _rows(self, entries: Sequence[Entry]) -> _Rows:
        chain, begins = (self._chain, False) if self._chain else (_new_chain(), True)
        rows = _Rows([], [], [], {}, dict(chain), begins)
        head, number = chain["head"], chain["last"]
        for entry in entries:
            number += 1
            columns, labels = row(entry, self._mask)
            record = {**columns, "chain": chain["chain"], "number": number, "previous": head}
            record["hash"] = head = digest(record, self._key)
            rows.records.append(record)
            if not self._mask and isinstance(entry.packed, SharedInput):
                for name in part_names(record["input"]):
                    part = {"chain": chain["chain"], "hash": name, "content": pack(entry.packed.parts[name])}
                    rows.parts.setdefault(name, part)["number"] = number
            rows.rules.extend(_rules(entry.decision))
            rows.labels.extend(_labels(entry.decision, labels))
        rows.chain.update(last=number, head=head)
        return rows

    def _store(self, rows: _Rows) -> None:
        self._in_doubt = False
        try:
            with self._begin() as connection:
                parts = list(rows.parts.values())
                tables = ((DECISIONS, rows.records), (RULES, rows.rules), (LABELS, rows.labels), (PARTS, parts))
                for table, many in tables:
                    if many:
                        connection.exec_driver_sql(self._insert[table], many if len(many) > 1 else many[0])
                self._seal(connection, rows)
                self._in_doubt = True
            self._in_doubt = False
        except BaseException:
            if self._in_doubt:
                self._chain = None
            self.close()
            raise
        self._chain = rows.chain

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        """A transaction on the one connection, in the database that people will look for."""
        if self._file is not None:
            self._file.check()
        if self._connection is None:
            self._connection = self._database.connect()
        with self._connection.begin():
            yield self._connection
        if self._file is not None:
            self._file.note_written()

    def _seal(self, connection: Connection, rows: _Rows) -> None:
        chain = rows.chain
        if rows.begins:
            connection.exec_driver_sql(self._insert[CHAINS], {**chain, "seal": seal(chain, self._key)})
            return
        if self._has_moved(connection, chain):
            return
        # Old records were taken away meanwhile, so that the chain starts elsewhere.
        start = select(CHAINS.c.first, CHAINS.c.first_previous).where(CHAINS.c.chain == chain["chain"])
        chain.update(connection.execute(start.with_for_update()).mappings().one())
        if not self._has_moved(connection, chain):
            raise OSError("the row of the chain is gone")

    def _has_moved(self, connection: Connection, chain: Json) -> bool:
        sealed = {name: chain[name] for name in ("last", "head")} | {"seal": seal(chain, self._key)}
        values = {**sealed, "of": chain["chain"], "from": chain["first"]}
        return connection.exec_driver_sql(self._move, values).rowcount == 1


def _new_chain() -> Json:
    return {
        "chain": uuid.uuid4().hex,
        "started": now(),
        "first": 1,
        "first_previous": START,
        "last": 0,
        "head": START,
    }


def _rules(decision: Decision) -> list[Json]:
    common = {"decision_id": decision.decision_id, "timestamp": decision.timestamp}
    return [{**common, "rule_id": rule_id} for rule_id in sorted(rules(decision))]


def _labels(decision: Decision, labels: dict[str, str]) -> list[Json]:
    """The labels as they are found; of names that are the same once they are cut, the first."""
    kept: dict[Any, str] = {}
    for name, value in labels.items():
        kept.setdefault(clean_text(name, NAME_CHARACTERS), clean_text(value, VALUE_CHARACTERS))
    common = {"decision_id": decision.decision_id, "timestamp": decision.timestamp}
    return [{**common, "name": name, "value": value} for name, value in kept.items()]
