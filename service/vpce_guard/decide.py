"""The product in one function: decide(). judge() is pure and holds every choice about allowing and denying."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import structlog

from vpce_guard import fixes
from vpce_guard.engines import Engine
from vpce_guard.errors import EngineError, VpceGuardError
from vpce_guard.model import (
    ENFORCEMENT_ORDER,
    SEVERITY_ORDER,
    BundleRef,
    Decision,
    EnforcementAction,
    Evaluation,
    Json,
    Metrics,
    Profile,
    Proposal,
    RawViolation,
    Rule,
    Subject,
    Undetermined,
    Verdict,
    Violation,
)

log = structlog.get_logger("vpce_guard.decide")


@dataclass(frozen=True, kw_only=True)
class Question:
    """Proposals of one request, and how strictly to take them."""

    proposals: Sequence[Proposal]
    request_id: str
    strict: bool = False


async def decide(
    questions: Sequence[Question], *, engine: Engine, rules: Mapping[str, Rule], revision: str, profile: Profile
) -> list[list[Decision]]:
    """The decisions for each question, in order, from one engine call.

    Never raises for an engine that fails: then every decision is a refusal that carries `error`.
    """
    asked = [(question, proposal) for question in questions for proposal in question.proposals]
    started = time.perf_counter()
    error: str | None = None
    try:
        evaluations = await engine.evaluate([proposal.as_input(profile) for _, proposal in asked]) if asked else []
        verdicts = [
            judge(evaluation, rules, profile=profile, strict=question.strict)
            for evaluation, (question, _) in zip(evaluations, asked, strict=True)
        ]
        verdicts = await _with_fixes(asked, verdicts, engine=engine, rules=rules, profile=profile)
    except VpceGuardError as failure:
        error, verdicts = str(failure), [_REFUSED] * len(asked)
        log.error("engine_failed", engine=engine.name, error=error)
    each = Metrics(evaluate_ms=round((time.perf_counter() - started) * 1000 / max(len(asked), 1), 3))
    timestamp = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    decided: dict[int, list[Decision]] = {id(question): [] for question in questions}
    for (question, proposal), verdict in zip(asked, verdicts, strict=True):
        decision = Decision(
            decision_id=str(uuid.uuid4()),
            request_id=question.request_id,
            timestamp=timestamp,
            allowed=verdict.allowed,
            operation=proposal.operation,
            subject=_subject(proposal),
            violations=verdict.violations,
            waived=(),
            undetermined=verdict.undetermined,
            bundle=BundleRef(revision=revision),
            profile=profile,
            engine=engine.name,
            metrics=each,
            error=error,
        )
        decided[id(question)].append(decision)
        _record(decision)
    return [decided[id(question)] for question in questions]


_REFUSED = Verdict(allowed=False, violations=(), undetermined=())


def judge(evaluation: Evaluation, rules: Mapping[str, Rule], *, profile: Profile, strict: bool) -> Verdict:
    """Whether an evaluation allows. Pure.

    Denied by a violation whose enforcement_action is `deny`, or under `strict` by anything undetermined.
    Rules that are off in the profile say nothing. Raises EngineError for a rule the catalogue does not know.
    """
    violations = [v for raw in evaluation.violations if (v := _violation(raw, rules, profile)) is not None]
    undetermined = [
        Undetermined(rule_id=rule.id, reason=raw.undetermined.reason, missing=raw.undetermined.missing)
        for raw in evaluation.undetermined
        if (rule := _rule(rules, raw.rule)).default_action(profile) != "off"
    ]
    severity = {rule.id: SEVERITY_ORDER[rule.severity] for rule in rules.values()}
    violations.sort(key=lambda v: (severity[v.rule_id], v.rule_id, v.path, v.message))
    undetermined.sort(key=lambda u: (severity[u.rule_id], u.rule_id, u.missing, u.reason))
    denied = any(v.enforcement_action == "deny" for v in violations) or (strict and bool(undetermined))
    return Verdict(allowed=not denied, violations=tuple(violations), undetermined=tuple(undetermined))


def _violation(raw: RawViolation, rules: Mapping[str, Rule], profile: Profile) -> Violation | None:
    rule = _rule(rules, raw.rule)
    action = _lower(rule.default_action(profile), raw.deny.enforcement_action)
    if action == "off":
        return None
    return Violation(
        rule_id=rule.id,
        title=rule.title,
        severity=rule.severity,
        enforcement_action=action,
        message=raw.deny.message,
        path=raw.deny.path,
        remediation=rule.remediation,
        source=rule.source,
        fix=raw.deny.fix,
    )


async def _with_fixes(
    asked: Sequence[tuple[Question, Proposal]],
    verdicts: list[Verdict],
    *,
    engine: Engine,
    rules: Mapping[str, Rule],
    profile: Profile,
) -> list[Verdict]:
    """The verdicts with each fix made to fit its proposal and, in one more engine call, tried."""
    tries: list[_Try] = []
    for at, ((question, proposal), verdict) in enumerate(zip(asked, verdicts, strict=True)):
        for number, violation in enumerate(verdict.violations):
            if violation.fix:
                patch, patched = fixes.fitted(violation.fix, proposal)
                tries.append(_Try(at, number, question.strict, patch, patched))
    if not tries:
        return verdicts
    tested = [t.patched for t in tries if t.patched is not None]
    try:
        answers = iter(await engine.evaluate([p.as_input(profile) for p in tested]) if tested else [])
    except EngineError as error:  # the decision stands without it
        log.warning("fixes_not_verified", engine=engine.name, error=str(error))
        return verdicts
    changed = [list(verdict.violations) for verdict in verdicts]
    for t in tries:
        violation = verdicts[t.at].violations[t.number]
        works = t.patched is not None and fixes.works(
            violation, verdicts[t.at], judge(next(answers), rules, profile=profile, strict=t.strict), strict=t.strict
        )
        changed[t.at][t.number] = violation.model_copy(update={"fix": t.patch, "fix_verified": works})
    return [
        verdict.model_copy(update={"violations": tuple(violations)})
        for verdict, violations in zip(verdicts, changed, strict=True)
    ]


class _Try(NamedTuple):
    """One fix to try: which violation of which proposal, and the proposal with the fix applied."""

    at: int
    number: int
    strict: bool
    patch: tuple[Json, ...]
    patched: Proposal | None


def _lower(action: EnforcementAction, case: EnforcementAction | None) -> EnforcementAction:
    """A case of a rule may only lower what the rule does."""
    if case is None or ENFORCEMENT_ORDER[case] < ENFORCEMENT_ORDER[action]:
        return action
    return case


def _rule(rules: Mapping[str, Rule], name: str) -> Rule:
    try:
        return rules[name]
    except KeyError:
        raise EngineError(f"The engine answered for a rule {name!r} that the catalogue does not know.") from None


def _subject(proposal: Proposal) -> Subject:
    endpoint = proposal.endpoint or proposal.current or {}

    def text(member: str) -> str | None:
        value = endpoint.get(member)
        return value if isinstance(value, str) else None

    return Subject(
        address=proposal.address or text("VpcEndpointId"),
        endpoint_type=text("VpcEndpointType"),
        service_name=text("ServiceName"),
        vpc_id=text("VpcId"),
        source=None,
    )


def _record(decision: Decision) -> None:
    log.info(
        "decision",
        request_id=decision.request_id,
        decision_id=decision.decision_id,
        allowed=decision.allowed,
        operation=decision.operation,
        address=decision.subject.address,
        denied_by=[v.rule_id for v in decision.violations if v.enforcement_action == "deny"],
        undetermined=len(decision.undetermined),
        evaluate_ms=decision.metrics.evaluate_ms,
        error=decision.error,
    )
