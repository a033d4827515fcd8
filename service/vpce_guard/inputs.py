"""Rego's input for a proposal: the proposal itself, the org data that hold for it and, where they are judged, costs."""

from __future__ import annotations

from vpce_guard import cost
from vpce_guard.model import Json, Profile, Proposal
from vpce_guard.org.data import Effective


def rego_input(proposal: Proposal, profile: Profile, org: Effective) -> Json:
    """What an engine is asked about one proposal."""
    document = proposal.as_input(profile)
    if org.rules:
        document["org"] = org.rules
    if ceilings := org.rules.get("cost"):
        costing = costs(proposal, org)
        document["cost"] = {"endpoint": cost.as_input(costing.after, costing)}
        if "max_monthly_per_vpc" in ceilings:
            document["cost"]["vpc"] = cost.as_input(cost.of_vpc(proposal, costing), costing)
    return document


def costs(proposal: Proposal, org: Effective) -> cost.Costing:
    """What a proposal costs under the prices that hold for it."""
    return cost.of(proposal, (org.sections.get("cost") or {}).get("prices"))
