"""explain(): why each rule fired or not for one proposal, from the decision itself and from the probes."""

from __future__ import annotations

from collections.abc import Sequence

from vpce_guard.bundle.rules import Rule
from vpce_guard.decisions.inputs import rego_input_ahead, subject
from vpce_guard.decisions.judge import Terms, action, judge
from vpce_guard.decisions.observer import NO_OBSERVER
from vpce_guard.decisions.possibilities import gather, spread
from vpce_guard.decisions.verdicts import AskedProposal, Verdicts, lower_existing
from vpce_guard.engines import Engine
from vpce_guard.engines.evaluation import Evaluation
from vpce_guard.engines.probes import ProbeRequest, Probes, ProbeTrace
from vpce_guard.errors import EngineError
from vpce_guard.model import Json, Proposal, Verdict
from vpce_guard.org.data import EffectiveOrg
from vpce_guard.whatif.explain.conditions import DecidingCondition, describe, find_deciding, look_inside
from vpce_guard.whatif.explain.types import Condition, Explanation, NotApplied, RuleExplanation, RuleOutcome
from vpce_guard.whatif.explain.words import code, with_variables

_TYPES = {
    "eni": ("Interface", "Resource", "ServiceNetwork", "Tunnel"),
    "iface": ("Interface",),
    "gw": ("Gateway",),
    "gwlb": ("GatewayLoadBalancer",),
}
_FAMILY_NAMES = {
    "eni": "interface, resource, service network and tunnel",
    "iface": "interface",
    "gw": "gateway",
    "gwlb": "Gateway Load Balancer",
}


async def explain(
    proposal: Proposal,
    *,
    terms: Terms,
    engine: Engine,
    probes: Probes,
    strict: bool = False,
    only: str | None = None,
) -> tuple[Explanation, Verdict]:
    """Why each rule (or `only` the one with an id) fired or not, and the verdict that is explained.

    The decision is made anew by `engine`; the probes only say why. Raises EngineError where the two do not agree.
    """
    org = terms.org.effective_for(proposal.context)
    document = await rego_input_ahead(proposal, terms.profile, org)
    documents = spread([document])
    evaluations = (await engine.evaluate(documents)).evaluations
    (combined,) = gather([document], evaluations)
    verdict = judge(combined, terms, org, strict=strict)
    if not verdict.allowed and proposal.before is not None:
        asked, made = [AskedProposal(proposal, org, strict)], Verdicts([verdict], terms.revision, engine.name)
        lowered = await lower_existing(asked, made, engine=engine, terms=terms, observer=NO_OBSERVER)
        (verdict,) = lowered.verdicts
    chosen = [rule for _, rule in sorted(terms.rules.items()) if only is None or rule.id == only]
    foreign = {rule.id: reason for rule in chosen if (reason := _why_not_asked(rule, documents[0]))}
    applying = sorted((rule for rule in chosen if rule.id not in foreign), key=lambda rule: rule.id)
    ways = {rule.id: _telling_way(rule, evaluations, combined) for rule in applying}
    deciding: dict[str, list[DecidingCondition]] = {}
    for way in sorted(set(ways.values())):
        rules = [rule for rule in applying if ways[rule.id] == way]
        deciding |= await _find_all_deciding(rules, documents[way], evaluations[way], probes)
    explanation = Explanation(
        decision_id=None,
        allowed=verdict.allowed,
        decided_by=_find_decisive(verdict),
        operation=proposal.operation,
        subject=subject(proposal),
        revision=terms.revision,
        profile=terms.profile,
        rules=tuple(
            _explain_rule(rule, deciding[rule.id], documents[ways[rule.id]], verdict, terms, org) for rule in applying
        ),
        not_applied=tuple(NotApplied(rule_id=rule_id, reason=foreign[rule_id]) for rule_id in sorted(foreign)),
        notes=(),
        flip=None,
    )
    return explanation, verdict


def _find_decisive(verdict: Verdict) -> tuple[str, ...]:
    """The rules without which the answer would, or could, be another."""
    denying = {v.rule_id for v in verdict.violations if v.enforcement_action == "deny"}
    if verdict.allowed:
        return tuple(sorted({waived.rule_id for waived in verdict.waived}))
    return tuple(sorted(denying or {unjudged.rule_id for unjudged in verdict.undetermined}))


def _telling_way(rule: Rule, evaluations: Sequence[Evaluation], combined: Evaluation) -> int:
    """Which of the ways a proposal may turn out shows best why a rule came out as it did: 0 is as it stands."""
    denies, unsure = _denies(rule, combined), _is_unsure(rule, combined)
    if _denies(rule, evaluations[0]) or not (denies or unsure) or (not denies and _is_unsure(rule, evaluations[0])):
        return 0
    found = [at for at, one in enumerate(evaluations) if _denies(rule, one)]
    return next(iter(found or [at for at, one in enumerate(evaluations) if _is_unsure(rule, one)]), 0)


def _denies(rule: Rule, evaluation: Evaluation) -> bool:
    return any(violation.rule == rule.name for violation in evaluation.violations)


def _is_unsure(rule: Rule, evaluation: Evaluation) -> bool:
    return any(unjudged.rule == rule.name for unjudged in evaluation.undetermined)


