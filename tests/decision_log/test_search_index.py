"""What a decision is found by is compared with what its record says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, delete, func, insert, select, text

from tests.support.entries import KEYS, entry, write
from tests.surfaces.reports.test_reports import violation
from vpce_guard.decision_log import appending, chain, database, queries, retention
from vpce_guard.decision_log.appending import Appender
from vpce_guard.decision_log.mask import Mask
from vpce_guard.decision_log.parts import read_texts
from vpce_guard.decision_log.queries import Query
from vpce_guard.decision_log.search_index import SearchIndex
from vpce_guard.decision_log.tables import CHAINS, CURSORS, DECISIONS, LABELS, RULES
from vpce_guard.model import Entry

TIME = "2026-01-01T00:00:00.000Z"


def read(engine: Engine) -> tuple[set[str], list[str]]:
    """The ids that are wrong, and where rows are that belong to nothing."""
    with engine.connect() as connection:
        index = SearchIndex(connection)
        ordered = connection.execute(select(DECISIONS).order_by(DECISIONS.c.chain, DECISIONS.c.number)).mappings()
        wrong = index.find_wrong([texts or row for row, texts in read_texts(connection, ordered)])
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


def of_one_request(numbers: range, **more: Any) -> list[Entry]:
    """Endpoints of one request that differ in their service, and in what more is given."""
    same = {"timestamp": TIME, "request_id": "r", "allowed": False, "violations": (violation("deny", "VPCE-GW-001"),)}
    given = [entry(number, **{**same, **more}) for number in numbers]
    content = {"labels": {"team": "a"}, "context": {"AccountId": "111122223333"}}
    return [one._replace(input={**content, "number": number}) for number, one in zip(numbers, given, strict=True)]


def append(engine: Engine, *requests: list[Entry]) -> None:
    appender = Appender(engine, mask=Mask(()), keys=KEYS)
    for request in requests:
        appender.append(request)
    appender.close()


def order(engine: Engine) -> list[tuple[bool, int]]:
    with engine.connect() as connection:
        chosen = select(DECISIONS.c.leads, DECISIONS.c.followers).order_by(DECISIONS.c.number)
        return [tuple(row) for row in connection.execute(chosen)]


def problems(engine: Engine) -> list[str]:
    return [fault.problem for fault in chain.verify(engine, KEYS).findings]


def found(engine: Engine, query: Query) -> list[str]:
    """The ids a query finds, by pages of two, and the same ones the other way round."""
    ids: list[str] = []
    cursor: str | None = None
    while True:
        page = queries.page(engine, query, limit=2, cursor=cursor)
        ids += [event["decision_id"] for event in page.events]
        if (cursor := page.cursor) is None:
            break
    assert ids[::-1] == [event["decision_id"] for event in queries.read_all(engine, query)]
    assert len(ids) == queries.count(engine, query)
    return ids[::-1]


def test_what_is_found_by_the_same_has_one_that_leads(engine: Engine) -> None:
    append(engine, [*of_one_request(range(5)), *of_one_request(range(5, 7), allowed=True)], of_one_request(range(7, 8)))
    assert order(engine) == [(True, 4), *[(False, 0)] * 4, (True, 1), (False, 0), (True, 0)]
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(RULES)).scalar() == 3
    assert problems(engine) == []


@pytest.mark.parametrize(
    "query",
    [
        Query(),
        Query(since=TIME, until="2027"),
        Query(allowed=False),
        Query(rule_id="VPCE-GW-001"),
        Query(label=("team", "a")),
        Query(label=("team", "a"), rule_id="VPCE-GW-001", vpc_id="vpc-1"),
        Query(vpc_id="vpc-1", account_id="111122223333"),
        Query(request_id="r"),
        Query(requested_by="portal"),
    ],
)
def test_what_follows_is_found_too(engine: Engine, query: Query) -> None:
    append(engine, of_one_request(range(5)), [entry(8, timestamp="2025", allowed=True)._replace(requested_by=None)])
    ids = [f"id-{number:04}" for number in range(5)]
    assert found(engine, query) == (["id-0008", *ids] if query in (Query(), Query(vpc_id="vpc-1")) else ids)


@pytest.mark.parametrize(
    "query",
    [
        Query(service_name="s1"),
        Query(service_name="s1", rule_id="VPCE-GW-001"),
        Query(service_name="s1", vpc_id="vpc-1"),
    ],
)
def test_services_are_found_one_by_one(engine: Engine, query: Query) -> None:
    append(engine, of_one_request(range(5)))
    assert found(engine, query) == ["id-0001", "id-0003"]


def test_a_row_of_many_is_cut(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(appending, "MOST_FOLLOWERS", 2)
    append(engine, of_one_request(range(5)))
    assert order(engine) == [(True, 2), (False, 0), (False, 0), (True, 1), (False, 0)]
    assert problems(engine) == []


@pytest.mark.parametrize("number", range(1, 6))
@pytest.mark.parametrize("values", [{"leads": True}, {"leads": False}, {"followers": 3}, {"followers": 5}])
def test_an_order_that_was_changed_is_found(sqlite_log: Engine, number: int, values: dict[str, Any]) -> None:
    append(sqlite_log, of_one_request(range(5)))
    if number == 1 and values == {"leads": True}:
        return
    change(sqlite_log, DECISIONS.update().where(DECISIONS.c.number == number).values(**values))
    is_changed = values != {"leads": False} or number == 1
    assert bool(problems(sqlite_log)) is is_changed


def test_followers_go_with_the_one_that_leads(engine: Engine) -> None:
    append(engine, [entry(40, timestamp="2025")], of_one_request(range(5)))
    with engine.begin() as connection:
        (name,) = connection.execute(select(CHAINS.c.chain)).scalars()
        connection.execute(insert(CURSORS), {"sink": "s", "chain": name, "number": 4})
    assert retention.prune(engine, "2027", KEYS, sink="s") == 1
    assert (problems(engine), found(engine, Query(rule_id="VPCE-GW-001"))) == ([], [f"id-{n:04}" for n in range(5)])
    assert retention.prune(engine, "2027", KEYS) == 5
    assert (problems(engine), read(engine)) == ([], (set(), []))


def test_the_version_before_finds_followers_by_themselves(engine: Engine) -> None:
    append(engine, of_one_request(range(5)))
    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0008")
        rules = connection.execute(text("SELECT decision_id, rule_id FROM decision_rules ORDER BY 1")).all()
        assert rules == [(f"id-{number:04}", "VPCE-GW-001") for number in range(5)]
        assert connection.execute(text("SELECT count(*) FROM decision_labels WHERE value = 'a'")).scalar() == 5
        command.upgrade(config, "head")
    assert problems(engine) == []
    assert found(engine, Query(rule_id="VPCE-GW-001")) == [f"id-{number:04}" for number in range(5)]
