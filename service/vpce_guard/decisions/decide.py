"""The product in one function: decide(). How proposals are judged together is in verdicts, one of them in judge."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from vpce_guard.decision_log.ids import new_id
from vpce_guard.decisions.cost import SubnetZones
from vpce_guard.decisions.event_loop import share_event_loop
from vpce_guard.decisions.inputs import cost_of, subject
from vpce_guard.decisions.judge import Terms
from vpce_guard.decisions.observer import NO_OBSERVER, Observer
from vpce_guard.decisions.question import Decisions, Question
from vpce_guard.decisions.recording import DecisionLog, KeptInputs, write_to_log
from vpce_guard.decisions.sensitive import hide_in_decision
from vpce_guard.decisions.verdicts import AskedProposal, Verdicts, judge_proposals, lower_existing, try_fixes
from vpce_guard.engines import Engine
from vpce_guard.errors import EngineError, UnjudgeableError, VpceGuardError
from vpce_guard.formats.assemble import FROM_INVENTORY
from vpce_guard.instants import now
from vpce_guard.logs import Logger
from vpce_guard.model import (
    BundleRef,
    Decision,
    InventoryRef,
    Metrics,
    OrgRef,
    Proposal,
    Verdict,
)
from vpce_guard.org.data import EffectiveOrg

log = Logger("vpce_guard.decide")


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
    kept = [await KeptInputs.begin(question, terms, decision_log) for question in questions]
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
    return await write_to_log(questions, decided, kept, decision_log, observer=observer)


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


def timeout_error(seconds: float) -> EngineError:
    """What to say of decisions that were given up."""
    return EngineError(
        f"The decisions took longer than {seconds:g} s.",
        advice="Send fewer endpoints at once or raise VPCE_GUARD_REQUEST_TIMEOUT.",
    )


_REFUSED = Verdict(allowed=False, violations=(), waived=(), undetermined=(), overrides=(), reach=None)


def _org(org: EffectiveOrg, terms: Terms) -> OrgRef | None:
    if not terms.org.revision:
        return None
    return OrgRef(revision=terms.org.revision, environment=org.environment, layers=org.layers)


def _inventory(proposal: Proposal) -> InventoryRef | None:
    told = proposal.context.get(FROM_INVENTORY)
    return InventoryRef(taken=told.get("taken"), note=told.get("note")) if isinstance(told, dict) else None
