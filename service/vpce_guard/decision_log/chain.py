"""The chain: each record's hash holds the one before, so that none can be changed, left out or moved unnoticed.

Each writing process has a chain of its own. Its row in decision_chains seals where it starts and ends, so that records
cut off at either end are missed too. With a key (see keys.py) hashes and seals are HMACs: who can write to the database
and has not the key cannot make a chain that holds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic_core import to_json
from sqlalchemy import Connection, select
from sqlalchemy import Engine as Database

from vpce_guard.decision_log.faults import Claim, LogFault
from vpce_guard.decision_log.hashes import START, with_length
from vpce_guard.decision_log.keys import HashCheck, LogKeys
from vpce_guard.decision_log.parts import find_sound_parts, read_texts
from vpce_guard.decision_log.register import RegisterContents, verify_register
from vpce_guard.decision_log.search_index import SearchIndex
from vpce_guard.decision_log.sharing import part_names
from vpce_guard.decision_log.tables import CHAINS, DECISIONS

if TYPE_CHECKING:
    from vpce_guard.decision_log.anchor import AnchoredState

_LATER = ("account_id", "masked")  # columns that came later count where they hold something: older hashes still hold
_OWN = {"decision_id", "number", "req_id", "timestamp", "labels", "input", "result", "erased", "error", "previous"}
_OTHERWISE = ("leads", "followers")  # search_index.py looks at them
_HASHED = [column.name for column in DECISIONS.columns if column.name not in ("hash", *_LATER, *_OTHERWISE)]


def digest(record: Mapping[str, Any], keys: LogKeys) -> str:
    """The hash of a record, over every column but itself."""
    return keys.hash(_record_content(record))


def _record_content(record: Mapping[str, Any]) -> bytes:
    parts = [with_length(record[name]) if name in _OWN else _is_same(record[name]) for name in _HASHED]
    parts += [with_length([name, record[name]]) for name in _LATER if record[name] is not None]
    return hashlib.sha256(b"".join(parts)).digest()


@lru_cache(maxsize=1024, typed=True)
def _is_same(value: str | bool | None) -> bytes:
    return with_length(value)


def seal(chain: Mapping[str, Any], keys: LogKeys) -> str:
    """The seal of a chain's row, over where it starts and ends."""
    return keys.hash(_seal_content(chain))


def seal_holds(chain: Mapping[str, Any], check: HashCheck) -> bool:
    """Whether the seal that stands in a chain's row is its own. Raises KeyError for what is no such row."""
    return check.holds(_seal_content(chain), chain["seal"])


def _seal_content(chain: Mapping[str, Any]) -> bytes:
    members = ("chain", "started", "first", "first_previous", "last", "head")
    return to_json([chain[name] for name in members])


@dataclass(frozen=True)
class Verification:
    """What verify() looked at and found. `seals` are those of places outside.

    The log is whole if there are no findings and no key was missing; `missing` counts hashes by the id of such a key.
    """

    chains: int
    records: int
    seals: int
    findings: tuple[LogFault, ...]
    missing: Mapping[str | None, int]


def verify(database: Database, keys: LogKeys, *anchored: AnchoredState) -> Verification:
    """Look at every record of every chain, at what decisions are found by, at the register and at what it names.

    What places outside told before this began is compared. Memory does not grow with the number of records.
    """
    findings: list[LogFault] = [fault for state in anchored for fault in state.faults]
    check = HashCheck(keys)
    records = 0
    with _snapshot(database) as connection:
        chains = {row["chain"]: dict(row) for row in connection.execute(select(CHAINS)).mappings()}
        register = verify_register(connection, check, {state.by: state.register for state in anchored})
        findings += register.faults
        claims = _claims(register, anchored)
        reading = _Reading(check, find_sound_parts(connection), SearchIndex(connection), register)
        seen: set[str] = set()
        for name, members in groupby(_read(connection, reading.index), key=lambda read: str(read.row["chain"])):
            seen.add(name)
            count, wrong = _verify_chain(name, members, chains.get(name), claims.get(name, ()), reading)
            records += count
            findings += wrong
        for name in chains.keys() - seen:
            findings += _verify_chain(name, (), chains[name], claims.get(name, ()), reading)[1]
        findings += reading.index.find_strays()
    for name in claims.keys() - seen - chains.keys():
        findings.append(LogFault(f"chain {name}", f"it is missing, and {_namer(claims[name])} names it"))
    missing = sum((state.missing for state in anchored), check.missing)
    return Verification(len(chains), records, sum(state.seals for state in anchored), tuple(findings), missing)


@dataclass(frozen=True)
class _Reading:
    """What is needed to verify any chain."""

    check: HashCheck
    parts: set[tuple[str, str]]
    index: SearchIndex
    register: RegisterContents


