"""Kubernetes: AdmissionReview v1 with a VPCEndpoint of ACK or Crossplane, or such objects as manifests.

Both controllers spell AWS's members in their own way; here they become Terraform's attributes, which one place turns
into requests. A reference to another object of the cluster is unknown: only the cluster knows its id. Source:
Kubernetes admission.k8s.io/v1, the ACK EC2 controller's and the Crossplane AWS provider's API references.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from vpce_guard.errors import MalformedError, Pointer
from vpce_guard.formats.document import API_DEFAULTS, TOOL_DEFAULTS, Document, Draft, Extras
from vpce_guard.formats.terraform.attributes import (
    MEMBERS,
    UNCHANGEABLE,
    add_resolver_option,
    create_request,
    describe_endpoint,
    modify_request,
)
from vpce_guard.model import Json

NAME = "admission_review"
KIND = "VPCEndpoint"

_ACK = "ec2.services.k8s.aws"
_CROSSPLANE = ("ec2.aws.upbound.io", "ec2.aws.m.upbound.io")
_OPERATIONS = ("CREATE", "UPDATE", "DELETE", "CONNECT")
_ATTRIBUTE = {name.replace("_", ""): name for name in MEMBERS} | {m.name.lower(): name for name, m in MEMBERS.items()}
_REFERENCE = re.compile(r"^(.*?)s?(?:Ref|Refs|Selector)$")
_ACK_NOTES = "services.k8s.aws/"


class _ManagedObject(NamedTuple):
    """An object's endpoint as Terraform's attributes, those that are unknown, and what else it tells."""

    attributes: Json
    unknown: Json
    context: Json
    managed: bool


def detect(document: Any) -> bool:
    """Whether the document looks like a review, or like manifests among which is an endpoint."""
    if isinstance(document, dict) and document.get("kind") == "AdmissionReview":
        return True
    return any(_is_endpoint(item) for _, item in _manifests(document))


def read(document: Any, given: Extras) -> Document:
    """A draft for each endpoint that the review or the manifests change; none where it is about something else.

    Raises MalformedError for what is no review or manifest.
    """
    if isinstance(document, dict) and document.get("kind") == "AdmissionReview":
        return Document(drafts=tuple(_read_review(document, given)))
    drafts = [_draft(None, item, given, pointer) for pointer, item in _manifests(document) if _is_endpoint(item)]
    if not drafts and not any(isinstance(item, dict) and "apiVersion" in item for _, item in _manifests(document)):
        raise _object_error("", "must be an AdmissionReview or Kubernetes objects")
    return Document(drafts=tuple(draft for draft in drafts if draft is not None))


def _read_review(review: Json, given: Extras) -> Iterator[Draft]:
    request = review.get("request")
    if not isinstance(request, dict):
        raise _object_error("/request", "must be an object")
    operation = request.get("operation")
    if operation not in _OPERATIONS:
        raise _object_error("/request/operation", f"must be one of {', '.join(_OPERATIONS)}")
    new = request.get("object") if operation in ("CREATE", "UPDATE") else None
    old = request.get("oldObject") if operation in ("UPDATE", "DELETE") else None
    for name, value, needed in (("object", new, operation in ("CREATE", "UPDATE")), ("oldObject", old, new is None)):
        if needed and operation != "CONNECT" and not isinstance(value, dict):
            raise _object_error(f"/request/{name}", "must be an object")
    if operation == "CONNECT" or request.get("subResource") or not _is_endpoint(new or old):
        return
    draft = _draft(old, new, given, "/request/object" if new is not None else "/request/oldObject")
    if draft is not None:
        yield draft


def _manifests(document: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """The Kubernetes objects in a file: one, several, or a List."""
    if isinstance(document, list):
        for index, item in enumerate(document):
            yield from _manifests(item, f"{pointer}/{index}")
    elif isinstance(document, dict) and document.get("kind") == "List" and isinstance(document.get("items"), list):
        yield from _manifests(document["items"], f"{pointer}/items")
    else:
        yield pointer, document


def _is_endpoint(item: Any) -> bool:
    return isinstance(item, dict) and item.get("kind") == KIND and _group(item) in (_ACK, *_CROSSPLANE)


def _group(item: Json) -> str:
    return str(item.get("apiVersion")).partition("/")[0]


def _draft(old: Json | None, new: Json | None, given: Extras, pointer: str) -> Draft | None:
    """The change from one object to another; None where the controller would not touch AWS."""
    item = new or old or {}
    state = _state(item, pointer)
    before = _state(old, "/request/oldObject") if old else None
    if not state.managed:
        return None
    metadata = _object(item, "metadata", pointer)
    labels = {k: v for k, v in _object(metadata, "labels", f"{pointer}/metadata").items() if isinstance(v, str)}
    name = "/".join(str(part) for part in (metadata.get("namespace"), metadata.get("name")) if part)
    spec = f"{pointer}/spec" + ("" if _group(item) == _ACK else "/forProvider")
    common: Json = {
        "context": state.context,
        "labels": labels,
        "address": f"{KIND}/{name}" if name else None,
        "locations": given.locations({"": pointer, "/request": spec, **_arguments(item, spec)}),
    }
    identity = before.attributes.get("id") if before else None
    if new is None:
        return Draft(
            operation="delete",
            request={"VpcEndpointId": identity},
            current=describe_endpoint(state.attributes),
            **common,
        )
    if before is None or identity is None:
        request, unknown = create_request(state.attributes, state.unknown)
        sender = API_DEFAULTS
        if _group(item) != _ACK:  # Crossplane runs Terraform's provider
            sender = TOOL_DEFAULTS
            add_resolver_option(request, state.attributes, state.unknown)
        return Draft(operation="create", request=request, unknown=unknown, sender_defaults=sender, **common)
    request, unknown = modify_request(before.attributes, {**state.attributes, "id": identity}, state.unknown)
    for attribute in UNCHANGEABLE:  # the controller cannot carry this out: for the rules to say
        if state.attributes.get(attribute) not in (None, before.attributes.get(attribute)):
            request[MEMBERS[attribute].name] = state.attributes[attribute]
    return Draft(
        operation="modify", request=request, current=describe_endpoint(before.attributes), unknown=unknown, **common
    )


def _state(item: Json, pointer: str) -> _ManagedObject:
    return _ack(item, pointer) if _group(item) == _ACK else _crossplane(item, pointer)


def _ack(item: Json, pointer: str) -> _ManagedObject:
    notes = _object(_object(item, "metadata", pointer), "annotations", f"{pointer}/metadata")
    status = _object(item, "status", pointer)
    owner = _object(status, "ackResourceMetadata", f"{pointer}/status")
    attributes, unknown = _attributes(_object(item, "spec", pointer))
    tags = attributes.pop("tags", None)
    if isinstance(tags, list):
        attributes["tags"] = {tag.get("key"): tag.get("value") for tag in tags if isinstance(tag, dict)}
    attributes |= {"id": status.get("vpcEndpointID"), "state": status.get("state"), "owner_id": status.get("ownerID")}
    context = {
        "Region": notes.get(f"{_ACK_NOTES}region") or owner.get("region"),
        "AccountId": notes.get(f"{_ACK_NOTES}owner-account-id") or owner.get("ownerAccountID"),
    }
    untouched = notes.get(f"{_ACK_NOTES}read-only") == "true"
    return _ManagedObject(attributes, unknown, _known_context(context), managed=not untouched)


def _crossplane(item: Json, pointer: str) -> _ManagedObject:
    spec = _object(item, "spec", pointer)
    status = _object(_object(item, "status", pointer), "atProvider", f"{pointer}/status")
    attributes, unknown = _attributes(
        {
            **_object(spec, "initProvider", f"{pointer}/spec"),
            **_object(spec, "forProvider", f"{pointer}/spec"),
        }
    )
    notes = _object(_object(item, "metadata", pointer), "annotations", f"{pointer}/metadata")
    identity = status.get("id") or notes.get("crossplane.io/external-name")
    attributes |= {
        "id": identity if str(identity).startswith("vpce-") else None,
        "state": status.get("state"),
        "owner_id": status.get("ownerId"),
    }
    policies = spec.get("managementPolicies")
    managed = not isinstance(policies, list) or policies != ["Observe"]
    return _ManagedObject(
        attributes, unknown, _known_context({"Region": attributes.pop("region", None)}), managed=managed
    )


def _attributes(spec: Json) -> tuple[Json, Json]:
    """Terraform's attributes for members of either spelling, and which of them a reference stands for."""
    attributes: Json = {}
    unknown: Json = {}
    for name, value in spec.items():
        key = name.lower()
        if value is None:
            continue
        if key in _ATTRIBUTE:
            attributes[_ATTRIBUTE[key]] = _as_terraform(_ATTRIBUTE[key], value)
        elif key in ("tags", "region"):
            attributes[key] = value
        elif (reference := _REFERENCE.match(name)) and (known := _attribute_of_reference(reference[1].lower())):
            unknown[known] = True
    return attributes, {name: True for name in unknown if attributes.get(name) in (None, [])}


