"""The register: one chain over all processes, of the chains, bundles, org data and steps that there are.

A chain that begins is entered after how far every other one has come, and its first record follows on that entry. So a
chain that is missing as a whole, or that was cut back before another began, is found, as is an entry that is missing.
Bundles, org data and steps are entered by the hash of their row.

What was there before the register is entered when the first entry is made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, false, func, insert, select, text, update

from vpce_guard.decision_log.faults import Claim, LogFault
from vpce_guard.decision_log.hashes import START, row_content
from vpce_guard.decision_log.keys import NO_KEYS, HashCheck, LogKeys
from vpce_guard.decision_log.tables import BUNDLE_STEPS, BUNDLES, CHAINS, ORG_DATA, REGISTER
from vpce_guard.instants import now

_CHAIN = "chain"
_TABLES = {"bundle": BUNDLES, "org data": ORG_DATA, "step": BUNDLE_STEPS}
_KINDS = {table: kind for kind, table in _TABLES.items()}
_LOCK = text("SELECT pg_advisory_xact_lock(7615322)")


class RegisterHead(NamedTuple):
    """Number and hash of the last entry."""

    number: int
    hash: str


NO_ENTRY = RegisterHead(0, START)


class _NewEntry(NamedTuple):
    """A row of another table by its kind, key and hash; or a chain by its id, with its last number and head."""

    kind: str
    subject: str
    place: int
    digest: str


def register_chain(connection: Connection, chain: str, keys: LogKeys) -> str:
    """Enter a chain that begins in this transaction; the hash that its first record follows."""
    _lock(connection)
    old = _adopt_rows(connection)
    return _append(connection, [*old, *_find_grown(connection), _NewEntry(_CHAIN, chain, 0, START)], keys)


def register_row(connection: Connection, table: Table, value: str | int, keys: LogKeys) -> None:
    """Enter a row of BUNDLES, ORG_DATA or BUNDLE_STEPS as it is now, by the value of its primary key."""
    _lock(connection)
    old = _adopt_rows(connection)
    chains = _find_grown(connection) if old else ()
    row = connection.execute(select(table).where(_primary(table) == value)).mappings().one()
    entry = _entry_of(_KINDS[table], dict(row))
    _append(connection, [*(each for each in old if each != entry), *chains, entry], keys)


def register_head(connection: Connection) -> RegisterHead:
    """The last entry."""
    last = select(REGISTER.c.number, REGISTER.c.hash).order_by(REGISTER.c.number.desc()).limit(1)
    row = connection.execute(last).first()
    return RegisterHead(*row) if row is not None else NO_ENTRY


def _lock(connection: Connection) -> None:
    """One at a time until the transaction ends; in SQLite by a change of nothing, which begins to write."""
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK)
    else:
        connection.execute(update(REGISTER).where(false()).values(kind=REGISTER.c.kind))


def _adopt_rows(connection: Connection) -> list[_NewEntry]:
    """Entries of all rows, where the register is empty."""
    if register_head(connection).number:
        return []
    return [
        _entry_of(kind, dict(row))
        for kind, table in _TABLES.items()
        for row in connection.execute(select(table).order_by(_primary(table))).mappings()
    ]


def _find_grown(connection: Connection) -> Iterator[_NewEntry]:
    """An entry of each chain that is longer than the register says."""
    furthest = select(REGISTER.c.subject, func.max(REGISTER.c.place)).where(REGISTER.c.kind == _CHAIN)
    places = {row[0]: row[1] for row in connection.execute(furthest.group_by(REGISTER.c.subject))}
    chains = select(CHAINS.c.chain, CHAINS.c.last, CHAINS.c.head).order_by(CHAINS.c.started, CHAINS.c.chain)
    for chain, last, head in connection.execute(chains).all():
        if last > places.get(chain, -1):
            yield _NewEntry(_CHAIN, chain, last, head)


def _append(connection: Connection, entries: Sequence[_NewEntry], keys: LogKeys) -> str:
    last, previous = register_head(connection)
    rows = []
    for number, entry in enumerate(entries, last + 1):
        row = {"number": number, "timestamp": now(), **entry._asdict(), "previous": previous}
        previous = keys.hash(row_content(row))
        rows.append({**row, "hash": previous})
    connection.execute(insert(REGISTER), rows)
    return previous


def _entry_of(kind: str, row: Mapping[str, Any]) -> _NewEntry:
    return _NewEntry(kind, str(row[_primary(_TABLES[kind]).name]), 0, NO_KEYS.hash(row_content(row)))


def _primary(table: Table) -> Any:
    (column,) = table.primary_key.columns
    return column


@dataclass
class RegisterContents:
    """What the register says, and what is wrong with it or with what it names."""

    entries: int = 0
    begun: dict[str, str] = field(default_factory=dict)  # by chain, the hash that its first record follows
    claims: dict[str, list[Claim]] = field(default_factory=dict)  # by chain
    faults: list[LogFault] = field(default_factory=list)


def verify_register(connection: Connection, check: HashCheck, anchored: Mapping[str, RegisterHead]) -> RegisterContents:
    """Look at each entry, at what places outside say of them, by place, and at each row that they name."""
    contents = RegisterContents()
    rows: dict[tuple[str, str], str] = {}
    last, previous = 0, START
    ordered = select(REGISTER).order_by(REGISTER.c.number).execution_options(yield_per=500)
    for entry in connection.execute(ordered).mappings():
        number, chained = entry["number"], {name: value for name, value in entry.items() if name != "hash"}
        if number != last + 1 or entry["previous"] != previous:
            contents.faults.append(LogFault(f"entry {number} of the register", "the entry before it is missing"))
        if not check.holds(row_content(chained), entry["hash"]):
            contents.faults.append(LogFault(f"entry {number} of the register", "it was changed, or the key is another"))
        for by, head in anchored.items():
            if number == head.number and entry["hash"] != head.hash:
                contents.faults.append(LogFault(f"entry {number} of the register", f"it is not the one {by} names"))
        if entry["kind"] != _CHAIN:
            rows[entry["kind"], entry["subject"]] = entry["digest"]
        elif entry["place"] == 0:
            contents.begun[entry["subject"]] = entry["hash"]
            contents.claims.setdefault(entry["subject"], [])
        else:
            claim = Claim(entry["place"], entry["digest"], "the register")
            contents.claims.setdefault(entry["subject"], []).append(claim)
        last, previous = number, entry["hash"]
        contents.entries += 1
    for by, head in anchored.items():
        if head.number > last:
            missing = f"entries {last + 1} to {head.number}, which {by} names, are missing"
            contents.faults.append(LogFault("the register", missing))
    if contents.entries:
        contents.faults += _compare_rows(connection, rows)
    return contents


def _compare_rows(connection: Connection, entered: dict[tuple[str, str], str]) -> Iterator[LogFault]:
    missing = dict(entered)
    for kind, table in _TABLES.items():
        for row in connection.execute(select(table).execution_options(yield_per=20)).mappings():
            _, subject, _, digest = _entry_of(kind, dict(row))
            known = missing.pop((kind, subject), None)
            if known is None:
                yield LogFault(f"{kind} {subject}", "it is not in the register")
            elif known != digest:
                yield LogFault(f"{kind} {subject}", "it was changed")
    for kind, subject in missing:
        yield LogFault(f"{kind} {subject}", "it is missing")
