"""How often rules fired, were waived or could not judge in the last days, as far as the caller may read decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fastapi import Request

from vpce_guard.decision_log.findings import FindingCounts, count_findings
from vpce_guard.decision_log.queries import Query
from vpce_guard.errors import LogError
from vpce_guard.instants import format_milliseconds
from vpce_guard.surfaces.api.asking import guard_of
from vpce_guard.surfaces.api.reading import read_log
from vpce_guard.surfaces.api.routes.log import readable_caller

DAYS = {"1": "day", "7": "7 days", "30": "30 days", "90": "90 days"}
USUAL = "30"


@dataclass(frozen=True)
class RecentCounts:
    """What was counted, in what; `found` is None where the log cannot be read, and `problem` says why."""

    days: str
    since: str  # RFC 3339, where the days begin
    found: FindingCounts | None
    told: str
    problem: str = ""


async def count_recent(request: Request, days: str, rule_id: str | None = None) -> RecentCounts | None:
    """What rules, or one of them, found in the newest decisions of so many days; None where no log is kept."""
    writer = guard_of(request).decision_log
    if writer is None:
        return None
    days = days if days in DAYS else USUAL
    since = format_milliseconds(datetime.now(UTC) - timedelta(days=int(days)))
    caller = readable_caller(request)
    query = Query(since=since, rule_id=rule_id, requested_by=caller)
    try:
        found = await read_log(writer, count_findings, writer.database, query)
    except LogError as error:
        return RecentCounts(days, since, None, "", str(error))
    return RecentCounts(days, since, found, _describe(found, caller, rule_id))


def _describe(found: FindingCounts, caller: str | None, rule_id: str | None) -> str:
    """In which decisions it was counted, in words."""
    whose = " of yours" if caller is not None else ""
    speaking = f" that {'speaks' if found.decisions == 1 else 'speak'} of it" if rule_id is not None else ""
    decisions = f"{found.decisions:,} decision{'s' if found.decisions != 1 else ''}{whose}{speaking}"
    if found.since is None:
        return f"Counted in {decisions}."
    return f"Counted in the newest {decisions}, since {found.since[:16].replace('T', ' ')} UTC; there are older ones."
