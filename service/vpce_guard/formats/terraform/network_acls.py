"""The network ACLs that a Terraform plan tells of, in the shape of DescribeNetworkAcls.

A subnet is in one network ACL; one that nothing names is in the default one of its VPC, which lets everything through
until aws_default_network_acl takes it over. Source: the AWS provider's documentation of aws_network_acl,
aws_network_acl_rule, aws_network_acl_association and aws_default_network_acl, v6.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from vpce_guard.formats.terraform.network import PlannedNetwork, PlannedResource, is_partly_unknown
from vpce_guard.model import Json

_WITH_RULES = (("ingress", False), ("egress", True))
_NUMBERS = {"icmp": "1", "tcp": "6", "udp": "17", "icmpv6": "58", "all": "-1"}
_DEFAULT = "aws_default_network_acl"


def describe_network_acls(network: PlannedNetwork) -> list[Json]:
    """The network ACLs with their subnets, and with their entries where all of them are known."""
    apart = _rules_apart(network)
    subnets = _subnets_by_acl(network)
    found = []
    for acl in network.of_kind("aws_network_acl"):
        identity = str(acl.values["id"])
        told: Json = {
            "NetworkAclId": identity,
            "IsDefault": acl.instance.kind == _DEFAULT,
            "Associations": [{"SubnetId": subnet} for subnet in subnets.get(identity, ())],
        }
        inside = _rules_inside(acl)
        beside = apart.get(identity, [])
        if inside is not None and None not in beside and None not in apart:
            told["Entries"] = [*inside, *beside]
        found.append(told)
    return found


def _rules_apart(network: PlannedNetwork) -> dict[str | None, list[Json | None]]:
    """The rules that are resources of their own by their ACL, None for one that is not known, or not whose it is."""
    found: defaultdict[str | None, list[Json | None]] = defaultdict(list)
    for rule in network.of_kind("aws_network_acl_rule"):
        acl = rule.values.get("network_acl_id")
        found[acl if isinstance(acl, str) else None].append(
            _entry(rule.values, rule.unknown, egress=rule.values.get("egress") is True)
        )
    return found


def _rules_inside(acl: PlannedResource) -> list[Json] | None:
    """The rules that an ACL has in itself; None where they are not all known."""
    found = []
    for attribute, egress in _WITH_RULES:
        rules, marks = acl.values.get(attribute), acl.unknown.get(attribute)
        if rules is None and (marks is None or acl.instance.created):
            continue
        if not isinstance(rules, list) or is_partly_unknown(marks):
            return None
        found += [_entry(rule, {}, egress=egress) for rule in rules if isinstance(rule, dict)]
    return None if None in found else [entry for entry in found if entry is not None]


def _entry(values: Json, unknown: Json, *, egress: bool) -> Json | None:
    """A rule as AWS tells it; None where it is not known whom it lets through."""
    number = values.get("rule_no", values.get("rule_number"))
    action = values.get("action", values.get("rule_action"))
    protocol = str(values.get("protocol"))
    if not isinstance(number, int) or not isinstance(action, str):
        return None
    if any(unknown.get(name) for name in ("cidr_block", "ipv6_cidr_block", "protocol", "from_port", "to_port")):
        return None
    found: Json = {
        "RuleNumber": number,
        "RuleAction": action.lower(),
        "Egress": egress,
        "Protocol": _NUMBERS.get(protocol.lower(), protocol),
    }
    for name, member in (("cidr_block", "CidrBlock"), ("ipv6_cidr_block", "Ipv6CidrBlock")):
        if values.get(name):
            found[member] = values[name]
    ports = values.get("from_port"), values.get("to_port")
    if found["Protocol"] in ("6", "17") and all(isinstance(port, int) for port in ports):
        found["PortRange"] = {"From": ports[0], "To": ports[1]}
    return found


def _subnets_by_acl(network: PlannedNetwork) -> dict[str, list[str]]:
    """The subnets of each ACL, by its id; those of a default one are what no other has."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    acls = network.of_kind("aws_network_acl")
    for acl in acls:
        for subnet in _subnets_of(acl, network):
            found[str(acl.values["id"])].append(subnet)
    for association in network.of_kind("aws_network_acl_association"):
        pair = association.values.get("network_acl_id"), association.values.get("subnet_id")
        if all(isinstance(one, str) for one in pair):
            found[str(pair[0])].append(str(pair[1]))
    if any(acl.instance.kind != _DEFAULT and not _are_told(acl, network) for acl in acls):
        return found  # so that nobody can say what is left for a default one
    taken = {subnet for subnets in found.values() for subnet in subnets}
    for acl in acls:
        vpc = (
            network.references.owner(acl.instance, "default_network_acl_id") if acl.instance.kind == _DEFAULT else None
        )
        if vpc is not None:
            found[str(acl.values["id"])] += [
                subnet.values["id"]
                for subnet in network.of_kind("aws_subnet")
                if subnet.created and subnet.values.get("vpc_id") == vpc and subnet.values["id"] not in taken
            ]
    return found


def _subnets_of(acl: PlannedResource, network: PlannedNetwork) -> list[str]:
    value = _subnet_ids(acl, network)
    return [subnet for subnet in value if isinstance(subnet, str)] if isinstance(value, list) else []


def _are_told(acl: PlannedResource, network: PlannedNetwork) -> bool:
    value = _subnet_ids(acl, network)
    return value is None or (isinstance(value, list) and all(isinstance(subnet, str) for subnet in value))


def _subnet_ids(acl: PlannedResource, network: PlannedNetwork) -> Any:
    """The subnets that an ACL itself names, as far as they are known; None where it names none."""
    if not acl.unknown.get("subnet_ids"):
        return acl.values.get("subnet_ids")
    if not network.references.is_given(acl.instance, "subnet_ids"):
        return None
    return network.references.value(acl.instance, "subnet_ids")
