"""Admission reviews and manifests of Kubernetes: what their objects of ACK and Crossplane change in AWS.

Source: Kubernetes, admission.k8s.io/v1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from vpce_guard.formats.document import Document, Draft, Extras
from vpce_guard.formats.kubernetes.associations import (
    Association,
    complete,
    draft_association,
    drafts_elsewhere,
    is_association,
    read_association,
)
from vpce_guard.formats.kubernetes.changes import (
    draft_changed,
    draft_created,
    draft_deleted,
    is_going,
    read_endpoint,
)
from vpce_guard.formats.kubernetes.controlled import ControlledEndpoint
from vpce_guard.formats.kubernetes.crossplane import fields_that_are_none
from vpce_guard.formats.kubernetes.fields import wrong_names
from vpce_guard.formats.kubernetes.network import ManifestContext, tells_of_network
from vpce_guard.formats.kubernetes.objects import (
    ACK,
    ENDPOINT,
    GROUPS,
    UPJET,
    PlacedObject,
    find_objects,
    is_about_endpoints,
    object_error,
    spec_of,
    sub_object,
)
from vpce_guard.formats.kubernetes.references import ObjectReferences
from vpce_guard.model import Json

_OWNERS = {ACK: "ACK", **dict.fromkeys(UPJET, "Crossplane")}
_OPERATIONS = ("CREATE", "UPDATE", "DELETE", "CONNECT")


def read(document: Any, given: Extras) -> Document:
    """A draft for each endpoint that the review or the manifests change; none where it is about something else.

    Raises MalformedError for what is no review or manifest.
    """
    if isinstance(document, dict) and document.get("kind") == "AdmissionReview":
        draft = _read_review(document, given)
        return Document(drafts=(draft,) if draft else ())
    objects = list(find_objects(document))
    if not objects:
        raise object_error("", "must be an AdmissionReview or Kubernetes objects")
    return Document(drafts=tuple(_read_manifests(objects, given)), notes=tuple(_notes(objects)))


def _notes(objects: list[PlacedObject]) -> Iterator[str]:
    """What is in the objects and is not read."""
    for placed in objects:
        if placed.kind == ENDPOINT and placed.group in UPJET:
            for field in fields_that_are_none(placed):
                yield (
                    f"{placed.address or placed.pointer}: Crossplane's VPCEndpoint has no field {field}, "
                    "so it is not read; associations are objects of their own"
                )
        if placed.kind == ENDPOINT and placed.group in (ACK, *UPJET):
            for field, meant in wrong_names(spec_of(placed), placed.group):
                yield (
                    f"{placed.address or placed.pointer}: {_OWNERS[placed.group]}'s VPCEndpoint has no field {field}"
                    + (f", only {meant}; the API server drops or refuses it" if meant else ", so it is not read")
                )
        elif placed.kind.lower() == ENDPOINT.lower() and placed.group not in GROUPS:
            yield f"{placed.address or placed.pointer}: {ENDPOINT} of {placed.group or 'no group'} is not read"


def _read_review(review: Json, given: Extras) -> Draft | None:
    request = review.get("request")
    if not isinstance(request, dict):
        raise object_error("/request", "must be an object")
    operation = request.get("operation")
    if operation not in _OPERATIONS:
        raise object_error("/request/operation", f"must be one of {', '.join(_OPERATIONS)}")
    new = request.get("object") if operation in ("CREATE", "UPDATE") else None
    old = request.get("oldObject") if operation in ("UPDATE", "DELETE") else None
    for name, value, needed in (("object", new, operation in ("CREATE", "UPDATE")), ("oldObject", old, new is None)):
        if needed and operation != "CONNECT" and not isinstance(value, dict):
            raise object_error(f"/request/{name}", "must be an object")
    if operation == "CONNECT" or request.get("subResource"):
        return None
    user = sub_object(request, "userInfo", "/request").get("username")
    named: Json = {"name": _text(request.get("name")), "user": _text(user)}
    after = PlacedObject(new, "/request/object", **named) if isinstance(new, dict) else None
    before = PlacedObject(old, "/request/oldObject", **named) if isinstance(old, dict) else None
    return _draft_of_review(before, after, given)


def _draft_of_review(before: PlacedObject | None, after: PlacedObject | None, given: Extras) -> Draft | None:
    about = after or before
    if about is None or not is_about_endpoints(about):
        return None
    if is_association(about):
        return draft_association(before, after, given)
    if after is None:
        return draft_deleted(about, given)
    if before is None:
        return draft_created(after, read_endpoint(after, ObjectReferences()), given)
    return draft_changed(before, after, given)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _read_manifests(objects: list[PlacedObject], given: Extras) -> list[Draft]:
    references = ObjectReferences(objects, name_others=not tells_of_network(given.context))
    surroundings = ManifestContext(references, given.context)
    endpoints = [p for p in objects if p.kind == ENDPOINT and is_about_endpoints(p) and not is_going(p)]
    parts = [
        association
        for placed in objects
        if is_about_endpoints(placed) and is_association(placed) and not is_going(placed)
        if "create" in (association := read_association(placed, references)).acts
    ]
    drafts = []
    for placed in endpoints:
        endpoint = read_endpoint(placed, references)
        own = [part for part in parts if part.endpoint is not None and part.endpoint.pointer == placed.pointer]
        for part in own:
            complete(endpoint, part)
        _open_for_strangers(endpoint, parts)
        draft = draft_created(placed, endpoint, given)
        if draft is not None:
            context = {**surroundings.context_for(draft.request.get("VpcId")), **draft.context}
            drafts.append(_with_places(replace(draft, context=context), own, given))
    elsewhere = [part for part in parts if part.endpoint is None]
    return [*drafts, *drafts_elsewhere(elsewhere, given)]


def _open_for_strangers(endpoint: ControlledEndpoint, parts: list[Association]) -> None:
    """A list is not known as a whole where nobody can tell whether an association adds to it."""
    for part in parts:
        if part.endpoint is None and part.identity is None and part.attribute in endpoint.unknown:
            endpoint.attributes.pop(part.attribute, None)
            endpoint.unknown[part.attribute] = True


def _with_places(draft: Draft, parts: list[Association], given: Extras) -> Draft:
    """The draft with the places of what associations add."""
    if draft.locations is None or not parts or given.text is None:
        return draft
    counts: dict[str, int] = {}
    places: dict[str, str] = dict(getattr(draft.locations, "parts", {}))
    for part in parts:
        index = counts.get(part.member, 0)
        counts[part.member] = index + 1
        place = f"/request/{part.member}" if part.attribute == "policy" else f"/request/{part.member}/{index}"
        places[place] = f"{part.placed.pointer}/spec/forProvider"
    return replace(draft, locations=given.locations(places))
