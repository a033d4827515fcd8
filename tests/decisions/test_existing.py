"""What was wrong before an update and stays so is told, and does not deny."""

from __future__ import annotations

from vpce_guard.decisions.existing import as_before, without_existing
from vpce_guard.model import EnforcementAction, Proposal, Undetermined, Verdict, Violation


def violation(rule_id: str, message: str, action: EnforcementAction = "deny") -> Violation:
    return Violation(
        rule_id=rule_id,
        title="t",
        severity="error",
        enforcement_action=action,
        message=message,
        path="/request",
        remediation="r",
        source="https://example.org",
    )


def verdict(*violations: Violation, allowed: bool = False, undetermined: tuple[Undetermined, ...] = ()) -> Verdict:
    return Verdict(
        allowed=allowed, violations=violations, waived=(), undetermined=undetermined, overrides=(), reach=None
    )


OLD = violation("VPCE-ORG-003", "the tag owner is missing")


def test_what_was_there_before_in_the_same_words_warns() -> None:
    found = without_existing(verdict(OLD), verdict(OLD), strict=False)
    assert (found.allowed, found.violations) == (True, (violation("VPCE-ORG-003", "the tag owner is missing", "warn"),))


def test_the_same_rule_with_other_words_denies() -> None:
    worse = violation("VPCE-ORG-003", "the tags owner and team are missing")
    assert without_existing(verdict(worse), verdict(OLD), strict=False) == verdict(worse)


def test_something_new_beside_it_denies() -> None:
    new = violation("VPCE-IFACE-006", "the last subnet goes")
    found = without_existing(verdict(OLD, new), verdict(OLD), strict=False)
    assert found.allowed is False
    assert [v.enforcement_action for v in found.violations] == ["warn", "deny"]


def test_what_is_undetermined_still_denies_where_that_is_wanted() -> None:
    unsure = (Undetermined(rule_id="VPCE-COMMON-001", reason="r", missing=("/context/Vpc",)),)
    assert without_existing(verdict(OLD, undetermined=unsure), verdict(OLD), strict=True).allowed is False
    assert without_existing(verdict(OLD, undetermined=unsure), verdict(OLD), strict=False).allowed is True


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
