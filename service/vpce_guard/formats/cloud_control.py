"""Requests to AWS's Cloud Control API for AWS::EC2::VPCEndpoint: CreateResource, UpdateResource, DeleteResource.

They come bare (boto3 arguments, `aws cloudcontrol --cli-input-json`), as CloudTrail records, or as the progress event
of a create or delete. Cloud Control is CloudFormation's resource called directly, so spelling and defaults are
CloudFormation's. Source: the Cloud Control API reference and RFC 6902.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

from vpce_guard.errors import MalformedError, Pointer, UnreadableError
from vpce_guard.formats.cloudformation.properties import change_of, endpoint_request
from vpce_guard.formats.document import TOOL_DEFAULTS, Document, Draft, Extras
from vpce_guard.formats.text import parse
from vpce_guard.model import Json, Operation

_ENDPOINT = "AWS::EC2::VPCEndpoint"
_MEMBERS = {"DesiredState", "PatchDocument", "Identifier"}
_CALLS: dict[str, Operation] = {"CreateResource": "create", "UpdateResource": "modify", "DeleteResource": "delete"}
_EVENTS: dict[str, Operation] = {"CREATE": "create", "UPDATE": "modify", "DELETE": "delete"}
_MODELS = ("ResourceModel", "Properties", "ResourceDescription")
_LISTS = ("SubnetIds", "RouteTableIds", "SecurityGroupIds")
_SELECTORS = ("ServiceName", "ServiceNetworkArn", "ResourceConfigurationArn")
_FIXED = ("VpcId", "VpcEndpointType", "ServiceRegion", *_SELECTORS)
_CHANGEABLE = ("PolicyDocument", "PrivateDnsEnabled", "IpAddressType", "DnsOptions")
_ADVICE = "Send the members of CreateResource, UpdateResource or DeleteResource, as `aws cloudcontrol` takes them."


def detect(document: Any) -> bool:
    """Whether the document looks like requests to Cloud Control."""
    if isinstance(document, list):
        return bool(document) and all(map(detect, document))
    if not isinstance(document, dict):
        return False
    if isinstance(event := document.get("ProgressEvent"), dict):
        return "TypeName" in event
    if document.get("eventName") in _CALLS:
        parameters = document.get("requestParameters")
        return isinstance(parameters, dict) and "typeName" in parameters
    return "::" in str(document.get("TypeName")) and bool((_MEMBERS | {"Operation", *_MODELS}) & document.keys())


def read(document: Any, given: Extras) -> Document:
    """A draft per request that is about an endpoint; those about other types of resources are passed over.

    Raises MalformedError for what is no request to Cloud Control, or does not tell what it would change.
    """
    items = [("", document)]
    if isinstance(document, list):
        items = [(f"/{index}", item) for index, item in enumerate(document)]
    return Document(drafts=tuple(draft for pointer, item in items for draft in _read_one(item, pointer, given)))


def _read_one(item: Any, pointer: str, given: Extras) -> Iterator[Draft]:
    if not isinstance(item, dict) or not detect(item):
        raise _request_error(pointer, "is no request to Cloud Control")
    context: Json = {}
    if isinstance(event := item.get("ProgressEvent"), dict):
        item, pointer = event, f"{pointer}/ProgressEvent"
    elif "eventName" in item:
        item, context = _from_record(item)
        pointer = f"{pointer}/requestParameters"
    if item.get("TypeName") == _ENDPOINT:
        draft = _Request(item, pointer, given).read()
        yield replace(draft, context=context)


def _from_record(record: Json) -> tuple[Json, Json]:
    """The request of a CloudTrail record, and what the record says of where it was sent."""
    members = {name[:1].upper() + name[1:]: value for name, value in record["requestParameters"].items()}
    names = (("Region", "awsRegion"), ("AccountId", "recipientAccountId"), ("time", "eventTime"))
    context = {name: record[member] for name, member in names if isinstance(record.get(member), str)}
    identity = record.get("userIdentity")
    if isinstance(identity, dict) and isinstance(identity.get("arn"), str):
        context["principal"] = identity["arn"]
    return {**members, "Operation": record["eventName"]}, context


class _Request:
    """One request about an endpoint."""

    def __init__(self, members: Json, pointer: str, given: Extras) -> None:
        self._members = members
        self._pointer = pointer
        self._given = given

    def read(self) -> Draft:
        """The change that the request asks for."""
        operation = self._operation()
        if operation == "create":
            return self._create()
        identifier = self._members.get("Identifier")
        if not isinstance(identifier, str) or not identifier:
            raise _request_error(f"{self._pointer}/Identifier", "must be a string")
        known = self._known_properties()
        if operation == "delete":
            if known is not None:
                return self._with_locations(change_of({**known, "Id": identifier}, None), identifier)
            return self._with_locations(Draft(operation="delete", request={"VpcEndpointId": identifier}), identifier)
        return self._with_locations(self._update(identifier, known), identifier)

    def _operation(self) -> Operation:
        said = self._members.get("Operation")
        if said is not None:
            if (found := {**_CALLS, **_EVENTS}.get(said if isinstance(said, str) else "")) is None:
                raise _request_error(f"{self._pointer}/Operation", "must be CREATE, UPDATE or DELETE")
            return found
        if "DesiredState" in self._members:
            return "create"
        if "PatchDocument" not in self._members and any(name in self._members for name in _MODELS):
            raise _request_error(self._pointer, "tells of what there is, not what would change")
        return "modify" if "PatchDocument" in self._members else "delete"

    def _create(self) -> Draft:
        name = "DesiredState" if "DesiredState" in self._members else "ResourceModel"
        place = f"{self._pointer}/{name}"
        if self._is_hidden(name):
            hidden = tuple(f"/request/{member}" for member in (*_FIXED, *_LISTS, *_CHANGEABLE, "TagSpecifications"))
            return self._with_locations(Draft(operation="create", unknown=hidden, sender_defaults=TOOL_DEFAULTS), None)
        properties = self._object(name)
        request, unknown = endpoint_request(properties)
        parts = {"": self._pointer, "/request": place, **dict.fromkeys(_TAGS, f"{place}/Tags")}
        return Draft(
            operation="create",
            request=request,
            unknown=unknown,
            sender_defaults=TOOL_DEFAULTS,
            locations=self._given.locations(parts, literal=isinstance(self._members.get(name), dict)),
        )

    def _update(self, identifier: str, known: Json | None) -> Draft:
        if "PatchDocument" not in self._members:
            raise _request_error(
                f"{self._pointer}/PatchDocument", "is missing: without it nothing tells what would change"
            )
        every = (*_CHANGEABLE, *(f"{verb}{name}" for name in _LISTS for verb in ("Add", "Remove")))
        if self._is_hidden("PatchDocument"):
            return Draft(
                operation="modify",
                request={"VpcEndpointId": identifier},
                unknown=tuple(f"/request/{member}" for member in every),
            )
        patch = self._patch()
        if known is None:
            request, hidden = _request_of(patch)
            return Draft(operation="modify", request={"VpcEndpointId": identifier, **request}, unknown=hidden)
        before = {**known, "Id": identifier}
        after = self._apply_patch(before, patch)
        fixed = {name: after[name] for name in _FIXED if name in after and after[name] != before.get(name)}
        draft = change_of(before, {**after, **{name: before[name] for name in fixed if name in before}})
        gone = tuple(f"/request/{name}" for name in _CHANGEABLE if name in before and name not in after)
        return replace(draft, request={**draft.request, **fixed}, unknown=(*draft.unknown, *gone))

    def _patch(self) -> list[Json]:
        patch = self._value("PatchDocument")
        place = f"{self._pointer}/PatchDocument"
        if not isinstance(patch, list):
            raise _request_error(place, "must be a list of JSON Patch operations")
        for index, operation in enumerate(patch):
            if not isinstance(operation, dict) or not str(operation.get("path", "")).startswith("/"):
                raise _request_error(f"{place}/{index}", "must be an object with op and path")
        return patch

    def _apply_patch(self, before: Json, patch: list[Json]) -> Json:
        from jsonpatch import JsonPatchException, apply_patch
        from jsonpointer import JsonPointerException

        lenient = [_as_add(operation) for operation in patch]  # a model may leave out what it has by default
        try:
            after = apply_patch(deepcopy(before), lenient)
        except (JsonPatchException, JsonPointerException) as error:
            raise _request_error(f"{self._pointer}/PatchDocument", f"cannot be applied: {error}") from None
        if not isinstance(after, dict):
            raise _request_error(f"{self._pointer}/PatchDocument", "must leave an object")
        return after

    def _known_properties(self) -> Json | None:
        """The properties that the endpoint has, where the document says so."""
        for name in _MODELS:
            if name not in self._members or self._is_hidden(name):
                continue
            found = self._object(name)
            if name == "ResourceDescription":
                found = _parse_text(found.get("Properties"), f"{self._pointer}/{name}/Properties")
            return found
        return None

    def _object(self, name: str) -> Json:
        found = self._value(name)
        if not isinstance(found, dict):
            raise _request_error(f"{self._pointer}/{name}", "must be an object or the JSON text of one")
        return found

    def _value(self, name: str) -> Any:
        return _parse_text(self._members.get(name), f"{self._pointer}/{name}")

    def _is_hidden(self, name: str) -> bool:
        """CloudTrail keeps properties to itself, and says so."""
        return str(self._members.get(name)).startswith("HIDDEN")

    def _with_locations(self, draft: Draft, address: str | None) -> Draft:
        return replace(draft, locations=self._given.locations({"": self._pointer}), address=address)


_TAGS = ("/request/TagSpecifications", "/request/TagSpecifications/0/Tags")


def _as_add(operation: Json) -> Json:
    """A replacement of a whole property, so that it holds for one that the model does not tell, too."""
    is_whole = operation.get("op") == "replace" and str(operation["path"]).count("/") == 1
    return {**operation, "op": "add"} if is_whole else operation


def _request_of(patch: list[Json]) -> tuple[Json, tuple[str, ...]]:
    """What a patch surely asks for where the endpoint is not known as it is, and what of it is not known."""
    request: Json = {}
    hidden: dict[str, None] = {}
    for operation in patch:
        name, _, rest = str(operation["path"])[1:].partition("/")
        op, value = operation.get("op"), operation.get("value")
        if name in _LISTS:
            if op == "add" and rest and isinstance(value, str):
                request.setdefault(f"Add{name}", []).append(value)
            elif op != "test":
                hidden |= {f"/request/Add{name}": None, f"/request/Remove{name}": None}
        elif name in (*_CHANGEABLE, *_FIXED):
            if op in ("add", "replace") and not rest:
                request[name] = value
            elif op != "test":
                hidden[f"/request/{name}"] = None
    settled, unknown = endpoint_request(request)
    return settled, (*unknown, *hidden)


def _parse_text(value: Any, pointer: str) -> Any:
    """A value, or what stands in it as JSON text. Raises MalformedError for text that is none."""
    if not isinstance(value, str):
        return value
    data = value.encode(errors="surrogatepass")
    try:
        return parse(data, limit=len(data), what=pointer)
    except UnreadableError as error:
        raise _request_error(pointer, f"is no JSON text: {error.detail}") from None


def _request_error(pointer: str, detail: str) -> MalformedError:
    return MalformedError(
        f"The request to Cloud Control is wrong: {pointer or 'the document'} {detail}.",
        advice=_ADVICE,
        pointers=(Pointer(pointer=pointer, code="cloud_control", detail=detail),),
    )
