"""The security groups that a Terraform plan tells of, in the shape of DescribeSecurityGroups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from vpce_guard.formats.terraform.network import PlannedNetwork, PlannedResource, describe, is_partly_unknown
from vpce_guard.formats.terraform.references import References
from vpce_guard.model import Json

_SECURITY_GROUP = {"id": "GroupId", "name": "GroupName", "vpc_id": "VpcId", "owner_id": "OwnerId"}
_DEFAULT = "aws_default_security_group"  # loses the rules that it has when it is taken over
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


_GROUPS = ("security_groups", "source_security_group_id", "referenced_security_group_id")
_PEERS = (
    _Peers(("cidr_blocks", "cidr_ipv4"), "IpRanges", "CidrIp"),
    _Peers(("ipv6_cidr_blocks", "cidr_ipv6"), "Ipv6Ranges", "CidrIpv6"),
    _Peers(("prefix_list_ids", "prefix_list_id"), "PrefixListIds", "PrefixListId"),
    _Peers(_GROUPS, "UserIdGroupPairs", "GroupId"),
)
_PORTS = {"from_port": "FromPort", "to_port": "ToPort"}
_MUST_BE_KNOWN = (
    "cidr_blocks",
    "cidr_ipv4",
    "ipv6_cidr_blocks",
    "cidr_ipv6",
    "prefix_list_ids",
    "prefix_list_id",
    "protocol",
    "ip_protocol",
    "from_port",
    "to_port",
)


def describe_security_groups(network: PlannedNetwork, resources: Sequence[PlannedResource]) -> list[Json]:
    """The groups, with their rules where every one of them is known but for the groups that it refers to.

    A rule of which nobody can say whose it is may be that of any group.
    """
    groups = describe(resources, _SECURITY_GROUP)
    by_id = {str(resource.values.get("id")): resource for resource in reversed(resources)}  # the first one of an id
    apart = _rules_by_group(network)
    told = [direction for direction in _DIRECTIONS if not any(map(direction.has, apart.get(None, ())))]
    for group in groups:
        group_id = group["GroupId"]
        if by_id[group_id].instance.kind == _DEFAULT:
            group["GroupName"] = "default"
        for direction in told:
            inside = _rules_inside(by_id[group_id], direction, network.references)
            beside = [_without_left_out(r, network.references) for r in apart.get(group_id, ()) if direction.has(r)]
            if inside is not None and not any(_is_hidden(rule) for rule in (*inside, *beside)):
                given = [rule for rule in (*inside, *beside) if rule.created]
                group[direction.member] = [_permission(rule, group_id) for rule in given]
    return groups


def _rules_by_group(network: PlannedNetwork) -> Mapping[str | None, Sequence[PlannedResource]]:
    """The rules that stand apart, by the id of their group; under None those of which it is not known."""
    found: defaultdict[str | None, list[PlannedResource]] = defaultdict(list)
    for resource in network.resources:  # in the order of the plan, whichever way a rule is written
        group_id = resource.values.get("security_group_id")
        if any(direction.has(resource) for direction in _DIRECTIONS):
            found[group_id if isinstance(group_id, str) else None].append(resource)
    return found


class _Rule(NamedTuple):
    """What is known of a rule and what is not; `created` is false where the group tells of it itself."""

    values: Json
    unknown: Json
    created: bool = True


def _rules_inside(group: PlannedResource, direction: _Direction, references: References) -> list[_Rule] | None:
    """The rules that a group has in itself; None where it cannot be told which."""
    inline, marks = group.values.get(direction.attribute), group.unknown.get(direction.attribute)
    if not isinstance(inline, list):
        is_new = group.created or (group.instance.kind == _DEFAULT and group.instance.created)
        left_out = is_new and not (marks is True and references.is_given(group.instance, direction.attribute))
        return [] if left_out else None
    if is_partly_unknown(marks) and (told := _from_source(group, direction.attribute, references)) is not None:
        return told
    if not isinstance(marks, list) or len(marks) != len(inline):
        marks = [marks if marks is True else {}] * len(inline)
    if not all(isinstance(mark, dict) for mark in marks):
        return None
    return [_Rule(rule if isinstance(rule, dict) else {}, mark) for rule, mark in zip(inline, marks, strict=True)]


def _from_source(group: PlannedResource, attribute: str, references: References) -> list[_Rule] | None:
    """The rules that a group has in itself as its source tells them; None where it does not."""
    blocks = references.value(group.instance, attribute)
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        return None
    return [
        _Rule(
            {name: _as_planned(value) for name, value in block.items()},
            {name: True for name, value in block.items() if not _is_told(value)},
        )
        for block in blocks
    ]


def _is_told(value: Any) -> bool:
    return all(map(_is_told, value)) if isinstance(value, list) else isinstance(value, str | int | float | None)


def _as_planned(value: Any) -> Any:
    if isinstance(value, list):
        return [item for item in value if isinstance(item, str)]
    if isinstance(value, float | str) and str(value).removesuffix(".0").isdecimal():
        return int(float(value))
    return value if isinstance(value, str | int) else None


def _without_left_out(rule: PlannedResource, references: References) -> _Rule:
    """A rule that stands apart. What its configuration leaves out is nobody, though the plan calls it unknown."""
    unknown = {
        name: mark
        for name, mark in rule.unknown.items()
        if mark is not True or name not in (*_MUST_BE_KNOWN, *_GROUPS) or references.is_given(rule.instance, name)
    }
    return _Rule(rule.values, unknown, rule.created)


def _is_hidden(rule: _Rule) -> bool:
    """Whether it cannot be told whom a rule lets through but other groups."""
    return any(is_partly_unknown(rule.unknown.get(name)) for name in _MUST_BE_KNOWN)


def _permission(rule: _Rule, group: str) -> Json:
    values = rule.values
    permission: Json = {"IpProtocol": str(values.get("protocol") or values.get("ip_protocol") or "-1")}
    for name, port in _PORTS.items():
        if isinstance(values.get(name), int) and permission["IpProtocol"] != "-1":
            permission[port] = values[name]
    for peers in _PEERS:
        if given := [item for name in peers.attributes for item in _items(values.get(name))]:
            permission[peers.member] = [{peers.inside: item} for item in given]
    if values.get("self") is True:
        permission.setdefault("UserIdGroupPairs", []).append({"GroupId": group})
    if any(is_partly_unknown(rule.unknown.get(name)) for name in _GROUPS):  # a group that nobody can name yet
        permission.setdefault("UserIdGroupPairs", []).append({})
    return permission


def _items(value: Any) -> Iterator[str]:
    """The texts of a list, or the one that stands alone."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str) and item:
            yield item
