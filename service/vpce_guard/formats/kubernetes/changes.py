"""What a change of an endpoint's object makes its controller do in AWS: a draft, or none where that is nothing."""

from __future__ import annotations

import json
from typing import Any

from vpce_guard.errors import MalformedError, Pointer
from vpce_guard.formats.aws import types as shapes
from vpce_guard.formats.document import API_DEFAULTS, TOOL_DEFAULTS, Draft, Extras
from vpce_guard.formats.kubernetes.ack import read_ack
from vpce_guard.formats.kubernetes.controlled import ControlledEndpoint
from vpce_guard.formats.kubernetes.crossplane import read_crossplane
from vpce_guard.formats.kubernetes.expressions import is_open
from vpce_guard.formats.kubernetes.fields import LISTS, argument_of
from vpce_guard.formats.kubernetes.objects import ACK, UPJET, PlacedObject, sub_object
from vpce_guard.formats.kubernetes.references import ObjectReferences
from vpce_guard.formats.terraform.attributes import (
    MEMBERS,
    UNCHANGEABLE,
    add_resolver_option,
    create_request,
    describe_endpoint,
    modify_request,
)
from vpce_guard.model import Json

_FIXED = (*UNCHANGEABLE, "service_network_arn", "resource_configuration_arn")


def read_endpoint(placed: PlacedObject, references: ObjectReferences) -> ControlledEndpoint:
    """What its controller makes of an object. Raises MalformedError for one of the wrong shape."""
    return read_ack(placed, references) if placed.group == ACK else read_crossplane(placed, references)


def is_going(placed: PlacedObject) -> bool:
    """Whether an object is being deleted already: then only its finalizers are left to be worked off."""
    return sub_object(placed.item, "metadata", placed.pointer).get("deletionTimestamp") is not None


def draft_created(placed: PlacedObject, endpoint: ControlledEndpoint, given: Extras) -> Draft | None:
    """The draft for an object that comes; None where its controller creates nothing.

    One that names an endpoint and says nothing of it takes it over as it is. One that says more is judged as the
    endpoint it makes: where there is none of that id, it is created.
    """
    says_nothing = not endpoint.attributes or set(endpoint.attributes) <= {"tags"}
    if not endpoint.creates or (endpoint.identity and says_nothing and not _is_open(endpoint)):
        return None
    request, unknown = create_request(endpoint.attributes, endpoint.unknown)
    if placed.group in UPJET:
        add_resolver_option(request, endpoint.attributes, endpoint.unknown)
    _check_types(request, placed)
    return Draft(
        operation="create",
        request=request,
        unknown=unknown,
        sender_defaults=TOOL_DEFAULTS if placed.group in UPJET else API_DEFAULTS,
        **common_members(placed, endpoint.context, given),
    )


def draft_changed(old: PlacedObject, new: PlacedObject, given: Extras) -> Draft | None:
    """The draft for an object that changes; None where nothing of what is sent to AWS does."""
    before, after = read_endpoint(old, ObjectReferences()), read_endpoint(new, ObjectReferences())
    same = before.wanted == after.wanted
    if is_going(new) or (same and before.creates >= after.creates and before.updates >= after.updates):
        return None
    if before.identity is None:
        return draft_created(new, after, given)
    return _draft_modified(new, before, after, given) if after.updates else None


def _check_types(request: Json, placed: PlacedObject) -> None:
    """Raises MalformedError with the fields of an object whose values have a wrong type."""
    try:
        shapes.require({"request": request}, where="")
    except MalformedError as error:
        fields = _argument_pointers(placed.item, _spec_pointer(placed))
        found = [(_field_of(place["pointer"], fields), place["detail"]) for place in error.pointers]
        raise MalformedError(
            f"{placed.address or placed.pointer} has values of the wrong type: "
            + "; ".join(f"{pointer} {detail}" for pointer, detail in found)
            + ".",
            advice="Write each field as the definition of the kind has it.",
            pointers=tuple(Pointer(pointer=pointer, code="type", detail=detail) for pointer, detail in found),
        ) from None


def _field_of(pointer: str, fields: dict[str, str]) -> str:
    """The place in an object of a value of the request."""
    known = max((one for one in fields if f"{pointer}/".startswith(f"{one}/")), key=len, default=None)
    return pointer if known is None else fields[known] + pointer[len(known) :]


def draft_deleted(placed: PlacedObject, given: Extras) -> Draft | None:
    """The draft for an object that goes; None where its endpoint stays or was never there."""
    endpoint = read_endpoint(placed, ObjectReferences())
    if is_going(placed) or not endpoint.deletes or endpoint.identity is None:
        return None
    present = {**endpoint.attributes, **endpoint.present}
    return Draft(
        operation="delete",
        request={"VpcEndpointId": endpoint.identity},
        current=_describe(present, endpoint.unknown),
        **common_members(placed, endpoint.context, given),
    )


