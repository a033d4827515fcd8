"""Associations of Crossplane: taken into the endpoint of the same document, else modifications of their own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.kubernetes import ENDPOINT_ID, SUBNETS, VPC_ID, check_against_crd, crossplane, review
from vpce_guard.formats import read
from vpce_guard.formats.document import Extras
from vpce_guard.formats.text import read_text
from vpce_guard.model import Json

SQS = crossplane(serviceName="com.amazonaws.us-east-1.sqs", vpcEndpointType="Interface", vpcId=VPC_ID)
HERE = {"vpcEndpointIdRef": {"name": "sqs"}}


def subnet(name: str, **provider: Any) -> Json:
    return crossplane(name, kind="VPCEndpointSubnetAssociation", **provider)


def test_associations_of_the_same_document_give_an_endpoint_its_lists() -> None:
    groups = crossplane("g", kind="VPCEndpointSecurityGroupAssociation", securityGroupId="sg-0a1b2c3d", **HERE)
    parts = [subnet("a", subnetId=SUBNETS[0], **HERE), subnet("b", subnetId=SUBNETS[1], **HERE), groups]
    for part in parts:
        check_against_crd(part)
    (found,) = read([parts[0], SQS, *parts[1:]])
    assert found.operation == "create"
    assert found.request["SubnetIds"] == list(SUBNETS)
    assert found.request["SecurityGroupIds"] == ["sg-0a1b2c3d"]
    assert found.unknown == ()


def test_a_list_that_no_association_fills_stays_unknown() -> None:
    (found,) = read([SQS, subnet("a", subnetId=SUBNETS[0], **HERE)])
    assert found.unknown == ("/request/SecurityGroupIds",)


def test_a_subnet_that_an_association_refers_to_is_unknown_by_itself() -> None:
    (found,) = read([SQS, subnet("a", subnetIdRef={"name": "x"}, **HERE), subnet("b", subnetId=SUBNETS[0], **HERE)])
    assert found.request["SubnetIds"] == [None, SUBNETS[0]]
    assert "/request/SubnetIds/0" in found.unknown


@pytest.mark.parametrize("selector", [{"matchLabels": {"app": "sqs"}}, {"matchControllerRef": True}])
def test_a_selector_finds_the_only_endpoint_it_can_mean(selector: Json) -> None:
    labelled = {**SQS, "metadata": {"name": "sqs", "labels": {"app": "sqs"}}}
    (found,) = read([labelled, subnet("a", subnetId=SUBNETS[0], vpcEndpointIdSelector=selector)])
    assert found.request["SubnetIds"] == [SUBNETS[0]]


def test_an_association_that_may_be_of_any_endpoint_leaves_their_lists_open() -> None:
    other = {**SQS, "metadata": {"name": "other"}}
    parts = [
        subnet("a", subnetId=SUBNETS[0], **HERE),
        subnet("b", subnetId=SUBNETS[1], vpcEndpointIdSelector={"matchControllerRef": True}),
    ]
    found = read([SQS, other, *parts])
    assert [p.operation for p in found] == ["create", "create", "modify"]
    assert "/request/SubnetIds" in found[0].unknown
    assert "/request/VpcEndpointId" in found[2].unknown


def test_associations_of_an_endpoint_elsewhere_are_one_modification() -> None:
    parts = [subnet(str(n), subnetId=s, vpcEndpointId=ENDPOINT_ID) for n, s in enumerate(SUBNETS)]
    tables = crossplane("r", kind="VPCEndpointRouteTableAssociation", routeTableId="rtb-0a1b2c3d", **HERE)
    found = read([*parts, tables])
    assert [p.request for p in found] == [
        {"VpcEndpointId": ENDPOINT_ID, "AddSubnetIds": list(SUBNETS)},
        {"AddRouteTableIds": ["rtb-0a1b2c3d"]},
    ]
    assert found[1].unknown == ("/request/VpcEndpointId",)
    assert found[0].address == "VPCEndpointSubnetAssociation/0"


def test_the_endpoint_of_an_association_is_found_in_the_context() -> None:
    current = {"VpcEndpointId": ENDPOINT_ID, "SubnetIds": [SUBNETS[0]], "VpcEndpointType": "Interface"}
    part = subnet("b", subnetId=SUBNETS[1], vpcEndpointId=ENDPOINT_ID)
    (found,) = read(review("CREATE", part), context={"VpcEndpoints": [current]})
    assert found.endpoint is not None
    assert found.endpoint["SubnetIds"] == list(SUBNETS)


@pytest.mark.parametrize(
    ("new", "old", "request_"),
    [
        ({"subnetId": SUBNETS[0]}, None, {"AddSubnetIds": [SUBNETS[0]]}),
        (None, {"subnetId": SUBNETS[0]}, {"RemoveSubnetIds": [SUBNETS[0]]}),
        (
            {"subnetId": SUBNETS[1]},
            {"subnetId": SUBNETS[0]},
            {"AddSubnetIds": [SUBNETS[1]], "RemoveSubnetIds": [SUBNETS[0]]},
        ),
        ({"subnetId": SUBNETS[0]}, {"subnetIdRef": {"name": "a"}}, {"AddSubnetIds": [SUBNETS[0]]}),
    ],
)
def test_a_review_of_an_association_modifies_the_endpoint(new: Any, old: Any, request_: Json) -> None:
    items = [subnet("a", vpcEndpointId=ENDPOINT_ID, **part) if part else None for part in (new, old)]
    operation = "DELETE" if new is None else "UPDATE" if old else "CREATE"
    (found,) = read(review(operation, *items))
    assert found.request == {"VpcEndpointId": ENDPOINT_ID, **request_}


@pytest.mark.parametrize(
    ("operation", "spec"),
    [("CREATE", {"managementPolicies": ["Observe"]}), ("DELETE", {"deletionPolicy": "Orphan"})],
)
def test_an_association_that_is_only_observed_changes_nothing(operation: str, spec: Json) -> None:
    item = crossplane(
        "a", kind="VPCEndpointSubnetAssociation", spec=spec, subnetId=SUBNETS[0], vpcEndpointId=ENDPOINT_ID
    )
    assert read(review(operation, item, item)) == []


def test_an_update_that_leaves_an_association_as_it_is_changes_nothing() -> None:
    old = subnet("a", subnetId=SUBNETS[0], vpcEndpointId=ENDPOINT_ID)
    new = {**old, "metadata": {"name": "a", "finalizers": ["x"]}}
    assert read(review("UPDATE", new, old)) == []


def test_a_policy_object_sets_the_policy() -> None:
    (found,) = read([SQS, crossplane("p", kind="VPCEndpointPolicy", policy="{}", **HERE)])
    assert found.request["PolicyDocument"] == "{}"
    part = crossplane("p", kind="VPCEndpointPolicy", policy="{}", vpcEndpointId=ENDPOINT_ID)
    assert read(review("CREATE", part))[0].request["PolicyDocument"] == "{}"
    assert read(review("DELETE", None, part))[0].request["ResetPolicy"] is True


def test_a_finding_on_a_subnet_is_placed_at_its_association() -> None:
    text = read_text(
        b"""\
apiVersion: ec2.aws.upbound.io/v1beta2
kind: VPCEndpoint
metadata: {name: sqs}
spec: {forProvider: {region: us-east-1, vpcEndpointType: Interface}}
---
apiVersion: ec2.aws.upbound.io/v1beta1
kind: VPCEndpointSubnetAssociation
metadata: {name: a}
spec:
  forProvider: {subnetId: subnet-0a1b2c3d, vpcEndpointIdRef: {name: sqs}}
""",
        file="m.yaml",
        limit=1 << 20,
        yaml_limit=1 << 20,
    )
    from vpce_guard.formats import read_drafts

    (draft,) = read_drafts(text.value, given=Extras(text=text)).drafts
    assert draft.locations is not None
    place = draft.locations.locate("/request/SubnetIds/0")
    assert place is not None
    assert place.line == 10