@contextmanager
def _snapshot(database: Database) -> Iterator[Connection]:
    """A connection that sees one state of the log, so that what is written meanwhile is no finding."""
    with database.connect() as connection:
        if database.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        else:
            connection.exec_driver_sql("BEGIN")
        yield connection


def _claims(register: RegisterContents, anchored: Iterable[AnchoredState]) -> dict[str, list[Claim]]:
    """What the register says of each chain, and then the places outside."""
    claims = {chain: list(of_chain) for chain, of_chain in register.claims.items()}
    for state in anchored:
        for chain, (last, head) in state.chains.items():
            claims.setdefault(chain, []).append(Claim(last, head, state.by))
    return claims


def _namer(claims: Sequence[Claim]) -> str:
    """Who says that a chain is there: a place outside rather than the register, whose first entry of it is no claim."""
    return claims[-1].by if claims else "the register"


class _ReadRecord(NamedTuple):
    """A record as it is kept, with its texts (None without its dictionary), and whether it is found by them."""

    row: dict[str, Any]
    texts: dict[str, Any] | None
    is_indexed: bool


def _read(connection: Connection, index: SearchIndex) -> Iterator[_ReadRecord]:
    """Every record, chain by chain."""
    ordered = select(DECISIONS).order_by(DECISIONS.c.chain, DECISIONS.c.number)
    rows = connection.execute(ordered.execution_options(yield_per=500))
    for some in rows.mappings().partitions():
        read = read_texts(connection, some)
        wrong = index.find_wrong([texts or record for record, texts in read])
        for record, texts in read:
            yield _ReadRecord(record, texts, record["decision_id"] not in wrong)


def _verify_chain(
    name: str,
    members: Iterable[_ReadRecord],
    chain: dict[str, Any] | None,
    claims: Iterable[Claim],
    reading: _Reading,
) -> tuple[int, list[LogFault]]:
    place = f"chain {name}"
    findings = _verify_row(place, chain, reading)
    count = 0
    number, previous = (chain["first"], chain["first_previous"]) if chain else (None, None)
    hashes: dict[int, Any] = {chain["first"] - 1: previous} if chain and chain["first"] > 1 else {}
    wanted = {claim.number for claim in claims}
    for read in members:
        count, record = count + 1, read.row
        if number is not None and record["number"] != number:
            findings.append(LogFault(place, f"records {number} to {record['number'] - 1} are missing"))
        elif previous is not None and record["previous"] != previous:
            findings.append(
                LogFault(f"record {record['number']} of {place}", "it does not follow the record before it")
            )
        if problem := _problem_of(read, name, reading):
            findings.append(LogFault(f"record {record['number']} of {place}", problem))
        number, previous = record["number"] + 1, record["hash"]
        if record["number"] in wanted:
            hashes[record["number"]] = previous
    if chain is not None and number is not None and number - 1 != chain["last"]:
        findings.append(LogFault(place, f"records {number} to {chain['last']} are missing"))
    elif chain is not None and previous != chain["head"]:
        findings.append(LogFault(f"record {chain['last']} of {place}", "it is not the one that was sealed"))
    return count, findings + _compare(place, claims, hashes, (number or 1) - 1)


def _verify_row(place: str, chain: dict[str, Any] | None, reading: _Reading) -> list[LogFault]:
    """Its row in decision_chains, and what the register says of its beginning."""
    if chain is None:
        return [LogFault(place, "it has no row in decision_chains")]
    if not seal_holds(chain, reading.check):
        return [LogFault(place, "its row in decision_chains was changed, or the key is another")]
    register, name = reading.register, chain["chain"]
    if chain["first"] == 1 and chain["first_previous"] != register.begun.get(name, START):
        return [LogFault(place, "its beginning is not in the register")]
    if chain["first"] > 1 and register.entries and name not in register.claims:
        return [LogFault(place, "it is not in the register")]
    return []


def _problem_of(read: _ReadRecord, chain: str, reading: _Reading) -> str | None:
    if not reading.check.holds(_record_content(read.row), read.row["hash"]):
        return "it was changed"
    if read.texts is None:
        return "the dictionary of its texts is missing or was changed"
    if not {(chain, part) for part in part_names(read.texts["input"])} <= reading.parts:
        return "a part of its input is missing or was changed"
    return None if read.is_indexed else "the rules or labels that it is found by were changed"


def _compare(place: str, claims: Iterable[Claim], hashes: Mapping[int, str], last: int) -> list[LogFault]:
    """What register and anchor say, against the hashes of the records they name; those taken away have none."""
    findings = []
    for claim in claims:
        if claim.number > last:
            findings.append(
                LogFault(place, f"records {last + 1} to {claim.number}, which {claim.by} names, are missing")
            )
        elif hashes.get(claim.number, claim.hash) != claim.hash:
            findings.append(LogFault(f"record {claim.number} of {place}", f"it is not the one that {claim.by} names"))
    return findings
