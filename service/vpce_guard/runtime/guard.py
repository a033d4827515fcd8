"""What a surface needs to answer: the policy in force, the log, and the questions it puts to decide()."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from vpce_guard.bundle.bundle import Bundle
from vpce_guard.decisions import possibilities
from vpce_guard.decisions.decide import decide
from vpce_guard.decisions.existing import settle_existing
from vpce_guard.decisions.inputs import rego_input_ahead
from vpce_guard.decisions.judge import Terms
from vpce_guard.decisions.observer import NO_OBSERVER, Observer
from vpce_guard.decisions.question import Decisions, Question
from vpce_guard.decisions.recording import DecisionLog
from vpce_guard.decisions.verdicts import gives_all_peers
from vpce_guard.engines import Engine, Evaluations
from vpce_guard.engines.refusing import RefusingEngine
from vpce_guard.errors import EngineError, TooLargeError
from vpce_guard.formats import proposals, read_drafts
from vpce_guard.formats.assemble import DOCUMENT_TIME
from vpce_guard.formats.budget import measure_near, measure_work
from vpce_guard.formats.document import Document, Extras
from vpce_guard.model import Decision, Entry, Json, Proposal
from vpce_guard.org.clusters import add_identity
from vpce_guard.org.files import OrgFiles
from vpce_guard.runtime.policy import OtherBundles, Policy
from vpce_guard.settings import Settings

if TYPE_CHECKING:
    from vpce_guard.decision_log.forward import Forwarder
    from vpce_guard.decision_log.seals import SealSender
    from vpce_guard.decision_log.writer import Writer
    from vpce_guard.inventory.lookup import InventoryLookup
    from vpce_guard.whatif.advice import Advice, Judge, Need


MOST_LABELS = 200  # of an endpoint: its decision is found by each
_EVERY = 1.0  # seconds between looks at org data files


class DecisionListener(Protocol):
    """Something that looks on, after the answer."""

    def offer(self, questions: Sequence[Question], decided: Sequence[list[Decision]]) -> None:
        """Take up what was just decided; returns at once."""


def _is_current() -> str | None:
    """Of a service that has no others beside it."""
    return None


@dataclass
class Guard:
    """Everything a surface needs to answer. `policy` is replaced as a whole when another bundle is activated.

    `stopping` once the service was told to stop: it goes on answering for a while and is not ready. `why_outdated`
    says why nothing may be decided under `policy`, where others have another bundle; who rolls out bundles sets it.
    """

    settings: Settings
    policy: Policy
    others: OtherBundles = field(default_factory=OtherBundles)
    inventory: InventoryLookup | None = None
    decision_log: Writer | None = None
    forwarder: Forwarder | None = None
    anchoring: Sequence[SealSender] = ()
    listener: DecisionListener | None = None
    stopping: bool = False
    observer: Observer = NO_OBSERVER
    why_outdated: Callable[[], str | None] = _is_current

    @property
    def bundle(self) -> Bundle:
        """The bundle in force."""
        return self.policy.bundle

    @property
    def engine(self) -> Engine:
        """The engine in force."""
        return self.policy.engine

    @property
    def deciding(self) -> Engine:
        """The engine that decisions are made with: the one in force, unless nothing may be decided under its bundle."""
        try:
            self.check_current()
        except EngineError as error:
            return RefusingEngine(self.engine.name, error)
        return self.engine

    def check_current(self) -> None:
        """Raises EngineError where others have another bundle in force, to which this service does not come."""
        if (reason := self.why_outdated()) is not None:
            raise EngineError(reason, advice="Send the request to another instance.")

    @property
    def org(self) -> OrgFiles:
        """The org data in force."""
        return self.policy.org

    @property
    def terms(self) -> Terms:
        """What decisions are made under at this moment."""
        return self.policy.terms(self.settings.profile)

    def question(
        self,
        document: Any,
        *,
        format_name: str = "auto",
        context: Json | None = None,
        labels: dict[str, str] | None = None,
        parameters: Json | None = None,
        request_id: str,
        strict: bool = False,
        record: bool = True,
        requested_by: str | None = None,
    ) -> Question:
        """What a parsed document asks; `parameters` are those of a template. Raises MalformedError, TooLargeError.

        What is decided is decided now; only a question that is not recorded takes the time that the document states.
        """
        given = Extras(parameters=parameters or {}, context=context or {})
        with self.observer.step("read", format=format_name) as step:
            found = read_drafts(document, format_name=format_name, given=given)
            question = self.question_about(
                found,
                context=context,
                labels=labels,
                request_id=request_id,
                strict=strict,
                record=record,
                requested_by=requested_by,
            )
            step.note(proposals=len(question.proposals))
        return question

    def question_about(
        self,
        found: Document,
        *,
        context: Json | None = None,
        labels: dict[str, str] | None = None,
        request_id: str,
        strict: bool = False,
        record: bool = True,
        requested_by: str | None = None,
    ) -> Question:
        """What a document asks that is read already; its proposals are in the order of its drafts. As question()."""
        found = self.add_inventory(found, context or {})
        work = self._check_budget(found, context or {}, labels or {})
        made = proposals([found], context=context, labels=labels, at=None if record else DOCUMENT_TIME)
        made = add_identity(made, self.org.current.document)
        if not self.gives_all_peers:
            work = self.check_work(found, work + self.measure_near(made, most=self.settings.max_work - work))
        return Question(
            proposals=settle_existing(made, self.settings.existing),
            work=work,
            request_id=request_id,
            strict=strict or self.settings.strict,
            record=record,
            requested_by=requested_by,
            notes=found.notes,
        )

    def add_inventory(self, document: Document, context: Json) -> Document:
        """The document with what the inventory tells around its endpoints, where there is one."""
        return document if self.inventory is None else self.inventory.add_to(document, context)

    def _check_budget(self, document: Document, context: Json, labels: dict[str, str]) -> int:
        """How much work a document is. Raises TooLargeError for more than may be, before any of it is done."""
        settings, endpoints = self.settings, len(document.drafts)
        if endpoints > settings.max_endpoints:
            raise TooLargeError(
                f"The document has {endpoints} endpoints; the limit is {settings.max_endpoints}.",
                advice="Send it in parts or raise VPCE_GUARD_MAX_ENDPOINTS.",
            )
        most = max((len(labels.keys() | draft.labels.keys()) for draft in document.drafts), default=0)
        if most > MOST_LABELS:
            raise TooLargeError(f"An endpoint has {most} labels; the limit is {MOST_LABELS}.", advice="Send fewer.")
        work = measure_work([document], context=context, labels=labels, all_peers=self.gives_all_peers)
        return self.check_work(document, work)

    def check_work(self, document: Document, work: int) -> int:
        """The work, if it may be. Raises TooLargeError."""
        if work > self.settings.max_work:
            raise TooLargeError(
                f"To judge the {len(document.drafts)} endpoints of the document beside each other, rules would be "
                f"given {work:,} bytes or more; the limit is {self.settings.max_work:,}.",
                advice="Send it in parts, such as one for each VPC, or raise VPCE_GUARD_MAX_WORK.",
            )
        return work

    def measure_near(self, made: Sequence[Proposal], *, most: int) -> int:
        """The bytes of the near peers that rules are given; no more are counted once they are above `most`."""
        org = self.org.current
        return measure_near(((one, org.effective_for(one.context).required_services) for one in made), most=most)

    @property
    def gives_all_peers(self) -> bool:
        """Whether rules are given all peers of an endpoint, and not only the near ones."""
        return gives_all_peers(self.policy.bundle.compares_all_peers, self.deciding)

    async def decide(
        self, questions: Sequence[Question], *, within: float | None = None, judged: Callable[[], None] | None = None
    ) -> list[Decisions]:
        """The decisions for each question, from one engine call and under one bundle and state of org data.

        Where judging takes longer than `within` seconds they are refusals. `judged` is called when all that is left
        is to record them.
        """
        policy = self.policy
        decided = await decide(
            questions,
            engine=self.deciding,
            terms=policy.terms(self.settings.profile),
            decision_log=_TellingLog(judged, self.decision_log) if judged and self.decision_log else self.decision_log,
            observer=self.observer,
            within=within,
        )
        if self.listener is not None:
            self.listener.offer(questions, decided)
        return decided

    async def evaluate(self, question: Question) -> Evaluations:
        """What the rules say of each proposal, before anything is decided from it or kept. Raises EngineError."""
        policy = self.policy
        terms = policy.terms(self.settings.profile)
        all_peers = gives_all_peers(terms.compares_all_peers, self.deciding)
        inputs = [
            await rego_input_ahead(one, terms.profile, terms.org.effective_for(one.context), all_peers=all_peers)
            for one in question.proposals
        ]
        with self.observer.step("evaluate", engine=policy.engine.name, proposals=len(inputs)) as step:
            answer = await possibilities.evaluate(self.deciding, inputs)
            step.note(engine=answer.engine, revision=answer.revision, fallback=answer.fallback is not None)
        terms.for_revision(answer.revision)  # an answer under another bundle is none
        return answer

    async def reload_org_data(self) -> None:
        """Take up changed org data of whatever policy is in force until cancelled, reading off the event loop."""
        while self.settings.org_data:
            await asyncio.sleep(_EVERY)
            await asyncio.to_thread(self.org.refresh)

    async def advise(self, need: Need, *, request_id: str) -> Advice:
        """Advice for a need, all of it judged under one state of org data. Raises EngineError."""
        from vpce_guard.whatif.advice import advise, advise_policies

        judge, terms = self.judge_for_advice()
        data = self.bundle.data
        if need.policy:
            return await advise_policies(need, judge=judge, terms=terms, data=data)
        return await advise(need, judge=judge, terms=terms, services=data["services"], request_id=request_id)

    def judge_for_advice(self) -> tuple[Judge, Terms]:
        """What judges all of an advice under one state of org data, and that state."""
        self.check_current()
        policy = self.policy
        terms = policy.terms(self.settings.profile)

        async def judge(questions: Sequence[Question]) -> list[Decisions]:
            return await decide(questions, engine=policy.engine, terms=terms)

        return judge, terms


@dataclass(frozen=True)
class _TellingLog:
    """A decision log that tells when there is something to write."""

    judged: Callable[[], None]
    log: DecisionLog

    def prepare(self, inputs: Sequence[Json]) -> Sequence[Callable[[], bytes]]:
        return self.log.prepare(inputs)

    async def write(self, entries: Sequence[Entry]) -> None:
        self.judged()
        await self.log.write(entries)

    async def close(self) -> None:
        await self.log.close()
