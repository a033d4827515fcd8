"""Objects inside of other objects: Compositions, resource graphs, and text that is not read."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.kubernetes import VPC_ID, ack, crossplane
from vpce_guard.errors import MalformedError
from vpce_guard.formats import detect, read
from vpce_guard.model import Json

S3 = crossplane(serviceName="com.amazonaws.us-east-1.s3", vpcId=VPC_ID, tags={"owner": "a"})
BASE = {name: value for name, value in S3.items() if name != "metadata"}
PATCHED = {"patches": [{"target": {"kind": "VPCEndpoint"}, "patch": "- {op: remove, path: /spec}"}]}
TEXT = "apiVersion: ec2.aws.upbound.io/v1beta2\nkind: VPCEndpoint\nspec: {}\n"


def composition(*resources: Json, **of_input: Any) -> Json:
    step = {"step": "resources", "functionRef": {"name": "f"}, "input": {"resources": list(resources), **of_input}}
    return {
        "apiVersion": "apiextensions.crossplane.io/v1",
        "kind": "Composition",
        "metadata": {"name": "network"},
        "spec": {"mode": "Pipeline", "pipeline": [step]},
    }


def test_an_endpoint_in_a_composition_is_read_and_says_where_it_stands() -> None:
    (found,) = read(composition({"name": "s3", "base": BASE}))
    assert found.address == "Composition/network: VPCEndpoint/s3"
    assert found.request["ServiceName"] == "com.amazonaws.us-east-1.s3"


def test_a_composition_of_the_first_form_is_read() -> None:
    old = {**composition(), "spec": {"resources": [{"name": "s3", "base": BASE}]}}
    assert [p.address for p in read(old)] == ["Composition/network: VPCEndpoint/s3"]


@pytest.mark.parametrize(
    ("patch", "pointer", "member"),
    [
        ({"fromFieldPath": "spec.vpcId", "toFieldPath": "spec.forProvider.vpcId"}, "/request/VpcId", "VpcId"),
        (
            {"type": "CombineFromComposite", "toFieldPath": "spec.forProvider.serviceName"},
            "/request/ServiceName",
            "ServiceName",
        ),
        (
            {"type": "FromEnvironmentFieldPath", "toFieldPath": "spec.forProvider.policy"},
            "/request/PolicyDocument",
            "PolicyDocument",
        ),
        ({"fromFieldPath": "spec.forProvider.vpcId"}, "/request/VpcId", "VpcId"),
        ({"type": "PatchSet", "patchSetName": "common"}, "/request/VpcEndpointType", "VpcEndpointType"),
        ({"toFieldPath": "spec.forProvider"}, "/request/ServiceName", "ServiceName"),
    ],
)
def test_what_a_patch_fills_in_is_unknown(patch: Json, pointer: str, member: str) -> None:
    sets = [{"name": "common", "patches": [{"toFieldPath": "spec.forProvider.vpcEndpointType"}]}]
    (found,) = read(composition({"name": "s3", "base": BASE, "patches": [patch]}, patchSets=sets))
    assert pointer in found.unknown
    assert member not in found.request


@pytest.mark.parametrize(
    "patch",
    [
        {
            "type": "ToCompositeFieldPath",
            "fromFieldPath": "status.atProvider.id",
            "toFieldPath": "spec.forProvider.vpcId",
        },
        {"fromFieldPath": "spec.name", "toFieldPath": "metadata.annotations[crossplane.io/external-name]"},
    ],
)
def test_a_patch_of_something_else_leaves_the_endpoint_as_it_is(patch: Json) -> None:
    (found,) = read(composition({"name": "s3", "base": BASE, "patches": [patch]}))
    assert found.request["VpcId"] == VPC_ID


def test_a_tag_that_a_patch_fills_in_has_an_unknown_value() -> None:
    patch = {"toFieldPath": "spec.forProvider.tags[team]"}
    (found,) = read(composition({"name": "s3", "base": BASE, "patches": [patch]}))
    assert found.request["TagSpecifications"][0]["Tags"] == [{"Key": "owner", "Value": "a"}, {"Key": "team"}]
    assert "/request/TagSpecifications/0/Tags/1/Value" in found.unknown


def test_references_hold_within_one_composition_only() -> None:
    vpc = {name: value for name, value in crossplane(kind="VPC").items() if name != "metadata"}
    base = {**BASE, "spec": {"forProvider": {"vpcIdSelector": {"matchControllerRef": True}, "region": "us-east-1"}}}
    one = composition({"name": "vpc", "base": vpc}, {"name": "s3", "base": base})
    other = {**composition({"name": "s3", "base": base}), "metadata": {"name": "other"}}
    found = read([one, other])
    assert [p.request.get("VpcId") for p in found] == ["Composition/network: VPC/vpc", None]


@pytest.mark.parametrize(
    "wrapper",
    [
        {
            "apiVersion": "kro.run/v1alpha1",
            "kind": "ResourceGraphDefinition",
            "spec": {"resources": [{"id": "e", "template": S3}]},
        },
        {
            "apiVersion": "work.open-cluster-management.io/v1",
            "kind": "ManifestWork",
            "spec": {"workload": {"manifests": [S3]}},
        },
        {
            "apiVersion": "kubernetes.crossplane.io/v1alpha2",
            "kind": "Object",
            "spec": {"forProvider": {"manifest": S3}},
        },
    ],
)
def test_whatever_wraps_an_endpoint_is_looked_into(wrapper: Json) -> None:
    assert [p.request["VpcId"] for p in read(wrapper)] == [VPC_ID]


def test_expressions_in_the_place_of_lists_flags_and_policies_are_unknown() -> None:
    template = ack(
        serviceName="com.amazonaws.us-east-1.sqs",
        subnetIDs="${schema.spec.subnets}",
        privateDNSEnabled="${schema.spec.dns}",
        policyDocument="${schema.spec.policy}",
    )
    graph = {"apiVersion": "kro.run/v1alpha1", "kind": "ResourceGraphDefinition", "spec": {"template": template}}
    (found,) = read(graph)
    assert found.unknown == ("/request/SubnetIds", "/request/PrivateDnsEnabled", "/request/PolicyDocument")


def test_what_only_names_an_endpoint_is_none() -> None:
    composite = {
        "apiVersion": "example.org/v1",
        "kind": "XNetwork",
        "spec": {"resourceRefs": [{"apiVersion": "ec2.aws.upbound.io/v1beta2", "kind": "VPCEndpoint", "name": "s3"}]},
    }
    assert detect(composite) is None


@pytest.mark.parametrize(
    ("wrapper", "advice"),
    [
        (composition(inline={"template": "{{ if .x }}\n" + TEXT + "{{ end }}"}), "crossplane render"),
        (
            {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "patches": [{"patch": TEXT}]},
            "kustomize build",
        ),
        (
            {"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization", "spec": PATCHED},
            "kustomize build",
        ),
        ({"apiVersion": "v1", "kind": "ConfigMap", "data": {"m.yaml": TEXT}}, "objects that it becomes"),
    ],
)
def test_an_endpoint_as_text_is_an_error_that_says_what_to_send(wrapper: Json, advice: str) -> None:
    with pytest.raises(MalformedError, match="in a text") as caught:
        read(wrapper)
    assert advice in str(caught.value.advice)


def test_the_last_applied_configuration_is_no_text_that_matters() -> None:
    noted = {
        **S3,
        "metadata": {"name": "s3", "annotations": {"kubectl.kubernetes.io/last-applied-configuration": TEXT}},
    }
    assert len(read(noted)) == 1


def test_items_of_a_list_of_one_kind_need_not_say_it() -> None:
    item = {name: value for name, value in S3.items() if name not in ("apiVersion", "kind")}
    (found,) = read({"apiVersion": S3["apiVersion"], "kind": "VPCEndpointList", "items": [item]})
    assert found.address == "VPCEndpoint/sqs"


def graph(*resources: Json) -> Json:
    return {
        "apiVersion": "kro.run/v1alpha1",
        "kind": "ResourceGraphDefinition",
        "metadata": {"name": "net"},
        "spec": {"resources": list(resources)},
    }


SUBNET = {"vpcID": "${main.status.vpcID}", "availabilityZone": "us-east-1a", "cidrBlock": "10.0.1.0/24"}
IN_GRAPH = ack("e", vpcID="${main.status.vpcID}", subnetIDs=["${first.status.subnetID}", "${other.status.subnetID}"])


def test_an_id_that_a_resource_of_a_graph_takes_from_another_is_that_object() -> None:
    vpc = {"id": "main", "template": ack("v", kind="VPC", enableDNSHostnames=True)}
    (found,) = read(graph(vpc, {"id": "first", "template": ack("s", kind="Subnet", **SUBNET)}, {"template": IN_GRAPH}))
    assert found.request["VpcId"] == "ResourceGraphDefinition/net: VPC/net/v"
    assert found.request["SubnetIds"] == [
        "ResourceGraphDefinition/net: Subnet/net/s",
        "${other.status.subnetID}",
    ]
    assert found.context["Vpc"]["EnableDnsHostnames"] is True
    assert found.context["Subnets"][0]["VpcId"] == found.request["VpcId"]


def test_what_a_graph_makes_many_of_is_no_single_object() -> None:
    many = {"id": "first", "forEach": [{"zone": "${schema.spec.zones}"}], "template": ack("s", kind="Subnet", **SUBNET)}
    (found,) = read(graph(many, {"template": IN_GRAPH}))
    assert found.request["SubnetIds"] == ["${first.status.subnetID}", "${other.status.subnetID}"]
