"""Verdicts on many proposals from one engine call, and the fixes of their violations tried in one more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from typing import NamedTuple

from vpce_guard.decisions import fixes, possibilities
from vpce_guard.decisions.event_loop import share_event_loop
from vpce_guard.decisions.existing import as_before, judge_existing, rules_of_endpoints, without_existing
from vpce_guard.decisions.inputs import rego_input_ahead
from vpce_guard.decisions.judge import Terms, judge
from vpce_guard.decisions.observer import Observer
from vpce_guard.engines import Engine
from vpce_guard.engines.evaluation import Evaluation
from vpce_guard.errors import EngineError
from vpce_guard.logs import Logger
from vpce_guard.model import EngineName, Json, Proposal, Verdict, Violation
from vpce_guard.org.data import EffectiveOrg

log = Logger("vpce_guard.decide")


class AskedProposal(NamedTuple):
    """A proposal, the org data that holds for it and how strictly it is taken."""

    proposal: Proposal
    org: EffectiveOrg
    strict: bool

    @property
    def is_strict(self) -> bool:
        """Whether what cannot be judged denies, by who asks or by org data."""
        return self.strict or self.org.strict


class Verdicts(NamedTuple):
    """Verdicts, in the order of what was asked, all of one engine and under one bundle revision."""

    verdicts: Sequence[Verdict]
    revision: str
    engine: EngineName
    fallback: str | None = None


def gives_all_peers(compares_all_peers: bool, engine: Engine) -> bool:
    """Whether rules are given all peers: where they may look at each, or an engine may run another revision's rules."""
    return compares_all_peers or engine.name != "embedded"


async def judge_proposals(
    asked: Sequence[AskedProposal], *, engine: Engine, terms: Terms, observer: Observer
) -> Verdicts:
    """A verdict for each proposal. Raises EngineError."""
    all_peers = gives_all_peers(terms.compares_all_peers, engine)
    inputs = [
        await rego_input_ahead(one.proposal, terms.profile, one.org, all_peers=all_peers)
        async for one in share_event_loop(asked)
    ]
    if not inputs:
        return Verdicts([], terms.revision, engine.name)
    with observer.step("evaluate", engine=engine.name, proposals=len(inputs)) as step:
        answer = await possibilities.evaluate(engine, inputs)
        step.note(engine=answer.engine, revision=answer.revision, fallback=answer.fallback is not None)
        terms = terms.for_revision(answer.revision)
    with observer.step("judge"):
        each = share_event_loop(zip(answer.evaluations, asked, strict=True))
        verdicts = [_judge(found, terms, one) async for found, one in each]
    return Verdicts(verdicts, answer.revision, answer.engine, answer.fallback)


def _judge(found: Evaluation, terms: Terms, asked: AskedProposal) -> Verdict:
    verdict = judge(found, terms, asked.org, strict=asked.strict)
    return judge_existing(verdict, terms.rules_by_id, strict=asked.is_strict) if asked.proposal.exists else verdict


async def try_fixes(
    asked: Sequence[AskedProposal], judged: Verdicts, *, engine: Engine, terms: Terms, observer: Observer
) -> Verdicts:
    """The same verdicts with each fix made to fit its proposal and tried; untried where the engine fails."""
    trials = [
        trial
        async for at, (one, verdict) in share_event_loop(enumerate(zip(asked, judged.verdicts, strict=True)))
        for trial in _trials(at, one, verdict)
    ]
    if not trials:
        return judged
    fitting = [(trial, trial.patched) for trial in trials if trial.patched is not None]
    try:
        tried = await judge_proposals(
            [patched for _, patched in fitting], engine=engine, terms=terms, observer=observer
        )
        if tried.revision != judged.revision:
            raise EngineError("The engine switched to another bundle in the meantime.")
    except EngineError as error:  # the decision stands without it
        log.warning("fixes_not_verified", engine=engine.name, error=str(error))
        return judged
    verified = {
        (trial.at, trial.number)
        for (trial, patched), after in zip(fitting, tried.verdicts, strict=True)
        if fixes.is_verified(trial.violation, judged.verdicts[trial.at], after, strict=patched.is_strict)
    }
    return judged._replace(verdicts=_with_fixes(judged.verdicts, trials, verified))


class _FixTrial(NamedTuple):
    """One fix to try: which violation of which proposal, and the proposal with the fix applied where it fits."""

    at: int
    number: int
    violation: Violation
    patch: tuple[Json, ...]
    patched: AskedProposal | None


def _trials(at: int, asked: AskedProposal, verdict: Verdict) -> Iterator[_FixTrial]:
    for number, violation in enumerate(verdict.violations):
        if violation.fix:
            patch, patched = fixes.fit_patch(violation.fix, asked.proposal)
            yield _FixTrial(at, number, violation, patch, asked._replace(proposal=patched) if patched else None)


def _with_fixes(
    verdicts: Sequence[Verdict], trials: Sequence[_FixTrial], verified: Set[tuple[int, int]]
) -> list[Verdict]:
    """The verdicts with the fixes as they fit, and whether they were seen to work."""
    changed = [list(verdict.violations) for verdict in verdicts]
    for trial in trials:
        works = (trial.at, trial.number) in verified
        update = {"fix": trial.patch, "fix_verified": works}
        changed[trial.at][trial.number] = trial.violation.model_copy(update=update)
    return [
        verdict.model_copy(update={"violations": tuple(violations)})
        for verdict, violations in zip(verdicts, changed, strict=True)
    ]


async def lower_existing(
    asked: Sequence[AskedProposal], judged: Verdicts, *, engine: Engine, terms: Terms, observer: Observer
) -> Verdicts:
    """The same verdicts, where an update that is denied is not denied for what was wrong before and stays so.

    The endpoint before is judged once more, as an update that changes nothing; a violation of the same rule with the
    same message is lowered to a warning. Raises EngineError.
    """
    places = [
        at
        for at, (one, verdict) in enumerate(zip(asked, judged.verdicts, strict=True))
        if not verdict.allowed and one.proposal.before is not None
    ]
    if not places:
        return judged
    unchanged = [asked[at]._replace(proposal=as_before(asked[at].proposal)) for at in places]
    before = await judge_proposals(unchanged, engine=engine, terms=terms, observer=observer)
    if before.revision != judged.revision:
        raise EngineError("The engine switched to another bundle in the meantime.")
    lowered = rules_of_endpoints(terms.for_revision(judged.revision).rules.values())
    verdicts = list(judged.verdicts)
    for at, old in zip(places, before.verdicts, strict=True):
        verdicts[at] = without_existing(verdicts[at], old, lowered=lowered, strict=asked[at].is_strict)
    return judged._replace(verdicts=verdicts)
