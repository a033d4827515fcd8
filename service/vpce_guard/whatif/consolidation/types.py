"""What a consolidation tells, as the JSON report of an audit holds it. Money is a month's."""

from __future__ import annotations

from typing import Literal

from vpce_guard.model import FrozenModel, Json

Phase = Literal["create", "associate", "delete"]


class ServiceMove(FrozenModel):
    """A service whose endpoints go: in how many VPCs they are, and in how many zones the central endpoint is.

    `central_endpoint` is the one that the central VPC has already; null where one is created.
    """

    service: str
    vpcs: int
    endpoints: int
    zones: int
    central_endpoint: str | None


class CostLine(FrozenModel):
    """One part of the cost before and after, null where it is not known, and what it counts."""

    what: str
    before: float | None
    after: float | None
    counts: str


class ConsolidationStep(FrozenModel):
    """One change, in the order in which to make them, and how it was judged.

    `proposal` is of the product's own format. `denied_by` are the rules that deny it, `undetermined` those that could
    not be judged. `by_hand` is what belongs to the step and is no change of an endpoint.
    """

    number: int
    phase: Phase
    service: str
    vpc_id: str
    account: str | None
    owner: str | None
    proposal: Json
    allowed: bool
    denied_by: tuple[str, ...]
    undetermined: tuple[str, ...]
    by_hand: tuple[str, ...]


class Consolidation(FrozenModel):
    """A consolidation into one VPC. `admissible` says that no step is denied.

    `before`, `after` and `saves` are null where a part is not known. `assumptions` are what the figures rest on.
    """

    vpc_id: str
    region: str
    services: tuple[ServiceMove, ...]
    currency: str
    before: float | None
    after: float | None
    saves: float | None
    costs: tuple[CostLine, ...]
    assumptions: tuple[str, ...]
    risks: tuple[str, ...]
    admissible: bool
    steps: tuple[ConsolidationStep, ...]
