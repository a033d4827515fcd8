"""What is there as drafts: each endpoint as the create that would make it, beside what stands around it.

Things around endpoints are found by their VPC, once for all endpoints of it, so that a list of any length is gone
through once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic_core import from_json

from vpce_guard.formats.aws.endpoint import FULL_ACCESS
from vpce_guard.formats.document import Document, Draft
from vpce_guard.formats.existing.inventory import ExistingEndpoint, Inventory
from vpce_guard.formats.terraform.attributes import MEMBERS
from vpce_guard.formats.terraform.providers import region_of_zone
from vpce_guard.model import Json

_OF_VPC = {"Subnets": "SubnetId", "RouteTables": "RouteTableId", "SecurityGroups": "GroupId", "NetworkAcls": ""}
_IN_REGION = ("Gateway", "GatewayLoadBalancer")  # types that lead to services of their own Region only
_SERVICE_REGION = re.compile(r"\.((?:[a-z]{2,}-)+[a-z]+-\d)\.")
_ENDPOINT_NAME = re.compile(r"\.([a-z0-9-]+-\d)[a-z]?\.vpce\.amazonaws\.")
_SORTED = ("SubnetIds", "RouteTableIds")
_MEMBERS = {member.name: member for member in MEMBERS.values()}  # of CreateVpcEndpoint, with the types that have them
_DEFAULT = from_json(FULL_ACCESS)["Statement"]


def drafts_of(inventory: Inventory, given: Iterable[Json]) -> Document:
    """A draft for each endpoint of the inventory, in the order of their ids; `given` is context beside it.

    Endpoints of the context that the inventory does not have are neighbours, and so the list of a VPC is known.
    """
    context = inventory.combined_context(given)
    others = context.pop("VpcEndpoints", None)
    around = _Surroundings(context)
    known = isinstance(others, list)
    drafts = [_draft(inventory.endpoints[identity], around, listed=known) for identity in sorted(inventory.endpoints)]
    told = inventory.endpoints.keys() | inventory.deleted
    neighbours = [
        {"address": identity, **one}
        for one in others or ()
        if isinstance(one, dict) and isinstance(identity := one.get("VpcEndpointId"), str) and identity not in told
    ]
    return Document(drafts=tuple(drafts), neighbours=tuple(neighbours))


def surroundings_of(inventory: Inventory, given: Iterable[Json], vpc_id: str) -> Json:
    """What an inventory and the context beside it tell around a VPC, with its Region and account if they are told."""
    context = inventory.combined_context(given)
    around = _Surroundings(context).context_of({"VpcId": vpc_id})
    owners = [one.get("OwnerId") for one in (around.get("Vpc") or {}, *around.get("Subnets", ()))]
    region = context.get("Region") or region_of({"VpcId": vpc_id}, around)
    account = next((one for one in owners if one), context.get("AccountId"))
    return around | {name: value for name, value in (("Region", region), ("AccountId", account)) if value}


class _Surroundings:
    """A context, by the VPCs that things in it are of."""

    def __init__(self, context: Json) -> None:
        self._common = {name: value for name, value in context.items() if name not in {*_OF_VPC, "Vpcs"}}
        self._vpcs = {vpc.get("VpcId"): vpc for vpc in context.get("Vpcs") or () if isinstance(vpc, dict)}
        self._lists: dict[str, dict[object, list[Json]]] = {}
        self._by_id: dict[str, dict[object, Json]] = {}
        for name, identity in _OF_VPC.items():
            if isinstance(listed := context.get(name), list):
                objects = [one for one in listed if isinstance(one, dict)]
                self._lists[name] = _by_vpc(objects)
                self._by_id[name] = {one.get(identity): one for one in objects}

    def context_of(self, endpoint: Json) -> Json:
        """What is known around an endpoint, the lists being the same ones for all endpoints of a VPC."""
        vpc = endpoint.get("VpcId")
        context = dict(self._common)
        if (described := self._vpcs.get(vpc)) is not None:
            context["Vpc"] = described
        for name, by_vpc in self._lists.items():
            if vpc in by_vpc:  # that a list has nothing of a VPC says that nobody asked about it
                context[name] = by_vpc[vpc]
        groups = [group.get("GroupId") for group in endpoint.get("Groups") or () if isinstance(group, dict)]
        known = [self._by_id.get("SecurityGroups", {}).get(one) for one in groups]
        if elsewhere := [one for one in known if one is not None and one.get("VpcId") != vpc]:
            context["SecurityGroups"] = [*context.get("SecurityGroups", ()), *elsewhere]
        return context


def _by_vpc(objects: Sequence[Json]) -> dict[object, list[Json]]:
    found: defaultdict[object, list[Json]] = defaultdict(list)
    for one in objects:
        found[one.get("VpcId")].append(one)
    return dict(found)


def _draft(found: ExistingEndpoint, around: _Surroundings, *, listed: bool) -> Draft:
    endpoint = {"Tags": [], **found.endpoint}
    context = {**around.context_of(endpoint), **found.context}
    region = found.region or context.get("Region") or region_of(endpoint, context)
    account = endpoint.get("OwnerId") or found.account or context.get("AccountId")
    context |= {name: value for name, value in (("Region", region), ("AccountId", account)) if value}
    if found.listed or listed:
        context["VpcEndpoints"] = []  # all others are peers
    request = _request(endpoint, region)
    return Draft(
        operation="create",
        request=request,
        context=context,
        unknown=tuple(f"/request/{name}" for name in found.unknown if _MEMBERS[name].exists_on(_type(endpoint))),
        address=found.address or found.endpoint_id,
        source=found.source,
        sensitive=found.sensitive,
        exists=endpoint,
    )


def _type(endpoint: Json) -> Any:
    return endpoint.get("VpcEndpointType")


def _request(endpoint: Json, region: object) -> Json:
    """The CreateVpcEndpoint that would make the endpoint. Lists are sorted, so that places are the same next time."""
    groups = [group.get("GroupId") for group in endpoint.get("Groups") or () if isinstance(group, dict)]
    values = {**endpoint, "SecurityGroupIds": groups}
    request = {
        name: values[name]
        for name, member in _MEMBERS.items()
        if member.exists_on(_type(endpoint)) and values.get(name) not in (None, [], {}, "")
    }
    if request.get("ServiceRegion") == region:
        request.pop("ServiceRegion", None)
    if _type(endpoint) == "GatewayLoadBalancer":
        request.pop("DnsOptions", None)
    if "PolicyDocument" in request and is_default_policy(request["PolicyDocument"]):
        del request["PolicyDocument"]  # AWS attaches the same
    for name in (*_SORTED, "SecurityGroupIds"):
        if isinstance(ids := request.get(name), list):
            request[name] = sorted(ids, key=str)
    if tags := [tag for tag in endpoint.get("Tags") or () if not is_of_aws(tag)]:
        request["TagSpecifications"] = [{"ResourceType": "vpc-endpoint", "Tags": tags}]
    return request


def is_of_aws(tag: Any) -> bool:
    """Whether AWS set a tag by itself, which a request could not."""
    return isinstance(tag, dict) and str(tag.get("Key", "")).startswith("aws:")


def is_default_policy(policy: Any) -> bool:
    """Whether a policy is the one that AWS attaches where none is given."""
    try:
        document = from_json(policy) if isinstance(policy, str) else policy
    except ValueError:
        return False
    return isinstance(document, dict) and document.get("Statement") == _DEFAULT


def region_of(endpoint: Json, context: Json) -> str | None:
    """The Region of an endpoint by its own DNS names, by its service, or by the zones of its subnets."""
    for entry in endpoint.get("DnsEntries") or ():
        name = entry.get("DnsName") if isinstance(entry, dict) else None
        if isinstance(name, str) and (found := _ENDPOINT_NAME.search(name)):
            return found[1]
    service = endpoint.get("ServiceName")
    if _type(endpoint) in _IN_REGION and isinstance(service, str) and (named := _SERVICE_REGION.search(service)):
        return named[1]
    zones = {
        region_of_zone(subnet.get("AvailabilityZone"))
        for subnet in context.get("Subnets") or ()
        if isinstance(subnet, dict) and subnet.get("VpcId") == endpoint.get("VpcId")
    }
    return zones.pop() if len(zones) == 1 else None
