"""AdmissionReviews and manifests of ACK and Crossplane."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.errors import MalformedError
from vpce_guard.formats import read
from vpce_guard.formats.text import read_text
from vpce_guard.model import Json

ACK: Json = {
    "apiVersion": "ec2.services.k8s.aws/v1alpha1",
    "kind": "VPCEndpoint",
    "metadata": {
        "name": "sqs",
        "namespace": "net",
        "labels": {"team": "payments"},
        "annotations": {"services.k8s.aws/region": "us-east-1"},
    },
    "spec": {
        "vpcEndpointType": "Interface",
        "vpcID": "vpc-1",
        "serviceName": "com.amazonaws.us-east-1.sqs",
        "subnetIDs": ["subnet-1"],
        "securityGroupRefs": [{"from": {"name": "group"}}],
        "privateDNSEnabled": True,
        "policyDocument": "{}",
        "dnsOptions": {"dnsRecordIPType": "ipv4"},
        "tags": [{"key": "owner", "value": "a"}],
    },
}
CROSSPLANE: Json = {
    "apiVersion": "ec2.aws.m.upbound.io/v1beta1",
    "kind": "VPCEndpoint",
    "metadata": {"name": "sqs", "namespace": "net"},
    "spec": {
        "initProvider": {"privateDnsEnabled": False},
        "forProvider": {
            "region": "us-east-1",
            "vpcEndpointType": "Interface",
            "vpcId": "vpc-1",
            "vpcIdRef": {"name": "main"},
            "serviceName": "com.amazonaws.us-east-1.sqs",
            "subnetIds": ["subnet-1"],
            "securityGroupIdSelector": {"matchLabels": {"a": "b"}},
            "privateDnsEnabled": True,
            "policy": "{}",
            "dnsOptions": [{"dnsRecordIpType": "ipv4"}],
            "tags": {"owner": "a"},
        },
    },
}
BOTH = pytest.mark.parametrize("item", [ACK, CROSSPLANE], ids=["ack", "crossplane"])


def review(operation: str, new: Any = None, old: Any = None, **more: Any) -> Json:
    request = {"uid": "u", "operation": operation, "object": new, "oldObject": old, **more}
    return {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request}


def existing(item: Json, **spec: Any) -> Json:
    if item is ACK:
        return {**item, "spec": {**item["spec"], **spec}, "status": {"vpcEndpointID": "vpce-1", "state": "available"}}
    provider = {**item["spec"]["forProvider"], **spec}
    return {**item, "spec": {"forProvider": provider}, "status": {"atProvider": {"id": "vpce-1"}}}


@BOTH
def test_a_create_of_either_controller_is_the_same_request(item: Json) -> None:
    (found,) = read(review("CREATE", item))
    assert found.operation == "create"
    assert found.request == {
        "VpcEndpointType": "Interface",
        "VpcId": "vpc-1",
        "ServiceName": "com.amazonaws.us-east-1.sqs",
        "SubnetIds": ["subnet-1"],
        "PrivateDnsEnabled": True,
        "PolicyDocument": "{}",
        "DnsOptions": {"DnsRecordIpType": "ipv4"},
        "TagSpecifications": [{"ResourceType": "vpc-endpoint", "Tags": [{"Key": "owner", "Value": "a"}]}],
    }
    assert found.unknown == ("/request/SecurityGroupIds",)
    assert found.context["Region"] == "us-east-1"
    assert found.address == "VPCEndpoint/net/sqs"


def test_labels_of_the_object_are_labels() -> None:
    assert read(review("CREATE", ACK))[0].labels == {"team": "payments"}


@pytest.mark.parametrize(("item", "name"), [(ACK, "subnetIDs"), (CROSSPLANE, "subnetIds")])
def test_an_update_is_the_modify_that_makes_it(item: Json, name: str) -> None:
    old = existing(item)
    new = existing(item, **{name: ["subnet-2"]})
    (found,) = read(review("UPDATE", new, old))
    assert found.operation == "modify"
    assert found.request["VpcEndpointId"] == "vpce-1"
    assert found.request["AddSubnetIds"] == ["subnet-2"]
    assert found.request["RemoveSubnetIds"] == ["subnet-1"]
    assert found.current is not None
    assert found.current["SubnetIds"] == ["subnet-1"]


@pytest.mark.parametrize(("item", "name"), [(ACK, "vpcID"), (CROSSPLANE, "vpcId")])
def test_what_cannot_be_modified_is_left_to_the_rules(item: Json, name: str) -> None:
    (found,) = read(review("UPDATE", existing(item, **{name: "vpc-2"}), existing(item)))
    assert found.request["VpcId"] == "vpc-2"


@BOTH
def test_an_update_before_there_is_an_endpoint_is_a_create(item: Json) -> None:
    assert read(review("UPDATE", item, item))[0].operation == "create"


@BOTH
def test_a_delete_names_the_endpoint(item: Json) -> None:
    (found,) = read(review("DELETE", None, existing(item)))
    assert (found.operation, found.request) == ("delete", {"VpcEndpointId": "vpce-1"})


@pytest.mark.parametrize(
    "document",
    [
        review("CONNECT", None),
        review("UPDATE", ACK, ACK, subResource="status"),
        review("CREATE", {**ACK, "kind": "Subnet"}),
        review("CREATE", {**ACK, "apiVersion": "example.org/v1"}),
        review("CREATE", {**ACK, "metadata": {"annotations": {"services.k8s.aws/read-only": "true"}}}),
        review("CREATE", {**CROSSPLANE, "spec": {**CROSSPLANE["spec"], "managementPolicies": ["Observe"]}}),
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
    ],
)
def test_a_review_of_the_wrong_shape_is_told(document: Json, pointer: str) -> None:
    with pytest.raises(MalformedError) as caught:
        read(document, format_name="admission_review")
    assert [p["pointer"] for p in caught.value.pointers] == [pointer]


def test_manifests_in_one_file_are_read() -> None:
    text = b"""\
apiVersion: v1
kind: ConfigMap
---
apiVersion: ec2.services.k8s.aws/v1alpha1
kind: VPCEndpoint
metadata: {name: a}
spec: {vpcID: vpc-1, serviceName: com.amazonaws.us-east-1.s3}
---
apiVersion: v1
kind: List
items:
- apiVersion: ec2.aws.upbound.io/v1beta2
  kind: VPCEndpoint
  metadata: {name: b}
  spec: {forProvider: {vpcId: vpc-1, serviceName: com.amazonaws.us-east-1.s3, dnsOptions: {dnsRecordIpType: ipv4}}}
"""
    value = read_text(text, file="m.yaml", limit=1 << 20, yaml_limit=1 << 20).value
    found = read(value)
    assert [p.address for p in found] == ["VPCEndpoint/a", "VPCEndpoint/b"]
    assert found[1].request["DnsOptions"] == {
        "DnsRecordIpType": "ipv4",
        "PrivateDnsOnlyForInboundResolverEndpoint": False,
    }
