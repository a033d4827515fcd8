"""AdmissionReviews and manifests of ACK and Crossplane."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.kubernetes import (
    ACK,
    CROSSPLANE,
    ENDPOINT_ID,
    SUBNETS,
    VPC_ID,
    ack,
    annotated,
    check_against_crd,
    crossplane,
    existing,
    review,
)
from vpce_guard.errors import MalformedError
from vpce_guard.formats import detect, read, read_drafts
from vpce_guard.formats.document import Extras
from vpce_guard.formats.proposal import write
from vpce_guard.formats.text import read_text
from vpce_guard.model import Json

BOTH = pytest.mark.parametrize("item", [ACK, CROSSPLANE], ids=["ack", "crossplane"])


@BOTH
def test_the_objects_here_are_such_as_the_crds_allow(item: Json) -> None:
    check_against_crd(item)
    check_against_crd(existing(item))


@pytest.mark.parametrize(
    ("item", "subnets", "unknown"),
    [
        (ACK, {"SubnetIds": [SUBNETS[0]]}, ("/request/SecurityGroupIds",)),
        (CROSSPLANE, {}, ("/request/SubnetIds", "/request/SecurityGroupIds")),
    ],
    ids=["ack", "crossplane"],
)
def test_a_create_of_either_controller_is_the_same_request(item: Json, subnets: Json, unknown: Any) -> None:
    (found,) = read(review("CREATE", item))
    assert found.operation == "create"
    assert found.request == {
        "VpcEndpointType": "Interface",
        "VpcId": VPC_ID,
        "ServiceName": "com.amazonaws.us-east-1.sqs",
        **subnets,
        "PrivateDnsEnabled": True,
        "PolicyDocument": "{}",
        "DnsOptions": {"DnsRecordIpType": "ipv4"},
        "TagSpecifications": [{"ResourceType": "vpc-endpoint", "Tags": [{"Key": "owner", "Value": "a"}]}],
    }
    assert found.unknown == unknown
    assert found.context["Region"] == "us-east-1"
    assert found.address == "VPCEndpoint/net/sqs"


def test_labels_of_the_object_are_labels() -> None:
    assert read(review("CREATE", ACK))[0].labels == {"team": "payments"}


def test_an_update_is_the_modify_that_makes_it() -> None:
    (found,) = read(review("UPDATE", existing(ACK, subnetIDs=[SUBNETS[1]]), existing(ACK)))
    assert found.operation == "modify"
    assert found.request == {
        "VpcEndpointId": ENDPOINT_ID,
        "AddSubnetIds": [SUBNETS[1]],
        "RemoveSubnetIds": [SUBNETS[0]],
    }
    assert found.current is not None
    assert found.current["SubnetIds"] == [SUBNETS[0]]
    assert found.unknown == ()


@pytest.mark.parametrize(("item", "name"), [(ACK, "vpcID"), (CROSSPLANE, "vpcId")])
def test_what_cannot_be_modified_is_left_to_the_rules(item: Json, name: str) -> None:
    (found,) = read(review("UPDATE", existing(item, **{name: "vpc-0a1b2c3d4e5f60799"}), existing(item)))
    assert found.request["VpcId"] == "vpc-0a1b2c3d4e5f60799"


@BOTH
def test_an_update_before_there_is_an_endpoint_is_a_create(item: Json) -> None:
    corrected = {
        **item,
        "spec": {**item["spec"], **({"ipAddressType": "ipv4"} if item is ACK else {"initProvider": {}})},
    }
    assert read(review("UPDATE", corrected, item))[0].operation == "create"


@BOTH
def test_a_delete_names_the_endpoint(item: Json) -> None:
    (found,) = read(review("DELETE", None, existing(item)))
    assert (found.operation, found.request) == ("delete", {"VpcEndpointId": ENDPOINT_ID})


@pytest.mark.parametrize(
    "item", [ack(serviceName="com.amazonaws.us-east-1.s3"), crossplane(serviceName="com.amazonaws.us-east-1.s3")]
)
def test_an_endpoint_without_a_type_is_a_gateway_when_it_goes_too(item: Json) -> None:
    (found,) = read(review("DELETE", None, existing(item)))
    assert found.current is not None
    assert found.current["VpcEndpointType"] == "Gateway"


@BOTH
@pytest.mark.parametrize(
    "change",
    [
        {},
        {"finalizers": ["finalizers.example.org"]},
        {"labels": {"a": "b"}},
        {"annotations": {"example.org/note": "b", "services.k8s.aws/region": "us-east-1"}},
        {"deletionTimestamp": "2026-11-29T19:00:00Z"},
    ],
)
def test_an_update_of_metadata_alone_changes_nothing(item: Json, change: Json) -> None:
    old = existing(item)
    new = {**old, "metadata": {**old["metadata"], **change}, "status": {**old["status"], "conditions": []}}
    assert read(review("UPDATE", new, old)) == []


@BOTH
def test_an_object_that_is_being_deleted_is_left_alone_whatever_changes(item: Json) -> None:
    old = existing(item)
    going = {**old["metadata"], "deletionTimestamp": "2026-11-29T19:00:00Z"}
    new = {**old, "metadata": going, "spec": CROSSPLANE["spec"]}
    assert read(review("UPDATE", new, {**old, "metadata": going})) == []
    assert read(review("DELETE", None, {**old, "metadata": going})) == []


@BOTH
def test_an_object_that_never_had_an_endpoint_may_go(item: Json) -> None:
    assert read(review("DELETE", None, item)) == []


@pytest.mark.parametrize(
    "document",
    [
        review("CONNECT", None),
        review("UPDATE", ACK, ACK, subResource="status"),
        review("CREATE", {**ACK, "kind": "Subnet"}),
        review("CREATE", {**ACK, "apiVersion": "example.org/v1"}),
        review("CREATE", crossplane(kind="VPCEndpointService", acceptanceRequired=False)),
    ],
)
def test_what_changes_no_endpoint_is_no_proposal(document: Json) -> None:
    assert read(document) == []


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        ({"kind": "AdmissionReview"}, "/request"),
        (review("PATCH", ACK), "/request/operation"),
        (review("CREATE", None), "/request/object"),
        (review("DELETE", None, None), "/request/oldObject"),
        (review("CREATE", {**ACK, "spec": []}), "/request/object/spec"),
        (review("CREATE", ACK, userInfo=[1]), "/request/userInfo"),
        (review("CREATE", {**CROSSPLANE, "spec": {"initProvider": []}}), "/request/object/spec/initProvider"),
    ],
)
def test_a_review_of_the_wrong_shape_is_told(document: Json, pointer: str) -> None:
    with pytest.raises(MalformedError) as caught:
        read(document, format_name="admission_review")
    assert [p["pointer"] for p in caught.value.pointers] == [pointer]


def test_an_update_tells_the_endpoint_before_with_its_tags() -> None:
    new = existing(ACK, tags=[{"key": "owner", "value": "b"}])
    (found,) = read(review("UPDATE", new, existing(ACK)))
    assert found.request == {"VpcEndpointId": ENDPOINT_ID}
    assert found.before is not None
    assert found.before["Tags"] == [{"Key": "owner", "Value": "a"}]
    assert found.endpoint is not None
    assert found.endpoint["Tags"] == [{"Key": "owner", "Value": "b"}]


def test_another_vpce_guard_is_told_of_the_endpoint_before() -> None:
    found = read_drafts(review("UPDATE", existing(ACK, privateDNSEnabled=False), existing(ACK)))
    (draft,) = read_drafts(json.loads(json.dumps(write(found)))).drafts
    assert draft.before == found.drafts[0].before
    assert draft.before is not None


def test_manifests_in_one_file_are_read() -> None:
    text = b"""\
