"""Decisions are counted in one pass."""

from __future__ import annotations

from tests.support.audits import decision, violation
from vpce_guard.model import Undetermined, WaivedViolation
from vpce_guard.surfaces.decision_counts import DecisionCounts


def test_each_kind_is_counted() -> None:
    unsure = Undetermined(rule_id="VPCE-ORG-003", reason="r", missing=())
    waived = WaivedViolation(rule_id="VPCE-ORG-006", waiver_id="W-1", expires="2027-01-01", message="one zone")
    decisions = [
        decision("denied and warned", violation("deny"), violation("warn")),
        decision("warned", violation("warn"), waived=(waived, waived)),
        decision("unsure", undetermined=(unsure, unsure)),
        decision("failed", allowed=False, error="no engine"),
    ]
    assert DecisionCounts.count(iter(decisions)) == DecisionCounts(
        all=4, allowed=2, failed=1, denied=1, warned=2, fine_but_warned=1, unsure=1, waived=2
    )
    assert DecisionCounts.count([]) == DecisionCounts()
