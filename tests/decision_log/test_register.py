"""The register enters each chain and row once, and what was there before it when its first entry is made."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, delete, select, update

from tests.support.entries import KEYS, write
from vpce_guard.decision_log import chain
from vpce_guard.decision_log.keys import HashCheck
from vpce_guard.decision_log.register import NO_ENTRY, register_head, verify_register
from vpce_guard.decision_log.tables import REGISTER
from vpce_guard.decision_log.terms import keep_org


def entries(engine: Engine) -> list[tuple[Any, ...]]:
    """Number, kind and place of each entry."""
    columns = (REGISTER.c.number, REGISTER.c.kind, REGISTER.c.place)
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(REGISTER.c.number))]


def problems(engine: Engine) -> list[str]:
    return [fault.problem for fault in chain.verify(engine, KEYS).findings]


def test_a_chain_is_entered_when_it_begins_and_again_when_another_does(engine: Engine) -> None:
    write(engine, range(3))
    keep_org(engine, "o1", {}, keys=KEYS)
    keep_org(engine, "o1", {}, keys=KEYS)
    write(engine, range(3, 5))
    write(engine, range(5, 6))
    assert entries(engine) == [
        *((1, "chain", 0), (2, "org data", 0), (3, "chain", 3), (4, "chain", 0)),
        *((5, "chain", 2), (6, "chain", 0)),
    ]
    assert problems(engine) == []


def test_what_was_there_before_is_entered_with_the_first(engine: Engine) -> None:
    keep_org(engine, "o1", {}, keys=KEYS)
    write(engine, range(3))
    with engine.begin() as connection:
        connection.execute(delete(REGISTER))
    keep_org(engine, "o2", {}, keys=KEYS)
    assert entries(engine) == [(1, "org data", 0), (2, "chain", 3), (3, "org data", 0)]


@pytest.mark.parametrize("column", ["kind", "subject", "digest", "timestamp", "previous"])
def test_an_entry_that_was_changed_is_found(engine: Engine, column: str) -> None:
    write(engine, range(1))
    with engine.begin() as connection:
        connection.execute(update(REGISTER).values({column: "x"}))
    assert "it was changed, or the key is another" in problems(engine)


def test_what_the_anchor_says_of_it_is_compared(engine: Engine) -> None:
    write(engine, range(1))
    with engine.connect() as connection:
        head = register_head(connection)
        assert verify_register(connection, HashCheck(KEYS), {"the anchor": head}).faults == []
        (other,) = verify_register(connection, HashCheck(KEYS), {"the anchor": head._replace(hash="x")}).faults
        (missing,) = verify_register(connection, HashCheck(KEYS), {"the anchor": head._replace(number=3)}).faults
    assert other.problem == "it is not the one the anchor names"
    assert missing.problem == "entries 2 to 3, which the anchor names, are missing"


def test_processes_that_begin_at_once_enter_one_after_the_other(engine: Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: write(engine, [number]), range(8)))
    assert [entry[0] for entry in entries(engine)] == list(range(1, len(entries(engine)) + 1))
    verified = chain.verify(engine, KEYS)
    assert (verified.chains, verified.findings) == (8, ())


def test_an_empty_one_has_no_head(engine: Engine) -> None:
    with engine.connect() as connection:
        assert register_head(connection) == NO_ENTRY
