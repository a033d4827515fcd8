"""A folder of Parquet exports as one source: in the order of time, and each decision once.

Exports may overlap, as those do that are made every night of the last two days. Each is in order by itself, so they are
merged: a file is opened when its time comes and closed at its end, and no more than what overlaps is in memory.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from pathlib import Path

from vpce_guard.errors import UnreadableError
from vpce_guard.whatif.replay.parquet import ParquetRow, TimeSpan, parquet_rows, times_of
from vpce_guard.whatif.replay.sources import WINDOW, ResumePoint, Selection, Window, read_event


class ArchiveSource:
    """A folder with Parquet exports, and with folders of them."""

    def __init__(self, folder: Path, selection: Selection) -> None:
        self.name = str(folder)
        self._folder = folder
        self._selection = selection

    def windows(self, place: ResumePoint | None) -> Iterator[Window]:
        """Windows in the order of time, then id. Raises UnreadableError for what is no export, or is not in order."""
        after = (place["timestamp"], place["decision_id"]) if place else ("", "")
        taken, limit = place["taken"] if place else 0, self._selection.limit
        rows = self._rows(after)
        while limit is None or taken < limit:
            records, read, last = [], 0, after
            for row in rows:
                read, last = read + 1, (row.timestamp, row.decision_id)
                record = read_event(row.line(), self._selection, f"{self._folder}: decision {row.decision_id}")
                if record is not None:
                    records.append(record)
                if read == WINDOW or (limit is not None and taken + len(records) == limit):
                    break
            if not read:
                return
            after, taken = last, taken + len(records)
            yield Window(records, {"timestamp": after[0], "decision_id": after[1], "taken": taken})

    def count(self) -> int | None:
        """Not known."""
        return self._selection.limit

    def _rows(self, after: tuple[str, str]) -> Iterator[ParquetRow]:
        """Each row behind a place once, in order."""
        query = self._selection.query
        span = TimeSpan(max(query.since or "", after[0]), query.until)
        last = after
        for row in _merge(_files(self._folder, span), span):
            if (row.timestamp, row.decision_id) > last:
                yield row
                last = (row.timestamp, row.decision_id)


def _files(folder: Path, span: TimeSpan) -> list[tuple[str, Path]]:
    """The files with something in a span, by their first time. Raises UnreadableError where there are none at all."""
    paths = sorted(path for path in folder.rglob("*.parquet") if not path.name.startswith("."))
    if not paths:
        raise UnreadableError(
            f"{folder} holds no Parquet files.",
            advice="Give a folder of files that `vpce-guard log export -o parquet` wrote.",
        )
    known = [(times, path) for path in paths if (times := times_of(path)) is not None]
    return sorted((times[0], path) for times, path in known if span.overlaps(*times))


def _merge(files: list[tuple[str, Path]], span: TimeSpan) -> Iterator[ParquetRow]:
    """The rows of files in order, with those that are in several files as often."""
    waiting = files[::-1]
    heads: list[tuple[str, str, int, ParquetRow]] = []
    streams: dict[int, Iterator[ParquetRow]] = {}
    while waiting or heads:
        while waiting and (not heads or waiting[-1][0] <= heads[0][0]):
            number = len(waiting)
            streams[number] = _in_order(waiting.pop()[1], span)
            _advance(heads, streams, number)
        if heads:
            *_, number, row = heapq.heappop(heads)
            yield row
            _advance(heads, streams, number)


def _advance(
    heads: list[tuple[str, str, int, ParquetRow]], streams: dict[int, Iterator[ParquetRow]], number: int
) -> None:
    """Put the next row of a stream among the heads; a stream that has ended is let go."""
    row = next(streams[number], None)
    if row is None:
        del streams[number]
    else:
        heapq.heappush(heads, (row.timestamp, row.decision_id, number, row))


def _in_order(path: Path, span: TimeSpan) -> Iterator[ParquetRow]:
    last = ("", "")
    for row in parquet_rows(path, span):
        if (row.timestamp, row.decision_id) < last:
            raise UnreadableError(f"{path} is not in the order of time.", advice="Export it anew.")
        last = (row.timestamp, row.decision_id)
        yield row
