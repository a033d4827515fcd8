"""What changed between two audits: new, still there, resolved, gone.

A violation is the same one where the same rule says the same of the same endpoint, or else speaks of the same place.
What this audit was not given, or could not judge, is not taken for resolved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

from pydantic import ValidationError

from vpce_guard.errors import MalformedError
from vpce_guard.model import Decision
from vpce_guard.whatif.audit.types import Audit, AuditedEndpoint, Changes, Drift, PastViolation, SeenViolation


def read_earlier(report: Any, *, name: str) -> Audit:
    """The audit in a JSON report. Raises MalformedError for what is none."""
    try:
        return Audit.model_validate(report["audit"])
    except (ValidationError, LookupError, TypeError):
        raise MalformedError(
            f"{name} is no report of an earlier audit.", advice="Give what `vpce-guard audit -o json` printed."
        ) from None


def compare(audit: Audit, earlier: Audit, decisions: Sequence[Decision], *, deleted: Set[str]) -> Audit:
    """The audit with what changed since an earlier one; what was there then keeps the time it was first seen.

    `decisions` are those of the audit, and tell what could not be judged. `deleted` are the ids of endpoints that are
    told to be no more.
    """
    known = {one.endpoint_id: one for one in _all_known(earlier)}
    unsure = {one.decision_id: {u.rule_id for u in one.undetermined} for one in decisions}
    failed = {one.decision_id for one in decisions if one.error is not None}
    unsettled_then = _find_unsettled(earlier)
    endpoints: list[AuditedEndpoint] = []
    resolved: list[PastViolation] = []
    unsettled: list[PastViolation] = []
    for endpoint in audit.endpoints:
        before = known.pop(endpoint.endpoint_id, None)
        past = (*(before.violations if before else ()), *unsettled_then.get(endpoint.endpoint_id, ()))
        seen, left = _pair(endpoint.violations, past)
        drift: Drift = "new" if before is None else "still there"
        endpoints.append(endpoint.model_copy(update={"violations": seen, "drift": drift}))
        for one in left:
            open_ = endpoint.decision_id in failed or one.rule_id in unsure.get(endpoint.decision_id, ())
            (unsettled if open_ else resolved).append(PastViolation(endpoint_id=endpoint.endpoint_id, violation=one))
    places = {(endpoint.account, endpoint.region) for endpoint in audit.endpoints}
    gone = [one for one in known.values() if one.endpoint_id in deleted or (one.account, one.region) in places]
    gone_ids = {one.endpoint_id for one in gone}
    carried = [one for one in known.values() if one.endpoint_id not in gone_ids]
    drifts = [violation.drift for endpoint in endpoints for violation in endpoint.violations]
    changes = Changes(
        since=earlier.at,
        new=drifts.count("new"),
        still_there=drifts.count("still there"),
        resolved=tuple(resolved),
        gone=tuple(gone),
        unsettled=tuple(unsettled),
        carried=tuple(carried),
    )
    return audit.model_copy(update={"endpoints": tuple(endpoints), "changes": changes})


def _all_known(earlier: Audit) -> Iterable[AuditedEndpoint]:
    """The endpoints that an audit knew of, those among them that it took over from one before it."""
    return (*earlier.endpoints, *(earlier.changes.carried if earlier.changes else ()))


def _find_unsettled(earlier: Audit) -> Mapping[str, list[SeenViolation]]:
    found: dict[str, list[SeenViolation]] = {}
    for one in earlier.changes.unsettled if earlier.changes else ():
        found.setdefault(one.endpoint_id, []).append(one.violation)
    return found


def _pair(
    now: Sequence[SeenViolation], past: Sequence[SeenViolation]
) -> tuple[tuple[SeenViolation, ...], list[SeenViolation]]:
    """The violations with what is known of them from before, and those of before that are no more."""
    left = list(past)
    matched: dict[int, SeenViolation] = {}
    for member in ("message", "path"):
        for number, violation in enumerate(now):
            if number in matched:
                continue
            same = (
                one
                for one in left
                if one.rule_id == violation.rule_id
                and getattr(one, member) is not None
                and getattr(one, member) == getattr(violation, member)
            )
            if (found := next(same, None)) is not None:
                matched[number] = found
                left.remove(found)
    seen = tuple(
        violation.model_copy(update={"drift": "still there", "first_seen": matched[number].first_seen})
        if number in matched
        else violation.model_copy(update={"drift": "new"})
        for number, violation in enumerate(now)
    )
    return seen, left
