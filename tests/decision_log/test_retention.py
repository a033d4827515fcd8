"""Old decisions go, from the start of each chain; what is left still verifies, and what a sink has not got stays."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import Engine, insert

from tests.support.entries import KEYS, entry, write
from vpce_guard.decision_log import chain, queries, retention
from vpce_guard.decision_log.queries import Query
from vpce_guard.decision_log.tables import CURSORS, LABELS, RULES
from vpce_guard.decision_log.writer import Writer

LATER = "2027-01-01T00:00:00.000Z"
SINK = "http://127.0.0.1:9/sink"


def problems(engine: Engine) -> list[str]:
    return [finding.problem for finding in chain.verify(engine, KEYS).findings]


def test_old_decisions_are_taken_away_and_the_rest_still_verifies(engine: Engine) -> None:
    write(engine, range(30))
    write(engine, range(100, 103))
    assert retention.prune(engine, "2026-01-01T10:00:00.000Z", KEYS) == 10
    assert problems(engine) == []
    assert next(queries.read_all(engine, Query()))["decision_id"] == "id-0010"
    assert retention.prune(engine, "2026-01-01T10:00:00.000Z", KEYS) == 0
    assert retention.prune(engine, "2027-01-01T00:00:00.000Z", KEYS) == 23
    assert problems(engine) == []


def test_decisions_are_taken_away_while_others_are_written(engine: Engine) -> None:
    async def both() -> None:
        writer = Writer(engine, erase=(), keys=KEYS, required=True)
        for number in range(40):
            await writer.write([entry(number)])
            if number in (10, 20, 30):
                before = f"2026-01-{(number - 5) // 24 + 1:02}T{(number - 5) % 24:02}:00:00.000Z"
                await asyncio.to_thread(retention.prune, engine, before, KEYS)
        await writer.close()

    asyncio.run(both())
    verified = chain.verify(engine, KEYS)
    assert (verified.findings, verified.records) == ((), 15)


def test_what_a_decision_is_found_by_goes_with_it(engine: Engine) -> None:
    write(engine, range(10))
    retention.prune(engine, LATER, KEYS)
    with engine.connect() as connection:
        assert connection.execute(RULES.select()).all() == []
        assert connection.execute(LABELS.select()).all() == []


def test_many_go_in_steps(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_STEP", 7)
    write(engine, range(30))
    assert retention.prune(engine, "2026-01-01T20:00:00.000Z", KEYS) == 20
    assert problems(engine) == []
    assert next(queries.read_all(engine, Query()))["decision_id"] == "id-0020"


def test_what_the_sink_has_not_got_stays(engine: Engine) -> None:
    write(engine, range(10))
    assert retention.prune(engine, LATER, KEYS, sink=SINK) == 0
    (chain_id,) = {event["chain"] for event in queries.read_all(engine, Query())}
    with engine.begin() as connection:
        connection.execute(insert(CURSORS), {"sink": SINK, "chain": chain_id, "number": 4})
    assert retention.prune(engine, LATER, KEYS, sink="http://another") == 0
    assert retention.prune(engine, LATER, KEYS, sink=SINK) == 4
    assert problems(engine) == []
    assert next(queries.read_all(engine, Query()))["decision_id"] == "id-0004"


def test_a_process_that_is_behind_another_does_not_seal_back(engine: Engine) -> None:
    write(engine, range(10))
    (chain_id,) = {event["chain"] for event in queries.read_all(engine, Query())}
    assert retention._step(engine, chain_id, 8, KEYS) == 8
    assert retention._step(engine, chain_id, 4, KEYS) == 0
    assert problems(engine) == []
