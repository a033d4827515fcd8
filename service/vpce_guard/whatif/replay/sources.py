"""Where recorded decisions come from: the decision log or an export of it, in one order, from any place on.

Records are handed on as they are kept, compressed or as text: reading them is the work of the workers.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from pydantic_core import from_json, to_json
from sqlalchemy import Engine as Database

from vpce_guard.decision_log import queries
from vpce_guard.decision_log.packing import unpack, unpack_text
from vpce_guard.decision_log.queries import Query
from vpce_guard.errors import LogError, UnreadableError
from vpce_guard.model import Json
from vpce_guard.whatif.replay.parquet import parquet_rows

WINDOW = 1000  # records read, judged and counted together
SHARDS = 8  # parts of a window that go to workers, by VPC: what is alike meets
_LARGE = 250  # records of a part at most: otherwise others would wait for its worker

ResumePoint = Json  # where a source goes on: JSON values that only the source reads


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which records: the query, at most so many of them, or a share of them picked by their ids."""

    query: Query = field(default_factory=Query)
    limit: int | None = None
    sample: float | None = None

    def is_in_sample(self, decision_id: str) -> bool:
        """Whether a decision is in the sample: the same ones each time."""
        return self.sample is None or zlib.crc32(decision_id.encode()) < self.sample * 2**32


class ParsedRecord(NamedTuple):
    """A record that is read: the text of the input, the decision as JSON values, and what was erased or masked."""

    text: bytes
    result: Json
    erased: tuple[str, ...]


class Record(NamedTuple):
    """A record as it is kept: in the log's compressed columns, or as a line of an export."""

    input: bytes | None
    rest: bytes
    erased: str
    shard: int

    def read(self) -> ParsedRecord:
        """The record. Raises ValueError, KeyError or TypeError for one that cannot be read."""
        if self.input is None:
            event = from_json(self.rest)
            return ParsedRecord(to_json(event["input"]), event["result"], _pointers(event))
        return ParsedRecord(unpack_text(self.input), unpack(self.rest), tuple(from_json(self.erased)))


class Window(NamedTuple):
    """Records that follow each other, and the place after them."""

    records: list[Record]
    resume_at: ResumePoint

    def shards(self) -> list[tuple[int, list[Record]]]:
        """The records in parts, the same ones however many workers there are; those of one number go to one worker.

        A part that is large, because much is of one VPC, is cut into several with numbers of their own.
        """
        parts: list[list[Record]] = [[] for _ in range(SHARDS)]
        for record in self.records:
            parts[record.shard].append(record)
        return [
            (number + nth, part[nth * _LARGE : (nth + 1) * _LARGE])
            for number, part in enumerate(parts)
            for nth in range(ceil(len(part) / _LARGE))
        ]


class RecordSource(Protocol):
    """A place decisions come from."""

    name: str

    def windows(self, place: ResumePoint | None) -> Iterator[Window]:
        """All that is chosen from a place on; None is the beginning."""

    def count(self) -> int | None:
        """How many there are; None where that is not known without reading them."""


class LogSource:
    """The decision log, up to a moment: what is decided later is not part of it."""

    def __init__(self, database: Database, selection: Selection, *, until: str) -> None:
        self.name = database.url.render_as_string(hide_password=True)
        self._database = database
        self._selection = selection
        before = selection.query.until
        self._query = replace(selection.query, until=min(before, until) if before else until)

    def windows(self, place: ResumePoint | None) -> Iterator[Window]:
        """Windows in the order of time, then id. Raises LogError."""
        after = (place["timestamp"], place["decision_id"]) if place else None
        left = self._selection.limit
        left = left if left is None else left - (place["taken"] if place else 0)
        taken = place["taken"] if place else 0
        while left is None or left > 0:
            rows = self._rows(after)
            if not rows:
                return
            after = (rows[-1]["timestamp"], rows[-1]["decision_id"])
            records = [self._record(row) for row in rows if self._selection.is_in_sample(row["decision_id"])]
            if left is not None:
                records = records[:left]
                left -= len(records)
            taken += len(records)
            yield Window(records, {"timestamp": after[0], "decision_id": after[1], "taken": taken})

    def count(self) -> int | None:
        """How many the query chooses; not known for a sample."""
        if self._selection.sample is not None:
            return self._selection.limit
        found = queries.count(self._database, self._query)
        return min(found, self._selection.limit) if self._selection.limit is not None else found

    def _rows(self, after: tuple[str, str] | None) -> Any:
        from sqlalchemy.exc import SQLAlchemyError

        try:
            return queries.rows(self._database, self._query, after=after, limit=WINDOW)
        except SQLAlchemyError as error:
            raise LogError(f"The decision log cannot be read: {type(error).__name__}.") from error

    @staticmethod
    def _record(row: Any) -> Record:
        erased = row["erased"]
        if row["masked"] is not None:
            erased = to_json([*from_json(erased), *from_json(row["masked"])]).decode()
        return Record(row["input"], row["result"], erased, _shard(row["vpc_id"]))


