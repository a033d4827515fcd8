"""Rego's input for a proposal: itself, the org data that hold for it and, where they ask for them, costs and proofs."""

from __future__ import annotations

from vpce_guard.decisions import cost
from vpce_guard.decisions.proofs import prove_on_thread, prove_policy
from vpce_guard.formats.neighbours import members_seen, near_peers
from vpce_guard.model import Json, Profile, Proposal, Subject
from vpce_guard.org.data import EffectiveOrg


def rego_input(proposal: Proposal, profile: Profile, org: EffectiveOrg, *, all_peers: bool = True) -> Json:
    """What an engine is asked about one proposal.

    Without `all_peers`, which rules must be fit for, it is given the near ones and how many there are in all.
    """
    return _make_input(proposal, profile, org, prove_policy(proposal, org), all_peers=all_peers)


async def rego_input_ahead(proposal: Proposal, profile: Profile, org: EffectiveOrg, *, all_peers: bool = True) -> Json:
    """As rego_input(), with what takes long made on a thread."""
    proofs = await prove_on_thread(proposal, org)
    return _make_input(proposal, profile, org, proofs, all_peers=all_peers)


def _make_input(
    proposal: Proposal, profile: Profile, org: EffectiveOrg, proofs: Json | None, *, all_peers: bool
) -> Json:
    if all_peers:
        document = proposal.as_input(profile)
    else:
        seen, services = members_seen(proposal), org.required_services
        near = _near_peers(seen, services)
        document = proposal.as_input(profile, peers=near["peers"]) | near
        if proposal.possibilities:
            document["possibilities"] = [
                {**way, "peer_counts": None, **_near_peers({**seen, **way}, services)} for way in proposal.possibilities
            ]
    if org.rules:
        document["org"] = org.rules_for(_facts(proposal))
    if proofs is not None:
        document["proofs"] = proofs
    if ceilings := org.rules.get("cost"):
        costing = cost_of(proposal, org)
        document["cost"] = {"endpoint": cost.as_input(costing.after, costing)}
        if "max_monthly_per_vpc" in ceilings:
            document["cost"]["vpc"] = cost.as_input(cost.calculate_for_vpc(proposal, costing), costing)
    return document


def input_to_keep(proposal: Proposal, profile: Profile) -> Json:
    """What is recorded of a proposal: its input, and what rules do not see and its verdict was made by."""
    document = proposal.as_input(profile, peers=proposal.peers)  # which the log keeps once for a request
    if proposal.before is not None:
        document["before"] = proposal.before
    if proposal.exists:
        document["exists"] = True
    return document


def _facts(proposal: Proposal) -> Json:
    """What waivers are found by."""
    context = proposal.context
    return {
        "vpc_id": (proposal.endpoint or {}).get("VpcId"),
        "account": context.get("AccountId"),
        "region": context.get("Region"),
    }


def _near_peers(document: Json, services: frozenset[str]) -> Json:
    """The near peers of an input, with `peer_counts` where that are not all."""
    near = near_peers(document, services=services)
    return {"peers": near.peers, "peer_counts": near.counts} if near.counts else {"peers": near.peers}


def read_recorded(document: Json) -> Proposal:
    """The proposal that a recorded input was made of, but for its place in what the caller wrote.

    It is not checked again: it was when it was recorded.
    """
    members = {name: value for name, value in document.items() if name in Proposal.model_fields}
    for listed in ("unknown", "peers", "possibilities"):
        members[listed] = tuple(members.get(listed) or ())
    return Proposal.model_construct(**members)


def cost_of(proposal: Proposal, org: EffectiveOrg, zones: cost.SubnetZones | None = None) -> cost.Costing:
    """What a proposal costs under the prices that hold for it."""
    return cost.calculate(proposal, (org.sections.get("cost") or {}).get("prices"), zones)


def subject(proposal: Proposal) -> Subject:
    """Which endpoint a proposal is about."""
    endpoint = proposal.endpoint or proposal.current or {}

    def text(member: str) -> str | None:
        value = endpoint.get(member)
        return value if isinstance(value, str) else None

    return Subject(
        address=proposal.address or text("VpcEndpointId"),
        endpoint_type=text("VpcEndpointType"),
        service_name=text("ServiceName"),
        vpc_id=text("VpcId"),
        source=proposal.source,
    )
