"""AWS API requests: bare members (boto3 arguments, --cli-input-json) and CloudTrail records.

Records come alone, as a log file (`Records`), as LookupEvents prints them (`Events`) or inside an EventBridge event
(`detail`). Source: botocore ec2 2016-11-15 and the AWS CloudTrail user guide.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic_core import from_json

from vpce_guard.errors import MalformedError, Pointer
from vpce_guard.formats.document import Document, Draft, Extras
from vpce_guard.formats.text import json_text
from vpce_guard.model import Json, Operation

OPERATIONS: dict[str, Operation] = {
    "CreateVpcEndpoint": "create",
    "ModifyVpcEndpoint": "modify",
    "DeleteVpcEndpoints": "delete",
}
_CREATE_ONLY = {"VpcId", "ServiceName", "VpcEndpointType", "ServiceNetworkArn", "ResourceConfigurationArn"}
_ONLY_DESCRIBED = {"State", "CreationTimestamp", "OwnerId", "RequesterManaged", "Groups", "DnsEntries"}
_ENVELOPES = ("Records", "Events")


def detect(document: Any) -> bool:
    """Whether the document looks like request members or CloudTrail records."""
    if isinstance(document, list):
        return bool(document) and detect(document[0])
    if not isinstance(document, dict):
        return False
    if any(isinstance(document.get(envelope), list) for envelope in _ENVELOPES) or _is_record(document.get("detail")):
        return True
    return _is_record(document) or bool((_CREATE_ONLY | {"VpcEndpointId", "VpcEndpointIds"}) & document.keys())


def read(document: Any, given: Extras) -> Document:
    """One draft per endpoint named. Raises MalformedError for what is neither request nor record."""
    drafts = []
    for pointer, item, alone in _items(document):
        if not isinstance(item, dict):
            raise MalformedError(
                "An AWS API request must be an object.",
                advice="Send the members of CreateVpcEndpoint or ModifyVpcEndpoint, or CloudTrail records.",
                pointers=(Pointer(pointer=pointer, code="dict_type", detail="must be an object"),),
            )
        if not _is_record(item):
            drafts += _read_request(item, given, pointer)
        elif alone or item.get("eventName") in OPERATIONS:  # a log file holds every other call too
            drafts += _read_record(item, given, pointer)
    return Document(drafts=tuple(drafts))


def _is_record(item: Any) -> bool:
    return isinstance(item, dict) and ("eventName" in item or "requestParameters" in item)


def _items(document: Any) -> Iterator[tuple[str, Any, bool]]:
    """Pointer and content of each request or record, and whether it is all there is."""
    if isinstance(document, list):
        for index, item in enumerate(document):
            yield f"/{index}", item, True
    elif isinstance(document, dict) and isinstance(document.get("Records"), list):
        for index, item in enumerate(document["Records"]):
            yield f"/Records/{index}", item, False
    elif isinstance(document, dict) and isinstance(document.get("Events"), list):
        for index, event in enumerate(document["Events"]):
            pointer = f"/Events/{index}/CloudTrailEvent"
            yield pointer, _parse_embedded(event, pointer), False
    elif isinstance(document, dict) and _is_record(document.get("detail")):
        yield "/detail", document["detail"], True
    else:
        yield "", document, True


def _parse_embedded(event: Any, pointer: str) -> Any:
    """LookupEvents gives each record as text."""
    text = event.get("CloudTrailEvent") if isinstance(event, dict) else None
    if isinstance(text, str):
        record = from_json(text)
        json_text(record)
        return record
    raise MalformedError(
        "An event of LookupEvents has no CloudTrailEvent.",
        advice="Send the output of `aws cloudtrail lookup-events` unchanged.",
        pointers=(Pointer(pointer=pointer, code="missing", detail="must be a string"),),
    )


def _read_request(request: Json, given: Extras, pointer: str) -> list[Draft]:
    places = given.locations({"": pointer, "/request": pointer}, literal=True)
    if "VpcEndpointIds" in request:
        return _read_deletes(request["VpcEndpointIds"], {}, given, pointer)
    if "VpcEndpointId" in request and len(_ONLY_DESCRIBED & request.keys()) > 1:
        raise MalformedError(
            "This is an endpoint as AWS describes it, and no change of one.",
            advice="`vpce-guard audit FILE` judges what exists; beside a change it goes with --context.",
            pointers=(Pointer(pointer=pointer, code="not_a_request", detail="must be a request"),),
        )
    if "VpcEndpointId" in request:
        return [Draft(operation="modify", request=request, locations=places)]
    if not _CREATE_ONLY & request.keys():
        raise MalformedError(
            "This object has no members of CreateVpcEndpoint or ModifyVpcEndpoint.",
            advice="A create has VpcId and ServiceName, a modify has VpcEndpointId; AWS's spelling is case-sensitive.",
            pointers=(
                Pointer(
                    pointer=pointer, code="missing", detail="must be a CreateVpcEndpoint or ModifyVpcEndpoint request"
                ),
            ),
        )
    return [Draft(operation="create", request=request, locations=places)]


def _read_record(record: Json, given: Extras, pointer: str) -> list[Draft]:
    operation = OPERATIONS.get(str(record.get("eventName")))
    parameters = record.get("requestParameters")
    if operation is None or not isinstance(parameters, dict):
        raise MalformedError(
            f"A CloudTrail record of {record.get('eventName')} is not about an endpoint's configuration.",
            advice="Send records of CreateVpcEndpoint, ModifyVpcEndpoint or DeleteVpcEndpoints.",
            pointers=(
                Pointer(pointer=f"{pointer}/eventName", code="unknown_event", detail="not an endpoint operation"),
            ),
        )
    context: Json = {}
    for name, member in (("Region", "awsRegion"), ("AccountId", "recipientAccountId"), ("time", "eventTime")):
        if isinstance(record.get(member), str):
            context[name] = record[member]
    identity = record.get("userIdentity")
    if isinstance(identity, dict) and isinstance(identity.get("arn"), str):
        context["principal"] = identity["arn"]
    request = next((v for k, v in parameters.items() if k.endswith(("VpcEndpointRequest", "EndpointsRequest"))), None)
    members = _members(parameters if request is None else request)
    if operation == "delete":
        named = members.get("VpcEndpointIds", _as_list(members.get("VpcEndpointId")))
        return _read_deletes(named, context, given, pointer)
    places = given.locations({"": pointer, "/request": f"{pointer}/requestParameters"})
    return [Draft(operation=operation, request=members, context=context, locations=places)]


def _read_deletes(ids: Any, context: Json, given: Extras, pointer: str) -> list[Draft]:
    places = given.locations({"": pointer})
    return [
        Draft(operation="delete", request={"VpcEndpointId": i}, context=context, address=str(i), locations=places)
        for i in _as_list(ids)
    ]


# EC2 records its query protocol in CloudTrail: a list is one value or several, each wrapped with its number ("tag")
# under the singular name.
_LISTS = {
    **{
        prefix + name: f"{prefix}{name}s"
        for name in ("SubnetId", "SecurityGroupId", "RouteTableId")
        for prefix in ("", "Add", "Remove")
    },
    "SubnetConfiguration": "SubnetConfigurations",
    "TagSpecification": "TagSpecifications",
}
_INNER_LISTS = {"Tag": "Tags", "PrivateDnsSpecifiedDomain": "PrivateDnsSpecifiedDomains"}


def _members(request: Any, lists: dict[str, str] = _LISTS) -> Json:
    """Request members as the API spells them."""
    members: Json = {}
    for name, value in request.items() if isinstance(request, dict) else ():
        key = name[:1].upper() + name[1:]
        if key in lists and name != "tag":
            members[lists[key]] = [_member(item) for item in _as_list(value)]
        elif name not in ("tag", "xmlns", "Xmlns"):
            members[key] = _member(value) if key == "DnsOptions" else value
    return members


def _member(item: Any) -> Any:
    return _members(item, _INNER_LISTS) if isinstance(item, dict) else item


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    items = value if isinstance(value, list) else [value]
    return [item["content"] if isinstance(item, dict) and "content" in item else item for item in items]
