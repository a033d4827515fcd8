"""The writer in trouble: who waits is told in time, what cannot be kept spoils nothing else, and it can be watched."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Engine, update

from tests.support.entries import KEYS, entry
from tests.support.waiting import LONGEST
from vpce_guard.decision_log import chain, queries
from vpce_guard.decision_log.appending import Appender
from vpce_guard.decision_log.queries import Query
from vpce_guard.decision_log.tables import REQUEST_KEYS
from vpce_guard.decision_log.writer import Writer
from vpce_guard.errors import DecidedError, LogError
from vpce_guard.model import Entry, KeyedRequest, RequestKey


def found(engine: Engine) -> list[str]:
    return [event["decision_id"] for event in queries.read_all(engine, Query())]


class Gate:
    """Holds the writing thread back until it is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached, self.opened = threading.Event(), threading.Event()
        append = Appender.append

        def held(appender: Appender, entries: Sequence[Entry]) -> None:
            self.reached.set()
            self.opened.wait(LONGEST)
            append(appender, entries)

        monkeypatch.setattr(Appender, "append", held)


def test_a_log_that_hangs_is_waited_for_no_longer_than_set(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(monkeypatch)

    async def hanging() -> None:
        writer = Writer(engine, erase=(), keys=KEYS, required=True, timeout=0.5)
        being_written = asyncio.create_task(writer.write([entry(1)]))
        await asyncio.to_thread(gate.reached.wait, LONGEST)
        with pytest.raises(LogError, match=r"within 0\.5 s"):
            await writer.write([entry(2)])
        with pytest.raises(LogError, match=r"within 0\.5 s"):
            await being_written
        third = asyncio.create_task(writer.write([entry(3)]))
        await asyncio.sleep(0)
        assert isinstance(third.exception(), LogError)  # at once: nothing came of the last while one may be waited for
        assert writer.lag_seconds > 0.5
        assert writer.waiting == 2
        gate.opened.set()
        while writer.waiting:
            await asyncio.sleep(0.01)
        writer.timeout = LONGEST  # from here on nothing hangs
        await writer.write([entry(4)])
        await writer.close()
        assert (writer.written, writer.lost, writer.lag_seconds, writer.waiting) == (2, 2, 0.0, 0)

    asyncio.run(hanging())
    assert found(engine) == ["id-0001", "id-0004"]  # the first was on its way when it was given up
    assert chain.verify(engine, KEYS).findings == ()


def test_closing_does_not_wait_for_a_log_that_hangs(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(monkeypatch)

    async def closing() -> float:
        writer = Writer(engine, erase=(), keys=KEYS, required=False, timeout=0.2)
        await writer.write([entry(1)])
        await asyncio.to_thread(gate.reached.wait, LONGEST)
        started = time.monotonic()
        await writer.close()
        return time.monotonic() - started

    assert asyncio.run(closing()) < LONGEST / 2
    gate.opened.set()


@pytest.mark.parametrize(
    ("number", "more"),
    [
        (1, {"request_id": "r\0" * 300}),
        (1, {"error": "\0"}),
        (1, {"decision_id": "id-0000"}),
        (1, {"decision_id": "x" * 100}),
    ],
)
def test_a_record_the_database_may_not_take_spoils_no_other(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, number: int, more: dict[str, Any]
) -> None:
    gate = Gate(monkeypatch)

    async def together() -> list[BaseException | None]:
        writer = Writer(engine, erase=(), keys=KEYS, required=True)
        first = asyncio.create_task(writer.write([entry(0)]))
        await asyncio.to_thread(gate.reached.wait, LONGEST)
        others = [asyncio.create_task(writer.write([e])) for e in (entry(2), entry(number, **more), entry(3))]
        await asyncio.sleep(0)
        gate.opened.set()
        results = await asyncio.gather(first, *others, return_exceptions=True)
        await writer.close()
        return [results[0], results[1], results[3]]

    assert asyncio.run(together()) == [None, None, None]
    assert set(found(engine)) >= {"id-0000", "id-0002", "id-0003"}
    assert chain.verify(engine, KEYS).findings == ()


def test_what_was_written_can_be_watched(engine: Engine) -> None:
    async def watched() -> None:
        writer = Writer(engine, erase=(), keys=KEYS, required=True)
        await writer.write([entry(1), entry(2)])
        assert (writer.written, writer.commits, writer.lost, writer.failures) == (2, 1, 0, 0)
        with pytest.raises(LogError):
            await writer.write([entry(1)])
        assert (writer.written, writer.lost, writer.failures) == (2, 1, 1)
        assert "decision" in str(writer.last_error)
        await writer.write([entry(3)])
        assert (writer.written, writer.commits, writer.last_error) == (3, 2, None)
        await writer.close()

    asyncio.run(watched())


def test_inputs_that_were_packed_ahead_are_what_is_kept(engine: Engine) -> None:
    contents = [{"labels": {}, "request": {"Text": "x" * size}} for size in (1, 5000)]

    async def ahead() -> None:
        writer = Writer(engine, erase=(), keys=KEYS, required=True)
        packed = writer.prepare(contents)
        await writer.write(
            [entry(n)._replace(input=c, packed=p) for n, (c, p) in enumerate(zip(contents, packed, strict=True))]
        )
        await writer.close()

    asyncio.run(ahead())
    assert [event["input"] for event in queries.read_all(engine, Query())] == contents


def test_a_key_whose_kept_answer_was_changed_does_not_end_the_writing(engine: Engine) -> None:
    asked = KeyedRequest(RequestKey("portal", "k-1", "b" * 64), ("id-0001",), (), strict=False)

    async def scenario() -> None:
        writer = Writer(engine, erase=(), keys=KEYS, required=True)
        await writer.write([entry(1)._replace(request=asked)])
        with engine.begin() as connection:
            connection.execute(update(REQUEST_KEYS).values(hash="0" * 64))
        with pytest.raises(DecidedError):
            await writer.write([entry(2)._replace(request=asked)])
        await writer.write([entry(3)])
        await writer.close()

    asyncio.run(scenario())
    assert chain.verify(engine, KEYS).records == 2
