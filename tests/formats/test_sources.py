"""Files that other tools make endpoints of."""

from __future__ import annotations

from pathlib import Path

import pytest

from vpce_guard.errors import UnreadableError
from vpce_guard.formats.candidates import may_make_endpoints
from vpce_guard.formats.sources import (
    ANSIBLE,
    AUTOMATION,
    CONFIG,
    DESCRIBED,
    HELM,
    PULUMI,
    RUN_TASK,
    SERVERLESS,
    STATE_MACHINE,
    SourceFile,
    makes_endpoints_in_hcl,
    recognise_source,
    refuse_source,
)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("- hosts: all\n  tasks:\n  - amazon.aws.ec2_vpc_endpoint:\n      state: present", ANSIBLE),
        ("- ec2_vpc_endpoint: {state: present, vpc_id: '{{ vpc }}'}", ANSIBLE),
        ("- name: S3\n  action: community.aws.ec2_vpc_endpoint state=present", ANSIBLE),
        ('[{"hosts": "all", "tasks": [{\n"amazon.aws.ec2_vpc_endpoint": {}}]}]', ANSIBLE),
        ("name: net\nruntime: yaml\nresources:\n  s3:\n    type: aws:ec2:VpcEndpoint", PULUMI),
        ("resources:\n  s3:\n    type: aws:ec2/vpcEndpoint:VpcEndpoint", PULUMI),
        ("resources:\n  s3:\n    type: 'aws-native:ec2:VpcEndpoint'", PULUMI),
        ("service: x\nresources:\n  Resources:\n    S3: {Type: AWS::EC2::VPCEndpoint}", SERVERLESS),
        ("resources:\n  Resources:\n    S3: {Type: AWS::EC2::VPCEndpoint}\nservice: x\n", SERVERLESS),
        ('{"service": "x", "resources": {"Resources": {"S3": {"Type": "AWS::EC2::VPCEndpoint"}}}}', SERVERLESS),
        ("{{- if .Values.on }}\nkind: VPCEndpoint\n{{ end }}", HELM),
        ('{"States": {"A": {"Resource": "arn:aws:states:::aws-sdk:ec2:createVpcEndpoint"}}}', STATE_MACHINE),
        ("- action: aws:executeAwsApi\n  inputs:\n    Service: ec2\n    Api: CreateVpcEndpoint", AUTOMATION),
    ],
)
def test_each_is_told_with_what_to_send(text: str, form: SourceFile) -> None:
    assert recognise_source(text.encode()) is form
    assert may_make_endpoints(text.encode())
    with pytest.raises(UnreadableError) as raised:
        refuse_source(text.encode(), "a.yaml")
    assert raised.value.detail == f"a.yaml is {form.what}."


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ('{"VpcEndpoints": [{"VpcEndpointId": "vpce-0a1b2c3d"}]}', DESCRIBED),
        ("VpcEndpoints:\n- VpcEndpointId: vpce-0a1b2c3d", DESCRIBED),
        ('{"VpcEndpoint": {"VpcEndpointId": "vpce-0a1b2c3d"}}', DESCRIBED),
        ('{"configurationItems": [{"resourceType": "AWS::EC2::VPCEndpoint"}]}', CONFIG),
        ('{"invokingEvent": "{\\"resourceType\\":\\"AWS::EC2::VPCEndpoint\\"}"}', CONFIG),
        ('{"stage": "post_plan", "plan_json_api_url": "https://example.com/plan"}', RUN_TASK),
    ],
)
def test_what_is_no_change_is_told_as_what_it_is(text: str, form: SourceFile) -> None:
    assert recognise_source(text.encode()) is form


def test_a_playbook_that_only_asks_is_one_and_makes_none() -> None:
    text = b"- amazon.aws.ec2_vpc_endpoint_info:\n    query: services"
    assert recognise_source(text) is ANSIBLE
    assert not may_make_endpoints(text)


@pytest.mark.parametrize(
    "text", ["VpcId: '{{resolve:ssm:/vpc}}'", "plugins:\n- ec2_vpc_endpoint\n", "type: aws:ec2:Vpc", "a: [", ""]
)
def test_others_are_none(text: str) -> None:
    assert recognise_source(text.encode()) is None
    refuse_source(text.encode(), "a.yaml")


@pytest.mark.parametrize(
    ("text", "makes"),
    [
        ('resource "aws_vpc_endpoint" "s3" {', True),
        ('source = "terraform-aws-modules/vpc/aws//modules/vpc-endpoints"', True),
        ('resource "aws_vpc" "main" {', False),
    ],
)
def test_hcl_with_endpoints_is_known(tmp_path: Path, text: str, makes: bool) -> None:
    (tmp_path / "main.tf").write_text(text)
    assert makes_endpoints_in_hcl(tmp_path / "main.tf") is makes


def test_hcl_that_cannot_be_opened_is_passed_over(tmp_path: Path) -> None:
    assert not makes_endpoints_in_hcl(tmp_path / "main.tf")
