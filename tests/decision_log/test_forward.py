"""Forwarding: every decision reaches the sink, in OPA's shape, whatever the sink, the service and the database do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from tests.support.entries import KEYS, write
from tests.support.place import Answer
from tests.support.servers import Postgresql, Service, free_port
from tests.support.sink import Sink, event_of_opa, events_in
from tests.support.waiting import until
from vpce_guard.decision_log import retention, sending
from vpce_guard.decision_log.database import open_database
from vpce_guard.decision_log.forward import Forwarder
from vpce_guard.decision_log.lock import Lock
from vpce_guard.decision_log.tables import CURSORS
from vpce_guard.errors import SettingsError
from vpce_guard.runtime.wiring import open_forwarder, open_log
from vpce_guard.settings import Settings


@pytest.fixture
def sink(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    monkeypatch.setattr(sending, "_FIRST_PAUSE", 0.02)
    sink = Sink()
    yield sink
    sink.close()


@contextmanager
def forwarding(engine: Engine, url: str, *, batch: int = 7, token: str | None = None) -> Iterator[Forwarder]:
    forwarder = Forwarder(engine, url=url, token=token, batch=batch, delay=0.05)
    forwarder.start()
    try:
        yield forwarder
    finally:
        forwarder.close(10)


def ids(numbers: range) -> list[str]:
    return [f"id-{number:04}" for number in numbers]


def test_what_is_in_the_log_and_what_comes_reaches_the_sink_in_order(engine: Engine, sink: Sink) -> None:
    write(engine, range(20))
    with forwarding(engine, sink.url, token="s3cret") as forwarder:
        until(lambda: len(sink.ids) == 20)
        write(engine, range(20, 30))
        until(lambda: len(sink.ids) == 30)
        until(lambda: forwarder.lag_records == 0)
        assert (forwarder.forwarded, forwarder.failures, forwarder.missed, forwarder.last_error) == (30, 0, 0, None)
        assert forwarder.active
        assert forwarder.lag_seconds == 0
    assert sink.ids == ids(range(30))
    assert max(len(batch) for batch in sink.batches) == 7
    first, _ = sink.requests[0]
    assert (first["path"], first["authorization"]) == ("/place/logs", "Bearer s3cret")
    assert (first["content-encoding"], first["content-type"]) == ("gzip", "application/json")


def test_it_goes_on_where_it_was_when_it_is_started_again(engine: Engine, sink: Sink) -> None:
    write(engine, range(10))
    with forwarding(engine, sink.url):
        until(lambda: len(sink.ids) == 10)
        until(lambda: _cursor(engine) == 10)
    write(engine, range(10, 12))
    with forwarding(engine, sink.url):
        until(lambda: len(sink.ids) == 12)
    assert sink.ids == ids(range(12))


def _cursor(engine: Engine) -> int:
    with engine.connect() as connection:
        return sum(connection.execute(select(CURSORS.c.number)).scalars().all())


@pytest.mark.parametrize(("status", "refused"), [(500, 0), (503, 0), (429, 0), (408, 0), (400, 3), (401, 3), (302, 3)])
def test_a_batch_that_is_not_taken_is_sent_again(engine: Engine, sink: Sink, status: int, refused: int) -> None:
    write(engine, range(5))
    sink.answers = [Answer(status), Answer(status), Answer(status, headers={"retry-after": "0"})]
    with forwarding(engine, sink.url) as forwarder:
        until(lambda: len(sink.ids) == 5)
        until(lambda: forwarder.last_error is None)
        assert (forwarder.failures, forwarder.refused, forwarder.forwarded) == (3, refused, 5)
    assert list(map(events_in, sink.refused)) == [sink.batches[0]] * 3


def test_a_sink_that_is_away_is_told_and_costs_nothing(engine: Engine, sink: Sink) -> None:
    write(engine, range(5))
    with forwarding(engine, f"http://127.0.0.1:{free_port()}") as forwarder:
        until(lambda: forwarder.failures > 2)
        assert "Connect" in str(forwarder.last_error)
        assert (forwarder.lag_records, forwarder.forwarded) == (5, 0)
        assert forwarder.lag_seconds > 3600  # the entries are of January 2026
    with forwarding(engine, sink.url):
        until(lambda: len(sink.ids) == 5)


def test_batches_become_smaller_for_a_sink_that_finds_them_too_large(engine: Engine, sink: Sink) -> None:
    write(engine, range(8))
    sink.answers = [Answer(413), Answer(413)]
    with forwarding(engine, sink.url, batch=8) as forwarder:
        until(lambda: len(sink.ids) == 8)
        assert forwarder.refused == 0
    assert [len(events_in(body)) for body in sink.refused] == [8, 4]
    assert len(sink.batches[0]) == 2
    assert sink.ids == ids(range(8))


def test_chains_have_their_share_and_none_is_passed_over(engine: Engine, sink: Sink) -> None:
    for start in range(0, 60, 20):
        write(engine, range(start, start + 20))
    with forwarding(engine, sink.url, batch=9):
        until(lambda: len(sink.ids) == 60)
    assert sorted(sink.ids) == ids(range(60))
    assert {event["custom"]["chain"] for event in sink.batches[0]} == {
        event["custom"]["chain"] for batch in sink.batches for event in batch
    }


def test_what_was_taken_away_before_it_was_sent_is_counted(engine: Engine, sink: Sink) -> None:
    write(engine, range(10))
    retention.prune(engine, "2026-01-01T04:00:00.000Z", KEYS)
    with forwarding(engine, sink.url) as forwarder:
        until(lambda: len(sink.ids) == 6)
        assert forwarder.missed == 4
    assert sink.ids == ids(range(4, 10))


def test_of_two_processes_one_sends_and_the_other_takes_over(
    url: str, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    engines = [open_database(url), open_database(url)]
    tries: list[Engine] = []
    monkeypatch.setattr(sending, "Lock", lambda database, sink: (tries.append(database), Lock(database, sink))[1])
    write(engines[0], range(5))
    with forwarding(engines[0], sink.url) as first:
        until(lambda: first.active)
        with forwarding(engines[1], sink.url) as second:
            until(lambda: len(sink.ids) == 5)
            until(lambda: tries.count(engines[1]) > 3)  # it asks again and again, in vain
            assert (first.active, second.active) == (True, False)
            first.close(10)
            write(engines[0], range(5, 8))
            until(lambda: second.active)
            until(lambda: len(sink.ids) == 8)
    assert sink.ids == ids(range(8))
    for engine in engines:
        engine.dispose()


def test_a_database_that_is_restarted(postgresql: Postgresql, sink: Sink) -> None:
    url = postgresql.fresh()
    engine = open_database(url)
    write(engine, range(5))
    with forwarding(engine, sink.url) as forwarder:
        until(lambda: len(sink.ids) == 5)
        postgresql.stop()
        until(lambda: forwarder.failures > 0)
        postgresql.start()
        write(engine, range(5, 10))
        until(lambda: len(set(sink.ids)) == 10)
    assert set(sink.ids) == set(ids(range(10)))
    engine.dispose()
    postgresql.drop(url)


def test_events_say_what_opa_says_in_its_own_types(engine: Engine, sink: Sink, opa: str, tmp_path: Path) -> None:
    theirs = event_of_opa(opa, tmp_path)
    write(engine, range(2), erase=("/request/VpcId", "/request/Secret"))
    with forwarding(engine, sink.url):
        until(lambda: len(sink.ids) == 2)
    ours = sink.batches[0][1]
    common = set(theirs) & set(ours)
    assert common >= {"labels", "decision_id", "path", "input", "result", "timestamp", "metrics"}
    for name in common - {"result"}:
        assert type(ours[name]) is type(theirs[name]), name
    assert isinstance(ours["metrics"]["timer_rego_query_eval_ns"], int)
    assert isinstance(theirs["metrics"]["timer_rego_query_eval_ns"], int)
    assert ours["bundles"] == {"vpce": {"revision": "x"}}
    assert ours["erased"] == ["/input/request/VpcId", "/input/request/Secret"]
    assert ours["masked"] == ["/result/subject/vpc_id"]
    assert ours["custom"]["request_id"] == "r-0"
    assert ours["custom"]["number"] == 2


def test_the_service_forwards_what_it_decides(url: str, sink: Sink) -> None:
    service = Service(url, log_sink_url=sink.url, log_sink_delay=0.1)
    try:
        _, decisions = service.decide(times=3)
        until(lambda: len(sink.ids) == 3)
    finally:
        service.end()
    assert set(sink.ids) == {decision["decision_id"] for decision in decisions}


def test_a_sink_without_a_log_is_told() -> None:
    with pytest.raises(SettingsError, match="no decision log"):
        open_forwarder(Settings(decision_log="off", log_sink_url="http://sink"), None)


@pytest.mark.parametrize("wrong", ["ftp://x", "sink", "http://user:secret@sink", "http://"])
def test_a_sink_that_can_be_none_is_told(wrong: str) -> None:
    with pytest.raises(ValueError, match="log_sink_url"):
        Settings(log_sink_url=wrong)


def test_a_token_is_in_no_text_of_the_settings(tmp_path: Path) -> None:
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'x.db'}", log_sink_url="http://sink", log_sink_token="s3cret"
    )
    assert "s3cret" not in repr(settings)
    log = open_log(settings)
    forwarder = open_forwarder(settings, log)
    assert forwarder is not None
    assert forwarder.sink == "http://sink"