class ExportSource:
    """A file as `vpce-guard log export` prints it, in its order: JSON Lines, or Parquet by its name."""

    def __init__(self, path: Path, selection: Selection) -> None:
        self.name = str(path)
        self._path = path
        self._selection = selection

    def windows(self, place: ResumePoint | None) -> Iterator[Window]:
        """Windows of what is chosen. Raises UnreadableError for a file or line that is no export."""
        line, taken = (place["line"], place["taken"]) if place else (0, 0)
        try:
            lines = islice(self._lines(), line, None)
            while read := list(islice(lines, WINDOW)):
                records = [
                    read_event(text, self._selection, f"{self._path}: record {line + at}")
                    for at, text in enumerate(read, start=1)
                ]
                chosen = [record for record in records if record is not None]
                if self._selection.limit is not None:
                    chosen = chosen[: self._selection.limit - taken]
                line, taken = line + len(read), taken + len(chosen)
                yield Window(chosen, {"line": line, "taken": taken})
                if taken == self._selection.limit:
                    return
        except OSError as error:
            raise UnreadableError(f"{self._path} cannot be read: {error.strerror}.") from None

    def count(self) -> int | None:
        """Not known."""
        return self._selection.limit

    def _lines(self) -> Iterator[bytes]:
        if self._path.suffix == ".parquet":
            yield from (row.line() for row in parquet_rows(self._path))
            return
        with self._path.open("rb") as file:
            yield from (line for line in file if line.strip())


def read_event(line: bytes, selection: Selection, where: str) -> Record | None:
    """The record that a line of an export is; None where it is not chosen. Raises UnreadableError."""
    try:
        event = from_json(line)
        if not (_matches_query(event, selection.query) and selection.is_in_sample(event["decision_id"])):
            return None
        shard = _shard(event["result"]["subject"]["vpc_id"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UnreadableError(
            f"{where} is not a decision event.",
            advice="Give a file as `vpce-guard log export` prints it.",
        ) from None
    return Record(None, line, "[]", shard)


def _shard(vpc_id: object) -> int:
    return zlib.crc32(str(vpc_id).encode()) % SHARDS


def _pointers(event: Json) -> tuple[str, ...]:
    return (*(event.get("erased") or ()), *(event.get("masked") or ()))


def _matches_query(event: Json, query: Query) -> bool:
    """The same choice as queries make in the log."""
    result = event["result"]
    subject = result["subject"]
    spoken = {found["rule_id"] for member in ("violations", "waived", "undetermined") for found in result[member]}
    labels = event["input"].get("labels") or {}
    account = (event["input"].get("context") or {}).get("AccountId")
    wanted = (
        query.since is None or event["timestamp"] >= query.since,
        query.until is None or event["timestamp"] < query.until,
        query.allowed is None or result["allowed"] is query.allowed,
        query.rule_id is None or query.rule_id in spoken,
        query.vpc_id is None or subject["vpc_id"] == query.vpc_id,
        query.service_name is None or subject["service_name"] == query.service_name,
        query.account_id is None or account == query.account_id,
        query.label is None or labels.get(query.label[0]) == query.label[1],
        query.request_id is None or event["req_id"] == query.request_id,
        query.requested_by is None or event["requested_by"] == query.requested_by,
    )
    return all(wanted)
