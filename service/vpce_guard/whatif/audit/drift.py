"""What changed between two audits: new, still there, resolved, gone.

A violation is the same one where the same rule says the same of the same endpoint, or else speaks of the same place.
What this audit was not given, or could not judge, is not taken for resolved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from vpce_guard.errors import MalformedError
from vpce_guard.model import Decision
from vpce_guard.whatif.audit.types import Audit, AuditedEndpoint, Changes, Drift, PastViolation, SeenViolation

Place = tuple[Any, ...]  # what endpoints of an audit are ordered by


def read_earlier(report: Any, *, name: str) -> Audit:
    """The audit in a JSON report. Raises MalformedError for what is none."""
    try:
        return Audit.model_validate(report["audit"])
    except (ValidationError, LookupError, TypeError):
        raise MalformedError(
            f"{name} is no report of an earlier audit.", advice="Give what `vpce-guard audit -o json` printed."
        ) from None


@dataclass
class DriftComparison:
    """An audit beside an earlier one, endpoint by endpoint. What was there then keeps the time it was first seen."""

    earlier: Audit
    _new: int = 0
    _still_there: int = 0
    _resolved: list[tuple[Place, PastViolation]] = field(default_factory=list)
    _unsettled: list[tuple[Place, PastViolation]] = field(default_factory=list)
    _places: set[tuple[str | None, str | None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._known = {one.endpoint_id: one for one in _all_known(self.earlier)}
        self._unsettled_then = _find_unsettled(self.earlier)

    def see(self, endpoint: AuditedEndpoint, decision: Decision, place: Place) -> AuditedEndpoint:
        """The endpoint with what is known of it from before; `place` is where it stands in the order of the audit."""
        before = self._known.pop(endpoint.endpoint_id, None)
        past = (*(before.violations if before else ()), *self._unsettled_then.get(endpoint.endpoint_id, ()))
        seen, left = _pair(endpoint.violations, past)
        unsure = {one.rule_id for one in decision.undetermined}
        for one in left:
            open_ = decision.error is not None or one.rule_id in unsure
            told = PastViolation(endpoint_id=endpoint.endpoint_id, violation=one)
            (self._unsettled if open_ else self._resolved).append((place, told))
        self._places.add((endpoint.account, endpoint.region))
        drifts = [violation.drift for violation in seen]
        self._new += drifts.count("new")
        self._still_there += drifts.count("still there")
        drift: Drift = "new" if before is None else "still there"
        return endpoint.model_copy(update={"violations": seen, "drift": drift})

    def changes(self, deleted: Set[str]) -> Changes:
        """What changed, once all endpoints were seen. `deleted` are the ids of those that are told to be no more."""
        known = self._known.values()
        gone = [one for one in known if one.endpoint_id in deleted or (one.account, one.region) in self._places]
        gone_ids = {one.endpoint_id for one in gone}
        return Changes(
            since=self.earlier.at,
            new=self._new,
            still_there=self._still_there,
            resolved=_in_order(self._resolved),
            gone=tuple(gone),
            unsettled=_in_order(self._unsettled),
            carried=tuple(one for one in known if one.endpoint_id not in gone_ids),
        )


def _in_order(found: Iterable[tuple[Place, PastViolation]]) -> tuple[PastViolation, ...]:
    return tuple(past for _, past in sorted(found, key=lambda one: one[0]))


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