def _attribute_of_reference(stem: str) -> str | None:
    """vpcIdRef, vpcRef, subnetIdRefs, subnetRefs and so on."""
    candidates = (stem, f"{stem}s", f"{stem}id", f"{stem}ids")
    return next((_ATTRIBUTE[name] for name in candidates if name in _ATTRIBUTE), None)


def _as_terraform(attribute: str, value: Any) -> Any:
    """Blocks as Terraform prints them: lists of objects in snake case."""
    if attribute in ("dns_options", "subnet_configuration"):
        blocks = value if isinstance(value, list) else [value]
        return [{_snake(k): v for k, v in block.items()} if isinstance(block, dict) else block for block in blocks]
    return value


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def _arguments(item: Json, spec: str) -> dict[str, str]:
    """For each member of the request, the field it comes from."""
    body = item.get("spec") or {}
    fields = body if _group(item) == _ACK else body.get("forProvider") or {}
    parts: dict[str, str] = {}
    for name in fields:
        attribute = _ATTRIBUTE.get(name.lower())
        if attribute is not None:
            member = MEMBERS[attribute].name
            parts |= {f"/request/{prefix}{member}": f"{spec}/{name}" for prefix in ("", "Add", "Remove")}
        elif name == "tags":
            parts["/request/TagSpecifications"] = f"{spec}/tags"
    return parts


def _known_context(context: Json) -> Json:
    return {name: value for name, value in context.items() if isinstance(value, str) and value}


def _object(parent: Json, name: str, pointer: str) -> Json:
    value = parent.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _object_error(f"{pointer}/{name}", "must be an object")
    return value


def _object_error(pointer: str, detail: str) -> MalformedError:
    return MalformedError(
        f"The admission review has the wrong shape: {pointer or '/'} {detail}.",
        advice="Send what the Kubernetes API server sends to a webhook, or manifests.",
        pointers=(Pointer(pointer=pointer, code="wrong_shape", detail=detail),),
    )
