"""The security groups that a Terraform plan tells of, in the shape of DescribeSecurityGroups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from vpce_guard.formats.terraform.network import PlannedNetwork, PlannedResource, describe
from vpce_guard.model import Json

_SECURITY_GROUP = {"id": "GroupId", "name": "GroupName", "vpc_id": "VpcId", "owner_id": "OwnerId"}
_UNIFORM_RULE = "aws_security_group_rule"  # of either direction, which its attribute `type` says


class _Direction(NamedTuple):
    """The group's attribute with its rules, AWS's member for them, and the type of a rule that stands apart."""

    attribute: str
    member: str
    rule: str

    def has(self, rule: PlannedResource) -> bool:
        """Whether a rule that stands apart is of this direction."""
        return rule.kind == self.rule or (rule.kind == _UNIFORM_RULE and rule.values.get("type") == self.attribute)


_DIRECTIONS = (
    _Direction("ingress", "IpPermissions", "aws_vpc_security_group_ingress_rule"),
    _Direction("egress", "IpPermissionsEgress", "aws_vpc_security_group_egress_rule"),
)


class _Peers(NamedTuple):
    """Attributes that name those a rule lets through, AWS's member for them, and the member of one of them."""

    attributes: tuple[str, ...]
    member: str
    inside: str


_PEERS = (
    _Peers(("cidr_blocks", "cidr_ipv4"), "IpRanges", "CidrIp"),
    _Peers(("ipv6_cidr_blocks", "cidr_ipv6"), "Ipv6Ranges", "CidrIpv6"),
    _Peers(("prefix_list_ids", "prefix_list_id"), "PrefixListIds", "PrefixListId"),
    _Peers(
        ("security_groups", "source_security_group_id", "referenced_security_group_id"), "UserIdGroupPairs", "GroupId"
    ),
)
_PORTS = {"from_port": "FromPort", "to_port": "ToPort"}
_MUST_BE_KNOWN = (
    "cidr_blocks",
    "cidr_ipv4",
    "ipv6_cidr_blocks",
    "cidr_ipv6",
    "source_security_group_id",
    "referenced_security_group_id",
    "prefix_list_ids",
    "prefix_list_id",
    "from_port",
    "to_port",
)


def describe_security_groups(network: PlannedNetwork) -> list[Json]:
    """The groups, with their rules where every one of them is known."""
    resources = network.of_kind("aws_security_group")
    groups = describe(resources, _SECURITY_GROUP)
    by_id = {str(resource.values.get("id")): resource for resource in reversed(resources)}  # the first one of an id
    apart = _rules_by_group(network)
    for group in groups:
        group_id = group["GroupId"]
        for direction in _DIRECTIONS:
            rules = [rule for rule in apart.get(group_id, ()) if direction.has(rule)]
            if (permissions := _permissions(by_id[group_id], rules, direction)) is not None:
                group[direction.member] = permissions
    return groups


def _rules_by_group(network: PlannedNetwork) -> Mapping[str, Sequence[PlannedResource]]:
    """The rules that stand apart, by the id of their group."""
    found: defaultdict[str, list[PlannedResource]] = defaultdict(list)
    for resource in network.resources:  # in the order of the plan, whichever way a rule is written
        group_id = resource.values.get("security_group_id")
        if isinstance(group_id, str) and any(direction.has(resource) for direction in _DIRECTIONS):
            found[group_id].append(resource)
    return found


def _permissions(group: PlannedResource, apart: Sequence[PlannedResource], direction: _Direction) -> list[Json] | None:
    """The rules of one direction, those inside the group and those apart; None where they are not all known."""
    inline = group.values.get(direction.attribute)
    partly = group.unknown.get(direction.attribute)
    if (not isinstance(inline, list) and not group.created) or (isinstance(partly, list) and _has_unknown(partly)):
        return None
    if any(_has_unknown([rule.unknown.get(name) for name in _MUST_BE_KNOWN]) for rule in apart):
        return None
    inside = inline if isinstance(inline, list) else []
    return [_permission(values) for values in [*inside, *(rule.values for rule in apart if rule.created)]]


def _permission(rule: Any) -> Json:
    if not isinstance(rule, dict):
        return {}
    permission: Json = {"IpProtocol": str(rule.get("protocol") or rule.get("ip_protocol") or "-1")}
    for name, port in _PORTS.items():
        if isinstance(rule.get(name), int) and permission["IpProtocol"] != "-1":
            permission[port] = rule[name]
    for peers in _PEERS:
        if given := [item for name in peers.attributes for item in _items(rule.get(name))]:
            permission[peers.member] = [{peers.inside: item} for item in given]
    return permission


def _has_unknown(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_has_unknown, value))
    if isinstance(value, dict):
        return any(map(_has_unknown, value.values()))
    return value is True


def _items(value: Any) -> Iterator[str]:
    """The texts of a list, or the one that stands alone."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str) and item:
            yield item