async def _find_all_deciding(
    rules: Sequence[Rule], document: Json, evaluation: Evaluation, probes: Probes
) -> dict[str, list[DecidingCondition]]:
    """What decided for each rule, by id, where an input is evaluated so. Raises EngineError."""
    (answer,) = await probes.ask([ProbeRequest(document=document, rules=tuple(rule.name for rule in rules))])
    found = {}
    for rule in rules:
        traced = _traces_of(rule, answer.bodies, probes)
        _agrees(rule, traced, evaluation, probes)
        found[rule.id] = _find_deciding(rule, traced, evaluation, probes)
    await look_inside([one for deciding in found.values() for one in deciding], document, probes)
    return found


def _why_not_asked(rule: Rule, document: Json) -> str | None:
    """Why a rule is not about such a proposal; None where it is."""
    endpoint = document.get("endpoint") or document.get("current") or {}
    kind = str(endpoint.get("VpcEndpointType") or "")
    *own_root, family, _ = rule.name.split(".")
    types, named = (rule.endpoint_types, None) if own_root else (_TYPES.get(family), _FAMILY_NAMES.get(family))
    if types is not None and kind not in types:
        this = f"of type {kind}" if kind else "of no known type"
        return f"it is about {named or ' and '.join(types)} endpoints, and this is {this}"
    if family == "org" and not own_root and not document.get("org"):
        return "there are no org data"
    if document["operation"] not in rule.operations:
        return f"it is about {' and '.join(rule.operations)}, and this is a {document['operation']}"
    return None


def _traces_of(rule: Rule, bodies: Sequence[ProbeTrace], probes: Probes) -> list[ProbeTrace]:
    return sorted((t for t in bodies if probes.bodies[t.probe].rule == rule.name), key=lambda t: t.probe)


def _agrees(rule: Rule, traced: Sequence[ProbeTrace], evaluation: Evaluation, probes: Probes) -> None:
    """Raise EngineError where the bodies do not yield what the engine said."""
    fired = any(t.tree.heads for t in traced if probes.bodies[t.probe].kind == "deny")
    said = _denies(rule, evaluation)
    unprobed = any(not body.probed for body in probes.bodies_of_rule(rule.name))
    if fired != said and not unprobed:
        raise EngineError(f"The probes do not agree with the decision about {rule.id}.", advice="Report it.")


def _find_deciding(
    rule: Rule, traced: Sequence[ProbeTrace], evaluation: Evaluation, probes: Probes
) -> list[DecidingCondition]:
    """What decided for the bodies that count: those that fired, else each deny, the one that got furthest first."""
    by_kind = {
        kind: [find_deciding(probes.bodies[t.probe], t.tree) for t in traced if probes.bodies[t.probe].kind == kind]
        for kind in ("deny", "undetermined")
    }
    fired = [one for one in by_kind["deny"] if one.tree.heads]
    unsure = [one for one in by_kind["undetermined"] if one.tree.heads]
    if fired or _is_unsure(rule, evaluation):
        return fired or unsure
    return sorted(by_kind["deny"], key=lambda one: (len(one.body.expressions) - one.tree.held, one.body.id))


def _explain_rule(
    rule: Rule, found: Sequence[DecidingCondition], document: Json, verdict: Verdict, terms: Terms, org: EffectiveOrg
) -> RuleExplanation:
    conditions = tuple(describe(one, document) for one in found)
    outcome, said = _outcome(rule, found, verdict, off=action(rule, terms, org) == "off")
    return RuleExplanation(
        rule_id=rule.id,
        title=rule.title,
        outcome=outcome,
        enforcement_action=action(rule, terms, org),
        words=_words(rule, outcome, said, conditions),
        conditions=conditions,
    )


def _outcome(rule: Rule, found: Sequence[DecidingCondition], verdict: Verdict, *, off: bool) -> tuple[RuleOutcome, str]:
    """How the rule came out in the decision, and what it said."""
    if off:
        return "off", "it is off"
    for waived in verdict.waived:
        if waived.rule_id == rule.id:
            return "waived", f"{waived.message} (waiver {waived.waiver_id} until {waived.expires})"
    if messages := [v.message for v in verdict.violations if v.rule_id == rule.id]:
        return "violated", "; ".join(messages)
    if unsure := [u for u in verdict.undetermined if u.rule_id == rule.id]:
        return "undetermined", f"{unsure[0].reason} (missing: {', '.join(unsure[0].missing)})"
    about = any(head.get("about") for one in found for head in one.tree.heads if one.body.kind == "deny")
    return "not_violated", "what it found is about a rule that is not violated" if about else ""


_HEADS = {
    "violated": "Violated",
    "waived": "Violated, and waived",
    "undetermined": "Not judged",
    "not_violated": "Not violated",
    "off": "Off",
}


def _words(rule: Rule, outcome: RuleOutcome, said: str, conditions: Sequence[Condition]) -> str:
    """One sentence: the outcome, what the rule wants, what it said, and the condition that decided."""
    parts = [f"{_HEADS[outcome]}: {rule.title}", *([said] if said else [])]
    if not conditions:
        return f"{': '.join(parts)}."
    first = conditions[0]
    at = "" if code(first.text) in first.words else f", at {code(first.text)}"
    place = f"{first.file.rpartition('/')[2]}:{first.line}"
    parts.append(f"{first.words}{at} ({place}){with_variables(_short_variables(first))}")
    return f"{': '.join(parts)}."


def _short_variables(condition: Condition) -> Json:
    """The variables that the condition speaks of; they tell most."""
    return {n: v for n, v in condition.variables.items() if n in condition.text and f"{n} = " not in condition.words}
