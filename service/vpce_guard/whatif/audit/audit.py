"""Decisions on endpoints that exist, with whose each is and how old, in the order of what to do first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from vpce_guard.formats.document import Draft
from vpce_guard.instants import instant
from vpce_guard.model import ENFORCEMENT_ORDER, SEVERITY_ORDER, Decision, Json
from vpce_guard.whatif.audit.types import Audit, AuditedEndpoint, SeenViolation

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


def make_audit(
    pairs: Sequence[tuple[Decision, Draft]], *, at: str, deleted: int, owner_keys: Sequence[str]
) -> tuple[Audit, list[Decision]]:
    """The audit of decisions on drafts of what exists, and the decisions in its order.

    First what could not be decided, then by the worst enforcement action, then by severity, then the oldest. `at` is
    the time of the audit, RFC 3339.
    """
    endpoints = {
        decision.decision_id: _describe(decision, draft, at=at, owner_keys=owner_keys) for decision, draft in pairs
    }
    decisions = sorted((decision for decision, _ in pairs), key=lambda one: _order(one, endpoints))
    ordered = tuple(endpoints[decision.decision_id] for decision in decisions)
    states = Counter(endpoint.state or "not told" for endpoint in ordered)
    return Audit(at=at, endpoints=ordered, states=dict(sorted(states.items())), deleted=deleted), decisions


def _order(decision: Decision, endpoints: Mapping[str, AuditedEndpoint]) -> tuple[object, ...]:
    worst = min(
        ((ENFORCEMENT_ORDER[v.enforcement_action], SEVERITY_ORDER[v.severity]) for v in decision.violations),
        default=(_FAR, _FAR),
    )
    endpoint = endpoints[decision.decision_id]
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
        owner=_owner_of(endpoint, owner_keys),
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


def _owner_of(endpoint: Json, keys: Sequence[str]) -> str | None:
    """Whose an endpoint is, by the first of the tags that it has; None where none tells."""
    tags = {
        tag["Key"]: tag.get("Value") for tag in endpoint.get("Tags") or () if isinstance(tag, dict) and "Key" in tag
    }
    return next((value for key in keys if (value := _text(tags.get(key)))), None)


def _days(moment: str, at: str) -> int:
    return max((datetime.fromisoformat(at) - datetime.fromisoformat(moment)).days, 0)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
