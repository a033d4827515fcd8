"""Decisions on endpoints that exist, with whose each is and how old, in the order of what to do first."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from vpce_guard.formats.document import Draft
from vpce_guard.instants import instant
from vpce_guard.model import ENFORCEMENT_ORDER, SEVERITY_ORDER, Decision, Json
from vpce_guard.whatif.audit.drift import DriftComparison, Place
from vpce_guard.whatif.audit.rows import AuditedRow, PickedById, PickedRows, PlacesById, RowFile
from vpce_guard.whatif.audit.types import Audit, AuditedEndpoint, SeenViolation
from vpce_guard.whatif.audit.worth import WorthFinder
from vpce_guard.whatif.audit.worth.endpoint import ExistingPair, Facts
from vpce_guard.whatif.consolidation.types import Consolidation

_OWNER_TAGS = ("Owner", "owner", "Team", "team")
_OWNER_WORDS = ("owner", "team")
_FAR = 1 << 30


def owner_tags(org_data: Json) -> tuple[str, ...]:
    """The keys of the tags that say whose an endpoint is, the best first.

    Those that org data demand (`tags.required`) and that are called after an owner or a team go before the usual ones.
    """
    required = (org_data.get("tags") or {}).get("required") or ()
    keys = [str(tag.get("key")) for tag in required if isinstance(tag, dict)]
    named = [key for key in keys if any(word in key.lower() for word in _OWNER_WORDS)]
    return tuple(dict.fromkeys([*named, *_OWNER_TAGS]))


@dataclass(frozen=True, kw_only=True)
class AuditFound:
    """Decisions on what is there, in the order of what to do, and what is known of each.

    `drafts` and `audited`, which are the endpoints of the audit, are by decision_id.
    """

    decisions: Sequence[Decision]
    audit: Audit
    drafts: Mapping[str, Draft]
    audited: Mapping[str, AuditedEndpoint]


class AuditMaker:
    """Makes an audit of decisions that come one after the other; what is found of each is kept in a file.

    `at` is the time of the audit, RFC 3339; `earlier` is an audit to compare with.
    """

    def __init__(self, *, at: str, owner_keys: Sequence[str], earlier: Audit | None = None) -> None:
        self._at, self._owner_keys = at, owner_keys
        self._comparison = DriftComparison(earlier) if earlier is not None else None
        self._rows = RowFile()
        self._heads: dict[Place, Place] = {}  # what places begin with, once each: there are few
        self._places: list[tuple[Place, str, int]] = []
        self._hashes, self._rows_of_hashes = array("q"), array("Q")
        self._states: Counter[str] = Counter()
        self._worth = WorthFinder()

    def add(self, decision: Decision, draft: Draft, facts: Facts) -> None:
        """Take up the decision on an endpoint, made of a draft."""
        endpoint = _describe(decision, draft, at=self._at, owner_keys=self._owner_keys)
        place = _order(decision, endpoint)
        if self._comparison is not None:
            endpoint = self._comparison.see(endpoint, decision, place)
        self._states[endpoint.state or "not told"] += 1
        self._worth.see(ExistingPair(decision, draft, endpoint.owner), facts)
        row = self._rows.add(AuditedRow(decision, endpoint, draft).pack())
        self._places.append((self._heads.setdefault(place[:-1], place[:-1]), place[-1], row))
        self._hashes.append(hash(decision.decision_id))
        self._rows_of_hashes.append(row)

    def make(self, *, deleted: Set[str], facts: Facts, consolidation: Consolidation | None = None) -> AuditFound:
        """The audit of all of them. First what could not be decided, then by the worst enforcement action, then by
        severity, then the oldest. `deleted` are the ids of endpoints that are no more.
        """
        places, self._places = self._places, []  # which reports do without
        places.sort(key=lambda one: one[:2])
        rows, order = self._rows, array("Q", (row for _, _, row in places))
        del places
        by_id = PlacesById(self._hashes, self._rows_of_hashes)
        audit = Audit(
            at=self._at,
            endpoints=(),
            states=dict(sorted(self._states.items())),
            deleted=len(deleted),
            worth_doing=self._worth.find(facts),
            consolidation=consolidation,
            changes=self._comparison.changes(deleted) if self._comparison is not None else None,
        )
        return AuditFound(
            decisions=PickedRows(rows, order, lambda row: row.decision),
            audit=audit.model_copy(update={"endpoints": PickedRows(rows, order, lambda row: row.endpoint)}),
            drafts=PickedById(rows, order, by_id, lambda row: row.draft),
            audited=PickedById(rows, order, by_id, lambda row: row.endpoint),
        )


def _order(decision: Decision, endpoint: AuditedEndpoint) -> Place:
    worst = min(
        ((ENFORCEMENT_ORDER[v.enforcement_action], SEVERITY_ORDER[v.severity]) for v in decision.violations),
        default=(_FAR, _FAR),
    )
    age = -1 if endpoint.age_days is None else endpoint.age_days
    return decision.error is None, *worst, decision.allowed, -age, endpoint.endpoint_id


def _describe(decision: Decision, draft: Draft, *, at: str, owner_keys: Sequence[str]) -> AuditedEndpoint:
    endpoint = draft.exists or {}
    created = endpoint.get("CreationTimestamp")
    moment = instant(created) if isinstance(created, str) else None
    state = endpoint.get("State")
    return AuditedEndpoint(
        decision_id=decision.decision_id,
        endpoint_id=str(endpoint.get("VpcEndpointId")),
        account=_text(draft.context.get("AccountId")),
        region=_text(draft.context.get("Region")),
        state=state.lower() if isinstance(state, str) else None,
        owner=owner_of(endpoint, owner_keys),
        created=moment,
        age_days=None if moment is None else _days(moment, at),
        managed_by_service=endpoint.get("RequesterManaged") is True,
        violations=_violations(decision, at),
    )


def _violations(decision: Decision, at: str) -> tuple[SeenViolation, ...]:
    """The violations in the order of the decision, then the waived ones."""
    open_ = [
        SeenViolation(
            rule_id=v.rule_id, message=v.message, path=v.path, enforcement_action=v.enforcement_action, first_seen=at
        )
        for v in decision.violations
    ]
    waived = [
        SeenViolation(
            rule_id=w.rule_id,
            message=w.message,
            path=None,
            enforcement_action="inform",
            first_seen=at,
            waiver_id=w.waiver_id,
            waiver_expires=w.expires,
        )
        for w in decision.waived
    ]
    return (*open_, *waived)


def owner_of(endpoint: Json, keys: Sequence[str]) -> str | None:
    """Whose an endpoint is, by the first of the tags that it has; None where none tells."""
    tags = {
        tag["Key"]: tag.get("Value") for tag in endpoint.get("Tags") or () if isinstance(tag, dict) and "Key" in tag
    }
    return next((value for key in keys if (value := _text(tags.get(key)))), None)


def _days(moment: str, at: str) -> int:
    return max((datetime.fromisoformat(at) - datetime.fromisoformat(moment)).days, 0)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
