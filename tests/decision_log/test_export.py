"""Exports: both forms hold the same events, and filters mean what they mean over REST."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from sqlalchemy import Engine

from tests.support import command
from tests.support.command import Done
from tests.support.entries import write
from vpce_guard.decision_log import export, queries
from vpce_guard.decision_log.database import open_database
from vpce_guard.decision_log.queries import Query

JSON_COLUMNS = ("bundles", "labels", "input", "result", "erased", "masked", "metrics")


@pytest.fixture
def log(engine: Engine) -> str:
    write(engine, range(30))
    return engine.url.render_as_string(hide_password=False)


def run(log: str, *options: str) -> Done:
    return command.run("log", "export", *options, VPCE_GUARD_DATABASE_URL=log)


def ids(done: Done) -> list[str]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line)["decision_id"] for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        ((), range(30)),
        (("--denied", "--rule", "VPCE-GW-001"), range(1, 30, 2)),
        (("--label", "team:t1", "--account", "111122223331"), range(1, 30, 6)),
        (("--vpc", "vpc-1", "--service", "s0", "--until", "2026-01-01T06:00:00+01:00"), (0, 2, 4)),
        (("--since", "2026-01-02T05:00:00Z"), (29,)),
        (("--vpc", "vpc-2"), ()),
    ],
)
def test_what_is_asked_for_is_exported_oldest_first(log: str, options: tuple[str, ...], numbers: range) -> None:
    assert ids(run(log, *options)) == [f"id-{number:04}" for number in numbers]


def test_parquet_holds_what_json_lines_hold(log: str, tmp_path: Path) -> None:
    lines, parquet = tmp_path / "log.jsonl", tmp_path / "log.parquet"
    for form, path in (("jsonl", lines), ("parquet", parquet)):
        done = run(log, "-o", form, "--output", str(path))
        assert (done.returncode, done.stdout) == (0, b"")
        assert b"30 decisions written to" in done.stderr
    events = [json.loads(line) for line in lines.read_text().splitlines()]
    table = pyarrow.parquet.read_table(parquet)
    assert table.column_names == list(events[0])
    assert str(table.schema.field("timestamp").type) == "timestamp[ms, tz=UTC]"
    rows = [
        {
            **row,
            **{name: json.loads(row[name]) for name in JSON_COLUMNS},
            "timestamp": row["timestamp"].isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }
        for row in table.to_pylist()
    ]
    assert rows == events


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--since", "yesterday"), b"since is not an RFC 3339 time"),
        (("--until", "2026-01-01T00:00:00"), b"until is not an RFC 3339 time"),
        (("--label", "team"), b"label is not name:value"),
        (("-o", "parquet"), b"--output FILE"),
        (("--output", "/nowhere/at/all"), b"/nowhere/at/all"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, options: tuple[str, ...], told: bytes) -> None:
    url = f"sqlite:///{tmp_path / 'log.db'}"
    open_database(url).dispose()
    done = run(url, *options)
    assert done.returncode == 2
    assert told in done.stderr


def test_many_events_are_written_in_groups(tmp_path: Path, engine: Engine) -> None:
    write(engine, range(1))
    (event,) = queries.read_all(engine, Query())
    path = tmp_path / "log.parquet"
    with export.whole_file(path) as file:
        assert export.as_parquet(({**event, "number": number} for number in range(2500)), file) == 2500
    assert pyarrow.parquet.ParquetFile(path).num_row_groups == 3


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    def broken() -> Any:
        yield {"timestamp": "2026-01-01T00:00:00Z"}
        raise OSError("the database is gone")

    with pytest.raises(OSError, match="gone"), export.whole_file(tmp_path / "log.jsonl") as file:
        export.as_json_lines(broken(), file)
    assert list(tmp_path.iterdir()) == []
