"""Every query is answered in the order of one index: nothing is scanned or sorted that was not asked about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, text

from tests.support.entries import entry
from tests.support.servers import Postgresql
from vpce_guard.decision_log import queries
from vpce_guard.decision_log.database import open_database
from vpce_guard.decision_log.mask import Mask
from vpce_guard.decision_log.queries import Query
from vpce_guard.decision_log.records import row
from vpce_guard.decision_log.tables import DECISIONS, LABELS, RULES

PLACE = ("2026-01-11T00:00:00.000Z", "id-2000")
QUERIES = {
    "decisions_by_time": Query(),
    "decisions_denied": Query(allowed=False),
    "decisions_by_vpc": Query(vpc_id="vpc-7"),
    "decisions_by_service": Query(service_name="s-7"),
    "decisions_by_account_id": Query(account_id="7"),
    "decisions_by_requested_by": Query(requested_by="caller-7"),
    "decisions_by_request": Query(request_id="r-7"),
    "decision_rules": Query(rule_id="VPCE-GW-007"),
    "decision_labels": Query(label=("team", "t7")),
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """4,000 decisions, of which each query finds forty or two hundred."""
    path: Path = tmp_path_factory.mktemp("plans")
    server: Postgresql | None = None
    url = f"sqlite:///{path / 'decisions.db'}"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql")
        url = server.fresh()
    engine = open_database(url)
    columns, _ = row(entry(0), Mask(()))
    records = [
        {
            **columns,
            "decision_id": f"id-{n:04}",
            "timestamp": f"2026-01-{n // 200 + 1:02}T00:{n % 60:02}:00.000Z",
            "chain": "c",
            "number": n,
            "previous": "",
            "hash": "",
            "allowed": n % 20 != 0,
            "req_id": f"r-{n % 100}",
            "vpc_id": f"vpc-{n % 100}",
            "service_name": f"s-{n % 100}",
            "account_id": f"{n % 100}",
            "requested_by": f"caller-{n % 100}",
        }
        for n in range(4000)
    ]
    times = [{"decision_id": r["decision_id"], "timestamp": r["timestamp"]} for r in records]
    with engine.begin() as connection:
        connection.execute(insert(DECISIONS), records)
        connection.execute(insert(RULES), [{**t, "rule_id": f"VPCE-GW-{n % 20:03}"} for n, t in enumerate(times)])
        connection.execute(insert(LABELS), [{**t, "name": "team", "value": f"t{n % 20}"} for n, t in enumerate(times)])
        connection.execute(text("ANALYZE"))
    yield engine
    engine.dispose()
    if server is not None:
        server.drop(url)


@pytest.mark.parametrize("index", QUERIES)
@pytest.mark.parametrize("forward", [True, False])
def test_pages_come_out_of_one_index_in_their_order(filled: Engine, index: str, *, forward: bool) -> None:
    query = QUERIES[index]
    statement = queries._select_oldest(query, 5, PLACE) if forward else queries.select_newest(query, 5, PLACE)
    sql = statement.compile(filled, compile_kwargs={"literal_binds": True})
    explain = "EXPLAIN" if filled.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    with filled.connect() as connection:
        plan = "\n".join(str(row) for row in connection.execute(text(f"{explain} {sql}")))
    assert index in plan, plan
    for sorted_within_a_millisecond in ("TEMP B-TREE FOR RIGHT PART", "TEMP B-TREE FOR LAST TERM", "Incremental Sort"):
        plan = plan.replace(sorted_within_a_millisecond, "")
    for word in ("SCAN ", "TEMP B-TREE", "Seq Scan", "Sort  ("):
        assert word not in plan, plan
