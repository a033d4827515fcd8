"""What holds of endpoints that are there: before an update, and in an audit.

What was wrong with an endpoint before an update and stays so is told, and does not deny the update. A proposal that has
`before` is judged so, when it is decided and each time it is judged again. One that `exists` is no change at all: rules
about changes are silent, and what AWS runs cannot be what AWS refuses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set

from vpce_guard.bundle.rules import Rule
from vpce_guard.formats.aws import policy
from vpce_guard.formats.aws.endpoint import endpoint_after
from vpce_guard.model import SEVERITY_ORDER, ExistingAction, Json, Proposal, Verdict, Violation

_OF_THE_UPDATE = ("/context/time", "/context/principal", "/context/AccountId")


def settle_existing(proposals: Sequence[Proposal], existing: ExistingAction) -> Sequence[Proposal]:
    """The proposals; where what was wrong before is to deny, without what was before."""
    if existing == "warn":
        return proposals
    return [one.model_copy(update={"before": None}) if one.before is not None else one for one in proposals]


def as_before(proposal: Proposal) -> Proposal:
    """An update of the endpoint as it was that changes nothing. `proposal.before` must be there."""
    before: Json = proposal.before or {}
    request = {"VpcEndpointId": before["VpcEndpointId"]} if "VpcEndpointId" in before else {}
    return proposal.model_copy(
        update={
            "request": request,
            "current": before,
            "endpoint": endpoint_after("modify", request, before, ()),
            "policy": policy.read(request, before),
            "unknown": (),
            "possibilities": (),
        }
    )


def rules_of_endpoints(rules: Iterable[Rule]) -> frozenset[str]:
    """The ids of rules about an endpoint as it is: a create is asked about too, so they are not about the update."""
    return frozenset(rule.id for rule in rules if "create" in rule.operations)


def without_existing(verdict: Verdict, before: Verdict, *, lowered: Set[str], strict: bool) -> Verdict:
    """A verdict in which violations of the rules `lowered` that `before` has with the same words only warn.

    Who makes an update and when is of the update, so that denies as before. It allows where nothing else denies;
    `strict` says that what is undetermined denies.
    """
    known = {
        (violation.rule_id, violation.message)
        for violation in before.violations
        if violation.rule_id in lowered and not violation.path.startswith(_OF_THE_UPDATE)
    }
    violations = tuple(
        violation.model_copy(update={"enforcement_action": "warn"})
        if violation.enforcement_action == "deny" and (violation.rule_id, violation.message) in known
        else violation
        for violation in verdict.violations
    )
    denied = any(violation.enforcement_action == "deny" for violation in violations)
    allowed = not denied and not (strict and verdict.undetermined)
    return verdict.model_copy(update={"violations": violations, "allowed": allowed})


def judge_existing(verdict: Verdict, rules: Mapping[str, Rule], *, strict: bool) -> Verdict:
    """What a verdict on the create that would make an endpoint says of the endpoint, which is there.

    `rules` are by id. Rules about changes are left out. What AWS refuses to make is told as evidence: it informs, and
    what could not be judged of it does not matter. A fix of the create would mend nothing, so there is none. `strict`
    says that what is undetermined denies.
    """

    def is_judged(rule_id: str) -> bool:
        return rules[rule_id].of_existing == "judged"

    heard = (
        violation.model_copy(update={"fix": None}) if is_judged(violation.rule_id) else _as_evidence(violation)
        for violation in verdict.violations
        if rules[violation.rule_id].of_existing != "silent"
    )
    violations = tuple(sorted(heard, key=lambda violation: SEVERITY_ORDER[violation.severity]))
    undetermined = tuple(one for one in verdict.undetermined if is_judged(one.rule_id))
    waived = tuple(one for one in verdict.waived if is_judged(one.rule_id))
    overrides = tuple(one for one in verdict.overrides if is_judged(one.rule_id))
    counting = {one.rule_id for one in undetermined} - {one.rule_id for one in waived}
    denied = any(violation.enforcement_action == "deny" for violation in violations)
    changed = {"violations": violations, "undetermined": undetermined, "waived": waived, "overrides": overrides}
    return verdict.model_copy(update={**changed, "allowed": not denied and not (strict and counting)})


def _as_evidence(violation: Violation) -> Violation:
    return violation.model_copy(
        update={
            "severity": "info",
            "enforcement_action": "inform",
            "message": f"AWS runs what this rule says it refuses: {violation.message}",
            "remediation": "Check what the rule was told. If that is right, the rule is wrong: please report it.",
            "fix": None,
        }
    )
