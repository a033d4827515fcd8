"""Configuration items of AWS Config: snapshots, history files and what its get commands print.

The newest item of a resource counts. Of a VPC endpoint Config records no policy and not every member, so those are not
known. Source: AWS Config Developer Guide, "Components of a configuration item"; AWS Config resource schema of
AWS::EC2::VPCEndpoint, AWS::EC2::Subnet, AWS::EC2::RouteTable, AWS::EC2::SecurityGroup and AWS::EC2::VPC.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic_core import from_json

from vpce_guard.errors import MalformedError, Pointer
from vpce_guard.formats.existing.inventory import ExistingEndpoint, Inventory, capitalise
from vpce_guard.formats.text import json_text
from vpce_guard.model import Json, Location

_ENDPOINT = "AWS::EC2::VPCEndpoint"
_LISTS = {
    "AWS::EC2::Subnet": "Subnets",
    "AWS::EC2::RouteTable": "RouteTables",
    "AWS::EC2::SecurityGroup": "SecurityGroups",
    "AWS::EC2::VPC": "Vpcs",
}
_ITEMS = ("configurationItems", "baseConfigurationItems")
MAY_HAVE = ("PolicyDocument", "DnsOptions", "IpAddressType", "ServiceRegion")  # and Config need not tell
_RANGES = {"ipRanges": "IpRangeTexts", "ipv4Ranges": "IpRanges"}  # Config tells IPv4 ranges twice
_GONE = ("ResourceDeleted", "ResourceDeletedNotRecorded")


def detect(document: Any) -> bool:
    """Whether the document has configuration items, or is one."""
    if not isinstance(document, dict):
        return False
    return any(isinstance(document.get(name), list) for name in _ITEMS) or _is_item(document)


def read(document: Json, inventory: Inventory) -> None:
    """Take up the endpoints and their surroundings. Raises MalformedError for an item that cannot be read."""
    newest: dict[tuple[str, str], tuple[str, Json]] = {}
    for pointer, item in _items(document):
        if not isinstance(item, dict) or not _is_item(item):
            raise _item_error(pointer, "must be a configuration item with resourceType and resourceId")
        if item["resourceType"] != _ENDPOINT and item["resourceType"] not in _LISTS:
            continue
        key = str(item["resourceType"]), str(item["resourceId"])
        if key not in newest or _capture_time(item) > _capture_time(newest[key][1]):
            newest[key] = pointer, item
    context: dict[str, list[Json]] = {}
    for (kind, identity), (pointer, item) in newest.items():
        inventory.tells_endpoints = inventory.tells_endpoints or kind == _ENDPOINT
        if item.get("configurationItemStatus") in _GONE:
            if kind == _ENDPOINT:
                inventory.drop(identity)
        elif kind == _ENDPOINT:
            inventory.add(_endpoint(item, pointer, inventory.file, listed=_lists_all(document)))
        else:
            context.setdefault(_LISTS[kind], []).append(_with_tags(_configuration(item, pointer), item))
    if context:
        inventory.parts.append(dict(context))
    if unread := document.get("unprocessedResourceKeys"):
        inventory.notes.append(f"AWS Config left {len(unread)} resources out (unprocessedResourceKeys)")


def _is_item(value: Json) -> bool:
    return isinstance(value.get("resourceType"), str) and isinstance(value.get("resourceId"), str)


def _items(document: Json) -> Iterator[tuple[str, Any]]:
    if _is_item(document):
        yield "", document
    for name in _ITEMS:
        for index, item in enumerate(document.get(name) or ()):
            yield f"/{name}/{index}", item


def _lists_all(document: Json) -> bool:
    """Whether all endpoints of the account and Region are in it: a snapshot has every resource."""
    return "configSnapshotId" in document


def _capture_time(item: Json) -> str:
    return str(item.get("configurationItemCaptureTime") or "")


def _endpoint(item: Json, pointer: str, file: str | None, *, listed: bool) -> ExistingEndpoint:
    endpoint = _with_tags(_configuration(item, pointer), item)
    endpoint["VpcEndpointId"] = item["resourceId"]
    if isinstance(state := endpoint.get("State"), dict):
        endpoint["State"] = state.get("Value")
    created = item.get("resourceCreationTime")
    if "CreationTimestamp" not in endpoint and isinstance(created, str):
        endpoint["CreationTimestamp"] = created
    account = item.get("awsAccountId") or item.get("accountId")
    region = item.get("awsRegion")
    return ExistingEndpoint(
        endpoint=endpoint,
        region=region if isinstance(region, str) else None,
        account=account if isinstance(account, str) else None,
        unknown=tuple(member for member in MAY_HAVE if member not in endpoint),
        listed=listed,
        source=Location(file=file) if file else None,
    )


def _with_tags(configuration: Json, item: Json) -> Json:
    """A configuration as EC2 describes it, with the tags that Config tells beside it."""
    found: Json = capitalise(configuration, but=_RANGES)
    if not isinstance(found.get("Tags"), list) and isinstance(tags := item.get("tags"), dict):
        found["Tags"] = [{"Key": key, "Value": value} for key, value in tags.items()]
    return found


def _configuration(item: Json, pointer: str) -> Json:
    """The configuration, which a snapshot holds as an object and a command prints as text."""
    found = item.get("configuration")
    if isinstance(found, str):
        try:
            found = from_json(found)
            json_text(found)
        except ValueError:
            raise _item_error(f"{pointer}/configuration", "is not JSON") from None
    if not isinstance(found, dict):
        raise _item_error(f"{pointer}/configuration", "must be an object, or the text of one")
    return found


def _item_error(pointer: str, detail: str) -> MalformedError:
    return MalformedError(
        f"{pointer or 'The configuration item'} {detail}.",
        advice="Send the file that AWS Config delivered, or what `get-resource-config-history` prints.",
        pointers=(Pointer(pointer=pointer, code="configuration_item", detail=detail),),
    )
