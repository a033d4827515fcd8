"""An audit as questions to an engine, and what is told once they are answered: the same from everywhere it is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from vpce_guard.decisions.decide import Question
from vpce_guard.formats import proposals
from vpce_guard.formats.document import Document, Draft
from vpce_guard.formats.existing.drafts import drafts_of, surroundings_of
from vpce_guard.formats.existing.inventory import Inventory, Traffic
from vpce_guard.model import Decision, Json, Proposal
from vpce_guard.whatif.audit.audit import make_audit, owner_tags
from vpce_guard.whatif.audit.drift import compare
from vpce_guard.whatif.audit.types import Audit
from vpce_guard.whatif.audit.worth import find_worth_doing
from vpce_guard.whatif.audit.worth.endpoint import ExistingPair, Facts
from vpce_guard.whatif.consolidation.asking import AskedConsolidation, ask_consolidation
from vpce_guard.whatif.consolidation.moves import Centre

_TOGETHER = 25  # endpoints that are not decided where one of them is too much for the engine


@dataclass(frozen=True, kw_only=True)
class AuditResult:
    """The decisions on what is there, in the order of what to do, and what is known of each; drafts and
    proposals by decision_id."""

    request_id: str
    decisions: tuple[Decision, ...]
    audit: Audit
    drafts: Mapping[str, Draft]
    proposals: Mapping[str, Proposal]


@dataclass(frozen=True, kw_only=True)
class AskedAudit:
    """What is to be judged: a draft for each endpoint and its proposal, in the same order.

    `at` is the time of the audit, RFC 3339; `strict` denies what could not be judged. `deleted` are the ids of
    endpoints that are no more, `earlier` is an audit to compare with, `notes` say what was not read, and `traffic` is
    what is told of the data of endpoints, by their ids. `inventories` are what it was made of, with `given` beside.
    """

    document: Document
    proposals: Sequence[Proposal]
    at: str
    strict: bool = False
    deleted: frozenset[str] = frozenset()
    earlier: Audit | None = None
    notes: tuple[str, ...] = ()
    traffic: Mapping[str, Traffic] = field(default_factory=dict)
    inventories: Sequence[Inventory] = ()
    given: Sequence[Json] = ()
    consolidation: AskedConsolidation | None = None

    def consolidate(self, centre: Centre, services: Json) -> AskedAudit:
        """The audit with a consolidation into a VPC; `services` is the service catalogue. Raises MalformedError."""
        each = (surroundings_of(inventory, self.given, centre.vpc_id) for inventory in self.inventories)
        around = next((one for one in each if one.get("Subnets") and "Region" in one), {})
        asked = ask_consolidation(self.document.drafts, replace(centre, around=around), services=services, at=self.at)
        return replace(self, consolidation=asked)

    def questions(self, request_id: str) -> list[Question]:
        """What to decide. None of it is recorded: nobody asked for a change."""
        steps = self.consolidation.proposals if self.consolidation is not None else ()
        return [
            Question(proposals=each[start : start + _TOGETHER], request_id=request_id, strict=self.strict, record=False)
            for each in (self.proposals, steps)
            for start in range(0, len(each), _TOGETHER)
        ]

    def settle(
        self, decided: Sequence[Sequence[Decision]], *, request_id: str, org_data: Json, services: Json
    ) -> AuditResult:
        """The result, given the decisions on each question.

        `org_data` says whose an endpoint is, and `services` is the service catalogue of the bundle.
        """
        each = [decision for decisions in decided for decision in decisions]
        number = len(self.proposals)
        pairs = list(zip(each[:number], self.document.drafts, strict=True))
        keys = owner_tags(org_data)
        audit, decisions = make_audit(pairs, at=self.at, deleted=len(self.deleted), owner_keys=keys)
        owners = {one.decision_id: one.owner for one in audit.endpoints}
        found = find_worth_doing(
            [ExistingPair(*pair, owners[pair[0].decision_id]) for pair in pairs],
            Facts(
                services=services,
                newer_services=frozenset((org_data.get("known_names") or {}).get("services") or ()),
                traffic=self.traffic,
            ),
        )
        audit = audit.model_copy(update={"worth_doing": found})
        if self.consolidation is not None:
            made = self.consolidation.settle(
                each[number:],
                existing={
                    str((draft.exists or {}).get("VpcEndpointId")): one
                    for draft, one in zip(self.document.drafts, self.proposals, strict=True)
                },
                traffic=self.traffic,
                org_data=org_data,
                owners={one.endpoint_id: one.owner for one in audit.endpoints},
            )
            audit = audit.model_copy(update={"consolidation": made})
        if self.earlier is not None:
            audit = compare(audit, self.earlier, decisions, deleted=self.deleted)
        return AuditResult(
            request_id=request_id,
            decisions=tuple(decisions),
            audit=audit,
            drafts={decision.decision_id: draft for decision, draft in pairs},
            proposals={one.decision_id: asked for one, asked in zip(each[:number], self.proposals, strict=True)},
        )


def ask_audit(
    inventory: Inventory, contexts: Iterable[Json], *, at: str, strict: bool = False, earlier: Audit | None = None
) -> AskedAudit:
    """What an inventory asks, with contexts given beside it. Raises MalformedError for a value of a wrong type."""
    contexts = tuple(contexts)
    document = drafts_of(inventory, contexts)
    return AskedAudit(
        document=document,
        proposals=proposals([document], at=at),
        at=at,
        strict=strict,
        deleted=frozenset(inventory.deleted),
        earlier=earlier,
        notes=tuple(inventory.notes),
        traffic=inventory.traffic,
        inventories=(inventory,),
        given=contexts,
    )
