"""Files that other tools make endpoints of: what they are, and what to send instead. They are never read here.

What such a file asks for is known only once its tool has filled it in: variables, loops, values from other stacks.
Source: the documentation of Ansible's amazon.aws collection, of Pulumi YAML, of Helm and of the Serverless Framework.
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
_FORMS = (((_ANSIBLE,), ANSIBLE), ((_PULUMI,), PULUMI), (_SERVERLESS, SERVERLESS), ((_HELM,), HELM))


def recognise_source(data: bytes) -> SourceFile | None:
    """What a file that cannot be read is; None where it is none of these."""
    return next((form for patterns, form in _FORMS if all(pattern.search(data) for pattern in patterns)), None)


def refuse_source(data: bytes, name: str) -> None:
    """Raises UnreadableError for a file that another tool makes endpoints of."""
    if (form := recognise_source(data)) is not None:
        raise UnreadableError(f"{name} is {form.what}.", advice=form.advice) from None


def makes_endpoints_in_hcl(path: Path) -> bool:
    """Whether source of Terraform, OpenTofu or Terragrunt has endpoints, of its own or by a module for them."""
    try:
        return _HCL.search(path.read_bytes()) is not None
    except OSError:
        return False
