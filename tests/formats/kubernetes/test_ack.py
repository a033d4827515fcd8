"""What ACK's controller does for an object: adoption, read-only and retained objects, references."""

from __future__ import annotations

import pytest

from tests.support.kubernetes import ENDPOINT_ID, SUBNETS, VPC_ID, ack, annotated, check_against_crd, existing, review
from vpce_guard.formats import read
from vpce_guard.model import Json

FIELDS = f'{{"vpcEndpointID": "{ENDPOINT_ID}"}}'
SQS = {"serviceName": "com.amazonaws.us-east-1.sqs", "vpcEndpointType": "Interface", "vpcID": VPC_ID}


@pytest.mark.parametrize(
    ("notes", "spec", "operations"),
    [
        ({"adoption_policy": "adopt", "adoption_fields": FIELDS}, {}, []),
        ({"adoption_policy": "adopt", "adoption_fields": FIELDS}, SQS, []),
        ({"adoption_policy": "adopt-or-create", "adoption_fields": FIELDS}, {}, []),
        ({"adoption_policy": "adopt-or-create", "adoption_fields": FIELDS}, SQS, ["create"]),
        ({"read_only": "true"}, SQS, []),
        ({"read_only": "false"}, SQS, ["create"]),
        ({"deletion_policy": "retain"}, SQS, ["create"]),
    ],
)
def test_annotations_say_whether_something_is_created(notes: Json, spec: Json, operations: list[str]) -> None:
    assert [p.operation for p in read(review("CREATE", annotated(ack(**spec), **notes)))] == operations


def test_what_adoption_writes_into_the_spec_is_no_change() -> None:
    old = annotated(ack(), adoption_policy="adopt", adoption_fields=FIELDS)
    new = annotated(ack(**SQS), adoption_policy="adopt", adoption_fields=FIELDS, adopted="true")
    assert read(review("UPDATE", new, old)) == []


def test_an_adopted_endpoint_is_changed_like_any_other() -> None:
    old = annotated(existing(ack(**SQS)), adoption_policy="adopt", adoption_fields=FIELDS, adopted="true")
    new = {**old, "spec": {**SQS, "privateDNSEnabled": False}}
    (found,) = read(review("UPDATE", new, old))
    assert found.request == {"VpcEndpointId": ENDPOINT_ID, "PrivateDnsEnabled": False}


def test_taking_away_the_wish_to_adopt_makes_a_create() -> None:
    old = annotated(ack(**SQS), adoption_policy="adopt", adoption_fields=FIELDS)
    assert [p.operation for p in read(review("UPDATE", ack(**SQS), old))] == ["create"]


@pytest.mark.parametrize("notes", [{"deletion_policy": "retain"}, {"read_only": "true"}])
def test_an_object_whose_endpoint_stays_deletes_nothing(notes: Json) -> None:
    assert read(review("DELETE", None, annotated(existing(ack(**SQS)), **notes))) == []


def test_references_are_unknown_and_not_missing() -> None:
    item = ack(
        serviceRef={"from": {"name": "search"}},
        vpcRef={"from": {"name": "main"}},
        subnetRefs=[{"from": {"name": "a"}}],
        routeTableRefs=[{"from": {"name": "r"}}],
        securityGroupRefs=[{"from": {"name": "s"}}],
    )
    check_against_crd(item)
    (found,) = read(review("CREATE", item))
    assert found.request == {}
    assert set(found.unknown) == {
        f"/request/{name}" for name in ("ServiceName", "VpcId", "SubnetIds", "RouteTableIds", "SecurityGroupIds")
    }


def test_a_reference_that_stays_is_no_change_and_one_that_changes_is_not_known() -> None:
    old = existing(ack(**SQS, subnetRefs=[{"from": {"name": "a"}}]))
    (found,) = read(review("UPDATE", existing(old, privateDNSEnabled=False), old))
    assert (found.request, found.unknown) == ({"VpcEndpointId": ENDPOINT_ID, "PrivateDnsEnabled": False}, ())
    (found,) = read(review("UPDATE", existing(old, subnetRefs=[{"from": {"name": "b"}}]), old))
    assert found.unknown == ("/request/AddSubnetIds", "/request/RemoveSubnetIds")


def test_a_configuration_of_subnets_that_changes_is_sent() -> None:
    old = existing(ack(**SQS, subnetConfigurations=[{"ipv4": "10.0.1.10", "subnetID": SUBNETS[0]}]))
    new = existing(old, subnetConfigurations=[{"ipv4": "10.0.1.11", "subnetID": SUBNETS[0]}])
    check_against_crd(new)
    (found,) = read(review("UPDATE", new, old))
    assert found.request["SubnetConfigurations"] == [{"SubnetId": SUBNETS[0], "Ipv4": "10.0.1.11"}]


def test_a_type_that_is_given_later_would_change_a_gateway_endpoint() -> None:
    old = existing(ack(serviceName="com.amazonaws.us-east-1.s3", vpcID=VPC_ID))
    (found,) = read(review("UPDATE", existing(old, vpcEndpointType="Interface"), old))
    assert found.request["VpcEndpointType"] == "Interface"
    assert found.current is not None
    assert found.current["VpcEndpointType"] == "Gateway"


def test_region_and_account_come_from_annotations_or_the_status() -> None:
    item = annotated(ack(**SQS), region="us-east-1", owner_account_id="111122223333")
    (found,) = read(review("CREATE", item))
    assert (found.context["Region"], found.context["AccountId"]) == ("us-east-1", "111122223333")
    seen = existing(ack(**SQS))
    seen["status"]["ackResourceMetadata"] = {"region": "us-west-2", "ownerAccountID": "444455556666"}
    (found,) = read(review("DELETE", None, seen))
    assert (found.context["Region"], found.context["AccountId"]) == ("us-west-2", "444455556666")
