"""Rows of Parquet exports, a batch at a time, from a time on and up to one: what lies before and after is not read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from pydantic_core import to_json

from vpce_guard import installation
from vpce_guard.errors import UnreadableError
from vpce_guard.instants import format_milliseconds
from vpce_guard.model import Json

_TOGETHER = 200  # rows in memory of a file
_NESTED = ("input", "result", "erased", "masked")


class ParquetRow(NamedTuple):
    """A row and what orders it: the time of the decision as records carry it, and its id."""

    timestamp: str
    decision_id: str
    row: Json

    def line(self) -> bytes:
        """The line of JSON that the row was made of: nested values stand in it as the text that they are."""
        row = {**self.row, "timestamp": self.timestamp}
        members = (
            b'"%b":%b' % (name.encode(), value.encode() if name in _NESTED and value is not None else to_json(value))
            for name, value in row.items()
        )
        return b"{" + b",".join(members) + b"}"


class TimeSpan(NamedTuple):
    """From which time on, and up to which, both inclusive, as records carry them; None is without end."""

    since: str | None = None
    until: str | None = None

    def overlaps(self, first: str, last: str) -> bool:
        """Whether anything between two times is in it."""
        return (self.since is None or last >= self.since) and (self.until is None or first <= self.until)


ALL = TimeSpan()


def parquet_rows(path: Path, span: TimeSpan = ALL) -> Iterator[ParquetRow]:
    """The rows in the order of the file, of the row groups that have something in the span.

    Raises UnreadableError without pyarrow and for other files.
    """
    pyarrow, parquet = _libraries()
    try:
        with parquet.ParquetFile(path) as file:
            groups = [n for n, times in enumerate(_times(file)) if times is None or span.overlaps(*times)]
            for batch in file.iter_batches(batch_size=_TOGETHER, row_groups=groups):
                for row in batch.to_pylist():
                    yield ParquetRow(format_milliseconds(row["timestamp"]), row["decision_id"], row)
    except (pyarrow.ArrowException, OSError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise UnreadableError(f"{path} is not a Parquet export: {error}.") from None


def times_of(path: Path) -> tuple[str, str] | None:
    """The first and the last time in a file, by its own account; None for one without rows.

    Raises UnreadableError for other files.
    """
    pyarrow, parquet = _libraries()
    try:
        with parquet.ParquetFile(path) as file:
            times = list(_times(file))
    except (pyarrow.ArrowException, OSError, KeyError, ValueError, AttributeError) as error:
        raise UnreadableError(f"{path} is not a Parquet export: {error}.") from None
    if any(one is None for one in times):
        return ("", "9999")
    known = [one for one in times if one is not None]
    return (min(first for first, _ in known), max(last for _, last in known)) if known else None


def _times(file: Any) -> Iterator[tuple[str, str] | None]:
    """The first and the last time of each row group; None where the file does not say."""
    column = file.schema_arrow.names.index("timestamp")
    for number in range(file.num_row_groups):
        numbers = file.metadata.row_group(number).column(column).statistics
        if numbers is None or not numbers.has_min_max or not isinstance(numbers.min, datetime):
            yield None
        else:
            yield format_milliseconds(numbers.min), format_milliseconds(numbers.max)


def _libraries() -> tuple[Any, Any]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ModuleNotFoundError:
        raise UnreadableError("Parquet needs pyarrow.", advice=installation("parquet")) from None
    return pyarrow, parquet
