"""What was wrong with an endpoint before an update and stays so: it is told, and does not deny the update."""

from __future__ import annotations

from vpce_guard.formats.aws import policy
from vpce_guard.formats.aws.endpoint import endpoint_after
from vpce_guard.model import Json, Proposal, Verdict


def as_before(proposal: Proposal) -> Proposal:
    """An update of the endpoint as it was that changes nothing. `proposal.before` must be there."""
    before: Json = proposal.before or {}
    request = {"VpcEndpointId": before["VpcEndpointId"]} if "VpcEndpointId" in before else {}
    return proposal.model_copy(
        update={
            "request": request,
            "current": before,
            "endpoint": endpoint_after("modify", request, before, ()),
            "policy": policy.read(request, before),
            "unknown": (),
        }
    )


def without_existing(verdict: Verdict, before: Verdict, *, strict: bool) -> Verdict:
    """A verdict in which violations that `before` has with the same words only warn.

    It allows where nothing else denies; `strict` says that what is undetermined denies.
    """
    known = {(violation.rule_id, violation.message) for violation in before.violations}
    violations = tuple(
        violation.model_copy(update={"enforcement_action": "warn"})
        if violation.enforcement_action == "deny" and (violation.rule_id, violation.message) in known
        else violation
        for violation in verdict.violations
    )
    denied = any(violation.enforcement_action == "deny" for violation in violations)
    allowed = not denied and not (strict and verdict.undetermined)
    return verdict.model_copy(update={"violations": violations, "allowed": allowed})
