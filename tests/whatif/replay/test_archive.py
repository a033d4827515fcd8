"""A folder of Parquet exports tells the same as the log, however it was cut, and each decision once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.recording import again, many
from vpce_guard.bundle.bundle import PACKAGED
from vpce_guard.decision_log.database import open_database
from vpce_guard.decision_log.export import as_parquet
from vpce_guard.decision_log.queries import Query, read_all
from vpce_guard.errors import UnreadableError
from vpce_guard.model import Json
from vpce_guard.whatif.replay.archive import ArchiveSource
from vpce_guard.whatif.replay.sources import Selection


def write(path: Path, events: list[Json]) -> None:
    """Write events into a Parquet file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        as_parquet(iter(events), file)


@pytest.fixture(name="events", scope="module")
def events_of_a_log(tmp_path_factory: pytest.TempPathFactory) -> list[Json]:
    """Sixty decisions, oldest first."""
    url = f"sqlite:///{tmp_path_factory.mktemp('log') / 'decisions.db'}"
    many(url, 60)
    return list(read_all(open_database(url), Query()))


def ids(source: ArchiveSource, place: Json | None = None) -> list[str]:
    """The ids that the source gives from a place on."""
    return [record.read().result["decision_id"] for window in source.windows(place) for record in window.records]


def test_overlapping_exports_are_one_history(events: list[Json], tmp_path: Path) -> None:
    write(tmp_path / "archive/z.parquet", events[:25])
    write(tmp_path / "archive/2026/b.parquet", events[20:50])
    write(tmp_path / "archive/2026/a.parquet", events[40:])
    write(tmp_path / "archive/empty.parquet", [])
    source = ArchiveSource(tmp_path / "archive", Selection())
    assert ids(source) == [event["decision_id"] for event in events]
    (window,) = source.windows(None)
    assert list(source.windows(window.resume_at)) == []


def test_it_goes_on_behind_a_place(events: list[Json], tmp_path: Path) -> None:
    write(tmp_path / "archive/a.parquet", events[:40])
    write(tmp_path / "archive/b.parquet", events[30:])
    place = {"timestamp": events[34]["timestamp"], "decision_id": events[34]["decision_id"], "taken": 35}
    source = ArchiveSource(tmp_path / "archive", Selection())
    assert ids(source, place) == [event["decision_id"] for event in events[35:]]
    limited = ArchiveSource(tmp_path / "archive", Selection(limit=37))
    assert ids(limited, place) == [event["decision_id"] for event in events[35:37]]


def test_a_choice_of_time_is_what_it_is_in_the_log(events: list[Json], tmp_path: Path) -> None:
    write(tmp_path / "archive/a.parquet", events[:30])
    write(tmp_path / "archive/b.parquet", events[30:])
    since = events[45]["timestamp"]
    source = ArchiveSource(tmp_path / "archive", Selection(query=Query(since=since)))
    assert ids(source) == [event["decision_id"] for event in events if event["timestamp"] >= since]


def test_the_report_is_that_of_the_log(url: str, tmp_path: Path) -> None:
    many(url, 40)
    events = list(read_all(open_database(url), Query()))
    write(tmp_path / "archive/a.parquet", events[:30])
    write(tmp_path / "archive/b.parquet", events[10:])
    for asked in ({}, {"label": "team:t-1", "limit": 7}):
        told = again(url, tmp_path, candidate=str(PACKAGED), export=tmp_path / "archive", **asked)
        assert told.part == again(url, tmp_path, candidate=str(PACKAGED), **asked).part


def test_what_is_no_export_or_out_of_order_is_told(events: list[Json], tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="holds no Parquet files"):
        ids(ArchiveSource(tmp_path, Selection()))
    write(tmp_path / "backwards/a.parquet", events[::-1])
    with pytest.raises(UnreadableError, match="not in the order of time"):
        ids(ArchiveSource(tmp_path / "backwards", Selection()))
    (tmp_path / "other").mkdir()
    (tmp_path / "other/a.parquet").write_bytes(b"PAR1")
    with pytest.raises(UnreadableError, match="is not a Parquet export"):
        ids(ArchiveSource(tmp_path / "other", Selection()))
