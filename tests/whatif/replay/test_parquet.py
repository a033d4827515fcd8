"""Rows of a Parquet export are the events it was made of, and those outside of a span are not read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic_core import from_json

from vpce_guard.decision_log.export import as_parquet
from vpce_guard.errors import UnreadableError
from vpce_guard.whatif.replay.parquet import TimeSpan, parquet_rows, times_of


def event(number: int) -> dict[str, Any]:
    """An event as exports hold it, one a second."""
    minute, second = divmod(number, 60)
    return {
        "decision_id": f"id-{number:05}",
        "timestamp": f"2026-01-01T00:{minute:02}:{second:02}.000Z",
        "input": {"operation": "create"},
        "result": {"allowed": True},
    }


@pytest.fixture(name="path")
def file_of_three_row_groups(tmp_path: Path) -> Path:
    """A file with 2,500 rows, which are three row groups."""
    with (tmp_path / "log.parquet").open("wb") as file:
        as_parquet(map(event, range(2500)), file)
    return tmp_path / "log.parquet"


def test_a_line_is_the_event(path: Path) -> None:
    first = from_json(next(parquet_rows(path)).line())
    assert {name: value for name, value in first.items() if value is not None} == event(0)


def test_row_groups_outside_of_a_span_are_not_read(path: Path) -> None:
    last = [row.decision_id for row in parquet_rows(path, TimeSpan(since=event(2100)["timestamp"]))]
    assert (last[0], len(last)) == ("id-02000", 500)
    between = TimeSpan(since=event(10)["timestamp"], until=event(20)["timestamp"])
    assert len(list(parquet_rows(path, between))) == 1000
    assert list(parquet_rows(path, TimeSpan(since="2026-01-02T00:00:00.000Z"))) == []


def test_a_file_says_its_times(path: Path, tmp_path: Path) -> None:
    assert times_of(path) == (event(0)["timestamp"], event(2499)["timestamp"])
    with (tmp_path / "empty.parquet").open("wb") as file:
        as_parquet(iter(()), file)
    assert times_of(tmp_path / "empty.parquet") is None


def test_another_parquet_file_is_no_export(tmp_path: Path) -> None:
    import pyarrow
    from pyarrow import parquet

    parquet.write_table(pyarrow.table({"a": [1]}), tmp_path / "other.parquet")
    for read in (lambda path: list(parquet_rows(path)), times_of):
        with pytest.raises(UnreadableError, match="is not a Parquet export"):
            read(tmp_path / "other.parquet")
