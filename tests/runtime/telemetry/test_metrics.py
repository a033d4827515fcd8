"""What a decision is counted as."""

from __future__ import annotations

import pytest

from tests.surfaces.reports.test_reports import violation
from vpce_guard.model import BundleRef, Decision, Metrics, Subject
from vpce_guard.runtime.telemetry.metrics import ServiceMetrics, outcome_of

DECISION = Decision(
    decision_id="d",
    request_id="r",
    timestamp="2026-01-01T00:00:00.000Z",
    allowed=False,
    operation="create",
    subject=Subject(address=None, endpoint_type=None, service_name=None, vpc_id=None, source=None),
    violations=(),
    waived=(),
    undetermined=(),
    bundle=BundleRef(revision="b"),
    profile="aws-current",
    engine="embedded",
    metrics=Metrics(evaluate_ms=0.1),
    overrides=(),
    org=None,
    cost=None,
    policy_reach=None,
    error=None,
)


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"allowed": True}, "allowed"),
        ({"violations": (violation("deny"),)}, "denied"),
        ({}, "undetermined"),
        ({"error": "The engine is gone."}, "error"),
    ],
)
def test_a_decision_has_one_outcome(changes: dict[str, object], outcome: str) -> None:
    assert outcome_of(DECISION.model_copy(update=changes)) == outcome


def test_a_method_nobody_knows_is_no_label_of_its_own() -> None:
    metrics = ServiceMetrics(most_callers=1)
    metrics.count_request(route="/v1/rules", method="BREW", status=405, seconds=0.1)
    samples = [s for family in metrics.collect() for s in family.samples if s.name == "vpce_guard_requests_total"]
    assert [sample.labels["method"] for sample in samples] == ["other"]
