"""Audits in tests: decisions on endpoints that exist, and what an audit knows of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from tests.support.decisions import make_decision
from vpce_guard.formats.document import Draft
from vpce_guard.model import Decision, Subject, Violation
from vpce_guard.whatif.audit.audit import AuditFound, AuditMaker
from vpce_guard.whatif.audit.types import Audit, AuditedEndpoint, SeenViolation
from vpce_guard.whatif.audit.worth.endpoint import Facts

AT = "2026-11-30T12:00:00.000Z"
EARLIER = "2026-10-01T00:00:00.000Z"
ACCOUNTS = 12
"""How many are in the inventory of tests that audit one."""
_OF_A_RUN = re.compile(rb'("(?:decision_id|request_id|timestamp)": ?)"[^"]*"|("evaluate_ms": ?)[\d.]+')


def without_run(report: bytes) -> bytes:
    """A JSON report without what differs between any two audits: ids, times and durations."""
    return _OF_A_RUN.sub(rb"\1\2-", report)


def violation(action: str, severity: str = "error") -> Violation:
    """A violation of VPCE-ORG-003."""
    given: dict[str, Any] = {"rule_id": "VPCE-ORG-003", "title": "t", "message": "m", "path": "/request"}
    given |= {"severity": severity, "enforcement_action": action, "remediation": "r", "source": "https://example.org"}
    return Violation(**given)


def decision(identity: str, *violations: Violation, **more: Any) -> Decision:
    """A decision with these violations."""
    given: dict[str, Any] = {
        "decision_id": identity,
        "timestamp": AT,
        "allowed": all(one.enforcement_action != "deny" for one in violations),
        "subject": Subject(address=identity, endpoint_type=None, service_name=None, vpc_id=None, source=None),
        "violations": violations,
        **more,
    }
    return make_decision(**given)


def seen(message: str = "m", path: str | None = "/request", *, at: str = AT) -> SeenViolation:
    """A violation as an audit keeps it, first seen at a time."""
    return SeenViolation(rule_id="VPCE-ORG-003", message=message, path=path, enforcement_action="deny", first_seen=at)


def endpoint(identity: str, *violations: SeenViolation, account: str = "1") -> AuditedEndpoint:
    """An endpoint of an audit; its decision has the same id."""
    given: dict[str, Any] = {"account": account, "region": "us-east-1", "state": "available", "owner": None}
    given |= {"created": None, "age_days": None, "managed_by_service": False, "violations": violations}
    return AuditedEndpoint(decision_id=identity, endpoint_id=identity, **given)


def audit(*endpoints: AuditedEndpoint, at: str = AT) -> Audit:
    """An audit of these endpoints."""
    return Audit(at=at, endpoints=endpoints, states={}, deleted=0)


def make_audit(
    pairs: Sequence[tuple[Decision, Draft]], *, owner_keys: Sequence[str] = (), earlier: Audit | None = None
) -> AuditFound:
    """The audit of decisions on drafts, two endpoints being no more."""
    maker = AuditMaker(at=AT, owner_keys=owner_keys, earlier=earlier)
    for one, draft in pairs:
        maker.add(one, draft, Facts(services={"services": {}}))
    return maker.make(deleted={"vpce-8", "vpce-9"}, facts=Facts(services={"services": {}}))
