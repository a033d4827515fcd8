"""Nothing in the log is changed, left out or moved unnoticed."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from sqlalchemy import Engine, delete, select, update

from tests.support.entries import KEYS, entry, write
from tests.support.waiting import LONGEST, until
from vpce_guard.decision_log import chain
from vpce_guard.decision_log.keys import NO_KEYS, LogKeys
from vpce_guard.decision_log.tables import CHAINS, DECISIONS
from vpce_guard.decision_log.writer import Writer


def problems(engine: Engine, keys: LogKeys = KEYS) -> list[str]:
    return [finding.problem for finding in chain.verify(engine, keys).findings]


class TestTampering:
    @pytest.fixture(autouse=True)
    def written(self, engine: Engine) -> None:
        write(engine, range(6))

    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("allowed", True),
            ("result", b"x"),
            ("input", b"x"),
            ("timestamp", "2025"),
            ("requested_by", None),
            ("error", "e"),
        ],
    )
    def test_a_changed_record_is_found(self, engine: Engine, column: str, value: Any) -> None:
        with engine.begin() as connection:
            connection.execute(update(DECISIONS).where(DECISIONS.c.number == 2), {column: value})
        assert problems(engine) == ["it was changed"]

    @pytest.mark.parametrize("number", [1, 3, 6])
    def test_a_missing_record_is_found(self, engine: Engine, number: int) -> None:
        with engine.begin() as connection:
            connection.execute(delete(DECISIONS).where(DECISIONS.c.number == number))
        assert [p for p in problems(engine) if "missing" in p]

    def test_records_that_changed_places_are_found(self, engine: Engine) -> None:
        with engine.begin() as connection:
            for old, new in ((2, 99), (3, 2), (99, 3)):
                connection.execute(update(DECISIONS).where(DECISIONS.c.number == old), {"number": new})
        assert "it was changed" in problems(engine)

    def test_a_whole_chain_that_is_missing_is_found(self, engine: Engine) -> None:
        with engine.begin() as connection:
            connection.execute(delete(DECISIONS))
        assert "records 1 to 6 are missing" in problems(engine)

    def test_a_chain_without_its_row_is_found(self, engine: Engine) -> None:
        with engine.begin() as connection:
            connection.execute(delete(CHAINS))
        assert problems(engine) == ["it has no row in decision_chains"]

    def test_a_tail_cut_off_with_its_row_mended_is_found_with_a_key(self, engine: Engine) -> None:
        with engine.begin() as connection:
            connection.execute(delete(DECISIONS).where(DECISIONS.c.number > 4))
            head = connection.execute(select(DECISIONS.c.hash).where(DECISIONS.c.number == 4)).scalar()
            row = dict(connection.execute(select(CHAINS)).mappings().one())
            row |= {"last": 4, "head": head}
            connection.execute(update(CHAINS), {**row, "seal": chain.seal(row, NO_KEYS)})
        assert problems(engine)[0] == "its row in decision_chains was changed, or the key is another"

    def test_another_key_does_not_verify(self, engine: Engine) -> None:
        assert (
            len(problems(engine, LogKeys(unnamed=b"another key of a length"))) == 8
        )  # six records, the chain's row, the register


def test_a_log_that_is_written_meanwhile_verifies(engine: Engine) -> None:
    write(engine, range(5))
    stop = threading.Event()

    async def writing() -> None:
        writer = Writer(engine, erase=(), keys=KEYS, required=True)
        number = 100
        while not stop.is_set():
            await writer.write([entry(number, timestamp="2026-01-01T00:00:00.000Z")])
            number += 1
        await writer.close()

    thread = threading.Thread(target=lambda: asyncio.run(writing()))
    thread.start()
    counts = set()

    def verified_at_three_lengths() -> bool:
        verified = chain.verify(engine, KEYS)
        assert verified.findings == ()
        counts.add(verified.records)
        return len(counts) == 3

    try:
        until(verified_at_three_lengths)
    finally:
        stop.set()
        thread.join(LONGEST)
