"""Reads records as they were before parts were cut out of their inputs, and their texts packed with a dictionary."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, select

from vpce_guard.decision_log.dictionaries import dictionary_name, inflate_texts
from vpce_guard.decision_log.packing import unpack_part
from vpce_guard.decision_log.sharing import is_named, join, part_names
from vpce_guard.decision_log.tables import PARTS
from vpce_guard.model import Json

_AT_ONCE = 500  # parameters of one statement


def read_whole(connection: Connection, rows: Iterable[Any]) -> Sequence[Json]:
    """The records with whole inputs; those whose parts are gone stay as they are, which `log verify` finds."""
    records = [text or record for record, text in read_texts(connection, rows)]
    needed = [part_names(record["input"]) if "input" in record else set() for record in records]
    parts = _load(connection, {(r["chain"], name) for r, names in zip(records, needed, strict=True) for name in names})
    for record, names in zip(records, needed, strict=True):
        found = {name: parts[record["chain"], name] for name in names if (record["chain"], name) in parts}
        if names and len(found) == len(names):
            record["input"] = join(record["input"], found)
    return records


def read_texts(connection: Connection, rows: Iterable[Any]) -> Sequence[tuple[Json, Json | None]]:
    """Each record, and itself as it is without a dictionary: None where that is missing or is not the one it names."""
    records = [dict(row) for row in rows]
    names = [dictionary_name(record) for record in records]
    needed = {(record["chain"], name) for record, name in zip(records, names, strict=True) if name is not None}
    found = _load(connection, needed)
    return [
        (record, record if name is None else _inflate(record, found.get((record["chain"], name))))
        for record, name in zip(records, names, strict=True)
    ]


def find_sound_parts(connection: Connection) -> set[tuple[str, str]]:
    """The parts whose content is what their hash says, each by its chain and hash."""
    rows = connection.execute(select(PARTS.c.chain, PARTS.c.hash, PARTS.c.content).execution_options(yield_per=20))
    return {(chain, name) for chain, name, content in rows if _is_sound(name, content)}


def _inflate(record: Json, dictionary: bytes | None) -> Json | None:
    try:
        return inflate_texts(record, dictionary) if dictionary is not None else None
    except (zlib.error, UnicodeError):
        return None


def _is_sound(name: str, content: bytes) -> bool:
    try:
        return is_named(unpack_part(content), name)
    except zlib.error:
        return False


def _load(connection: Connection, wanted: set[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
    """The parts of these chains and names that there are and that are sound."""
    found: dict[tuple[str, str], bytes] = {}
    for chain in {chain for chain, _ in wanted}:
        names = sorted(name for of, name in wanted if of == chain)
        for at in range(0, len(names), _AT_ONCE):
            of_chain = PARTS.c.chain == chain, PARTS.c.hash.in_(names[at : at + _AT_ONCE])
            for name, content in connection.execute(select(PARTS.c.hash, PARTS.c.content).where(*of_chain)):
                if _is_sound(name, content):
                    found[chain, name] = unpack_part(content)
    return found
