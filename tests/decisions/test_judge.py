"""judge() by tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from vpce_guard.bundle.rules import RelatedResource, Rule
from vpce_guard.decisions.judge import Terms, judge
from vpce_guard.engines.evaluation import Evaluation
from vpce_guard.errors import EngineError
from vpce_guard.model import Profile, Verdict
from vpce_guard.org.load import read_org_data

RULES = {
    name: Rule(
        id=rule_id,
        name=name,
        title="t",
        description="d",
        kind="org" if name.startswith("org.") else "documented",
        severity=severity,
        enforcement_action=action,
        effect="hygiene",
        related_resources=(RelatedResource(ref="https://docs.aws.amazon.com/vpc/"),),
        remediation="r",
        reads=(),
        profiles=profiles,
    )
    for name, rule_id, severity, action, profiles in [
        ("iface.denies", "VPCE-IFACE-001", "error", "deny", {}),
        ("gw.warns", "VPCE-GW-001", "warning", "warn", {}),
        ("gw.informs", "VPCE-GW-002", "info", "inform", {}),
        ("gw.new", "VPCE-GW-003", "error", "deny", {"aws-2023": "off"}),
        ("org.own", "VPCE-ORG-001", "error", "deny", {}),
        ("org.waivers", "VPCE-ORG-024", "error", "deny", {}),
    ]
}


def evaluation(
    *denied: str, unsure: Sequence[str] = (), case: str | None = None, waived: Sequence[str] = ()
) -> Evaluation:
    deny = {"message": "m", "path": "/request/X", **({"enforcement_action": case} if case else {})}
    return Evaluation.model_validate(
        {
            "revision": "r",
            "violations": [{"rule": rule, "deny": deny} for rule in denied],
            "undetermined": [{"rule": rule, "undetermined": {"reason": "u", "missing": ["/x"]}} for rule in unsure],
            "waivers": [{"id": f"W-{rule}", "rule": rule, "expires": "2026-12-31T00:00:00Z"} for rule in waived],
            "reach": None,
        }
    )


def terms(profile: Profile = "aws-current", **document: Any) -> Terms:
    org = read_org_data(document, {rule.id: rule for rule in RULES.values()})
    return Terms(rules=RULES, revision="r", profile=profile, org=org)


def judged(found: Evaluation, *, strict: bool = False, profile: Profile = "aws-current", **document: Any) -> Verdict:
    under = terms(profile, **document)
    return judge(found, under, under.org.effective("111122223333", "prod"), strict=strict)


@pytest.mark.parametrize(
    ("found", "strict", "profile", "allowed"),
    [
        (evaluation(), False, "aws-current", True),
        (evaluation("iface.denies"), False, "aws-current", False),
        (evaluation("gw.warns", "gw.informs"), False, "aws-current", True),
        (evaluation("gw.warns"), True, "aws-current", True),
        (evaluation("iface.denies", case="warn"), False, "aws-current", True),
        (evaluation("gw.warns", case="deny"), False, "aws-current", True),
        (evaluation(unsure=["iface.denies"]), False, "aws-current", True),
        (evaluation(unsure=["iface.denies"]), True, "aws-current", False),
        (evaluation("gw.new"), False, "aws-current", False),
        (evaluation("gw.new"), False, "aws-2023", True),
        (evaluation(unsure=["gw.new"]), True, "aws-2023", True),
    ],
)
def test_what_is_allowed(found: Evaluation, strict: bool, profile: Any, allowed: bool) -> None:
    assert judged(found, profile=profile, strict=strict).allowed is allowed


def test_a_case_of_a_rule_may_have_a_remediation_of_its_own() -> None:
    found = evaluation("iface.denies", "gw.warns")
    own = found.violations[0].deny.model_copy(update={"remediation": "do this"})
    found = found.model_copy(
        update={"violations": (found.violations[0].model_copy(update={"deny": own}), found.violations[1])}
    )
    assert {v.rule_id: v.remediation for v in judged(found).violations} == {
        "VPCE-IFACE-001": "do this",
        "VPCE-GW-001": "r",
    }


def test_violations_are_sorted_by_severity_then_rule() -> None:
    verdict = judged(evaluation("gw.informs", "gw.warns", "iface.denies"))
    assert [v.rule_id for v in verdict.violations] == ["VPCE-IFACE-001", "VPCE-GW-001", "VPCE-GW-002"]


def test_a_rule_the_catalogue_does_not_know_is_no_answer() -> None:
    with pytest.raises(EngineError, match="is not in the catalogue"):
        judged(evaluation("iface.stranger"))


@pytest.mark.parametrize(
    ("rule_id", "given", "action"),
    [
        ("VPCE-ORG-001", "warn", "warn"),
        ("VPCE-ORG-001", "explain", "inform"),
        ("VPCE-ORG-001", {"action": "off"}, None),
        ("VPCE-GW-001", "deny", "deny"),
        ("VPCE-IFACE-001", "warn", "deny"),
        ("VPCE-IFACE-001", {"action": "warn", "reason": "told by AWS support"}, "warn"),
    ],
)
def test_org_data_set_what_a_rule_does(rule_id: str, given: Any, action: str | None) -> None:
    (name,) = [rule.name for rule in RULES.values() if rule.id == rule_id]
    verdict = judged(evaluation(name), enforcement={rule_id: given})
    assert [v.enforcement_action for v in verdict.violations] == ([action] if action else [])
    assert verdict.allowed is (action != "deny")
    recorded = [(o.rule_id, o.action, o.reason) for o in verdict.overrides]
    own = {rule.id: rule.enforcement_action for rule in RULES.values()}[rule_id]
    reason = given.get("reason") if isinstance(given, dict) else None
    assert recorded == ([(rule_id, action or "off", reason)] if (action or "off") != own else [])


def test_a_case_of_a_rule_stays_lower_than_what_org_data_set() -> None:
    verdict = judged(evaluation("gw.warns", case="inform"), enforcement={"VPCE-GW-001": "deny"})
    assert [v.enforcement_action for v in verdict.violations] == ["inform"]


def test_a_waived_violation_is_listed_and_does_not_deny() -> None:
    verdict = judged(evaluation("org.own", "gw.warns", waived=["VPCE-ORG-001"]))
    assert verdict.allowed
    assert [(w.rule_id, w.waiver_id, w.message) for w in verdict.waived] == [("VPCE-ORG-001", "W-VPCE-ORG-001", "m")]
    assert [v.rule_id for v in verdict.violations] == ["VPCE-GW-001"]
    unsure = evaluation(unsure=["org.own"], waived=["VPCE-ORG-001"])
    assert judged(unsure, strict=True).allowed
    assert not judged(evaluation(unsure=["org.own"]), strict=True).allowed


def test_what_is_about_another_rule_counts_only_where_that_is_violated() -> None:
    about = {"message": "over", "path": "/context/time", "about": "VPCE-ORG-001"}
    found = evaluation().model_dump()
    found["violations"] = [{"rule": "org.waivers", "deny": about}]
    assert judged(Evaluation.model_validate(found)).violations == ()
    found["violations"] += [{"rule": "org.own", "deny": {"message": "m", "path": "/request/X"}}]
    assert [v.rule_id for v in judged(Evaluation.model_validate(found)).violations] == ["VPCE-ORG-001", "VPCE-ORG-024"]
    off = judged(Evaluation.model_validate(found), enforcement={"VPCE-ORG-001": "off"})
    assert off.violations == ()


def test_missing_context_deny_is_strict() -> None:
    assert not judged(evaluation(unsure=["gw.warns"]), missing_context="deny").allowed
    assert judged(evaluation(unsure=["gw.warns"]), missing_context="per-rule").allowed