def common_members(placed: PlacedObject, context: Json, given: Extras) -> Json:
    """What every draft of an object has."""
    metadata = sub_object(placed.item, "metadata", placed.pointer)
    labels = sub_object(metadata, "labels", f"{placed.pointer}/metadata")
    spec = _spec_pointer(placed)
    parts = {"": placed.pointer, "/request": spec, **_argument_pointers(placed.item, spec)}
    texts = {name: value for name, value in labels.items() if isinstance(value, str) and not is_open(value)}
    return {
        "context": {**context, "Kubernetes": _describe_object(placed, texts)},
        "labels": texts,
        "address": placed.address,
        "locations": given.locations(parts),
    }


def _spec_pointer(placed: PlacedObject) -> str:
    return f"{placed.pointer}/spec" + ("" if placed.group == ACK else "/forProvider")


def _describe_object(placed: PlacedObject, labels: Json) -> Json:
    """Where in its cluster an object stands and who changes it, for org data to say whose it is."""
    provider = (placed.item.get("spec") or {}).get("providerConfigRef")
    told: Json = {
        "Namespace": placed.namespace,
        "ProviderConfig": provider.get("name") if isinstance(provider, dict) else None,
        "User": placed.user,
        "Labels": labels,
    }
    return {name: value for name, value in told.items() if value}


def _is_open(endpoint: ControlledEndpoint) -> bool:
    return any(name not in LISTS for name in endpoint.unknown)


def _draft_modified(
    placed: PlacedObject, old: ControlledEndpoint, new: ControlledEndpoint, given: Extras
) -> Draft | None:
    before = _with_type({**old.attributes, **old.present, "id": old.identity}, old.unknown)
    unknown = {name: mark for name, mark in new.unknown.items() if old.sources.get(name) != new.sources.get(name)}
    after = {**before, **{name: _as_before(name, v, before) for name, v in new.attributes.items()}, "id": old.identity}
    for name in (n for n in new.unknown if n not in unknown):  # the same reference as before
        after[name] = before.get(name)
    request, pointers = modify_request(before, after, unknown)
    if after.get("subnet_configuration") != before.get("subnet_configuration"):
        blocks = {"subnet_configuration": after["subnet_configuration"]}
        marks = {name: mark for name, mark in unknown.items() if name in blocks}
        more, hidden = create_request(blocks, marks)
        request, pointers = {**request, **more}, (*pointers, *hidden)
    for name in _FIXED:  # the controller cannot carry this out: for the rules to say
        if after.get(name) not in (None, "", before.get(name)) and before.get(name) is not None:
            request[MEMBERS[name].name] = after[name]
        elif unknown.get(name) is True:
            pointers = (*pointers, f"/request/{MEMBERS[name].name}")
    if placed.group in UPJET:
        add_resolver_option(request, after, unknown)
    tagged = new.attributes.get("tags") != old.attributes.get("tags") and "tags" in new.attributes
    if not tagged and not pointers and set(request) <= {"VpcEndpointId"}:
        return None
    was = _describe(before, old.unknown)
    tags = describe_endpoint({"tags": after.get("tags")})["Tags"]  # set beside, by CreateTags
    return Draft(
        operation="modify",
        request=request,
        current={**was, "Tags": tags},
        before=was,
        unknown=pointers,
        **common_members(placed, new.context or old.context, given),
    )


def _as_before(name: str, value: Any, before: Json) -> Any:
    """A value as it is after a change: what means the same as before stays as AWS spells it."""
    present = before.get(name)
    if name == "dns_options" and isinstance(value, list) and isinstance(present, list) and value and present:
        return [{**present[0], **value[0]}] if isinstance(value[0], dict) and isinstance(present[0], dict) else value
    if name == "policy" and isinstance(value, str) and isinstance(present, str) and _same_json(value, present):
        return present
    return value


def _same_json(one: str, other: str) -> bool:
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return one == other


def _describe(present: Json, unknown: Json) -> Json:
    return describe_endpoint(_with_type(present, unknown))


def _with_type(present: Json, unknown: Json) -> Json:
    """The endpoint that is there; where a service is said and no type, it is a gateway endpoint."""
    if "vpc_endpoint_type" in unknown or not (present.get("service_name") or "service_name" in unknown):
        return present
    return {"vpc_endpoint_type": "Gateway", **present}


def _argument_pointers(item: Json, spec: str) -> dict[str, str]:
    """For each member of the request, the field it comes from."""
    body = item.get("spec") or {}
    fields = body.get("forProvider") if spec.endswith("/forProvider") else body
    parts: dict[str, str] = {}
    for name in fields if isinstance(fields, dict) else ():
        attribute = argument_of(name)
        if attribute is not None:
            member = MEMBERS[attribute].name
            parts |= {f"/request/{prefix}{member}": f"{spec}/{name}" for prefix in ("", "Add", "Remove")}
        elif name == "tags":
            parts["/request/TagSpecifications"] = f"{spec}/tags"
    return parts
