"""The product in one function: decide(). What it makes of an evaluation is in judge."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from vpce_guard.decisions import fixes
from vpce_guard.decisions.event_loop import share_event_loop
from vpce_guard.decisions.inputs import cost_of, rego_input, subject
from vpce_guard.decisions.judge import Terms, judge
from vpce_guard.decisions.observer import NO_OBSERVER, Observer
from vpce_guard.engines import Engine
from vpce_guard.errors import EngineError, LogError, VpceGuardError
from vpce_guard.instants import now
from vpce_guard.logs import Logger
from vpce_guard.model import BundleRef, Decision, EngineName, Entry, Json, Metrics, OrgRef, Proposal, Verdict
from vpce_guard.org.data import EffectiveOrg

log = Logger("vpce_guard.decide")


@dataclass(frozen=True, kw_only=True)
class Question:
    """Proposals of one request, how strictly to take them, and whether the decisions are recorded."""

    proposals: Sequence[Proposal]
    request_id: str
    strict: bool = False
    record: bool = True
    requested_by: str | None = None


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
) -> list[list[Decision]]:
    """The decisions for each question, in order, from one engine call, and in the log before they are returned.

    Never raises for an engine or log that fails, or for judging that takes longer than `within` seconds: then every
    decision is a refusal that carries `error`.
    """
    pairs = share_event_loop((question, proposal) for question in questions for proposal in question.proposals)
    asked = [
        _Item(proposal, terms.org.effective_for(proposal.context), question.strict)
        async for question, proposal in pairs
    ]
    kept = await _PackedInputs.pack(questions, terms, decision_log)
    started = time.perf_counter()
    error: str | None = None
    try:
        async with asyncio.timeout(within):
            judged = await _judge_items(asked, engine=engine, terms=terms, observer=observer)
            judged = await _try_fixes(asked, judged, engine=engine, terms=terms, observer=observer)
    except (VpceGuardError, TimeoutError) as failure:
        error = str(failure if isinstance(failure, VpceGuardError) else timeout_error(within or 0.0))
        judged = _Verdicts([_REFUSED] * len(asked), terms.revision, engine.name)
        log.error("engine_failed", engine=engine.name, error=error)
    each = Metrics(evaluate_ms=round((time.perf_counter() - started) * 1000 / max(len(asked), 1), 3))
    timestamp = now()
    answers = iter(zip(asked, judged.verdicts, strict=True))
    decided = []
    for question in questions:
        decisions = []
        async for _ in share_event_loop(question.proposals):
            one, verdict = next(answers)
            decision = Decision(
                decision_id=new_id(),
                request_id=question.request_id,
                timestamp=timestamp,
                allowed=verdict.allowed,
                operation=one.proposal.operation,
                subject=subject(one.proposal),
                violations=verdict.violations,
                waived=verdict.waived,
                undetermined=verdict.undetermined,
                overrides=verdict.overrides,
                bundle=BundleRef(revision=judged.revision),
                org=_org(one.org, terms),
                cost=cost_of(one.proposal, one.org).as_cost() if error is None else None,
                policy_reach=verdict.reach,
                profile=terms.profile,
                engine=judged.engine,
                fallback=judged.fallback,
                strict=one.strict,
                metrics=each,
                error=error,
            )
            decisions.append(decision)
        decided.append(decisions)
    return await _write_to_log(questions, decided, kept, observer=observer)


async def _write_to_log(
    questions: Sequence[Question], decided: list[list[Decision]], kept: _PackedInputs | None, *, observer: Observer
) -> list[list[Decision]]:
    """The decisions, once they are in the log; refusals of all that could not be kept and must be."""
    try:
        if kept is not None:
            inputs = iter(zip(kept.inputs, kept.packed, strict=True))
            entries = [
                Entry(decision, content, question.requested_by, packed)
                for question, decisions in zip(questions, decided, strict=True)
                if question.record
                for decision, (content, packed) in zip(decisions, inputs, strict=False)  # of the others come later
            ]
            if entries:
                with observer.step("record", records=len(entries), first_decision_id=entries[0].decision.decision_id):
                    await kept.decision_log.write(entries)
    except LogError as failure:
        refused = {"allowed": False, "error": str(failure)}
        decided = [
            [decision.model_copy(update=refused) for decision in decisions] if question.record else decisions
            for question, decisions in zip(questions, decided, strict=True)
        ]
    for question, decisions in zip(questions, decided, strict=True):
        observer.note_decisions(decisions, caller=question.requested_by, dry_run=not question.record)
        for decision in decisions if question.record else ():
            _log_decision(decision)
    return decided


def timeout_error(seconds: float) -> EngineError:
    """What to say of decisions that were given up."""
    return EngineError(
        f"The decisions took longer than {seconds:g} s.",
        advice="Send fewer endpoints at once or raise VPCE_GUARD_REQUEST_TIMEOUT.",
    )


def new_id() -> str:
    """A UUID of version 7 (RFC 9562): ids that grow with time are put at the end of the log's indexes, not all over."""
    milliseconds = time.time_ns() // 1_000_000
    bits = int.from_bytes(os.urandom(10), "big") & ~(0xF << 76 | 0x3 << 62)
    text = f"{milliseconds << 80 | 0x7 << 76 | 0x2 << 62 | bits:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


