"""Pulumi's preview, as `pulumi preview --json` prints it.

Pulumi's AWS provider is Terraform's in other words, so a preview is read as the plan it stands for (plan.py); resources
go by their URN. Source: Pulumi's PreviewDigest, PreviewStep and ResourceV3.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from vpce_guard.errors import MalformedError, Pointer
from vpce_guard.formats.document import Document, Draft, Extras
from vpce_guard.formats.pulumi.forms import detect, is_state
from vpce_guard.formats.pulumi.plan import PreviewPlan
from vpce_guard.formats.pulumi.steps import Resource, group_steps
from vpce_guard.formats.terraform import plan as terraform
from vpce_guard.formats.terraform.attributes import MEMBERS

_ADDRESS = re.compile(r"[a-z0-9_]+\.r\d+(?=$| \(|\}|\.arn$)")
_ENDPOINTS = re.compile(r"vpc[-_]?endpoint(?!_?(service|connection|subnet|route|policy))", re.IGNORECASE)
_MADE_ELSEWHERE = ("AWS::EC2::VPCEndpoint", "VPCEndpoint", "aws_vpc_endpoint")
_SEND = "Send what `pulumi preview --json` prints."


def read(document: Any, given: Extras) -> Document:
    """A draft per endpoint that the preview creates, updates or deletes; a replacement is a delete and a create.

    Raises MalformedError for what is no complete preview.
    """
    _check(document)
    resources = group_steps(document.get("steps") or [])
    plan = PreviewPlan(resources, document.get("config"))
    found = terraform.read(plan.as_json(), replace(given, configuration=None))
    names = _Names(plan.addresses)
    by_urn = {resource.urn: resource for resource in resources}
    drafts = tuple(_as_pulumi(names.in_draft(draft), by_urn, given) for draft in found.drafts)
    neighbours = tuple(names.in_value(endpoint) for endpoint in found.neighbours)
    return Document(drafts=drafts, neighbours=neighbours, notes=(*found.notes, *_not_read(resources)))


def _check(document: Any) -> None:
    if not detect(document):
        raise MalformedError(
            "This is not a preview of Pulumi.",
            advice=_SEND,
            pointers=(Pointer(pointer="/steps", code="missing", detail="must be a list of steps with op and urn"),),
        )
    if is_state(document):
        raise MalformedError("This is the state of a Pulumi stack, not a preview.", advice=_SEND)
    if "resourcePlans" in document:
        raise MalformedError("This is a saved plan of Pulumi, not a preview.", advice=_SEND)
    failed = [d for d in document.get("diagnostics") or () if isinstance(d, dict) and d.get("severity") == "error"]
    if failed:
        raise MalformedError("Pulumi could not complete this preview.", advice="Fix the error that Pulumi printed.")


class _Names:
    """URNs in the place of the addresses that the plan has for resources."""

    def __init__(self, addresses: Mapping[str, str]) -> None:
        self._addresses = addresses
        self._done: dict[int, tuple[Any, Any]] = {}

    def in_draft(self, draft: Draft) -> Draft:
        """The draft with URNs."""
        return replace(
            draft,
            request=self.in_value(draft.request),
            current=self.in_value(draft.current),
            context={name: self._shared_value(value) for name, value in draft.context.items()},
            address=self.in_value(draft.address),
            depends_on=tuple(map(self.in_value, draft.depends_on)),
            beside=tuple(map(self.in_value, draft.beside)),
        )

    def in_value(self, value: Any) -> Any:
        """A value with URNs, however deep."""
        if isinstance(value, str):
            return _ADDRESS.sub(lambda found: self._addresses.get(found[0], found[0]), value, count=1)
        if isinstance(value, dict):
            return {name: self.in_value(item) for name, item in value.items()}
        return [self.in_value(item) for item in value] if isinstance(value, list) else value

    def _shared_value(self, value: Any) -> Any:
        """As in_value; what endpoints share stays shared."""
        if id(value) not in self._done:
            self._done[id(value)] = (value, self.in_value(value))
        return self._done[id(value)][1]


def _as_pulumi(draft: Draft, resources: Mapping[str, Resource], given: Extras) -> Draft:
    """The draft with the places of its parts in the preview."""
    resource = resources.get(str(draft.address))
    if resource is None:
        return draft
    place = f"/steps/{resource.index}"
    parts = {"": place, "/request": place}
    for name, member in MEMBERS.items():
        own = resource.spell(name)
        if own is not None:
            at = f"{place}/newState/inputs/{own}"
            parts |= {f"/request/{prefix}{member.name}": at for prefix in ("", "Add", "Remove")}
    if "tags" in resource.inputs:
        parts["/request/TagSpecifications"] = f"{place}/newState/inputs/tags"
    return replace(draft, locations=given.locations(parts))


def _not_read(resources: list[Resource]) -> list[str]:
    """What may make endpoints and is not read, in words."""
    return [
        f"{resource.urn} is not read: it may make VPC endpoints in a way of its own"
        for resource in resources
        if resource.kind is None and resource.makes_something and _may_make_one(resource)
    ]


def _may_make_one(resource: Resource) -> bool:
    if not resource.custom and ":tf:" not in resource.type:  # which modules of Terraform's have
        return False
    if _ENDPOINTS.search(resource.type.rpartition(":")[2]):
        return True
    text = str(resource.inputs)
    return any(word in text for word in _MADE_ELSEWHERE)
