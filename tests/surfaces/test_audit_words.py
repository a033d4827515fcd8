"""What is told of an endpoint that exists, and the line that sums up."""

from __future__ import annotations

from tests.support.audits import EARLIER, audit, decision, endpoint, seen, violation
from vpce_guard.surfaces.audit_words import describe_endpoint, summarise_audit
from vpce_guard.surfaces.decision_counts import DecisionCounts
from vpce_guard.whatif.audit.types import Audit, Changes


def test_an_endpoint_in_few_words() -> None:
    told = endpoint("a").model_copy(update={"age_days": 1, "owner": "net", "drift": "new", "managed_by_service": True})
    assert describe_endpoint(told) == "1 us-east-1, available, 1 day old, owner net, managed by a service of AWS, new"
    bare = endpoint("a").model_copy(update={"account": None, "region": None, "state": None})
    assert describe_endpoint(bare) == "no owner told"


def test_one_line_counts_all() -> None:
    decisions = [
        decision("a", violation("deny")),
        decision("b", violation("warn")),
        decision("c"),
        decision("d", allowed=False, error="e"),
    ]
    changes = Changes(
        since=EARLIER, new=1, still_there=1, resolved=(), gone=(endpoint("x", seen()),), unsettled=(), carried=()
    )
    told = Audit(at=EARLIER, endpoints=(), states={"available": 3, "failed": 1}, deleted=2, changes=changes)
    assert summarise_audit(told, DecisionCounts.count(decisions)) == (
        "4 endpoints: 1 in violation, 1 warned of, 1 in order; 1 could not be decided; 1 failed; 2 deleted, not judged;"
        " 1 new, 1 still there, 0 resolved; 1 endpoint gone."
    )
    assert summarise_audit(audit(), DecisionCounts()) == "0 endpoints: 0 in violation, 0 warned of, 0 in order."
