"""The steps of a move as drafts: create in the centre, take private DNS from the others, then delete them.

An endpoint's private DNS and a hosted zone of the same name cannot be in one VPC, so that private DNS goes first.
Source: AWS PrivateLink Guide, "Private DNS" of interface endpoints; Amazon Route 53 API Reference,
AssociateVPCWithHostedZone (ConflictingDomainExists).
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from vpce_guard.formats.aws.iam.endpoints import service_part
from vpce_guard.formats.document import Draft
from vpce_guard.formats.existing.drafts import is_of_aws
from vpce_guard.model import Json
from vpce_guard.whatif.advice import catalogue
from vpce_guard.whatif.consolidation.moves import Centre, Move, choose_subnets, endpoint_of
from vpce_guard.whatif.consolidation.types import Phase

_HTTPS = 443


@dataclass(frozen=True, kw_only=True)
class PlannedStep:
    """A step that is not judged yet: its draft, and what belongs to it and is no change of an endpoint."""

    phase: Phase
    service: str
    draft: Draft
    by_hand: tuple[str, ...] = ()


def plan_steps(moves: Sequence[Move], centre: Centre, services: Json) -> list[PlannedStep]:
    """The steps in order, service by service, so that each is over before the next begins."""
    return [step for move in moves for step in _steps_of(move, centre, services)]


def _steps_of(move: Move, centre: Centre, services: Json) -> Iterator[PlannedStep]:
    zone = _private_name(move, services)
    if move.central is None:
        made = f"Make the private hosted zone {zone} for {centre.vpc_id}, with an alias to the new endpoint."
        yield PlannedStep(phase="create", service=move.service, draft=_create(move, centre), by_hand=(made,))
    named = [one for one in move.endpoints if endpoint_of(one).get("PrivateDnsEnabled") is True]
    for one in named:
        vpc = endpoint_of(one)["VpcId"]
        hand = (
            f"Before, route {vpc} and {centre.vpc_id} to each other through the transit gateway.",
            f"At once after, associate {vpc} with the hosted zone {zone}, and see that its clients reach the service.",
        )
        yield PlannedStep(phase="associate", service=move.service, draft=_without_dns(one), by_hand=hand)
    for one in move.endpoints:
        is_named = endpoint_of(one).get("PrivateDnsEnabled") is True
        own = () if is_named else ("Its private DNS is off: before, give its clients the name of the new endpoint.",)
        yield PlannedStep(phase="delete", service=move.service, draft=_delete(one), by_hand=own)


def _private_name(move: Move, services: Json) -> str:
    """The private name of the service, else what stands for it."""
    names = (catalogue.entry(service_part(move.service), services) or {}).get("private_dns")
    if not names:
        return f"of the private name of {service_part(move.service)}"
    region = str(move.endpoints[0].context["Region"])
    partition = services.get("partitions", {}).get(catalogue.partition_of(region), {})
    return str(names[0]).format(region=region, suffix=partition.get("dns_suffix", "amazonaws.com"))


def _create(move: Move, centre: Centre) -> Draft:
    clients = sorted({str(cidr) for one in move.endpoints for cidr in _cidrs(one.context)} | set(_cidrs(centre.around)))
    request: Json = {
        "VpcEndpointType": "Interface",
        "VpcId": centre.vpc_id,
        "ServiceName": move.service,
        "SubnetIds": choose_subnets(move, centre),
        "PrivateDnsEnabled": False,
    }
    if group := _choose_group(clients, centre):
        request["SecurityGroupIds"] = [group]
    policy, is_known = merge_policies(move.endpoints)
    if policy is not None:
        request["PolicyDocument"] = policy
    if tags := _tags(move, centre):
        request["TagSpecifications"] = [{"ResourceType": "vpc-endpoint", "Tags": tags}]
    intent: Json = {"access_paths": ["vpc", "tgw"], "protocols": ["tcp"], "initiator": "consumer"}
    return Draft(
        operation="create",
        request=request,
        context={**centre.around, "VpcEndpoints": []},  # those that are there are peers
        intent={**intent, "client_cidrs": clients} if clients else intent,
        unknown=() if is_known else ("/request/PolicyDocument",),
        address=f"central {service_part(move.service)}",
    )


def _without_dns(one: Draft) -> Draft:
    endpoint = endpoint_of(one)
    return Draft(
        operation="modify",
        request={"VpcEndpointId": endpoint["VpcEndpointId"], "PrivateDnsEnabled": False},
        current=endpoint,
        before=endpoint,
        context=one.context,
        address=endpoint["VpcEndpointId"],
    )


def _delete(one: Draft) -> Draft:
    endpoint = {**endpoint_of(one), "PrivateDnsEnabled": False}
    return Draft(
        operation="delete",
        request={"VpcEndpointId": endpoint["VpcEndpointId"]},
        current=endpoint,
        context=one.context,
        address=endpoint["VpcEndpointId"],
    )


def merge_policies(endpoints: Sequence[Draft]) -> tuple[Any, bool]:
    """The policy that all have, or the statements of all together; and whether each is told.

    None for the default one. Statements lose their names, of which each may be there once.
    """
    policies = [endpoint_of(one).get("PolicyDocument") for one in endpoints]
    if not all(policies):
        return None, False
    requests = [one.request.get("PolicyDocument") for one in endpoints]  # without those that AWS attaches by itself
    if all(request is None for request in requests):
        return None, True
    documents = [_parse(policy) for policy in policies]
    if any(document is None for document in documents):
        return None, False
    if all(document == documents[0] for document in documents):
        return json.dumps(documents[0]), True
    statements: dict[str, Json] = {}
    for document in documents:
        found = (document or {}).get("Statement")
        for statement in found if isinstance(found, list) else [found]:
            if not isinstance(statement, dict):
                return None, False
            unnamed = {name: value for name, value in statement.items() if name != "Sid"}
            statements[json.dumps(unnamed, sort_keys=True)] = unnamed
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements.values())}), True


def _parse(policy: Any) -> Json | None:
    try:
        found = json.loads(policy) if isinstance(policy, str) else policy
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _tags(move: Move, centre: Centre) -> list[Json]:
    """The tags that are asked for, else those that all endpoints have alike."""
    if centre.tags is not None:
        return [{"Key": key, "Value": value} for key, value in centre.tags.items()]
    each = [[tag for tag in endpoint_of(one).get("Tags") or () if tag and not is_of_aws(tag)] for one in move.endpoints]
    return [tag for tag in each[0] if all(tag in tags for tags in each)]


def _cidrs(context: Json) -> list[str]:
    vpc = context.get("Vpc") or {}
    return [block] if isinstance(block := vpc.get("CidrBlock"), str) else []


def _choose_group(clients: Sequence[str], centre: Centre) -> str | None:
    """A security group of the centre that admits all clients by HTTPS, else the first one that is not the default."""
    groups = [
        group
        for group in centre.around.get("SecurityGroups") or ()
        if group.get("VpcId") == centre.vpc_id and group.get("GroupName") != "default" and group.get("GroupId")
    ]
    ranked = sorted(groups, key=lambda group: (not _admits(group, clients), str(group.get("GroupId"))))
    return str(ranked[0]["GroupId"]) if ranked else None


def _admits(group: Json, clients: Sequence[str]) -> bool:
    ranges = [_network(one.get("CidrIp")) for one in _https_ranges(group) if isinstance(one, dict)]
    return all(any(_holds(wide, _network(client)) for wide in ranges) for client in clients)


def _https_ranges(group: Json) -> Iterator[Any]:
    for permission in group.get("IpPermissions") or ():
        first, last = permission.get("FromPort"), permission.get("ToPort")
        has_ports = isinstance(first, int) and isinstance(last, int)
        is_https = permission.get("IpProtocol") == "tcp" and has_ports and first <= _HTTPS <= last
        if permission.get("IpProtocol") == "-1" or is_https:
            yield from permission.get("IpRanges") or ()


def _network(block: object) -> ipaddress.IPv4Network | None:
    try:
        return ipaddress.IPv4Network(block, strict=False) if isinstance(block, str) else None
    except ValueError:
        return None


def _holds(wide: ipaddress.IPv4Network | None, narrow: ipaddress.IPv4Network | None) -> bool:
    return wide is not None and narrow is not None and narrow.subnet_of(wide)
