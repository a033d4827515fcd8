"""An audit in words: what is told of an endpoint that exists, and the line that sums up."""

from __future__ import annotations

from collections.abc import Iterator

from vpce_guard.surfaces.decision_counts import DecisionCounts
from vpce_guard.whatif.audit.types import Audit, AuditedEndpoint, WorthDoing

_USUAL = ("available", "not told")  # states that nobody has to be told of


def describe_endpoint(endpoint: AuditedEndpoint) -> str:
    """Where, whose and how old an endpoint is, in few words."""
    age = endpoint.age_days
    parts = (
        " ".join(part for part in (endpoint.account, endpoint.region) if part),
        endpoint.state,
        None if age is None else f"{_count(age, 'day')} old",
        f"owner {endpoint.owner}" if endpoint.owner else "no owner told",
        "managed by a service of AWS" if endpoint.managed_by_service else None,
        "new" if endpoint.drift == "new" else None,
    )
    return ", ".join(part for part in parts if part)


def describe_saving(found: WorthDoing) -> str:
    """What it saves or costs a month, in few words; empty where no money is in it."""
    if found.monthly is None:
        return "what it saves is not known"
    if not found.monthly:
        return ""
    return f"{'saves' if found.monthly > 0 else 'costs'} {abs(found.monthly):.2f} {found.currency} a month"


def summarise_audit(audit: Audit, counts: DecisionCounts) -> str:
    """One line of counts for all endpoints."""
    return "; ".join(_counts(audit, counts)) + "."


def _counts(audit: Audit, counts: DecisionCounts) -> Iterator[str]:
    warned = counts.fine_but_warned
    fine = counts.all - counts.denied - warned - counts.failed
    yield f"{_count(counts.all, 'endpoint')}: {counts.denied} in violation, {warned} warned of, {fine} in order"
    if counts.failed:
        yield f"{counts.failed} could not be decided"
    if counts.unsure:
        yield f"{counts.unsure} with rules that could not be judged"
    if counts.waived:
        yield f"{_count(counts.waived, 'violation')} waived"
    others = [f"{number} {state}" for state, number in audit.states.items() if state not in _USUAL]
    if others:
        yield ", ".join(others)
    if audit.deleted:
        yield f"{audit.deleted} deleted, not judged"
    if (changes := audit.changes) is not None:
        yield f"{changes.new} new, {changes.still_there} still there, {len(changes.resolved)} resolved"
        if changes.gone:
            yield f"{_count(len(changes.gone), 'endpoint')} gone"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
