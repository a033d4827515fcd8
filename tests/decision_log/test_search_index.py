"""What a decision is found by is compared with what its record says."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, delete, select

from tests.support.entries import write
from vpce_guard.decision_log.search_index import SearchIndex
from vpce_guard.decision_log.tables import DECISIONS, LABELS, RULES


def read(engine: Engine) -> tuple[set[str], list[str]]:
    """The ids that are wrong, and where rows are that belong to nothing."""
    with engine.connect() as connection:
        index = SearchIndex(connection)
        wrong = index.find_wrong([dict(row) for row in connection.execute(select(DECISIONS)).mappings()])
        return wrong, [fault.place for fault in index.find_strays()]


def change(engine: Engine, statement: Any) -> None:
    with engine.begin() as connection:
        connection.execute(statement)


def test_what_was_written_is_right_also_where_something_was_erased(engine: Engine) -> None:
    write(engine, range(2))
    write(engine, range(2, 4), erase=("/labels/team",))
    assert read(engine) == (set(), [])


def test_missing_rows_are_found(engine: Engine) -> None:
    write(engine, range(4))
    change(engine, delete(LABELS).where(LABELS.c.decision_id == "id-0001"))
    change(engine, delete(RULES).where(RULES.c.decision_id == "id-0003"))
    assert read(engine) == ({"id-0001", "id-0003"}, [])


def test_rows_without_a_record_are_found(engine: Engine) -> None:
    write(engine, range(2))
    change(engine, delete(DECISIONS).where(DECISIONS.c.decision_id == "id-0001"))
    assert read(engine) == (set(), ["the rule index", "the label index"])


def test_a_record_that_cannot_be_read_is_wrong(engine: Engine) -> None:
    write(engine, range(1))
    change(engine, DECISIONS.update().values(result=b"no JSON"))
    assert read(engine) == ({"id-0000"}, [])
