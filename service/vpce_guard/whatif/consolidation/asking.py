"""A consolidation as questions to an engine, and what is told once they are answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from vpce_guard.errors import MalformedError
from vpce_guard.formats import proposals
from vpce_guard.formats.document import Document, Draft
from vpce_guard.formats.existing.inventory import Traffic
from vpce_guard.model import Decision, Json, Proposal
from vpce_guard.whatif.consolidation.money import make_bill
from vpce_guard.whatif.consolidation.moves import Centre, Move, choose_moves, choose_subnets, endpoint_of, zones_of
from vpce_guard.whatif.consolidation.steps import PlannedStep, merge_policies, plan_steps
from vpce_guard.whatif.consolidation.types import Consolidation, ConsolidationStep, ServiceMove


@dataclass(frozen=True, kw_only=True)
class AskedConsolidation:
    """The moves into a centre, and a proposal for each step, in the same order."""

    centre: Centre
    moves: Sequence[Move]
    steps: Sequence[PlannedStep]
    proposals: Sequence[Proposal]

    def settle(
        self,
        decisions: Sequence[Decision],
        *,
        existing: Mapping[str, Proposal],
        traffic: Mapping[str, Traffic],
        org_data: Json,
        owners: Mapping[str, str | None],
    ) -> Consolidation:
        """The consolidation, given the decision on each step.

        `existing` are the proposals of the endpoints that are there, and `owners` is whose they are, by their ids.
        """
        bill = make_bill(
            self.moves,
            self.centre,
            existing=existing,
            created=[made for step, made in zip(self.steps, self.proposals, strict=True) if step.phase == "create"],
            traffic=traffic,
            own_prices=(org_data.get("cost") or {}).get("prices"),
        )
        judged = zip(self.steps, decisions, strict=True)
        steps = tuple(
            _as_step(number, step, decision, owners) for number, (step, decision) in enumerate(judged, start=1)
        )
        return Consolidation(
            vpc_id=self.centre.vpc_id,
            region=self.centre.region,
            services=tuple(map(self._as_move, self.moves)),
            currency=bill.currency,
            before=bill.before,
            after=bill.after,
            saves=bill.saves,
            costs=bill.lines,
            assumptions=bill.assumptions,
            risks=tuple(_find_risks(self.moves, self.centre)),
            admissible=all(step.allowed for step in steps),
            steps=steps,
        )

    def _as_move(self, move: Move) -> ServiceMove:
        zones = choose_subnets(move, self.centre) if move.central is None else zones_of(move.central)
        return ServiceMove(
            service=move.service,
            vpcs=len(move.vpcs),
            endpoints=len(move.endpoints),
            zones=len(zones),
            central_endpoint=None if move.central is None else str(endpoint_of(move.central)["VpcEndpointId"]),
        )


def ask_consolidation(drafts: Sequence[Draft], centre: Centre, *, services: Json, at: str) -> AskedConsolidation:
    """The steps of a consolidation of existing endpoints; `services` is the service catalogue.

    Raises MalformedError where the subnets of the centre are not told, or nothing could be put together.
    """
    if not any(one.get("VpcId") == centre.vpc_id for one in centre.around.get("Subnets") or ()):
        raise MalformedError(
            f"Nothing tells of the subnets of {centre.vpc_id}.",
            advice="Give what `aws ec2 describe-subnets` prints in its account, and describe-security-groups too.",
        )
    moves = choose_moves(drafts, centre)
    if not moves:
        raise MalformedError(
            f"No service of AWS has interface endpoints in several VPCs of {centre.region}.",
            advice="Give the endpoints of all accounts that are to share them.",
        )
    steps = plan_steps(moves, centre, services)
    return AskedConsolidation(centre=centre, moves=moves, steps=steps, proposals=_propose(steps, drafts, at))


def _propose(steps: Sequence[PlannedStep], drafts: Sequence[Draft], at: str) -> list[Proposal]:
    """A proposal for each step, which sees what is there when its turn comes: phases of a service follow each other."""
    by_vpc: defaultdict[object, list[Json]] = defaultdict(list)
    for draft in drafts:
        if (endpoint := endpoint_of(draft)) and str(endpoint.get("State") or "available").lower() == "available":
            by_vpc[endpoint.get("VpcId")].append({**endpoint, "address": str(endpoint["VpcEndpointId"])})
    made: list[Proposal] = []
    for step in steps:
        vpc = (step.draft.current or step.draft.request).get("VpcId")
        itself = step.draft.request.get("VpcEndpointId")
        others = tuple(one for one in by_vpc[vpc] if one["VpcEndpointId"] != itself)
        (proposal,) = proposals([Document(drafts=(step.draft,), neighbours=others)], at=at)
        made.append(proposal)
        by_vpc[vpc] = list(others)
        if proposal.endpoint is not None:
            endpoint = {"State": "available", **proposal.endpoint}
            endpoint.setdefault("VpcEndpointId", f"of {step.draft.address}")
            by_vpc[vpc].append({**endpoint, "address": str(step.draft.address)})
    return made


def _as_step(number: int, step: PlannedStep, decision: Decision, owners: Mapping[str, str | None]) -> ConsolidationStep:
    draft = step.draft
    proposal: Json = {"operation": draft.operation, "request": draft.request}
    proposal |= {"current": draft.current} if draft.current else {}
    proposal |= {"intent": draft.intent} if draft.intent else {}
    proposal |= {"unknown": list(draft.unknown)} if draft.unknown else {}
    place = {name: draft.context[name] for name in ("AccountId", "Region") if name in draft.context}
    denied = (one.rule_id for one in decision.violations if one.enforcement_action == "deny")
    return ConsolidationStep(
        number=number,
        phase=step.phase,
        service=step.service,
        vpc_id=str((draft.current or draft.request).get("VpcId")),
        account=place.get("AccountId"),
        owner=owners.get(str(draft.request.get("VpcEndpointId"))),
        proposal={**proposal, "context": place, "address": draft.address},
        allowed=decision.allowed,
        denied_by=tuple(dict.fromkeys(denied)),
        undetermined=tuple(dict.fromkeys(one.rule_id for one in decision.undetermined)),
        by_hand=step.by_hand,
    )


def _find_risks(moves: Sequence[Move], centre: Centre) -> Iterator[str]:
    vpcs = len(frozenset[str]().union(*(move.vpcs for move in moves)))
    yield (
        f"One failure domain: {vpcs} VPCs reach {len(moves)} services through {centre.vpc_id} and the transit gateway "
        "alone. What breaks its routes, security groups or zones breaks all of them."
    )
    yield (
        "Private DNS: names come from hosted zones that are shared with each VPC. Between switching private DNS off "
        "and the association, names lead to public addresses; make both changes in one window."
    )
    yield (
        "Policy scope: one endpoint policy holds for all VPCs, and aws:SourceVpc and aws:SourceVpce are then those of "
        "the centre. Look for resource policies that name the endpoints that go, or their VPCs."
    )
    differ = [move.service for move in moves if _has_many_policies(move)]
    if differ:
        yield (
            f"Policies of endpoints differ for {', '.join(differ)}: the new one has the statements of all, so that "
            "each VPC may do what any of them might, and none what one denies."
        )
    for move in moves:
        if move.central is None:
            widest, found = max(len(zones_of(one)) for one in move.endpoints), len(choose_subnets(move, centre))
            if found < widest:
                yield f"The central VPC has {found} zones for {move.service}; an endpoint that goes has {widest}."


def _has_many_policies(move: Move) -> bool:
    return len({str(one.request.get("PolicyDocument")) for one in move.endpoints}) > 1 and merge_policies(
        move.endpoints
    ) != (None, False)