apiVersion: v1
kind: ConfigMap
---
# Source: chart/templates/none.yaml
---
apiVersion: ec2.services.k8s.aws/v1alpha1
kind: VPCEndpoint
metadata: {name: a}
spec: {vpcID: vpc-0a1b2c3d, serviceName: com.amazonaws.us-east-1.s3}
---
apiVersion: v1
kind: List
items:
- apiVersion: ec2.aws.upbound.io/v1beta1
  kind: VPCEndpoint
  metadata: {name: b}
  spec:
    forProvider: {vpcId: vpc-0a1b2c3d, serviceName: com.amazonaws.us-east-1.s3, dnsOptions: [{dnsRecordIpType: ipv4}]}
"""
    value = read_text(text, file="m.yaml", limit=1 << 20, yaml_limit=1 << 20).value
    found = read(value)
    assert [p.address for p in found] == ["VPCEndpoint/a", "VPCEndpoint/b"]
    assert found[1].request["DnsOptions"] == {
        "DnsRecordIpType": "ipv4",
        "PrivateDnsOnlyForInboundResolverEndpoint": False,
    }


def test_manifests_without_endpoints_are_another_format() -> None:
    assert detect([{"apiVersion": "v1", "kind": "Pod", "spec": {}}]) is None
    assert read([{"apiVersion": "v1", "kind": "Pod", "spec": {}}], format_name="admission_review") == []


def test_two_endpoints_in_the_vpc_of_one_reference_are_in_one_vpc() -> None:
    items = [ack(name, serviceName="com.amazonaws.us-east-1.kms", vpcRef={"from": {"name": "main"}}) for name in "ab"]
    assert [p.request["VpcId"] for p in read(items)] == ["VPC/net/main", "VPC/net/main"]


@pytest.mark.parametrize(
    ("reference", "vpc"),
    [
        ({"vpcIdRef": {"name": "main"}}, "VPC/main"),
        ({"vpcIdSelector": {"matchLabels": {"net": "main", "a": "b"}}}, "VPC/(a=b,net=main)"),
    ],
)
def test_two_endpoints_of_crossplane_may_be_in_one_vpc_too(reference: Json, vpc: str) -> None:
    items = [crossplane(name, serviceName="com.amazonaws.us-east-1.kms", **reference) for name in "ab"]
    assert [p.request["VpcId"] for p in read(items)] == [vpc, vpc]


def test_a_context_that_tells_of_a_network_leaves_a_reference_open() -> None:
    item = ack(serviceName="com.amazonaws.us-east-1.kms", vpcRef={"from": {"name": "main"}})
    (found,) = read([item], context={"Vpc": {"VpcId": VPC_ID}}, given=Extras(context={"Vpc": {"VpcId": VPC_ID}}))
    assert "VpcId" not in found.request
    assert "/request/VpcId" in found.unknown


def test_an_object_that_is_paused_in_a_file_is_no_proposal() -> None:
    assert read([annotated(crossplane(vpcId=VPC_ID), paused="true")]) == []
