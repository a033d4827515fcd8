"""Decisions in tests: whole ones, of which a test says what it is about."""

from __future__ import annotations

from typing import Any

from vpce_guard.model import BundleRef, Decision, Metrics


def make_decision(**members: Any) -> Decision:
    """A decision on a create with these members, which must name `decision_id`, `timestamp`, `allowed`, `subject`."""
    given: dict[str, Any] = {
        "request_id": "r",
        "operation": "create",
        "violations": (),
        "waived": (),
        "undetermined": (),
        "overrides": (),
        "bundle": BundleRef(revision="x"),
        "org": None,
        "cost": None,
        "policy_reach": None,
        "profile": "aws-current",
        "engine": "embedded",
        "metrics": Metrics(evaluate_ms=0),
        "error": None,
        **members,
    }
    return Decision(**given)
