"""Files that are about endpoints and never read here: what they are, and what to send instead.

What a file asks for that another tool makes endpoints of is known only once that tool has filled it in: variables,
loops, values from other stacks. What AWS tells of endpoints that exist is no change.
Source: the documentation of Ansible's amazon.aws collection, of Pulumi YAML, of Helm, of the Serverless Framework, of
AWS Step Functions (AWS SDK integrations), of Systems Manager Automation, of AWS Config and of HCP Terraform.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from vpce_guard.errors import UnreadableError


class SourceFile(NamedTuple):
    """What a file is, and what to send instead."""

    what: str
    advice: str


_HELM = re.compile(rb"\{\{-?\s*(\.|if |range |with |include |define |template |end|toYaml |\$)")
_ANSIBLE = re.compile(
    rb"^[\s-]*[\"']?(?:[a-z_]+\.[a-z_]+\.)?ec2_vpc_endpoint(?:_info|_service_info)?[\"']?\s*:"
    rb"|^[\s-]*(?:module|action|local_action)\s*:\s*[\"']?(?:[a-z_]+\.[a-z_]+\.)?ec2_vpc_endpoint(?![a-z])",
    re.M,
)
_PULUMI = re.compile(rb"""["']?type["']?\s*:\s*["']?aws(?:-native)?:ec2(?:/vpcEndpoint)?:(?:Vpc|VPC)Endpoint""")
_SERVERLESS = (  # all of these, in any order, in YAML or JSON
    re.compile(rb"""^[\s{]*["']?(?:service|frameworkVersion)["']?\s*:""", re.M),
    re.compile(rb"""(?:^|[\s{,])["']?resources["']?\s*:""", re.M),
    re.compile(rb"AWS::EC2::VPCEndpoint\b"),
)
_STATE_MACHINE = re.compile(rb"states:::aws-sdk:ec2:(?:create|modify|delete)VpcEndpoints?(?![A-Za-z])")
_AUTOMATION = (
    re.compile(rb"""["']?Api["']?\s*:\s*["']?(?:Create|Modify|Delete)VpcEndpoints?(?![A-Za-z])"""),
    re.compile(rb"aws:executeAwsApi"),
)
_DESCRIBED = (
    re.compile(rb"""(?:^|["'])VpcEndpoints?["']?\s*:""", re.M),
    re.compile(rb"""["']?VpcEndpointId["']?\s*:\s*["']?vpce-"""),
)
_CONFIG = (re.compile(rb"configurationItem|invokingEvent"), re.compile(rb"AWS::EC2::VPCEndpoint\b"))
_RUN_TASK = re.compile(rb"""["']plan_json_api_url["']\s*:""")
_HCL = re.compile(rb"\baws_vpc_endpoint[\"_ \t]|\bawscc_ec2_vpc_endpoint[\" \t]|\bvpc[-_]endpoints?\b")

ANSIBLE = SourceFile(
    "an Ansible playbook or a part of one, whose endpoints are known only when it runs",
    "Write what the task asks for as a proposal: the request that the module sends, in AWS's spelling.",
)
PULUMI = SourceFile("a Pulumi program", "Send what `pulumi preview --json` prints.")
SERVERLESS = SourceFile(
    "a configuration of the Serverless Framework",
    "Run `serverless package` and send .serverless/cloudformation-template-update-stack.json.",
)
HELM = SourceFile("a Helm template", "Send what `helm template` prints.")
STATE_MACHINE = SourceFile(
    "a state machine of Step Functions, whose parameters are known only when it runs",
    "Send the parameters of the task that calls EC2 by themselves: they are the request.",
)
AUTOMATION = SourceFile(
    "an Automation runbook of Systems Manager, whose parameters are known only when it runs",
    "Send the inputs of the step that calls EC2 by themselves, without Service and Api: they are the request.",
)
DESCRIBED = SourceFile(
    "what AWS tells of endpoints that exist, and no change of them",
    "`vpce-guard audit FILE` judges what exists; beside a change that is to be judged it goes with --context.",
)
CONFIG = SourceFile(
    "what AWS Config tells of endpoints that exist, and no change of them",
    "`vpce-guard audit FILE` judges configuration items; of an event, send what stands in its configurationItem.",
)
RUN_TASK = SourceFile(
    "the request of a run task of HCP Terraform, in which the plan does not stand",
    "Send what its plan_json_api_url gives, or have the run task call the service.",
)
_FORMS = (
    ((_ANSIBLE,), ANSIBLE),
    ((_PULUMI,), PULUMI),
    (_SERVERLESS, SERVERLESS),
    ((_HELM,), HELM),
    ((_STATE_MACHINE,), STATE_MACHINE),
    (_AUTOMATION, AUTOMATION),
    (_CONFIG, CONFIG),
    (_DESCRIBED, DESCRIBED),
    ((_RUN_TASK,), RUN_TASK),
)


def recognise_source(data: bytes) -> SourceFile | None:
    """What a file that cannot be read is; None where it is none of these."""
    return next((form for patterns, form in _FORMS if all(pattern.search(data) for pattern in patterns)), None)


def refuse_source(data: bytes, name: str) -> None:
    """Raises UnreadableError for a file that is about endpoints in one of these forms."""
    if (form := recognise_source(data)) is not None:
        raise UnreadableError(f"{name} is {form.what}.", advice=form.advice) from None


def makes_endpoints_in_hcl(path: Path) -> bool:
    """Whether source of Terraform, OpenTofu or Terragrunt has endpoints, of its own or by a module for them."""
    try:
        return _HCL.search(path.read_bytes()) is not None
    except OSError:
        return False
