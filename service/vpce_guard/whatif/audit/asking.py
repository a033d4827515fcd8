"""An audit as questions to an engine, and what is told once they are answered: the same from everywhere it is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from vpce_guard.decisions.decide import Question
from vpce_guard.formats import proposals
from vpce_guard.formats.document import Document, Draft
from vpce_guard.formats.existing.drafts import drafts_of
from vpce_guard.formats.existing.inventory import Inventory
from vpce_guard.model import Decision, Json, Proposal
from vpce_guard.whatif.audit.audit import make_audit, owner_tags
from vpce_guard.whatif.audit.drift import compare
from vpce_guard.whatif.audit.savings import find_savings
from vpce_guard.whatif.audit.types import Audit

_TOGETHER = 25  # endpoints that are not decided where one of them is too much for the engine


@dataclass(frozen=True, kw_only=True)
class AuditResult:
    """The decisions on what is there, in the order of what to do, and what is known of each; drafts by decision_id."""

    request_id: str
    decisions: tuple[Decision, ...]
    audit: Audit
    drafts: Mapping[str, Draft]


@dataclass(frozen=True, kw_only=True)
class AskedAudit:
    """What is to be judged: a draft for each endpoint and its proposal, in the same order.

    `at` is the time of the audit, RFC 3339; `strict` denies what could not be judged. `deleted` are the ids of
    endpoints that are no more, `earlier` is an audit to compare with, `notes` say what was not read.
    """

    document: Document
    proposals: Sequence[Proposal]
    at: str
    strict: bool = False
    deleted: frozenset[str] = frozenset()
    earlier: Audit | None = None
    notes: tuple[str, ...] = ()

    def questions(self, request_id: str) -> list[Question]:
        """What to decide. None of it is recorded: nobody asked for a change."""
        return [
            Question(
                proposals=self.proposals[start : start + _TOGETHER],
                request_id=request_id,
                strict=self.strict,
                record=False,
            )
            for start in range(0, len(self.proposals), _TOGETHER)
        ]

    def settle(self, decided: Sequence[Sequence[Decision]], *, request_id: str, org_data: Json) -> AuditResult:
        """The result, given the decisions on each question; `org_data` says whose an endpoint is."""
        each = [decision for decisions in decided for decision in decisions]
        pairs = list(zip(each, self.document.drafts, strict=True))
        audit, decisions = make_audit(pairs, at=self.at, deleted=len(self.deleted), owner_keys=owner_tags(org_data))
        audit = audit.model_copy(update={"savings": find_savings(pairs)})
        if self.earlier is not None:
            audit = compare(audit, self.earlier, decisions, deleted=self.deleted)
        return AuditResult(
            request_id=request_id,
            decisions=tuple(decisions),
            audit=audit,
            drafts={decision.decision_id: draft for decision, draft in pairs},
        )


def ask_audit(
    inventory: Inventory, contexts: Iterable[Json], *, at: str, strict: bool = False, earlier: Audit | None = None
) -> AskedAudit:
    """What an inventory asks, with contexts given beside it. Raises MalformedError for a value of a wrong type."""
    document = drafts_of(inventory, contexts)
    return AskedAudit(
        document=document,
        proposals=proposals([document], at=at),
        at=at,
        strict=strict,
        deleted=frozenset(inventory.deleted),
        earlier=earlier,
        notes=tuple(inventory.notes),
    )
