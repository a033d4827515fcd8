"""An endpoint of ACK's EC2 controller, which sends the requests of AWS's API.

Sources: aws-controllers-k8s/ec2-controller, apis/v1alpha1/vpc_endpoint.go; ACK's documentation of adopted, read-only
and retained resources.
"""

from __future__ import annotations

from vpce_guard.formats.kubernetes.controlled import ControlledEndpoint, known_context
from vpce_guard.formats.kubernetes.fields import read_fields, sources_of
from vpce_guard.formats.kubernetes.objects import PlacedObject, sub_object
from vpce_guard.formats.kubernetes.references import ObjectReferences
from vpce_guard.model import Json

_NOTES = "services.k8s.aws/"


def read_ack(placed: PlacedObject, references: ObjectReferences) -> ControlledEndpoint:
    """What the controller makes of an object. Raises MalformedError for one of the wrong shape."""
    item, pointer = placed.item, placed.pointer
    notes = sub_object(sub_object(item, "metadata", pointer), "annotations", f"{pointer}/metadata")
    status = sub_object(item, "status", pointer)
    owner = sub_object(status, "ackResourceMetadata", f"{pointer}/status")
    spec = sub_object(item, "spec", pointer)
    fields = read_fields(spec, placed, references)
    identity = status.get("vpcEndpointID")
    identity = identity if isinstance(identity, str) and identity else None
    region = notes.get(f"{_NOTES}region") or owner.get("region")
    account = notes.get(f"{_NOTES}owner-account-id") or owner.get("ownerAccountID")
    adopts = notes.get(f"{_NOTES}adoption-policy")
    takes_over = identity is None and (adopts == "adopt" or (adopts == "adopt-or-create" and not spec))
    touches = notes.get(f"{_NOTES}read-only") != "true" and not takes_over  # what is taken over stays as it is
    return ControlledEndpoint(
        attributes=fields.attributes,
        unknown=fields.unknown,
        present=_current_state(status, identity),
        identity=identity,
        wanted=[spec, notes.get(f"{_NOTES}region"), notes.get(f"{_NOTES}owner-account-id")],
        creates=touches,
        updates=touches,
        deletes=touches and notes.get(f"{_NOTES}deletion-policy") != "retain",
        context=known_context({"Region": region, "AccountId": account}),
        sources=sources_of(spec),
    )


def _current_state(status: Json, identity: str | None) -> Json:
    present: Json = {"id": identity, "state": status.get("state"), "owner_id": status.get("ownerID")}
    if isinstance(status.get("requesterManaged"), bool):
        present["requester_managed"] = status["requesterManaged"]
    if isinstance(status.get("groups"), list):
        groups = [group.get("groupID") for group in status["groups"] if isinstance(group, dict)]
        present["security_group_ids"] = [group for group in groups if isinstance(group, str)]
    return {name: value for name, value in present.items() if value is not None}
