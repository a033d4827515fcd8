"""AWS API requests: bare members (boto3 arguments, --cli-input-json) or a CloudTrail record."""

from __future__ import annotations

from typing import Any

from vpce_guard.errors import MalformedError, Pointer
from vpce_guard.formats.assemble import Draft
from vpce_guard.formats.document import Document
from vpce_guard.model import Json, Operation

NAME = "aws_api"

_OPERATIONS: dict[str, Operation] = {
    "CreateVpcEndpoint": "create",
    "ModifyVpcEndpoint": "modify",
    "DeleteVpcEndpoints": "delete",
}
_CREATE_ONLY = {"VpcId", "ServiceName", "VpcEndpointType", "ServiceNetworkArn", "ResourceConfigurationArn"}


def detect(document: Any) -> bool:
    """Whether the document looks like request members or a CloudTrail record of EC2."""
    if not isinstance(document, dict):
        return False
    if document.get("eventSource") == "ec2.amazonaws.com" or "requestParameters" in document:
        return True
    return bool((_CREATE_ONLY | {"VpcEndpointId"}) & document.keys())


def read(document: Any) -> Document:
    """One draft per endpoint named. Raises MalformedError for what is neither request nor record."""
    if not isinstance(document, dict):
        raise MalformedError(
            "An AWS API request is an object.",
            advice="Send the members of CreateVpcEndpoint or ModifyVpcEndpoint, or a CloudTrail record.",
            places=(Pointer(pointer="", code="dict_type", detail="must be an object"),),
        )
    if "eventName" in document or "requestParameters" in document:
        return _read_record(document)
    if "VpcEndpointId" in document:
        return Document(drafts=(Draft(operation="modify", request=document),))
    if not _CREATE_ONLY & document.keys():
        raise MalformedError(
            "This object has no member of CreateVpcEndpoint or ModifyVpcEndpoint.",
            advice="A create has VpcId and ServiceName, a modify has VpcEndpointId; AWS's spelling is case-sensitive.",
        )
    return Document(drafts=(Draft(operation="create", request=document),))


def _read_record(record: Json) -> Document:
    operation = _OPERATIONS.get(str(record.get("eventName")))
    parameters = record.get("requestParameters")
    if operation is None or not isinstance(parameters, dict):
        raise MalformedError(
            f"A CloudTrail record of {record.get('eventName')} is not about an endpoint's configuration.",
            advice="Send records of CreateVpcEndpoint, ModifyVpcEndpoint or DeleteVpcEndpoints.",
            places=(Pointer(pointer="/eventName", code="unknown_event", detail="not an endpoint operation"),),
        )
    context: Json = {}
    for name, member in (("Region", "awsRegion"), ("AccountId", "recipientAccountId"), ("time", "eventTime")):
        if isinstance(record.get(member), str):
            context[name] = record[member]
    identity = record.get("userIdentity")
    if isinstance(identity, dict) and isinstance(identity.get("arn"), str):
        context["principal"] = identity["arn"]
    request = next((v for k, v in parameters.items() if k.endswith("VpcEndpointRequest")), parameters)
    if operation == "delete":
        return Document(drafts=tuple(_deletes(parameters, context)))
    return Document(drafts=(Draft(operation=operation, request=_members(request), context=context),))


def _deletes(parameters: Json, context: Json) -> list[Draft]:
    request = parameters.get("DeleteVpcEndpointsRequest", parameters)
    ids = request.get("VpcEndpointId", []) if isinstance(request, dict) else []
    items = ids if isinstance(ids, list) else [ids]
    named = [i.get("content") if isinstance(i, dict) else i for i in items]
    return [Draft(operation="delete", request={"VpcEndpointId": i}, context=context, address=str(i)) for i in named]


# EC2 records its query protocol in CloudTrail: lists are {"tag": n, "content": id} objects under the singular name.
_PLURAL = {"SubnetId", "SecurityGroupId", "RouteTableId"}


def _members(request: object) -> Json:
    if not isinstance(request, dict):
        return {}
    members: Json = {}
    for name, value in request.items():
        singular = name.removeprefix("Add").removeprefix("Remove")
        plural = singular in _PLURAL
        key = name[0].upper() + name[1:] + ("s" if plural else "") if name else name
        if plural:
            value = [
                v.get("content", v) if isinstance(v, dict) else v
                for v in (value if isinstance(value, list) else [value])
            ]
        members[key] = value
    members.pop("Xmlns", None)
    return members
