"""What completes an endpoint of Crossplane: associations of subnets, security groups and route tables, and policies.

One whose endpoint stands in the same document is taken into it; any other is a modification of the endpoint it names.
Source: crossplane-contrib/provider-upjet-aws, the CRDs of VPCEndpoint…Association.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from vpce_guard.formats.document import Draft, Extras
from vpce_guard.formats.kubernetes.changes import common_members, is_going
from vpce_guard.formats.kubernetes.controlled import ControlledEndpoint, known_context
from vpce_guard.formats.kubernetes.crossplane import actions_of, merge
from vpce_guard.formats.kubernetes.objects import ENDPOINT, PlacedObject, sub_object
from vpce_guard.formats.kubernetes.references import ObjectReferences, id_of
from vpce_guard.formats.terraform.attributes import MEMBERS
from vpce_guard.model import Json

COMPLETES = {
    "VPCEndpointSubnetAssociation": ("subnet_ids", "subnetId", "Subnet"),
    "VPCEndpointSecurityGroupAssociation": ("security_group_ids", "securityGroupId", "SecurityGroup"),
    "VPCEndpointRouteTableAssociation": ("route_table_ids", "routeTableId", "RouteTable"),
    "VPCEndpointPolicy": ("policy", "policy", None),
}
"""The attribute that each kind adds to, its own field for that, and the kind of what the field names."""


@dataclass(frozen=True)
class Association:
    """What an object adds to an endpoint: a value of an attribute, None while it is not known.

    `endpoint` is the object of the same document that it names, `identity` the id or the reference that it names.
    """

    placed: PlacedObject
    attribute: str
    value: Any
    endpoint: PlacedObject | None
    identity: str | None
    region: Any
    acts: frozenset[str] = frozenset()

    @property
    def member(self) -> str:
        """The member of the request that it adds to."""
        return MEMBERS[self.attribute].name


@dataclass
class _Change:
    """What associations do to one endpoint that stands elsewhere."""

    identity: str | None
    first: Association
    request: Json = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)


def is_association(placed: PlacedObject) -> bool:
    """Whether an object completes an endpoint."""
    return placed.kind in COMPLETES


def read_association(placed: PlacedObject, references: ObjectReferences) -> Association:
    """What an object adds. Raises MalformedError for one of the wrong shape."""
    attribute, own, kind = COMPLETES[placed.kind]
    spec = sub_object(placed.item, "spec", placed.pointer)
    initial = sub_object(spec, "initProvider", f"{placed.pointer}/spec")
    fields = merge(sub_object(spec, "forProvider", f"{placed.pointer}/spec"), initial)
    filled = {hole.rpartition(".")[2] for hole in placed.holes}
    value = None if own in filled else fields.get(own) or _resolve_own(fields, own, kind, placed, references)
    endpoint, identity = None, None if "vpcEndpointId" in filled else fields.get("vpcEndpointId")
    if identity is None and "vpcEndpointId" not in filled:
        reference = fields.get("vpcEndpointIdRef") or fields.get("vpcEndpointIdSelector")
        endpoint = references.find(ENDPOINT, reference, placed)
        identity = id_of(endpoint) if endpoint else _reference_name(reference, placed)
    elif isinstance(identity, str):
        endpoint = next((e for e in references.of_kind(ENDPOINT) if id_of(e) == identity), None)
    return Association(
        placed,
        attribute,
        value,
        endpoint,
        identity if isinstance(identity, str) else None,
        fields.get("region"),
        frozenset(actions_of(placed)),
    )


def complete(endpoint: ControlledEndpoint, association: Association) -> None:
    """Take what an association adds into the endpoint of the same document."""
    attribute, value = association.attribute, association.value
    if attribute == "policy":
        if value is None:
            endpoint.unknown[attribute] = True
        else:
            endpoint.attributes[attribute] = value
        return
    items = endpoint.attributes.get(attribute) or []
    marks = endpoint.unknown.get(attribute)
    marks = marks if isinstance(marks, list) else [False] * len(items)
    endpoint.attributes[attribute] = [*items, value]
    endpoint.unknown[attribute] = [*marks, value is None]


def drafts_elsewhere(associations: Sequence[Association], given: Extras) -> list[Draft]:
    """A modification of each endpoint that stands elsewhere, with all that the associations of it add."""
    changes: dict[object, _Change] = {}
    for association in associations:
        key = association.identity if association.identity else object()
        change = changes.setdefault(key, _Change(association.identity, association))
        _add(change, "Add", association)
    return [_draft(change, given) for change in changes.values()]


def draft_association(old: PlacedObject | None, new: PlacedObject | None, given: Extras) -> Draft | None:
    """The draft for an association that comes, changes or goes; None where that changes nothing in AWS."""
    before = read_association(old, ObjectReferences()) if old and is_association(old) else None
    after = read_association(new, ObjectReferences()) if new else None
    now = after or before
    if now is None or is_going(now.placed):
        return None
    change = _Change(now.identity, now)
    if after is None:
        if "delete" not in now.acts:
            return None
        _remove(change, now)
    else:
        acted = before is not None and "create" in before.acts
        if "create" not in after.acts or (before and acted and _is_same(before, after)):
            return None
        _add(change, "Add", after)
        if before and acted and before.value not in (None, after.value):
            _remove(change, before)
    return _draft(change, given)


def _is_same(before: Association, after: Association) -> bool:
    return (before.value, before.identity) == (after.value, after.identity) and before.value is not None


def _add(change: _Change, verb: str, association: Association) -> None:
    if association.attribute == "policy":
        if association.value is None:
            change.unknown.append("/request/PolicyDocument")
        else:
            change.request["PolicyDocument"] = association.value
        return
    member = f"{verb}{association.member}"
    items = change.request.setdefault(member, [])
    if association.value is None:
        change.unknown.append(f"/request/{member}/{len(items)}")
    items.append(association.value)


def _remove(change: _Change, association: Association) -> None:
    if association.attribute == "policy":
        change.request["ResetPolicy"] = True
    else:
        _add(change, "Remove", association)


def _draft(change: _Change, given: Extras) -> Draft:
    known = change.identity if str(change.identity).startswith("vpce-") else None
    request = {"VpcEndpointId": known, **change.request} if known else change.request
    unknown = change.unknown if known else ["/request/VpcEndpointId", *change.unknown]
    members = common_members(change.first.placed, known_context({"Region": change.first.region}), given)
    return Draft(operation="modify", request=request, unknown=tuple(unknown), **members)


def _resolve_own(
    fields: Json, own: str, kind: str | None, placed: PlacedObject, references: ObjectReferences
) -> str | None:
    reference = fields.get(f"{own}Ref") or fields.get(f"{own}Selector")
    if kind is None or reference is None:
        return None
    return references.resolve_one(kind, reference, placed)


def _reference_name(reference: Any, placed: PlacedObject) -> str | None:
    """The endpoint of another document, by the name that a reference gives it."""
    name = reference.get("name") if isinstance(reference, dict) else None
    return "/".join(part for part in (ENDPOINT, placed.namespace, name) if part) if isinstance(name, str) else None
