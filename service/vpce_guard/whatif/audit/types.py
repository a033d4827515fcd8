"""What an audit tells beside its decisions, as its JSON report holds it. Times are RFC 3339 in UTC."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, PlainSerializer

from vpce_guard.model import EnforcementAction, FrozenModel
from vpce_guard.whatif.consolidation.types import Consolidation

Drift = Literal["new", "still there"]


class SeenViolation(FrozenModel):
    """A violation of an endpoint that exists, since when it is known, and the waiver that covers it.

    `drift` is None where there is no earlier audit to compare with.
    """

    rule_id: str
    message: str
    path: str | None
    enforcement_action: EnforcementAction
    first_seen: str
    drift: Drift | None = None
    waiver_id: str | None = None
    waiver_expires: str | None = None


class AuditedEndpoint(FrozenModel):
    """An endpoint that exists: where and whose it is, how old in days, and what is wrong with it.

    What its document does not tell is None. `managed_by_service` is RequesterManaged: a service of AWS made it. `drift`
    is as with violations.
    """

    decision_id: str
    endpoint_id: str
    account: str | None
    region: str | None
    state: str | None
    owner: str | None
    created: str | None
    age_days: int | None
    managed_by_service: bool
    violations: tuple[SeenViolation, ...]
    drift: Drift | None = None


class PastViolation(FrozenModel):
    """A violation that the earlier audit told."""

    endpoint_id: str
    violation: SeenViolation


class Changes(FrozenModel):
    """What is otherwise than in the earlier audit, which was at `since`.

    `gone` are endpoints that are no more, `resolved` violations of endpoints that are there, `unsettled` those whose
    rule could not be judged this time. `carried` are endpoints of accounts and Regions that this audit was not given
    anything of; nothing is known of them.
    """

    since: str
    new: int
    still_there: int
    resolved: tuple[PastViolation, ...]
    gone: tuple[AuditedEndpoint, ...]
    unsettled: tuple[PastViolation, ...]
    carried: tuple[AuditedEndpoint, ...]


WorthKind = Literal[
    "idle", "duplicate", "gateway-would-do", "retired-service", "unknown-service", "missing-zone", "open-policy"
]


class WorthDoing(FrozenModel):
    """Endpoints with which something is worth doing, what to do, and why.

    `monthly` is what it saves a month, negative where it costs, null where that is not known. `owners` are those that
    tags tell. Of a `duplicate` the endpoints are those that could go.
    """

    kind: WorthKind
    endpoint_ids: tuple[str, ...]
    monthly: float | None
    currency: str | None
    do: str
    why: str
    owners: tuple[str, ...]


class Audit(FrozenModel):
    """An audit: when it was, its endpoints in the order of what to do, and what changed since an earlier one.

    `deleted` counts endpoints that are no more, which are not judged; `states` counts the others by their state.
    `worth_doing` violates nothing and changes no exit code; nor does `consolidation`, which is there where it is asked
    for.
    """

    at: str
    endpoints: Annotated[
        Sequence[AuditedEndpoint],
        AfterValidator(tuple),
        PlainSerializer(tuple, return_type=tuple[AuditedEndpoint, ...]),
    ]  # of many they are read when they are looked at
    states: dict[str, int]
    deleted: int
    worth_doing: tuple[WorthDoing, ...] = ()
    consolidation: Consolidation | None = None
    changes: Changes | None = None
