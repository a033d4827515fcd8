"""Inputs with parts in the log: read whole by everyone, verified, and taken away with the last that needs them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import func, select, text

from tests.support.entries import entry
from vpce_guard.decision_log import chain, queries, retention
from vpce_guard.decision_log.database import open_database
from vpce_guard.decision_log.forward import _rows_after
from vpce_guard.decision_log.keys import NO_KEYS
from vpce_guard.decision_log.records import event
from vpce_guard.decision_log.tables import CHAINS, DECISIONS, PARTS
from vpce_guard.decision_log.writer import Writer

COUNT = 5


def contents() -> list[dict[str, Any]]:
    peers = [{"VpcId": "vpc-1", "Tags": [f"tag-{n}" * 30]} for n in range(COUNT)]
    context = {"Subnets": ["subnet" * 100], "AccountId": "111122223333"}
    return [
        {"context": context, "peers": [p for p in peers if p is not own], "number": n} for n, own in enumerate(peers)
    ]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A log of one request with several endpoints."""
    database = open_database(f"sqlite:///{tmp_path / 'log.db'}")

    async def write() -> None:
        writer = Writer(database, erase=(), keys=NO_KEYS, required=True)
        packed = writer.prepare(contents())
        given = zip(contents(), packed, strict=True)
        await writer.write([entry(n)._replace(input=c, packed=p) for n, (c, p) in enumerate(given)])
        await writer.close()

    asyncio.run(write())
    yield database
    database.dispose()


def test_everyone_reads_them_whole(database: Database) -> None:
    with database.connect() as connection:
        name = connection.execute(select(CHAINS.c.chain)).scalar_one()
        one = connection.execute(select(DECISIONS.c.decision_id).where(DECISIONS.c.number == 1)).scalar_one()
        shared = select(func.count()).select_from(PARTS).where(func.length(PARTS.c.hash) == 64)
        assert connection.execute(shared).scalar() == 2
    with database.connect() as connection:
        forwarded = [event(row)["input"] for row in _rows_after(connection, name, 0, 10)]
    found = queries.find_event(database, one)
    assert found is not None
    assert found["input"] == contents()[0]
    assert forwarded == contents()
    every = {event["input"]["number"]: event["input"] for event in queries.read_all(database, queries.Query())}
    assert [every[number] for number in range(COUNT)] == contents()
    page = queries.page(database, queries.Query(), limit=COUNT)
    assert sorted(event["input"]["number"] for event in page.events) == list(range(COUNT))


@pytest.mark.parametrize("change", ["DELETE FROM decision_parts", "UPDATE decision_parts SET content = x'5b5d'"])
def test_a_part_that_was_changed_is_found(database: Database, change: str) -> None:
    assert chain.verify(database, NO_KEYS).findings == ()
    with database.begin() as connection:
        connection.execute(text(f"{change} WHERE length(hash) = 64"))
    problems = {fault.problem for fault in chain.verify(database, NO_KEYS).findings}
    assert problems == {"a part of its input is missing or was changed"}
    assert len(chain.verify(database, NO_KEYS).findings) == COUNT


def test_parts_go_with_the_last_decision_that_needs_them(database: Database) -> None:
    assert retention.prune(database, "9999-01-01T00:00:00.000Z", NO_KEYS) == COUNT
    with database.connect() as connection:
        assert connection.execute(select(func.count()).select_from(PARTS)).scalar() == 0
    assert chain.verify(database, NO_KEYS).findings == ()
