"""A log in PostgreSQL by weeks: it is written, found and verified as before, and old weeks are dropped whole."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, inspect, select, text, update

from tests.support.entries import KEYS, entry, make_link, write
from tests.support.servers import Postgresql
from vpce_guard.decision_log import chain, partitions, queries, retention
from vpce_guard.decision_log.database import open_database
from vpce_guard.decision_log.links import find_links, keep_links
from vpce_guard.decision_log.partitions import add_weeks, drop_weeks, is_partitioned, partition
from vpce_guard.decision_log.queries import Query
from vpce_guard.decision_log.tables import CURSORS, DECISIONS, LABELS, PARTS, RULES
from vpce_guard.decision_log.writer import Writer
from vpce_guard.errors import LogError, SettingsError
from vpce_guard.model import Entry

FIRST_WEEK = range(90, 96)  # Thursday to Sunday, 2026-01-04
SECOND_WEEK = range(96, 110)  # from Monday, 2026-01-05
THIRD_WEEK = range(264, 270)  # from 2026-01-12
SINK = "http://127.0.0.1:9/sink"


@pytest.fixture
def log(postgresql: Postgresql, empty_postgresql_log: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A log with decisions, partitioned in the first week of January."""
    monkeypatch.setattr(partitions, "now", lambda: "2026-01-02T00:00:00.000Z")
    url = postgresql.fresh(like=empty_postgresql_log)
    log = open_database(url)
    write(log, FIRST_WEEK)
    assert not is_partitioned(log)
    assert partition(log)
    assert add_weeks(log) == 8
    yield log
    log.dispose()
    postgresql.drop(url)


def write_entries(log: Engine, entries: list[Entry]) -> None:
    """As one request has them."""

    async def at_once() -> None:
        writer = Writer(log, erase=(), keys=KEYS, required=True)
        await writer.write(entries)
        await writer.close()

    asyncio.run(at_once())


def problems(log: Engine) -> list[str]:
    return [finding.problem for finding in chain.verify(log, KEYS).findings]


def ids(log: Engine, query: Query) -> list[str]:
    return [event["decision_id"] for event in queries.read_all(log, query)]


def number_in(log: Engine, partition: str) -> int:
    with log.connect() as connection:
        return connection.execute(text(f"SELECT count(*) FROM {partition}")).scalar_one()  # noqa: S608


def test_decisions_stand_in_their_week_and_are_found(log: Engine) -> None:
    write(log, [*SECOND_WEEK, *THIRD_WEEK])
    assert is_partitioned(log)
    assert [number_in(log, f"decisions_{week}") for week in ("before", "20260105", "20260112", "rest")] == [6, 14, 6, 0]
    assert problems(log) == []
    assert queries.find_event(log, "id-0100") is not None
    denied = [f"id-{number:04}" for number in (*FIRST_WEEK, *SECOND_WEEK, *THIRD_WEEK) if number % 2]
    assert ids(log, Query(rule_id="VPCE-GW-001")) == ids(log, Query(allowed=False)) == denied
    assert len(queries.page(log, Query(), limit=10).events) == 10
    assert not partition(log)
    assert add_weeks(log) == 0


def test_indexes_keep_their_names_and_the_old_rows_theirs(log: Engine) -> None:
    found = {str(index["name"]) for index in inspect(log).get_indexes("decisions")}
    assert found == {index.name for index in DECISIONS.indexes}
    with log.connect() as connection:
        built_anew = connection.execute(
            text("SELECT count(*) FROM pg_indexes WHERE tablename = 'decisions_before' AND indexname !~ '_before$'")
        ).scalar_one()
    assert built_anew == 2  # the key and that of chains


def test_old_weeks_are_dropped_and_the_rest_still_verifies(log: Engine) -> None:
    write(log, [*SECOND_WEEK, *THIRD_WEEK])
    keep_links(log, [make_link("id-0090"), make_link("id-0264")])
    assert retention.prune(log, "2026-01-12T00:00:00.000Z", KEYS) == 20
    assert problems(log) == []
    assert ids(log, Query()) == [f"id-{number:04}" for number in THIRD_WEEK]
    assert not any(
        inspect(log).has_table(f"{one}_before") for one in ("decisions", "decision_rules", "decision_labels")
    )
    assert list(find_links(log, ["id-0090", "id-0264"])) == ["id-0264"]
    assert retention.prune(log, "2026-01-18T23:59:59.999Z", KEYS) == 0
    write(log, range(270, 280))
    assert problems(log) == []


