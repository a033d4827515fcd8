"""What was wrong before an update and stays so is told, and does not deny."""

from __future__ import annotations

import pytest

from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.decisions.existing import (
    as_before,
    judge_existing,
    rules_of_endpoints,
    settle_existing,
    without_existing,
)
from vpce_guard.model import EnforcementAction, Proposal, Undetermined, Verdict, Violation, WaivedViolation


def violation(rule_id: str, message: str, action: EnforcementAction = "deny", *, path: str = "/request") -> Violation:
    return Violation(
        rule_id=rule_id,
        title="t",
        severity="error",
        enforcement_action=action,
        message=message,
        path=path,
        remediation="r",
        source="https://example.org",
    )


def verdict(*violations: Violation, allowed: bool = False, undetermined: tuple[Undetermined, ...] = ()) -> Verdict:
    return Verdict(
        allowed=allowed, violations=violations, waived=(), undetermined=undetermined, overrides=(), reach=None
    )


LOWERED = frozenset({"VPCE-ORG-003", "VPCE-IFACE-006", "VPCE-ORG-012"})
OLD = violation("VPCE-ORG-003", "the tag owner is missing")


def test_what_was_there_before_in_the_same_words_warns() -> None:
    found = without_existing(verdict(OLD), verdict(OLD), lowered=LOWERED, strict=False)
    assert (found.allowed, found.violations) == (True, (violation("VPCE-ORG-003", "the tag owner is missing", "warn"),))


def test_the_same_rule_with_other_words_denies() -> None:
    worse = violation("VPCE-ORG-003", "the tags owner and team are missing")
    assert without_existing(verdict(worse), verdict(OLD), lowered=LOWERED, strict=False) == verdict(worse)


def test_a_rule_that_is_asked_of_updates_only_denies() -> None:
    managed = violation("VPCE-COMMON-024", "vpce-0a1b2c3d is managed by the service that requested it")
    assert without_existing(verdict(managed), verdict(managed), lowered=LOWERED, strict=False) == verdict(managed)


@pytest.mark.parametrize("path", ["/context/time", "/context/principal", "/context/AccountId"])
def test_who_makes_the_update_and_when_is_not_of_the_endpoint(path: str) -> None:
    frozen = violation("VPCE-ORG-012", "change freeze", path=path)
    assert without_existing(verdict(frozen), verdict(frozen), lowered=LOWERED, strict=False) == verdict(frozen)


def test_rules_that_creates_are_asked_about_are_about_endpoints() -> None:
    rules = open_bundle().catalogue.rules
    assert {"VPCE-COMMON-024", "VPCE-ORG-003"} & rules_of_endpoints(rules) == {"VPCE-ORG-003"}


def test_something_new_beside_it_denies() -> None:
    new = violation("VPCE-IFACE-006", "the last subnet goes")
    found = without_existing(verdict(OLD, new), verdict(OLD), lowered=LOWERED, strict=False)
    assert found.allowed is False
    assert [v.enforcement_action for v in found.violations] == ["warn", "deny"]


def test_what_is_undetermined_still_denies_where_that_is_wanted() -> None:
    unsure = (Undetermined(rule_id="VPCE-COMMON-001", reason="r", missing=("/context/Vpc",)),)
    assert (
        without_existing(verdict(OLD, undetermined=unsure), verdict(OLD), lowered=LOWERED, strict=True).allowed is False
    )
    assert (
        without_existing(verdict(OLD, undetermined=unsure), verdict(OLD), lowered=LOWERED, strict=False).allowed is True
    )


def test_the_endpoint_before_is_an_update_that_changes_nothing() -> None:
    before = {"VpcEndpointId": "vpce-0a1b2c3d", "VpcEndpointType": "Interface", "Tags": []}
    found = as_before(
        Proposal(
            operation="modify",
            request={"VpcEndpointId": "vpce-0a1b2c3d", "PrivateDnsEnabled": True},
            current={**before, "Tags": [{"Key": "owner", "Value": "a"}]},
            before=before,
            unknown=("/request/PolicyDocument",),
        )
    )
    assert found.request == {"VpcEndpointId": "vpce-0a1b2c3d"}
    assert (found.current, found.unknown) == (before, ())
    assert found.endpoint is not None
    assert found.endpoint["Tags"] == []
    assert "PrivateDnsEnabled" not in found.endpoint


def test_what_is_to_deny_as_before_is_judged_as_a_whole() -> None:
    update = Proposal(operation="modify", before={"VpcEndpointId": "vpce-0a1b2c3d"})
    assert settle_existing([update], "warn") == [update]
    assert [one.before for one in settle_existing([update], "deny")] == [None]


RULES = {rule.id: rule for rule in open_bundle().catalogue.rules}
FREEZE = violation("VPCE-ORG-019", "a change freeze")
TWO_IN_A_ZONE = violation("VPCE-IFACE-002", "two subnets in one zone")


def test_rules_about_changes_say_nothing_of_what_is_there() -> None:
    found = judge_existing(verdict(FREEZE), RULES, strict=False)
    assert (found.allowed, found.violations) == (True, ())


def test_what_aws_refuses_and_runs_is_evidence_and_denies_nothing() -> None:
    found = judge_existing(verdict(TWO_IN_A_ZONE), RULES, strict=False)
    (told,) = found.violations
    assert (found.allowed, told.severity, told.enforcement_action) == (True, "info", "inform")
    assert told.message == "AWS runs what this rule says it refuses: two subnets in one zone"


def test_what_holds_of_an_endpoint_denies_without_a_fix_of_a_create_and_comes_before_evidence() -> None:
    tag = violation("VPCE-ORG-003", "the tag owner is missing")
    fixed = tag.model_copy(update={"fix": ({"op": "add", "path": "/request/TagSpecifications", "value": []},)})
    found = judge_existing(verdict(TWO_IN_A_ZONE, fixed), RULES, strict=False)
    assert found.allowed is False
    assert [one.rule_id for one in found.violations] == ["VPCE-ORG-003", "VPCE-IFACE-002"]
    assert found.violations[0] == tag


def test_what_aws_would_have_refused_need_not_be_known() -> None:
    unsure = tuple(Undetermined(rule_id=one, reason="r", missing=()) for one in ("VPCE-IFACE-002", "VPCE-IFACE-014"))
    found = judge_existing(verdict(undetermined=unsure), RULES, strict=True)
    assert (found.allowed, [one.rule_id for one in found.undetermined]) == (False, ["VPCE-IFACE-014"])
    assert judge_existing(verdict(undetermined=unsure[:1]), RULES, strict=True).allowed is True


def test_what_is_waived_and_not_known_does_not_deny_under_strict() -> None:
    unsure = (Undetermined(rule_id="VPCE-ORG-003", reason="r", missing=()),)
    waived = (WaivedViolation(rule_id="VPCE-ORG-003", waiver_id="W", expires="2027-01-01", message="m"),)
    told = verdict(undetermined=unsure).model_copy(update={"waived": waived})
    assert judge_existing(told, RULES, strict=True).allowed is True


def test_the_catalogue_says_which_rules_hold_of_what_is_there() -> None:
    of_existing = {rule.id: rule.of_existing for rule in RULES.values()}
    assert of_existing["VPCE-COMMON-009"] == "silent"  # immutable members: only a modify can change them
    assert of_existing["VPCE-IFACE-031"] == "silent"  # a quota for one more
    assert of_existing["VPCE-IFACE-014"] == "judged"  # DNS of a VPC can be turned off later
    assert of_existing["VPCE-IFACE-002"] == "evidence"
    assert of_existing["VPCE-ORG-003"] == "judged"
