"""An endpoint of Crossplane: of the provider that runs Terraform's, or of the classic one, which calls AWS itself.

Sources: crossplane-contrib/provider-upjet-aws, the CRDs of vpcendpoints and their associations; upjet, how
initProvider is merged; crossplane-runtime, managementPolicies, deletionPolicy and paused.
"""

from __future__ import annotations

from typing import Any

from vpce_guard.formats.kubernetes.controlled import ControlledEndpoint, known_context
from vpce_guard.formats.kubernetes.fields import LISTS, read_fields, sources_of
from vpce_guard.formats.kubernetes.objects import CLASSIC, PlacedObject, sub_object
from vpce_guard.formats.kubernetes.references import ObjectReferences
from vpce_guard.formats.terraform.attributes import MEMBERS
from vpce_guard.model import Json

_PAUSED = "crossplane.io/paused"
_EXTERNAL_NAME = "crossplane.io/external-name"
_LIST_FIELDS = frozenset(name.replace("_", "") for name in LISTS)
_OBSERVED = {"requestermanaged": "requester_managed", "state": "state", "ownerid": "owner_id"}


def read_crossplane(placed: PlacedObject, references: ObjectReferences) -> ControlledEndpoint:
    """What the provider makes of an object. Raises MalformedError for one of the wrong shape."""
    item, pointer = placed.item, placed.pointer
    spec = sub_object(item, "spec", pointer)
    initial = sub_object(spec, "initProvider", f"{pointer}/spec")
    fixed = sub_object(spec, "forProvider", f"{pointer}/spec")
    seen = sub_object(sub_object(item, "status", pointer), "atProvider", f"{pointer}/status")
    identity = endpoint_id(placed)
    wanted = fixed if _is_seen(seen) else merge(fixed, initial)  # what is initial is not changed later
    if placed.group != CLASSIC:  # no version has such fields: they come from associations
        wanted = {name: value for name, value in wanted.items() if name.lower() not in _LIST_FIELDS}
    fields = read_fields(wanted, placed, references)
    region = fields.attributes.pop("region", None)
    if placed.group != CLASSIC:
        _open_lists(fields.attributes, fields.unknown)
    may = actions_of(placed)
    return ControlledEndpoint(
        attributes=fields.attributes,
        unknown=fields.unknown,
        present=_current_state(seen, placed, identity),
        identity=identity,
        wanted=[spec.get(part) for part in ("forProvider", "initProvider", "providerConfigRef")],
        creates="create" in may,
        updates="update" in may,
        deletes="delete" in may,
        context=known_context({"Region": region}),
        sources=sources_of(wanted),
    )


def fields_that_are_none(placed: PlacedObject) -> list[str]:
    """Fields of lists that an object has and its CRD does not: the API server drops or refuses them."""
    spec = sub_object(placed.item, "spec", placed.pointer)
    fields = sub_object(spec, "forProvider", f"{placed.pointer}/spec")
    return [name for name in fields if name.lower() in _LIST_FIELDS]


def endpoint_id(placed: PlacedObject) -> str | None:
    """The id of the endpoint that is there, as the status or the external name tells it."""
    item, pointer = placed.item, placed.pointer
    seen = sub_object(sub_object(item, "status", pointer), "atProvider", f"{pointer}/status")
    notes = sub_object(sub_object(item, "metadata", pointer), "annotations", f"{pointer}/metadata")
    candidates = (seen.get("id"), seen.get("vpcEndpointID"), notes.get(_EXTERNAL_NAME))
    return next((i for i in candidates if _is_id(i)), None)


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("vpce-")


def _is_seen(seen: Json) -> bool:
    return _is_id(seen.get("id")) or _is_id(seen.get("vpcEndpointID"))


def actions_of(placed: PlacedObject) -> set[str]:
    """What the provider does in AWS for an object, of create, update and delete."""
    item, pointer = placed.item, placed.pointer
    spec = sub_object(item, "spec", pointer)
    notes = sub_object(sub_object(item, "metadata", pointer), "annotations", f"{pointer}/metadata")
    if notes.get(_PAUSED) == "true":
        return set()
    given = spec.get("managementPolicies")
    policies = set(map(str, given)) if isinstance(given, list) else {"*"}
    does = {"create", "update", "delete"} if "*" in policies else {policy.lower() for policy in policies}
    if spec.get("deletionPolicy") == "Orphan" and policies in ({"*"}, set()):
        does.discard("delete")
    return does & {"create", "update", "delete"}


def merge(fixed: Any, initial: Any) -> Any:
    """What is sent at creation: objects are merged member by member, lists item by item, and `fixed` wins."""
    if isinstance(fixed, dict) and isinstance(initial, dict):
        return {k: merge(fixed.get(k), initial.get(k)) for k in [*fixed, *(k for k in initial if k not in fixed)]}
    if isinstance(fixed, list) and isinstance(initial, list) and fixed:
        return [merge(item, initial[i]) if i < len(initial) else item for i, item in enumerate(fixed)]
    return initial if fixed in (None, []) else fixed


def _open_lists(attributes: Json, unknown: Json) -> None:
    """What associations may add is not known, for lists that the type of the endpoint has."""
    kind = attributes.get("vpc_endpoint_type")
    if kind is None and "vpc_endpoint_type" not in unknown:
        kind = "Gateway"
    for name in LISTS:
        if MEMBERS[name].exists_on(kind):
            unknown.setdefault(name, True)


def _current_state(seen: Json, placed: PlacedObject, identity: str | None) -> Json:
    """The state that the provider saw last."""
    tags = seen.get("tagsAll") or seen.get("tags")
    present = dict(read_fields({**seen, "tags": tags}, placed, ObjectReferences()).attributes)
    present.pop("region", None)
    for field, attribute in _OBSERVED.items():
        value = next((v for k, v in seen.items() if k.lower() == field), None)
        if value is not None:
            present[attribute] = value
    return {**present, "id": identity} if identity else present
