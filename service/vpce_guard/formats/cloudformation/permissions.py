"""Rules of security groups and entries of network ACLs of a template, as EC2 tells of them."""

from __future__ import annotations

from typing import Any

from vpce_guard.formats.cloudformation.members import as_list, literals, text_or_symbol
from vpce_guard.formats.cloudformation.words import Special, Symbol, is_true
from vpce_guard.model import Json

_NOT_KNOWN = "{{not known}}"
_ADDRESSES = ("CidrIp", "CidrIpv6")


def permissions(inline: Any, own: list[Any], side: str) -> list[Json] | None:
    """IpPermissions; None where a rule is not wholly known.

    Addresses that are not known of rules that let in stand as a prefix list whose entries are not known.
    """
    if inline is not None and not isinstance(inline, list):
        return None
    rules = [*as_list(inline), *own]
    found = [_permission(rule, side) if isinstance(rule, dict) else None for rule in rules]
    return None if None in found else found  # type: ignore[return-value]


def _permission(rule: Json, side: str) -> Json | None:
    protocol = rule.get("IpProtocol", "-1")
    ports = {port: rule[port] for port in ("FromPort", "ToPort") if port in rule}
    if any(isinstance(value, Special | Symbol) for value in (protocol, *ports.values())):
        return None
    if any(member in rule and not isinstance(rule[member], str) for member in _ADDRESSES):
        if side == "Destination":
            return None
        told = {name: value for name, value in rule.items() if name not in _ADDRESSES}
        rule = {
            **told,
            "SourcePrefixListId": next(filter(None, (text_or_symbol(rule, m) for m in _ADDRESSES)), _NOT_KNOWN),
        }
    permission: Json = {"IpProtocol": str(protocol)}
    permission |= {p: int(v) for p, v in ports.items() if str(v).lstrip("-").isdecimal()}
    for member, place, inside in (
        ("CidrIp", "IpRanges", "CidrIp"),
        ("CidrIpv6", "Ipv6Ranges", "CidrIpv6"),
        (f"{side}PrefixListId", "PrefixListIds", "PrefixListId"),
        (f"{side}SecurityGroupId", "UserIdGroupPairs", "GroupId"),
    ):
        if member in rule:
            permission[place] = [{inside: text_or_symbol(rule, member) or _NOT_KNOWN}]
    return permission


def acl_entry(found: Json) -> Json | None:
    """An entry as EC2 tells of it; None where it is not wholly known."""
    if any(isinstance(value, Special | Symbol) for name, value in found.items() if name != "NetworkAclId"):
        return None
    try:
        entry: Json = {
            "Egress": is_true(found.get("Egress", False)),
            "Protocol": str(found.get("Protocol", "-1")),
            "RuleAction": str(found.get("RuleAction")),
            "RuleNumber": int(found["RuleNumber"]),
            **literals(found, ("CidrBlock", "Ipv6CidrBlock")),
        }
        if isinstance(ports := found.get("PortRange"), dict):
            entry["PortRange"] = {"From": int(ports["From"]), "To": int(ports["To"])}
    except (KeyError, TypeError, ValueError):
        return None
    return entry
