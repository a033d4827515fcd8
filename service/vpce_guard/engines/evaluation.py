"""What an engine gives for one proposal, as `data.vpce.main.result`, before anything is decided from it."""

from __future__ import annotations

from vpce_guard.model import EnforcementAction, FrozenModel, Json, PolicyReach


class RawDeny(FrozenModel):
    """A `deny` object as a rule yields it; one that is `about` another rule counts only where that is violated.

    `remediation` is for this case of the rule; None for the one of METADATA.
    """

    message: str
    path: str
    remediation: str | None = None
    about: str | None = None
    enforcement_action: EnforcementAction | None = None
    fix: tuple[Json, ...] | None = None


class RawUndetermined(FrozenModel):
    """An `undetermined` object as a rule yields it."""

    reason: str
    missing: tuple[str, ...]


class RawViolation(FrozenModel):
    """A deny with the `family.name` of its rule."""

    rule: str
    deny: RawDeny


class RawUnjudged(FrozenModel):
    """An undetermined with the `family.name` of its rule."""

    rule: str
    undetermined: RawUndetermined


class WaiverInForce(FrozenModel):
    """A waiver that holds for a proposal, by the id of its rule."""

    id: str
    rule: str
    expires: str


class Evaluation(FrozenModel):
    """What an engine answers for one proposal: `data.vpce.main.result`."""

    revision: str
    violations: tuple[RawViolation, ...]
    undetermined: tuple[RawUnjudged, ...]
    waivers: tuple[WaiverInForce, ...]
    reach: PolicyReach | None