_REFUSED = Verdict(allowed=False, violations=(), waived=(), undetermined=(), overrides=(), reach=None)


class _PackedInputs(NamedTuple):
    """The inputs that are recorded, in order, and what the log has begun to make of them."""

    decision_log: DecisionLog
    inputs: Sequence[Json]
    packed: Sequence[Callable[[], bytes]]

    @classmethod
    async def pack(
        cls, questions: Sequence[Question], terms: Terms, decision_log: DecisionLog | None
    ) -> _PackedInputs | None:
        if decision_log is None:
            return None
        recorded = [proposal for question in questions if question.record for proposal in question.proposals]
        inputs = [proposal.as_input(terms.profile) async for proposal in share_event_loop(recorded)]
        return cls(decision_log, inputs, decision_log.prepare(inputs))


class _Item(NamedTuple):
    """A proposal, the org data that holds for it and how strictly it is taken."""

    proposal: Proposal
    org: EffectiveOrg
    strict: bool


class _Verdicts(NamedTuple):
    """Verdicts, all of one engine and under one bundle revision."""

    verdicts: list[Verdict]
    revision: str
    engine: EngineName
    fallback: str | None = None


async def _judge_items(asked: Sequence[_Item], *, engine: Engine, terms: Terms, observer: Observer) -> _Verdicts:
    inputs = [rego_input(one.proposal, terms.profile, one.org) async for one in share_event_loop(asked)]
    if not inputs:
        return _Verdicts([], terms.revision, engine.name)
    with observer.step("evaluate", engine=engine.name, proposals=len(inputs)) as step:
        answer = await engine.evaluate(inputs)
        step.note(engine=answer.engine, revision=answer.revision, fallback=answer.fallback is not None)
        terms = terms.for_revision(answer.revision)
    with observer.step("judge"):
        each = share_event_loop(zip(answer.evaluations, asked, strict=True))
        verdicts = [judge(found, terms, one.org, strict=one.strict) async for found, one in each]
    return _Verdicts(verdicts, answer.revision, answer.engine, answer.fallback)


async def _try_fixes(
    asked: Sequence[_Item], judged: _Verdicts, *, engine: Engine, terms: Terms, observer: Observer
) -> _Verdicts:
    """The same with each fix made to fit its proposal and, in one more engine call, tried."""
    verdicts = judged.verdicts
    tries: list[_FixTrial] = []
    async for at, (one, verdict) in share_event_loop(enumerate(zip(asked, verdicts, strict=True))):
        for number, violation in enumerate(verdict.violations):
            if violation.fix:
                patch, patched = fixes.fit_patch(violation.fix, one.proposal)
                tries.append(_FixTrial(at, number, patch, one._replace(proposal=patched) if patched else None))
    if not tries:
        return judged
    try:
        again = [t.patched for t in tries if t.patched is not None]
        tried = await _judge_items(again, engine=engine, terms=terms, observer=observer)
        if tried.revision != judged.revision:
            raise EngineError("The engine took up another bundle meanwhile.")
    except EngineError as error:  # the decision stands without it
        log.warning("fixes_not_verified", engine=engine.name, error=str(error))
        return judged
    answers = iter(tried.verdicts)
    changed = [list(verdict.violations) for verdict in verdicts]
    for t in tries:
        violation = verdicts[t.at].violations[t.number]
        works = t.patched is not None and fixes.is_verified(
            violation, verdicts[t.at], next(answers), strict=t.patched.strict or t.patched.org.strict
        )
        changed[t.at][t.number] = violation.model_copy(update={"fix": t.patch, "fix_verified": works})
    with_fixes = [
        verdict.model_copy(update={"violations": tuple(violations)})
        for verdict, violations in zip(verdicts, changed, strict=True)
    ]
    return judged._replace(verdicts=with_fixes)


class _FixTrial(NamedTuple):
    """One fix to try: which violation of which proposal, and the proposal with the fix applied."""

    at: int
    number: int
    patch: tuple[Json, ...]
    patched: _Item | None


def _org(org: EffectiveOrg, terms: Terms) -> OrgRef | None:
    if not terms.org.revision:
        return None
    return OrgRef(revision=terms.org.revision, environment=org.environment, layers=org.layers)


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
