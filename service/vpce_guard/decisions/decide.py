"""The product in one function: decide(). How proposals are judged together is in verdicts, one of them in judge."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple, Protocol

from vpce_guard.decision_log.ids import new_id
from vpce_guard.decisions.cost import SubnetZones
from vpce_guard.decisions.event_loop import share_event_loop
from vpce_guard.decisions.inputs import cost_of, input_to_keep, subject
from vpce_guard.decisions.judge import Terms
from vpce_guard.decisions.observer import NO_OBSERVER, Observer
from vpce_guard.decisions.sensitive import hide_in_decision, hide_in_input
from vpce_guard.decisions.verdicts import AskedProposal, Verdicts, judge_proposals, lower_existing, try_fixes
from vpce_guard.engines import Engine
from vpce_guard.errors import EngineError, LogError, UnjudgeableError, VpceGuardError
from vpce_guard.formats.assemble import FROM_INVENTORY
from vpce_guard.instants import now
from vpce_guard.logs import Logger
from vpce_guard.model import (
    BundleRef,
    Decision,
    Entry,
    InventoryRef,
    Json,
    KeyedRequest,
    Metrics,
    OrgRef,
    Proposal,
    RequestKey,
    Verdict,
)
from vpce_guard.org.data import EffectiveOrg

log = Logger("vpce_guard.decide")


@dataclass(frozen=True, kw_only=True)
class Question:
    """Proposals of one request, how strictly to take them, and whether the decisions are recorded.

    `work` is how many bytes the rules are given for all of it. `notes` are those of the document.
    A request with a `key` is decided once.
    """

    proposals: Sequence[Proposal]
    request_id: str
    strict: bool = False
    record: bool = True
    requested_by: str | None = None
    work: int = 0
    notes: tuple[str, ...] = ()
    key: RequestKey | None = None


class Decisions(list[Decision]):
    """The decisions on one question. `failure` is why they are refusals, where none could be made or kept."""

    def __init__(self, decisions: Iterable[Decision], failure: VpceGuardError | None = None) -> None:
        super().__init__(decisions)
        self.failure = failure


class DecisionLog(Protocol):
    """Keeps decisions. Raises LogError when they must be durable and are not."""

    def prepare(self, inputs: Sequence[Json]) -> Sequence[Callable[[], bytes]]:
        """Begin to make ready what will be written; each gives the input as it is kept."""

    async def write(self, entries: Sequence[Entry]) -> None:
        """Return once the entries are durable."""

    async def close(self) -> None:
        """Finish what was accepted."""


async def decide(
    questions: Sequence[Question],
    *,
    engine: Engine,
    terms: Terms,
    decision_log: DecisionLog | None = None,
    observer: Observer = NO_OBSERVER,
    within: float | None = None,
) -> list[Decisions]:
    """The decisions for each question, in order, from one engine call, and in the log before they are returned.

    Never raises for an engine or log that fails, or for judging that takes longer than `within` seconds: then every
    decision is a refusal that carries `error`. Questions that the engine can judge only apart are judged apart. Raises
    DecidedError where a question with the same key was decided meanwhile.
    """
    each = share_event_loop((question, proposal) for question in questions for proposal in question.proposals)
    asked = [
        AskedProposal(proposal, terms.org.effective_for(proposal.context), question.strict)
        async for question, proposal in each
    ]
    kept = [await _KeptInputs.begin(question, terms, decision_log) for question in questions]
    judging = _Judging(engine, terms, observer, within)
    started = time.perf_counter()
    judged = await judging.judge(asked, [len(question.proposals) for question in questions])
    milliseconds = (time.perf_counter() - started) * 1000 / max(len(asked), 1)
    common = _SharedMembers(terms, timestamp=now(), metrics=Metrics(evaluate_ms=round(milliseconds, 3)))
    proposals = iter(asked)
    decided = [
        Decisions(
            [
                common.decision(question.request_id, one, verdict, found)
                async for one, verdict in share_event_loop(
                    zip(islice(proposals, len(question.proposals)), found.verdicts, strict=True)
                )
            ],
            found.failure,
        )
        for question, found in zip(questions, judged, strict=True)
    ]
    return await _write_to_log(questions, decided, kept, decision_log, observer=observer)


class _QuestionVerdicts(NamedTuple):
    """What was judged of one question, or why nothing was."""

    verdicts: Sequence[Verdict]
    of: Verdicts
    failure: VpceGuardError | None


@dataclass(frozen=True)
class _Judging:
    """Judges questions together, all of it within so many seconds."""

    engine: Engine
    terms: Terms
    observer: Observer
    within: float | None
    began: float = field(default_factory=time.monotonic)

    async def judge(self, asked: Sequence[AskedProposal], counts: Sequence[int]) -> list[_QuestionVerdicts]:
        """What was judged of each question, whose proposals follow each other in `asked`.

        What the engine cannot take together is halved, so that a question that is too much for it spoils no other.
        """
        try:
            judged = await self._judge_together(asked)
        except UnjudgeableError as error:
            if len(counts) > 1:
                half = len(counts) // 2
                first = sum(counts[:half])
                return [
                    *await self.judge(asked[:first], counts[:half]),
                    *await self.judge(asked[first:], counts[half:]),
                ]
            return self._refuse(error, counts)
        except VpceGuardError as error:
            return self._refuse(error, counts)
        verdicts = iter(judged.verdicts)
        return [_QuestionVerdicts(list(islice(verdicts, count)), judged, None) for count in counts]

    async def _judge_together(self, asked: Sequence[AskedProposal]) -> Verdicts:
        options: Any = {"engine": self.engine, "terms": self.terms, "observer": self.observer}
        left = None if self.within is None else self.began + self.within - time.monotonic()
        try:
            async with asyncio.timeout(left):
                judged = await judge_proposals(asked, **options)
                judged = await lower_existing(asked, judged, **options)
                return await try_fixes(asked, judged, **options)
        except TimeoutError:
            raise timeout_error(self.within or 0.0) from None

    def _refuse(self, error: VpceGuardError, counts: Sequence[int]) -> list[_QuestionVerdicts]:
        log.error("engine_failed", engine=self.engine.name, error=str(error))
        return [
            _QuestionVerdicts([_REFUSED] * count, Verdicts([], self.terms.revision, self.engine.name), error)
            for count in counts
        ]


@dataclass(frozen=True)
class _SharedMembers:
    """What is the same in all decisions that are made together."""

    terms: Terms
    timestamp: str
    metrics: Metrics
    zones: SubnetZones = field(default_factory=SubnetZones)

    def decision(self, request_id: str, asked: AskedProposal, verdict: Verdict, found: _QuestionVerdicts) -> Decision:
        proposal, judged = asked.proposal, found.of
        error = str(found.failure) if found.failure is not None else None
        decision = Decision(
            decision_id=new_id(),
            request_id=request_id,
            timestamp=self.timestamp,
            allowed=verdict.allowed,
            operation=proposal.operation,
            subject=subject(proposal),
            violations=verdict.violations,
            waived=verdict.waived,
            undetermined=verdict.undetermined,
            overrides=verdict.overrides,
            bundle=BundleRef(revision=judged.revision),
            org=_org(asked.org, self.terms),
            cost=cost_of(proposal, asked.org, self.zones).as_cost() if error is None else None,
            policy_reach=verdict.reach,
            profile=self.terms.profile,
            engine=judged.engine,
            fallback=judged.fallback,
            strict=asked.strict,
            inventory=_inventory(proposal),
            metrics=self.metrics,
            error=error,
        )
        return hide_in_decision(decision, proposal.sensitive)


async def _write_to_log(
    questions: Sequence[Question],
    decided: list[Decisions],
    kept: Sequence[_KeptInputs],
    decision_log: DecisionLog | None,
    *,
    observer: Observer,
) -> list[Decisions]:
    """The decisions, once they are in the log; refusals of all that could not be kept and must be."""
    entries = [
        Entry(decision, content, question.requested_by, packed, request if number == 0 else None)
        for question, decisions, inputs in zip(questions, decided, kept, strict=True)
        if inputs.packed
        for request in [_keyed_request(question, decisions)]
        for number, (decision, content, packed) in enumerate(zip(decisions, inputs.inputs, inputs.packed, strict=True))
    ]
    try:
        if decision_log is not None and entries:
            with observer.step("record", records=len(entries), first_decision_id=entries[0].decision.decision_id):
                await decision_log.write(entries)
    except LogError as failure:
        refused = {"allowed": False, "error": str(failure)}
        decided = [
            Decisions((decision.model_copy(update=refused) for decision in decisions), failure)
            if question.record and decisions
            else decisions
            for question, decisions in zip(questions, decided, strict=True)
        ]
    for question, decisions in zip(questions, decided, strict=True):
        observer.note_decisions(decisions, caller=question.requested_by, dry_run=not question.record)
        for decision in decisions if question.record else ():
            _log_decision(decision)
    return decided


def _keyed_request(question: Question, decisions: Decisions) -> KeyedRequest | None:
    """What is kept of a request that has a key; nothing of one that could not be decided, which may be sent again."""
    if question.key is None or decisions.failure is not None:
        return None
    ids = tuple(decision.decision_id for decision in decisions)
    return KeyedRequest(question.key, ids, question.notes, question.strict)


def timeout_error(seconds: float) -> EngineError:
    """What to say of decisions that were given up."""
    return EngineError(
        f"The decisions took longer than {seconds:g} s.",
        advice="Send fewer endpoints at once or raise VPCE_GUARD_REQUEST_TIMEOUT.",
    )


_REFUSED = Verdict(allowed=False, violations=(), waived=(), undetermined=(), overrides=(), reach=None)


class _KeptInputs(NamedTuple):
    """The inputs of one question that go into the log, one a proposal, and what it has begun to make of each.

    Both are empty for a question that is not recorded.
    """

    inputs: Sequence[Json] = ()
    packed: Sequence[Callable[[], bytes]] = ()

    @classmethod
    async def begin(cls, question: Question, terms: Terms, decision_log: DecisionLog | None) -> _KeptInputs:
        if decision_log is None or not question.record:
            return cls()
        inputs = [
            hide_in_input(input_to_keep(proposal, terms.profile), proposal.sensitive)
            async for proposal in share_event_loop(question.proposals)
        ]
        return cls(inputs, decision_log.prepare(inputs))


def _org(org: EffectiveOrg, terms: Terms) -> OrgRef | None:
    if not terms.org.revision:
        return None
    return OrgRef(revision=terms.org.revision, environment=org.environment, layers=org.layers)


def _inventory(proposal: Proposal) -> InventoryRef | None:
    told = proposal.context.get(FROM_INVENTORY)
    return InventoryRef(taken=told.get("taken"), note=told.get("note")) if isinstance(told, dict) else None


def _log_decision(decision: Decision) -> None:
    log.info(
        "decision",
        request_id=decision.request_id,
        decision_id=decision.decision_id,
        allowed=decision.allowed,
        operation=decision.operation,
        address=decision.subject.address,
        denied_by=[v.rule_id for v in decision.violations if v.enforcement_action == "deny"],
        waived_by=[w.waiver_id for w in decision.waived],
        undetermined=len(decision.undetermined),
        org_revision=decision.org and decision.org.revision,
        engine=decision.engine,
        fallback=decision.fallback,
        evaluate_ms=decision.metrics.evaluate_ms,
        error=decision.error,
    )
