"""What rules found, counted in the newest decisions of a query."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import Engine, text

from tests.support.entries import KEYS, entry, write
from tests.surfaces.reports.test_reports import violation
from vpce_guard.decision_log.findings import RuleCounts, count_findings
from vpce_guard.decision_log.queries import Query
from vpce_guard.decision_log.writer import Writer
from vpce_guard.model import Undetermined, WaivedViolation

WAIVED = WaivedViolation(rule_id="VPCE-GW-001", waiver_id="W-1", expires="2999-01-01", message="m")
UNKNOWN = Undetermined(rule_id="VPCE-GW-002", reason="r", missing=())


def write_together(engine: Engine, *entries: dict[str, Any]) -> None:
    """Entries of one request at one time."""

    async def write_them() -> None:
        writer = Writer(engine, erase=(), keys=KEYS, required=True)
        same = {"timestamp": "2026-02-01T01:00:00.000Z", "request_id": "r", "allowed": True, "violations": ()}
        await writer.write(
            [entry(0, **{**same, "decision_id": f"now-{at}", **given}) for at, given in enumerate(entries)]
        )
        await writer.close()

    asyncio.run(write_them())


def test_rules_are_counted_by_what_they_found(engine: Engine) -> None:
    write(engine, range(10))
    write_together(engine, {"waived": (WAIVED,)}, {"undetermined": (UNKNOWN,)}, {"undetermined": (UNKNOWN, UNKNOWN)})
    found = count_findings(engine, Query())
    assert (found.decisions, found.since) == (13, None)
    assert found.rules == {"VPCE-GW-001": RuleCounts(5, 1, 0), "VPCE-GW-002": RuleCounts(0, 0, 2)}
    assert found.find("VPCE-GW-003") == RuleCounts(0, 0, 0)


def test_a_query_says_which_decisions(engine: Engine) -> None:
    write(engine, range(10))
    late = count_findings(engine, Query(since="2026-01-01T06:00:00.000Z", rule_id="VPCE-GW-001"))
    assert (late.decisions, late.rules) == (2, {"VPCE-GW-001": RuleCounts(2, 0, 0)})
    assert count_findings(engine, Query(requested_by="nobody")).decisions == 0


def test_decisions_that_are_found_by_the_same_are_counted_one_by_one(engine: Engine) -> None:
    fired = violation("deny", "VPCE-GW-001")
    write_together(engine, {"violations": (fired,)}, {"waived": (WAIVED,)}, {"violations": (fired, fired)})
    with engine.connect() as connection:
        assert connection.execute(text("select max(followers) from decisions")).scalar() == 2
    for query in (Query(), Query(rule_id="VPCE-GW-001")):
        assert count_findings(engine, query).rules == {"VPCE-GW-001": RuleCounts(2, 1, 0)}


def test_no_more_than_so_many_are_counted_the_newest(engine: Engine) -> None:
    write(engine, range(10))
    found = count_findings(engine, Query(), most=3)
    assert (found.decisions, found.since) == (3, "2026-01-01T07:00:00.000Z")
    assert found.find("VPCE-GW-001") == RuleCounts(2, 0, 0)


def test_a_result_that_was_spoiled_is_passed_over(engine: Engine) -> None:
    write(engine, range(4))
    with engine.begin() as connection:
        connection.execute(
            text("update decisions set result = :spoiled where decision_id = 'id-0001'"), {"spoiled": b"{x"}
        )
    assert count_findings(engine, Query()).find("VPCE-GW-001") == RuleCounts(1, 0, 0)
