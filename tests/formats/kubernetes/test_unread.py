"""Endpoints in a form that is not read are errors that say what to send instead."""

from __future__ import annotations

import json

import pytest

from tests.formats.kubernetes.test_objects import composition
from tests.support.kubernetes import ack
from vpce_guard.errors import MalformedError
from vpce_guard.formats import read, read_drafts
from vpce_guard.model import Json

KCL = """
items = [{
    apiVersion = "ec2.aws.upbound.io/v1beta1"
    kind = "VPCEndpoint"
}]
"""
KCL_TYPE = 'import models.io.upbound.aws.ec2.v1beta1 as ec2\nitems = [ec2.VPCEndpoint {spec.forProvider.region = "a"}]'
PYTHON = 'rsp.update({"apiVersion": "ec2.aws.m.upbound.io/v1beta1", "kind": "VPCEndpoint", "spec": {}})'
WORKSPACE = {"module": 'resource "aws_vpc_endpoint" "kms" {\n  vpc_id = var.vpc\n}\n', "source": "Inline"}
TEMPLATE = "Resources:\n  E:\n    Type: AWS::EC2::VPCEndpoint\n"
STATE = {"typeName": "AWS::EC2::VPCEndpoint", "desiredState": "{}"}
POLICY = {"apiVersion": "ec2.services.k8s.aws/v1alpha1", "kind": "VPCEndpoint", "name": "a", "data": {"spec": {}}}


def other(kind: str, *, group: str = "example.org", name: str | None = "a", **spec: object) -> Json:
    metadata = {"name": name} if name else {}
    return {"apiVersion": f"{group}/v1", "kind": kind, "metadata": metadata, "spec": spec}


@pytest.mark.parametrize("text", [KCL, KCL_TYPE, PYTHON], ids=["kcl", "kcl-type", "python"])
def test_programs_of_composition_functions_are_rendered_first(text: str) -> None:
    with pytest.raises(MalformedError, match="holds a VPC endpoint in a text") as caught:
        read(composition(script=text))
    assert "crossplane render" in str(caught.value.advice)


def test_an_endpoint_as_json_in_a_text_is_an_error() -> None:
    holder = {"apiVersion": "v1", "kind": "ConfigMap", "data": {"e.json": json.dumps(ack(vpcID="v"))}}
    with pytest.raises(MalformedError, match=r"ConfigMap holds a VPC endpoint in a text \(/data/e.json\)"):
        read(holder)


@pytest.mark.parametrize(
    ("item", "what", "advice"),
    [
        (other("Workspace", forProvider=WORKSPACE), "of Terraform in a text", "terraform show -json"),
        (other("Stack", forProvider={"templateBody": TEMPLATE}), "of CloudFormation in a text", "a file of its own"),
        (other("Resource", forProvider=STATE), "by Cloud Control", "DesiredState"),
        (other("ClusterPolicy", rules=[{"generate": POLICY}]), "of `data`", "objects that it becomes"),
    ],
)
def test_endpoints_of_other_tools_are_errors_that_say_what_to_send(item: Json, what: str, advice: str) -> None:
    with pytest.raises(MalformedError, match=what) as caught:
        read([item, ack(vpcID="vpc-0a000001")])
    assert advice in str(caught.value.advice)


@pytest.mark.parametrize(
    "text",
    [
        'input.review.kind.kind == "VPCEndpoint"',
        "Ask the network team for a VPCEndpoint (an hour).",
        '{"Action": "cloudformation:*", "ResourceTypes": ["AWS::EC2::VPCEndpoint"]}',
        'data "aws_vpc_endpoint" "kms" {}',
    ],
)
def test_texts_that_only_speak_of_endpoints_are_no_error(text: str) -> None:
    assert len(read([other("Policy", text=text), ack(vpcID="vpc-0a000001")])) == 1


@pytest.mark.parametrize(
    ("items", "names", "advice"),
    [
        ([other("XNetwork")], "XNetwork.example.org/a", "crossplane render"),
        ([other("VPCEndpoint")], "VPCEndpoint.example.org/a", "crossplane render"),
        ([other("Kustomization", name=None)], "Kustomization.example.org", "kustomize build"),
        ([other("Job", group="batch"), composition()], "Job/a, Composition.apiextensions", "crossplane render"),
        ([other("Job", group="batch", name=str(n)) for n in range(7)], "Job/4 and 2 more", "helm template"),
    ],
)
def test_objects_without_endpoints_are_named_with_what_to_send(items: list[Json], names: str, advice: str) -> None:
    with pytest.raises(MalformedError, match="None of these Kubernetes objects") as caught:
        read_drafts(items)
    assert names in caught.value.detail
    assert advice in str(caught.value.advice)
