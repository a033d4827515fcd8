"""Whether an evaluation allows: pure, and the one place that holds every choice about allowing and denying."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from vpce_guard.bundle.rules import Rule
from vpce_guard.engines import unexpected_revision
from vpce_guard.engines.evaluation import Evaluation, RawViolation
from vpce_guard.errors import EngineError
from vpce_guard.model import (
    ENFORCEMENT_ORDER,
    SEVERITY_ORDER,
    EnforcementAction,
    Override,
    Profile,
    Undetermined,
    Verdict,
    Violation,
    WaivedViolation,
)
from vpce_guard.org.data import EffectiveOrg, OrgData

Others = Callable[[str], Mapping[str, Rule] | None]


def _no_other_rules(_: str) -> None:
    return None


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What decisions are made under: the bundle's rules by name and revision, a profile and org data.

    `others` gives the rules of another revision that a sidecar, which takes up bundles at its own time, may still or
    already run; None for any other revision. `compares_all_peers` says that a rule may look at each peer.
    """

    rules: Mapping[str, Rule]
    revision: str
    profile: Profile
    org: OrgData
    others: Others = _no_other_rules
    compares_all_peers: bool = True

    @cached_property
    def rules_by_id(self) -> Mapping[str, Rule]:
        """The rules by the ids that verdicts name them by."""
        return {rule.id: rule for rule in self.rules.values()}

    def for_revision(self, revision: str) -> Terms:
        """The terms of the bundle an engine answered under. Raises RevisionError for one that is not expected."""
        if revision == self.revision:
            return self
        if (rules := self.others(revision)) is None:
            raise unexpected_revision(revision, ours=self.revision)
        return replace(self, rules=rules, revision=revision)


def judge(evaluation: Evaluation, terms: Terms, org: EffectiveOrg, *, strict: bool) -> Verdict:
    """Whether an evaluation allows, with all that was found, each list in its order.

    Denied by a violation that is not waived and whose enforcement_action is `deny`, or under `strict` by anything
    undetermined that is not waived. Rules that are off say nothing but that they are. Raises EngineError for a rule
    the catalogue does not know.
    """
    found = [(_rule(terms.rules, raw.rule), raw) for raw in evaluation.violations]
    open_ = [(_rule(terms.rules, raw.rule), raw.undetermined) for raw in evaluation.undetermined]
    speaking = terms.rules.values() if org.unsettled else [rule for rule, _ in (*found, *open_)]
    severity = {rule.id: SEVERITY_ORDER[rule.severity] for rule in speaking}
    heard = {rule.id for rule, _ in found if action(rule, terms, org) != "off"}
    meant = [(rule, raw) for rule, raw in found if raw.deny.about is None or raw.deny.about in heard]
    told = [v for rule, raw in meant if (v := _violation(rule, raw, terms, org))]
    told.sort(key=lambda v: (severity[v.rule_id], v.rule_id, v.path, v.message))
    undetermined = [
        Undetermined(rule_id=rule.id, reason=unsettled.reason, missing=tuple(sorted(unsettled.missing)))
        for rule, unsettled in open_
        if action(rule, terms, org) != "off"
    ]
    undetermined += _unsettled_rules(terms, org, {v.rule_id for v in told if v.enforcement_action == "deny"})
    undetermined.sort(key=lambda u: (severity[u.rule_id], u.rule_id, u.missing, u.reason))
    waivers = {waiver.rule: waiver for waiver in evaluation.waivers}
    waived = [
        WaivedViolation(rule_id=v.rule_id, waiver_id=waiver.id, expires=waiver.expires, message=v.message)
        for v in told
        if (waiver := waivers.get(v.rule_id))
    ]
    left = [v for v in told if v.rule_id not in waivers]
    denied = any(v.enforcement_action == "deny" for v in left)
    unsure = (strict or org.strict) and any(u.rule_id not in waivers for u in undetermined)
    return Verdict(
        allowed=not denied and not unsure,
        violations=tuple(left),
        waived=tuple(waived),
        undetermined=tuple(undetermined),
        overrides=tuple(_overrides({rule.id for rule, _ in found} | {u.rule_id for u in undetermined}, terms, org)),
        reach=evaluation.reach and evaluation.reach.sort(),
    )


def _violation(rule: Rule, raw: RawViolation, terms: Terms, org: EffectiveOrg) -> Violation | None:
    does = _lower(action(rule, terms, org), raw.deny.enforcement_action)
    if does == "off":
        return None
    return Violation(
        rule_id=rule.id,
        title=rule.title,
        severity=rule.severity,
        enforcement_action=does,
        message=raw.deny.message,
        path=raw.deny.path,
        remediation=raw.deny.remediation or rule.remediation,
        source=rule.source,
        fix=raw.deny.fix,
    )


def action(rule: Rule, terms: Terms, org: EffectiveOrg) -> EnforcementAction:
    """What a violation of a rule does: as org data set it, where that counts, else as its profile has it."""
    override = org.overrides.get(rule.id)
    return override.action if override and override.counts else rule.default_action(terms.profile)


def _lower(action: EnforcementAction, case: EnforcementAction | None) -> EnforcementAction:
    """A case of a rule may only lower what the rule does."""
    if case is None or ENFORCEMENT_ORDER[case] < ENFORCEMENT_ORDER[action]:
        return action
    return case


def _overrides(spoke: set[str], terms: Terms, org: EffectiveOrg) -> Iterator[Override]:
    """What org data made of the rules that spoke, where that is another action than their own."""
    for rule in terms.rules.values() if org.overrides else ():  # the catalogue is in the order of ids
        override = org.overrides.get(rule.id) if rule.id in spoke else None
        if override and override.counts and override.action != (own := rule.default_action(terms.profile)):
            yield Override(
                rule_id=rule.id, own=own, action=override.action, reason=override.reason, layer=override.layer
            )


def _unsettled_rules(terms: Terms, org: EffectiveOrg, denying: set[str]) -> Iterator[Undetermined]:
    """Rules of sections that a layer may set which could not be told to hold or not."""
    for rule in terms.rules.values() if org.unsettled else ():
        if rule.id in org.unsettled and rule.id not in denying:
            pointer, missing = org.unsettled[rule.id]
            yield Undetermined(
                rule_id=rule.id, reason=f"a layer of org data may set {pointer} here", missing=(missing,)
            )


def _rule(rules: Mapping[str, Rule], name: str) -> Rule:
    try:
        return rules[name]
    except KeyError:
        raise EngineError(f"The engine answered for the rule {name!r}, which is not in the catalogue.") from None