def test_the_last_decisions_of_all_go_with_all_they_need(log: Engine) -> None:
    assert drop_weeks(log, "2026-01-05T00:00:00.000Z", KEYS) == 6
    with log.connect() as connection:
        assert [connection.execute(select(one)).all() for one in (DECISIONS, RULES, LABELS, PARTS)] == [[], [], [], []]
    assert problems(log) == []


def test_what_stands_in_a_chain_before_what_goes_goes_too(log: Engine) -> None:
    write(log, [*range(104, 108), 80, *range(264, 268)])  # one clock was behind
    assert drop_weeks(log, "2026-01-05T00:00:00.000Z", KEYS) == 6 + 5
    assert problems(log) == []
    assert ids(log, Query()) == [f"id-{number:04}" for number in range(264, 268)]


def test_one_request_goes_as_a_whole(log: Engine) -> None:
    together = [entry(104, decision_id=f"id-{letter}") for letter in "abc"]
    write_entries(log, [*together, entry(80), entry(106)])
    with log.connect() as connection:
        assert connection.execute(select(DECISIONS.c.followers).where(DECISIONS.c.followers > 0)).scalars().all() == [2]
    assert drop_weeks(log, "2026-01-05T00:00:00.000Z", KEYS) == 6 + 4
    assert problems(log) == []
    assert ids(log, Query()) == ["id-0106"]


def test_a_week_stays_until_the_sink_has_it(log: Engine) -> None:
    with log.begin() as connection:
        (chain_,) = connection.execute(select(DECISIONS.c.chain).distinct()).scalars()
        connection.execute(CURSORS.insert(), {"sink": SINK, "chain": chain_, "number": 5})
    before = "2026-01-05T00:00:00.000Z"
    assert retention.prune(log, before, KEYS, sink=SINK) == 0
    with log.begin() as connection:
        connection.execute(update(CURSORS).values(number=6))
    assert retention.prune(log, before, KEYS, sink=SINK) == 6
    assert problems(log) == []


def test_decisions_do_not_wait_for_a_long_reader(log: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partitions, "_WAIT", "50ms")
    with log.connect() as reader:
        reader.execute(select(DECISIONS.c.number)).all()  # its transaction lasts
        with pytest.raises(LogError, match="in use"):
            drop_weeks(log, "2026-01-05T00:00:00.000Z", KEYS)
    assert drop_weeks(log, "2026-01-05T00:00:00.000Z", KEYS) == 6
    assert problems(log) == []


def test_what_has_no_week_yet_is_kept_and_gets_one(log: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    write_entries(log, [entry(day, timestamp=f"2026-03-{day:02}T00:00:00.000Z") for day in (1, 2, 9)])
    assert number_in(log, "decisions_rest") == 2
    monkeypatch.setattr(partitions, "now", lambda: "2026-03-10T00:00:00.000Z")
    assert add_weeks(log) > 0
    assert number_in(log, "decisions_rest") == number_in(log, "decision_labels_rest") == 0
    assert problems(log) == []


def test_a_writer_goes_on_while_weeks_are_made_and_dropped(
    postgresql: Postgresql, empty_postgresql_log: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partitions, "now", lambda: "2026-01-02T00:00:00.000Z")
    log = open_database(postgresql.fresh(like=empty_postgresql_log))

    async def all_at_once() -> None:
        writer = Writer(log, erase=(), keys=KEYS, required=True)
        for number in range(80, 120):
            await writer.write([entry(number)])
            if number == 90:
                await asyncio.to_thread(partition, log)
            if number == 110:
                assert await asyncio.to_thread(retention.prune, log, "2026-01-05T00:00:00.000Z", KEYS) == 16
        await writer.close()

    asyncio.run(all_at_once())
    verified = chain.verify(log, KEYS)
    assert (verified.findings, verified.records) == ((), 24)
    log.dispose()


def test_sqlite_has_no_weeks(sqlite_log: Engine) -> None:
    assert not is_partitioned(sqlite_log)
    with pytest.raises(SettingsError, match="Only a log in PostgreSQL"):
        partition(sqlite_log)
