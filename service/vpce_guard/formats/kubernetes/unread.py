"""Endpoints in a form that is not read: texts in objects, resources of other tools. What to send instead.

Sources: Crossplane, composition functions; provider-terraform, Workspace; provider-upjet-aws, CloudFormation's Stack
and Cloud Control's Resource; Kyverno, generate rules.
"""

from __future__ import annotations

import re

from vpce_guard.errors import MalformedError, Pointer
from vpce_guard.model import Json

_LINE = re.compile(r"""^[\s-]*["']?kind["']?:\s*["']?VPCEndpoint(\w*Association)?\b""", re.MULTILINE)
_MEMBER = re.compile(r"""\bkind["']?\s*[:=]\s*\\?["']?VPCEndpoint(\w*Association|Policy)?\b""")
_TYPE = re.compile(r"\bVPCEndpoint(\w*Association|Policy)?\s*[({]")
_GROUP = re.compile(r"\bec2\.(services\.k8s\.aws|aws\.)|\bupbound\b|\bec2\b.*\bv1(alpha|beta)\d\b")
_TERRAFORM = re.compile(r"""\bresource"?\s*[:{]?\s*"(aws_vpc_endpoint|awscc_ec2_vpc_endpoint)\w*\"""")
_CLOUDFORMATION = re.compile(r"""\bType["']?\s*:\s*["']?AWS::EC2::VPCEndpoint\b(?!\w)""")
_TYPE_NAME = "AWS::EC2::VPCEndpoint"

_BUILD = "Build it first: `kustomize build DIRECTORY | vpce-guard check -`."
_RENDER = "Render it first: `crossplane render XR COMPOSITION FUNCTIONS | vpce-guard check -`."
_WAYS = {"Kustomization": _BUILD, "Composition": _RENDER}
_OBJECTS = "Send the objects that it becomes."
_OUTPUT = "Send what they become: the output of `crossplane render`, `helm template` or `kustomize build`."
_PLAN = "Plan it, and send what `terraform show -json PLAN` prints."
_TEMPLATE = "Send the template in a file of its own."
_STATE = "Send its type and state as Cloud Control takes them: TypeName, Operation and DesiredState."


def check_text(text: str, pointer: str, kind: str) -> None:
    """Raises MalformedError for a text in an object of a kind that holds an endpoint."""
    if _LINE.search(text) or (_GROUP.search(text) and (_MEMBER.search(text) or _TYPE.search(text))):
        raise unread_error(kind, pointer, "holds a VPC endpoint in a text")
    if _TERRAFORM.search(text):
        raise unread_error(kind, pointer, "holds a VPC endpoint of Terraform in a text", advice=_PLAN)
    if _CLOUDFORMATION.search(text):
        raise unread_error(kind, pointer, "holds a VPC endpoint of CloudFormation in a text", advice=_TEMPLATE)


def check_part(value: Json, pointer: str, kind: str, *, is_endpoint: bool) -> None:
    """Raises MalformedError for a part of an object that makes or changes an endpoint in a way that is not read."""
    if kind == "Kustomization" and value.get("kind") == "VPCEndpoint":
        raise unread_error(kind, pointer, "changes a VPC endpoint in a text")
    if is_endpoint and isinstance(value.get("data"), dict):
        raise unread_error(kind, pointer, "makes a VPC endpoint of `data`")
    if value.get("typeName") == _TYPE_NAME and "desiredState" in value:
        raise unread_error(kind, pointer, "makes a VPC endpoint by Cloud Control", advice=_STATE)


def unread_error(kind: str, pointer: str, does: str, *, advice: str | None = None) -> MalformedError:
    """The error for an endpoint at a place that is not read."""
    return MalformedError(
        f"This {kind} {does} ({pointer}), which is not read.",
        advice=advice or _WAYS.get(kind, _OBJECTS),
        pointers=(Pointer(pointer=pointer, code="not_read", detail=f"{does}"),),
    )


def others_error(names: list[str], kinds: set[str]) -> MalformedError:
    """The error for objects, none of which is an endpoint that is read."""
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    ways = [_WAYS[kind] for kind in sorted(kinds) if kind in _WAYS]
    return MalformedError(
        f"None of these Kubernetes objects is a VPC endpoint of ACK or Crossplane: {', '.join(names[:5])}{more}.",
        advice=ways[0] if ways else _OUTPUT,
    )
