"""Records as they are appended: cut, cleaned and chained."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import IntegrityError

from tests.support.entries import KEYS, entry
from vpce_guard.decision_log import chain, queries
from vpce_guard.decision_log.appending import Appender
from vpce_guard.decision_log.mask import Mask
from vpce_guard.decision_log.queries import Query
from vpce_guard.decision_log.tables import CHAINS, DECISIONS
from vpce_guard.decision_log.writer import Writer
from vpce_guard.model import Entry


def test_labels_that_are_long_strange_or_alike_are_kept(engine: Engine) -> None:
    labels = {"a" * 300: "1", "a" * 200 + "b": "2", "\0": "\0", "é" * 200: "\U0001f512" * 500}
    content = {"labels": labels, "context": {"AccountId": "\0" * 300}, "number": 10**30}

    async def one() -> None:
        writer = Writer(engine, erase=(), keys=KEYS, required=True)
        await writer.write([entry(1)._replace(input=content)])
        await writer.close()

    asyncio.run(one())
    event = queries.find_event(engine, "id-0001")
    assert event is not None
    assert (event["labels"], event["input"]) == (labels, content)
    for name, value in (("a" * 300, "1"), ("\0", "\0"), ("é" * 200, "\U0001f512" * 500)):
        assert len(list(queries.read_all(engine, Query(label=(name, value))))) == 1
    assert chain.verify(engine, KEYS).findings == ()


def append(engine: Engine, *batches: list[Entry]) -> Appender:
    appender = Appender(engine, mask=Mask(()), keys=KEYS)
    for batch in batches:
        appender.append(batch)
    return appender


def numbers(engine: Engine) -> list[tuple[str, int, bool]]:
    """Each record's id, its number, and whether it follows on the one before."""
    columns = (DECISIONS.c.decision_id, DECISIONS.c.number, DECISIONS.c.previous, DECISIONS.c.hash)
    with engine.connect() as connection:
        rows = connection.execute(select(*columns).order_by(DECISIONS.c.number)).all()
        first = connection.execute(select(CHAINS.c.first_previous)).scalar_one()
    before = [first, *(row.hash for row in rows)]
    return [(row.decision_id, row.number, row.previous == last) for row, last in zip(rows, before, strict=False)]


def test_records_of_several_transactions_are_one_chain(engine: Engine) -> None:
    append(engine, [entry(1), entry(2)], [entry(3)]).close()
    assert numbers(engine) == [("id-0001", 1, True), ("id-0002", 2, True), ("id-0003", 3, True)]
    assert chain.verify(engine, KEYS).findings == ()


def test_a_batch_that_fails_leaves_nothing_and_the_chain_goes_on(engine: Engine) -> None:
    appender = append(engine, [entry(1)])
    with pytest.raises(IntegrityError):
        appender.append([entry(2), entry(1)])
    appender.append([entry(3)])
    appender.close()
    assert numbers(engine) == [("id-0001", 1, True), ("id-0003", 2, True)]
    assert chain.verify(engine, KEYS).findings == ()


def test_another_appender_begins_another_chain(engine: Engine) -> None:
    for number in (1, 2):
        append(engine, [entry(number)]).close()
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(CHAINS)).scalar() == 2
    assert chain.verify(engine, KEYS).findings == ()
