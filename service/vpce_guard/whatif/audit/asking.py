"""An audit as questions to an engine, and what is told once they are answered: the same from everywhere it is asked.

Endpoints flow: they are read part by part and judged group by group, and of each decision only what reports need is
kept. So memory follows the largest part, not their number.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import NamedTuple, TypeVar

from vpce_guard.decisions.inputs import subject
from vpce_guard.decisions.question import Question
from vpce_guard.formats import proposals
from vpce_guard.formats.document import Document, Draft
from vpce_guard.formats.existing.drafts import drafts_of, surroundings_of
from vpce_guard.formats.existing.inventory import Inventory
from vpce_guard.model import Decision, Json, Proposal
from vpce_guard.whatif.audit.audit import AuditFound, AuditMaker, owner_of, owner_tags
from vpce_guard.whatif.audit.types import Audit
from vpce_guard.whatif.audit.worth.endpoint import Facts
from vpce_guard.whatif.consolidation.asking import AskedConsolidation, ask_consolidation
from vpce_guard.whatif.consolidation.moves import Centre
from vpce_guard.whatif.consolidation.types import Consolidation

_TOGETHER = 25  # endpoints that are not decided where one of them is too much for the engine
_AT_ONCE = 500  # endpoints whose inputs are in memory at the same time


@dataclass(frozen=True, kw_only=True)
class AuditPart:
    """Endpoints that see each other: a draft for each and its proposal, in the same order, and what they are of."""

    inventory: Inventory
    document: Document
    proposals: Sequence[Proposal]


class AuditGroup(NamedTuple):
    """Questions that are decided at once, and for each the part and the drafts that it is about.

    `deleted` are the ids of endpoints that are no more.
    """

    questions: list[Question]
    about: list[tuple[AuditPart, Sequence[Draft]]]
    deleted: set[str]


DecidedGroups = Generator[tuple[AuditGroup, Sequence[Sequence[Decision]]], None, None]
"""Groups, each with the decisions on each of its questions."""


@dataclass(frozen=True, kw_only=True)
class AskedAudit:
    """What is to be judged, part by part; each time it is gone through, parts may be read anew.

    `at` is the time of the audit, RFC 3339; `strict` denies what could not be judged. `earlier` is an audit to compare
    with, `notes` say what was not read, `given` are contexts beside the parts, `expected` is how many endpoints there
    are, as far as that is known before.
    """

    parts: Iterable[AuditPart]
    at: str
    strict: bool = False
    earlier: Audit | None = None
    notes: tuple[str, ...] = ()
    given: Sequence[Json] = ()
    consolidation: AskedConsolidation | None = None
    expected: int | None = None

    @property
    def documents(self) -> list[Document]:
        """The documents of all parts."""
        return [part.document for part in self.parts]

    @property
    def proposals(self) -> list[Proposal]:
        """The proposals of all parts."""
        return [proposal for part in self.parts for proposal in part.proposals]

    def find_proposals(self, decisions: Sequence[Decision]) -> dict[str, Proposal]:
        """What was judged for each of these decisions, by decision_id: all parts are gone through once more."""
        wanted = {one.subject.address: one.decision_id for one in decisions}
        each = ((wanted.get(subject(proposal).address), proposal) for part in self.parts for proposal in part.proposals)
        return {decision_id: proposal for decision_id, proposal in each if decision_id is not None}

    def consolidate(self, centre: Centre, services: Json) -> AskedAudit:
        """The audit with a consolidation into a VPC; `services` is the service catalogue. Raises MalformedError.

        All parts are in memory from then on, as steps are about endpoints of many.
        """
        parts = tuple(self.parts)
        each = (surroundings_of(part.inventory, self.given, centre.vpc_id) for part in parts)
        around = next((one for one in each if one.get("Subnets") and "Region" in one), {})
        drafts = [draft for part in parts for draft in part.document.drafts]
        asked = ask_consolidation(drafts, replace(centre, around=around), services=services, at=self.at)
        return replace(self, parts=parts, consolidation=asked)

    def groups(self, request_id: str) -> Iterator[AuditGroup]:
        """What to decide of the endpoints, group by group. None of it is recorded: nobody asked for a change."""
        group, number = AuditGroup([], [], set()), 0
        for part in self.parts:
            group.deleted.update(part.inventory.deleted)
            drafts = _cut(part.document.drafts)
            for question, some in zip(self._questions(part.proposals, request_id), drafts, strict=True):
                group.questions.append(question)
                group.about.append((part, some))
                number += len(some)
                if number >= _AT_ONCE:
                    yield group
                    group, number = AuditGroup([], [], set()), 0
        yield group

    def steps(self, request_id: str) -> list[Question]:
        """What to decide of the steps of the consolidation, if there is one."""
        made = self.consolidation.proposals if self.consolidation is not None else ()
        return list(self._questions(made, request_id))

    def questions(self, request_id: str) -> list[Question]:
        """All there is to decide, where it is decided at once."""
        return [question for group in self.groups(request_id) for question in group.questions] + self.steps(request_id)

    def _questions(self, each: Sequence[Proposal], request_id: str) -> Iterator[Question]:
        for some in _cut(each):
            yield Question(proposals=some, request_id=request_id, strict=self.strict, record=False)

    def settle(
        self, decided: Sequence[Sequence[Decision]], *, request_id: str, org_data: Json, services: Json
    ) -> AuditFound:
        """The result, given the decisions on each of the questions().

        `org_data` says whose an endpoint is, and `services` is the service catalogue of the bundle.
        """
        answers = iter(decided)
        settling = _Settling(self, org_data, services)
        for group in self.groups(request_id):
            settling.add(group, list(islice(answers, len(group.questions))))
        return settling.finish(answers)

    def judge(
        self,
        decide_each: Callable[[Iterable[AuditGroup]], DecidedGroups],
        *,
        request_id: str,
        org_data: Json,
        services: Json,
        progress: Callable[[int, int | None], None] | None = None,
    ) -> AuditFound:
        """The result, deciding group by group, the steps last; other arguments as of settle().

        `decide_each` goes through groups and gives each with its decisions, in order; it may be some groups ahead.
        `progress` is told after each group how many endpoints are judged, of how many.
        """
        settling = _Settling(self, org_data, services)
        steps: Sequence[Sequence[Decision]] = []
        last = AuditGroup(self.steps(request_id), [], set())
        judged = 0
        with closing(decide_each(chain(self.groups(request_id), [last]))) as each:  # workers stop with it
            for group, decided in each:
                if group is last:
                    steps = decided
                else:
                    settling.add(group, decided)
                    judged += sum(map(len, decided))
                    if progress is not None:
                        progress(judged, self.expected)
        return settling.finish(steps)


class _Settling:
    """Takes up groups as they are decided, and then the steps of the consolidation."""

    def __init__(self, asked: AskedAudit, org_data: Json, services: Json) -> None:
        self._asked, self._org_data = asked, org_data
        self._keys = owner_tags(org_data)
        self._maker = AuditMaker(at=asked.at, owner_keys=self._keys, earlier=asked.earlier)
        newer = frozenset((org_data.get("known_names") or {}).get("services") or ())
        self._facts = Facts(services=services, newer_services=newer)
        self._deleted: set[str] = set()

    def add(self, group: AuditGroup, decided: Sequence[Sequence[Decision]]) -> None:
        self._deleted |= group.deleted
        for (part, drafts), decisions in zip(group.about, decided, strict=True):
            facts = replace(self._facts, traffic=part.inventory.traffic)
            for decision, draft in zip(decisions, drafts, strict=True):
                self._maker.add(decision, draft, facts)

    def finish(self, steps: Iterable[Sequence[Decision]]) -> AuditFound:
        made = self._consolidate([decision for decisions in steps for decision in decisions])
        return self._maker.make(deleted=self._deleted, facts=self._facts, consolidation=made)

    def _consolidate(self, steps: Sequence[Decision]) -> Consolidation | None:
        asked = self._asked
        if asked.consolidation is None:
            return None
        pairs = [
            (draft.exists or {}, proposal)
            for part in asked.parts
            for draft, proposal in zip(part.document.drafts, part.proposals, strict=True)
        ]
        return asked.consolidation.settle(
            steps,
            existing={str(endpoint.get("VpcEndpointId")): proposal for endpoint, proposal in pairs},
            traffic={name: told for part in asked.parts for name, told in part.inventory.traffic.items()},
            org_data=self._org_data,
            owners={str(endpoint.get("VpcEndpointId")): owner_of(endpoint, self._keys) for endpoint, _ in pairs},
        )


_T = TypeVar("_T")


def _cut(each: Sequence[_T]) -> Iterator[Sequence[_T]]:
    return (each[start : start + _TOGETHER] for start in range(0, len(each), _TOGETHER))


def make_part(inventory: Inventory, contexts: Iterable[Json], *, at: str) -> AuditPart:
    """What an inventory asks, with contexts given beside it. Raises MalformedError for a value of a wrong type."""
    document = drafts_of(inventory, contexts)
    return AuditPart(inventory=inventory, document=document, proposals=proposals([document], at=at))


def ask_audit(
    inventory: Inventory, contexts: Iterable[Json], *, at: str, strict: bool = False, earlier: Audit | None = None
) -> AskedAudit:
    """What one inventory asks. Raises MalformedError for a value of a wrong type."""
    given = tuple(contexts)
    return AskedAudit(
        parts=(make_part(inventory, given, at=at),),
        at=at,
        strict=strict,
        earlier=earlier,
        notes=tuple(inventory.notes),
        given=given,
    )
