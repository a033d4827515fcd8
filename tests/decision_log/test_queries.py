"""The decision log: what is written, found, erased, taken away, and that nothing changes unnoticed."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from tests.support.entries import KEYS, entry, write
from vpce_guard.decision_log import chain, queries
from vpce_guard.decision_log.database import open_database
from vpce_guard.decision_log.keys import NO_KEYS, LogKeys
from vpce_guard.decision_log.queries import Query
from vpce_guard.decision_log.writer import Writer
from vpce_guard.errors import LogError, MalformedError, SettingsError


def problems(engine: Engine, keys: LogKeys = KEYS) -> list[str]:
    return [finding.problem for finding in chain.verify(engine, keys).findings]


def test_what_is_written_is_found_whole(engine: Engine) -> None:
    write(engine, range(5))
    event = queries.find_event(engine, "id-0003")
    assert event is not None
    assert event["result"]["allowed"] is False
    assert event["input"]["request"]["VpcId"] == "vpc-1"
    assert (event["requested_by"], event["req_id"], event["labels"]) == ("portal", "r-0", {"team": "t0"})
    assert event["bundles"] == {"vpce": {"revision": "x"}}
    assert queries.find_event(engine, "id-9999") is None
    assert problems(engine) == []


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        (Query(), range(30)),
        (Query(allowed=True), range(0, 30, 2)),
        (Query(rule_id="VPCE-GW-001"), range(1, 30, 2)),
        (Query(rule_id="VPCE-GW-002"), ()),
        (Query(service_name="s1"), range(1, 30, 2)),
        (Query(vpc_id="vpc-2"), ()),
        (Query(account_id="111122223331"), range(1, 30, 2)),
        (Query(requested_by="portal"), range(30)),
        (Query(rule_id="VPCE-GW-001", label=("team", "t1")), range(1, 30, 6)),
        (Query(rule_id="VPCE-GW-001", since="2026-01-02T00:00:00.000Z"), (25, 27, 29)),
        (Query(label=("team", "t1")), range(1, 30, 3)),
        (Query(label=("team", "t1"), allowed=True), range(4, 30, 6)),
        (Query(request_id="r-1"), range(10, 20)),
        (Query(since="2026-01-01T05:00:00.000Z", until="2026-01-01T08:00:00.000Z"), range(5, 8)),
        (Query(requested_by="another"), ()),
    ],
)
def test_pages_hold_what_is_asked_for_newest_first(engine: Engine, query: Query, numbers: range) -> None:
    write(engine, range(30))
    found: list[str] = []
    cursor: str | None = None
    while True:
        page = queries.page(engine, query, limit=7, cursor=cursor)
        found += [event["decision_id"] for event in page.events]
        cursor = page.cursor
        if cursor is None:
            break
    assert found == [f"id-{number:04}" for number in sorted(numbers, reverse=True)]
    assert [e["decision_id"] for e in queries.read_all(engine, query)] == found[::-1]


@pytest.mark.parametrize("cursor", ["x", "é", "W10", "WzEsMl0", "'; DROP TABLE decisions; --"])
def test_a_cursor_that_is_none_is_told(engine: Engine, cursor: str) -> None:
    with pytest.raises(MalformedError):
        queries.page(engine, Query(), limit=1, cursor=cursor)


def test_many_that_wait_are_one_transaction(engine: Engine) -> None:
    commits = []
    from sqlalchemy import event

    event.listen(engine, "commit", lambda _: commits.append(1))

    async def at_once() -> None:
        writer = Writer(engine, erase=(), keys=KEYS, required=True)
        await asyncio.gather(*(writer.write([entry(number)]) for number in range(200)))
        await writer.close()

    asyncio.run(at_once())
    assert len(commits) < 50
    assert chain.verify(engine, KEYS).records == 200


def test_a_log_that_cannot_be_written_is_an_error_or_a_loss(engine: Engine) -> None:
    async def failing(*, required: bool) -> int:
        writer = Writer(engine, erase=(), keys=NO_KEYS, required=required)
        with engine.begin() as connection:
            connection.execute(text("DROP TABLE IF EXISTS decision_rules"))
        if required:
            with pytest.raises(LogError, match="decision_rules"):
                await writer.write([entry(1)])
        else:
            await writer.write([entry(1)])
        await writer.close()
        return writer.lost

    assert asyncio.run(failing(required=True)) == 1
    assert asyncio.run(failing(required=False)) == 1
    assert queries.count(engine, Query()) == 0


def test_writing_goes_on_after_a_failure(engine: Engine) -> None:
    async def twice() -> None:
        writer = Writer(engine, erase=(), keys=KEYS, required=True)
        await writer.write([entry(1)])
        with pytest.raises(LogError):
            await writer.write([entry(1)])  # the same id again
        await writer.write([entry(2)])
        await writer.close()

    asyncio.run(twice())
    verified = chain.verify(engine, KEYS)
    assert (verified.findings, verified.records, verified.chains) == ((), 2, 1)


@pytest.mark.parametrize("url", ["nonsense", "mysql://x/y", "sqlite+nothing:///x"])
def test_a_url_that_cannot_be_one_is_told(url: str) -> None:
    with pytest.raises(SettingsError, match=r"DATABASE_URL|sqlite"):
        open_database(url)


def test_a_database_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"this is no database at all" * 100)
    with pytest.raises(LogError, match="cannot be opened"):
        open_database(f"sqlite:///{tmp_path / 'x.db'}")


def test_events_are_json(engine: Engine) -> None:
    write(engine, range(1))
    assert json.loads(json.dumps(queries.find_event(engine, "id-0000")))["path"] == "vpce/main/result"


HOURS = [f"2026-01-01T{hour:02}:00:00.000Z" for hour in (0, 6, 12, 18)]


def counts(engine: Engine, query: Query) -> list[tuple[int, int]]:
    return [(one.allowed, one.denied) for one in queries.count_by_time(engine, query, HOURS).counts]


def test_decisions_are_counted_by_time_and_answer(engine: Engine) -> None:
    write(engine, range(30))  # one an hour; the even ones are allowed
    assert counts(engine, Query()) == [(3, 3), (3, 3), (3, 3)]
    assert counts(engine, Query(allowed=False)) == [(0, 3), (0, 3), (0, 3)]
    assert counts(engine, Query(rule_id="VPCE-GW-001")) == [(0, 3), (0, 3), (0, 3)]
    assert counts(engine, Query(service_name="s0")) == [(3, 0), (3, 0), (3, 0)]
    assert counts(engine, Query(label=("team", "t1"))) == [(1, 1), (1, 1), (1, 1)]
    assert counts(engine, Query(since="2026-01-01T07:00:00.000Z")) == [(0, 0), (2, 3), (3, 3)]
    assert counts(engine, Query(until="2026-01-01T01:30:00.000Z")) == [(1, 1), (0, 0), (0, 0)]


def test_decisions_that_follow_another_are_counted_too(engine: Engine) -> None:
    async def write_together() -> None:
        writer = Writer(engine, erase=(), keys=KEYS, required=True)
        same = {"timestamp": "2026-01-01T01:00:00.000Z", "request_id": "r", "allowed": True, "violations": ()}
        found = [entry(0, **{**same, "decision_id": f"id-{number}"}) for number in range(4)]
        await writer.write(found)
        await writer.close()

    asyncio.run(write_together())
    with engine.connect() as connection:
        assert connection.execute(text("select max(followers) from decisions")).scalar() == 3
    assert counts(engine, Query()) == counts(engine, Query(service_name="s0")) == [(4, 0), (0, 0), (0, 0)]


def test_no_more_than_so_many_are_counted_the_newest(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    write(engine, range(30))
    assert queries.count_by_time(engine, Query(), HOURS).since is None
    monkeypatch.setattr(queries, "MOST_COUNTED", 7)
    found = queries.count_by_time(engine, Query(), HOURS)
    assert [(one.allowed, one.denied) for one in found.counts] == [(0, 0), (0, 1), (3, 3)]
    assert found.since == "2026-01-01T11:00Z"


def test_what_was_allowed_is_counted_among_so_many_of_either_answer(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(engine, range(30))
    assert counts(engine, Query(allowed=True)) == [(3, 0), (3, 0), (3, 0)]
    monkeypatch.setattr(queries, "MOST_COUNTED", 7)
    found = queries.count_by_time(engine, Query(allowed=True), HOURS)
    assert [(one.allowed, one.denied) for one in found.counts] == [(0, 0), (0, 0), (3, 0)]
    assert found.since == "2026-01-01T11:00Z"
