"""Whose an endpoint is, how old, and what to do first."""

from __future__ import annotations

from typing import Any

from tests.support.audits import AT, decision, make_audit, violation
from tests.support.existing import gateway, interface
from vpce_guard.formats.document import Draft
from vpce_guard.model import WaivedViolation
from vpce_guard.whatif.audit.audit import owner_tags


def draft(identity: str, **more: Any) -> Draft:
    context = {"Region": "us-east-1", "AccountId": "111122223333"}
    return Draft(operation="create", address=identity, context=context, exists=interface(identity, **more))


def test_an_endpoint_is_told_with_place_state_owner_and_age() -> None:
    pair = decision("vpce-1", violation("deny")), draft("vpce-1", State="Rejected")
    audit = make_audit([pair], owner_keys=("Owner", "owner")).audit
    (one,) = audit.endpoints
    assert (one.account, one.region, one.state, one.owner) == ("111122223333", "us-east-1", "rejected", "payments")
    assert (one.created, one.age_days) == ("2024-03-01T10:00:00.123000Z", 1004)
    assert [(v.rule_id, v.first_seen, v.drift) for v in one.violations] == [("VPCE-ORG-003", AT, None)]
    assert (audit.states, audit.deleted) == ({"rejected": 1}, 2)


def test_what_the_document_does_not_tell_is_none() -> None:
    bare = Draft(operation="create", exists={"VpcEndpointId": "vpce-1", "CreationTimestamp": 5, "Tags": [None]})
    audit = make_audit([(decision("d"), bare)], owner_keys=("owner",)).audit
    (one,) = audit.endpoints
    assert (one.account, one.region, one.state, one.owner, one.created, one.age_days) == (None,) * 6
    assert audit.states == {"not told": 1}


def test_a_waived_violation_is_told_with_its_waiver() -> None:
    waived = WaivedViolation(rule_id="VPCE-ORG-006", waiver_id="W-1", expires="2027-01-01", message="one zone")
    audit = make_audit([(decision("d", waived=(waived,)), draft("vpce-1"))]).audit
    (seen,) = audit.endpoints[0].violations
    assert (seen.waiver_id, seen.waiver_expires, seen.enforcement_action) == ("W-1", "2027-01-01", "inform")


def test_the_order_is_that_of_what_to_do() -> None:
    young, old = {"CreationTimestamp": "2026-11-01T00:00:00Z"}, {"CreationTimestamp": "2020-01-01T00:00:00Z"}
    pairs = [
        (decision("fine"), draft("fine", **old)),
        (decision("informs", violation("inform", "info")), draft("informs", **old)),
        (decision("warned", violation("warn", "warning")), draft("warned", **old)),
        (decision("young", violation("deny")), draft("young", **young)),
        (decision("milder", violation("deny", "warning")), draft("milder", **old)),
        (decision("old", violation("deny")), draft("old", **old)),
        (decision("failed", allowed=False, error="no engine"), draft("failed", **young)),
    ]
    found = make_audit(pairs)
    expected = ["failed", "old", "young", "milder", "warned", "informs", "fine"]
    assert [one.endpoint_id for one in found.audit.endpoints] == expected
    assert [one.decision_id for one in found.decisions] == expected
    assert list(found.drafts) == expected
    assert found.audited["young"].age_days == 29


def test_a_tag_that_org_data_demand_for_owners_goes_first() -> None:
    org = {"tags": {"required": [{"key": "cost-centre"}, {"key": "ServiceOwner"}]}}
    assert owner_tags(org) == ("ServiceOwner", "Owner", "owner", "Team", "team")
    assert owner_tags({}) == ("Owner", "owner", "Team", "team")
    tagged = gateway(Tags=[{"Key": "team", "Value": "a"}, {"Key": "ServiceOwner", "Value": "b"}])
    pair = decision("d"), Draft(operation="create", exists=tagged)
    assert make_audit([pair], owner_keys=owner_tags(org)).audit.endpoints[0].owner == "b"
