"""Appends records to the chain of this process: one transaction for many, in few statements that are made once."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy import Engine as Database
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from vpce_guard.decision_log.anchor import AnchorFile
from vpce_guard.decision_log.chain import digest, seal
from vpce_guard.decision_log.database import file_of
from vpce_guard.decision_log.dictionaries import SPAN, Dictionaries, Dictionary, InputAhead, key_of, pack_texts
from vpce_guard.decision_log.keys import LogKeys
from vpce_guard.decision_log.lock import Turn
from vpce_guard.decision_log.mask import Mask
from vpce_guard.decision_log.packing import pack
from vpce_guard.decision_log.records import row, rules
from vpce_guard.decision_log.register import RegisterHead, register_chain, register_head
from vpce_guard.decision_log.request_keys import find_answer, key_row
from vpce_guard.decision_log.search_index import MOST_FOLLOWERS, SearchTerms, search_terms
from vpce_guard.decision_log.sharing import SharedInput, part_names
from vpce_guard.decision_log.tables import CHAINS, DECISIONS, LABELS, PARTS, PROBES, REQUEST_KEYS, RULES
from vpce_guard.errors import LogError, MalformedError
from vpce_guard.instants import now
from vpce_guard.model import Entry, Json

_PROBE = 32 << 10  # bytes: as many as a few records


class _Rows(NamedTuple):
    """What one transaction writes, and the chain as it is after it."""

    records: list[Json]
    rules: list[Json]
    labels: list[Json]
    parts: dict[tuple[str, int], Json]
    keys: list[Json]
    chain: Json
    dictionaries: dict[Dictionary, int]


class Appender:
    """One open connection and one chain, for one thread only. Each seal also goes to the anchor, once it holds.

    `turn` is a file whose lock is the turn to write to a SQLite database, where several processes of one service do:
    SQLite's own lock is asked for again and again, and so got late and by chance.
    """

    def __init__(
        self,
        database: Database,
        *,
        mask: Mask,
        keys: LogKeys,
        anchor: AnchorFile | None = None,
        dictionaries: Dictionaries | None = None,
        turn: Path | None = None,
    ) -> None:
        self._database = database
        self._mask = mask
        self._keys = keys
        self._anchor = anchor
        self._file = file_of(database)
        self._turn = Turn(turn) if turn is not None and database.dialect.name == "sqlite" else nullcontext()
        self._connection: Connection | None = None
        self._chain: Json | None = None
        self._dictionaries = dictionaries or Dictionaries()
        self._kept: dict[Dictionary, int] = {}  # up to which number each serves in this chain
        self._in_doubt = False
        self._insert = {
            table: str(insert(table).compile(database))
            for table in (DECISIONS, RULES, LABELS, PARTS, CHAINS, REQUEST_KEYS)
        }
        moved = update(CHAINS).where(CHAINS.c.chain == bindparam("of"), CHAINS.c.first == bindparam("from"))
        moved = moved.values({name: bindparam(name) for name in ("last", "head", "seal")})
        self._move = str(moved.compile(database))

    def append(self, entries: Sequence[Entry]) -> None:
        """Return once the entries are durable, all or none. Raises SQLAlchemyError or OSError.

        A connection that turns out to be dead before COMMIT was sent is replaced once. Where COMMIT was sent and its
        outcome is not known, the chain is given up: the next records begin another.
        """
        try:
            self._append(entries)
        except DBAPIError as error:
            if self._in_doubt or not error.connection_invalidated:
                raise
            self._append(entries)

    def is_decided(self, entries: Sequence[Entry]) -> bool:
        """Whether the key of a request stands in the log, so that its entries could not be appended."""
        keys = [entry.request.key for entry in entries if entry.request is not None]
        try:
            return any(find_answer(self._database, key, self._keys) is not None for key in keys)
        except (MalformedError, LogError):  # with another body, or changed: it is there
            return True
        except SQLAlchemyError:
            return False

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
        if self._file is not None:
            self._database.dispose()  # idle connections still see the files that were there

    def _append(self, entries: Sequence[Entry]) -> None:
        self._in_doubt = False
        if self._chain is None:
            self._chain, self._kept = self._begin_chain(), {}
        self._store(self._rows(self._chain, entries))

    def _begin_chain(self) -> Json:
        """A chain of this process, entered in the register."""
        name = uuid.uuid4().hex
        try:
            with self._begin() as connection:
                previous = register_chain(connection, name, self._keys)
                chain = {"chain": name, "started": now(), "first": 1, "first_previous": previous}
                chain |= {"last": 0, "head": previous}
                connection.exec_driver_sql(self._insert[CHAINS], {**chain, "seal": seal(chain, self._keys)})
        except BaseException:
            self.close()
            raise
        return chain

    def _rows(self, chain: Json, entries: Sequence[Entry]) -> _Rows:
        rows = _Rows([], [], [], {}, [], dict(chain), {})
        head, number = chain["head"], chain["last"]
        leading: tuple[Json, SearchTerms] | None = None
        for entry in entries:
            number += 1
            columns, labels = row(entry, self._mask)
            shared = entry.packed if isinstance(entry.packed, SharedInput) else None
            names = part_names(columns["input"]) if shared is not None else set()
            self._pack(columns, entry, rows, number)
            record = {**columns, "chain": chain["chain"], "number": number, "previous": head}
            record["hash"] = head = digest(record, self._keys)
            rows.records.append(record)
            if shared is not None:
                for name in names:
                    part = _part(chain, name, number, shared.parts[name])
                    rows.parts.setdefault((name, 0), part)["number"] = number
            if entry.request is not None:
                rows.keys.append(key_row(entry.request, self._keys))
            found = search_terms(record, rules(entry.decision), labels)
            record["leads"] = leading is None or leading[1] != found or leading[0]["followers"] == MOST_FOLLOWERS
            record["followers"] = 0
            if leading is None or record["leads"]:
                leading = record, found
                rows.rules.extend(found.rows(record)[RULES])
                rows.labels.extend(found.rows(record)[LABELS])
            else:
                leading[0]["followers"] += 1
        rows.chain.update(last=number, head=head)
        return rows

    def _pack(self, columns: Json, entry: Entry, rows: _Rows, number: int) -> None:
        """Pack the texts of a record, and see that its dictionary is kept for as long."""
        text, result = columns["input"], columns["result"]
        key = key_of(entry.input, is_cut=text.startswith(b"["))
        if not self._mask and isinstance(entry.packed, InputAhead):
            dictionary, ahead = entry.packed.dictionary, entry.packed.make()[1]
        else:
            dictionary, ahead = self._dictionaries.find(key), None
        packed = pack_texts(text, result, columns["decision_id"], dictionary, ahead)
        columns.update(input=packed.input, result=packed.result)
        self._dictionaries.note(key, text, result, packed)
        if dictionary is not None:
            columns["bundles"] = ""  # as the result says
            until = max(self._kept.get(dictionary, 0), rows.dictionaries.get(dictionary, 0))
            if until < number:
                until = number + SPAN - 1
                name = dictionary.name.hex()
                rows.parts[name, until] = _part(rows.chain, name, until, dictionary.content)
            rows.dictionaries[dictionary] = until

    def _store(self, rows: _Rows) -> None:
        register: RegisterHead | None = None
        try:
            with self._begin() as connection:
                parts = list(rows.parts.values())
                tables = ((REQUEST_KEYS, rows.keys), (DECISIONS, rows.records), (RULES, rows.rules))
                for table, many in (*tables, (LABELS, rows.labels), (PARTS, parts)):
                    if many:
                        connection.exec_driver_sql(self._insert[table], many if len(many) > 1 else many[0])
                sealed = self._seal(connection, rows)
                register = register_head(connection) if self._anchor is not None else None
                self._in_doubt = True
            self._in_doubt = False
        except BaseException:
            if self._in_doubt:
                self._chain = None
            self.close()
            raise
        self._chain = rows.chain
        kept = self._kept | rows.dictionaries
        self._kept = {dictionary: until for dictionary, until in kept.items() if until > rows.chain["last"]}
        if self._anchor is not None and register is not None:
            self._anchor.append(rows.chain, sealed, register)

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        """A transaction on the one connection, in the database that people will look for."""
        if self._file is not None:
            self._file.check()
        if self._anchor is not None:
            self._anchor.check()
        if self._connection is None:
            self._connection = self._database.connect()
        with self._turn, self._connection.begin():
            yield self._connection
        if self._file is not None:
            self._file.note_written()

    def _seal(self, connection: Connection, rows: _Rows) -> str:
        """Say in the chain's row where it ends now; its seal."""
        chain = rows.chain
        if (sealed := self._move_to(connection, chain)) is not None:
            return sealed
        # Old records were taken away meanwhile, so that the chain starts elsewhere.
        start = select(CHAINS.c.first, CHAINS.c.first_previous).where(CHAINS.c.chain == chain["chain"])
        chain.update(connection.execute(start.with_for_update()).mappings().one())
        if (sealed := self._move_to(connection, chain)) is None:
            raise OSError("the row of the chain is gone")
        self._keep_again(connection, rows)
        return sealed

    def _keep_again(self, connection: Connection, rows: _Rows) -> None:
        """The dictionaries that went with the last records of the chain there were, and that new ones need."""
        needed = {dictionary.name.hex(): (dictionary, until) for dictionary, until in rows.dictionaries.items()}
        chosen = select(PARTS.c.hash).where(PARTS.c.chain == rows.chain["chain"], PARTS.c.hash.in_(list(needed)))
        for name in needed.keys() - set(connection.execute(chosen).scalars()):
            dictionary, until = needed[name]
            connection.exec_driver_sql(self._insert[PARTS], _part(rows.chain, name, until, dictionary.content))

    def _move_to(self, connection: Connection, chain: Json) -> str | None:
        """The new seal; None where the row starts elsewhere."""
        sealed = seal(chain, self._keys)
        values = {"last": chain["last"], "head": chain["head"], "seal": sealed}
        moved = connection.exec_driver_sql(self._move, {**values, "of": chain["chain"], "from": chain["first"]})
        return sealed if moved.rowcount == 1 else None


def _part(chain: Json, name: str, number: int, content: bytes) -> Json:
    return {"chain": chain["chain"], "number": number, "hash": name, "content": pack(content)}
