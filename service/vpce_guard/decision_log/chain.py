"""The chain: each record's hash holds the one before, so that none can be changed, left out or moved unnoticed.

Each writing process has a chain of its own. Its row in decision_chains seals where it starts and ends, so that records
cut off at either end are missed too. With a key (`log_key`) hashes and seals are HMACs: who can write to the database
and has not the key cannot make a chain that holds.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic_core import to_json
from sqlalchemy import Connection, select
from sqlalchemy import Engine as Database

from vpce_guard.decision_log.parts import find_sound_parts
from vpce_guard.decision_log.sharing import part_names
from vpce_guard.decision_log.tables import CHAINS, DECISIONS

START = "0" * 64
_LATER = ("account_id", "masked")  # columns that came later count where they hold something: older hashes still hold
_OWN = {"decision_id", "number", "req_id", "timestamp", "labels", "input", "result", "erased", "error", "previous"}
_HASHED = [column.name for column in DECISIONS.columns if column.name not in ("hash", *_LATER)]


def digest(record: Mapping[str, Any], key: bytes | None) -> str:
    """The hash of a record, over every column but itself: SHA-256, or HMAC-SHA-256 with a key, in hex."""
    parts = [_with_length(record[name]) if name in _OWN else _is_same(record[name]) for name in _HASHED]
    parts += [_with_length([name, record[name]]) for name in _LATER if record[name] is not None]
    return _hash_of(hashlib.sha256(b"".join(parts)).digest(), key)


@lru_cache(maxsize=1024, typed=True)
def _is_same(value: str | bool | None) -> bytes:
    return _with_length(value)


def _with_length(value: Any) -> bytes:
    """A value with its length before it, so that no two records read the same."""
    data = value if isinstance(value, bytes) else to_json(value)
    return len(data).to_bytes(8, "big") + data


def seal(chain: Mapping[str, Any], key: bytes | None) -> str:
    """The seal of a chain's row, over where it starts and ends."""
    members = ("chain", "started", "first", "first_previous", "last", "head")
    return _hash_of(to_json([chain[name] for name in members]), key)


def _hash_of(content: bytes, key: bytes | None) -> str:
    if key is None:
        return hashlib.sha256(content).hexdigest()
    return hmac.new(key, content, hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class ChainFault:
    """Something wrong with a chain: at which record, and what."""

    chain: str
    number: int | None
    problem: str


@dataclass(frozen=True)
class Verification:
    """What verify() looked at and found; the log is whole if there are no findings."""

    chains: int
    records: int
    findings: tuple[ChainFault, ...]


def verify(database: Database, key: bytes | None) -> Verification:
    """Look at every record of every chain. Memory does not grow with the log."""
    findings: list[ChainFault] = []
    records = 0
    with _snapshot(database) as connection:
        chains = {row["chain"]: dict(row) for row in connection.execute(select(CHAINS)).mappings()}
        parts = find_sound_parts(connection)
        ordered = select(DECISIONS).order_by(DECISIONS.c.chain, DECISIONS.c.number)
        rows = connection.execution_options(stream_results=True, yield_per=500).execute(ordered)
        seen: set[str] = set()
        for name, members in _group_by_chain(dict(row) for row in rows.mappings()):
            seen.add(name)
            count, wrong = _verify_chain(name, members, chains.get(name), key, parts)
            records += count
            findings += wrong
    findings += [
        ChainFault(name, None, "all its records are missing")
        for name, chain in chains.items()
        if name not in seen and chain["last"] >= chain["first"]
    ]
    return Verification(chains=len(chains), records=records, findings=tuple(findings))


@contextmanager
def _snapshot(database: Database) -> Iterator[Connection]:
    """A connection that sees one state of the log, so that what is written meanwhile is no finding."""
    with database.connect() as connection:
        if database.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        else:
            connection.exec_driver_sql("BEGIN")
        yield connection


def _group_by_chain(rows: Iterable[dict[str, Any]]) -> Iterator[tuple[str, Iterator[dict[str, Any]]]]:
    from itertools import groupby

    return groupby(rows, key=lambda row: str(row["chain"]))


def _verify_chain(
    name: str,
    members: Iterator[dict[str, Any]],
    chain: dict[str, Any] | None,
    key: bytes | None,
    parts: set[tuple[str, str]],
) -> tuple[int, list[ChainFault]]:
    findings: list[ChainFault] = []
    if chain is None:
        findings.append(ChainFault(name, None, "it has no row in decision_chains"))
    elif chain["seal"] != seal(chain, key):
        findings.append(ChainFault(name, None, "its row in decision_chains was changed, or the key is another"))
    count = 0
    number, previous = (chain["first"], chain["first_previous"]) if chain else (None, None)
    for record in members:
        count += 1
        if number is not None and record["number"] != number:
            findings.append(ChainFault(name, number, f"records {number} to {record['number'] - 1} are missing"))
        elif previous is not None and record["previous"] != previous:
            findings.append(ChainFault(name, record["number"], "it does not follow the record before it"))
        if record["hash"] != digest(record, key):
            findings.append(ChainFault(name, record["number"], "it was changed"))
        elif not {(name, part) for part in part_names(record["input"])} <= parts:
            findings.append(ChainFault(name, record["number"], "a part of its input is missing or was changed"))
        number, previous = record["number"] + 1, record["hash"]
    if chain is not None and number is not None and number - 1 != chain["last"]:
        findings.append(ChainFault(name, number, f"records {number} to {chain['last']} are missing"))
    elif chain is not None and previous != chain["head"]:
        findings.append(ChainFault(name, chain["last"], "the last record is not the one that was sealed"))
    return count, findings
