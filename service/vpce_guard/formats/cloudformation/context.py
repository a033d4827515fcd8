"""What a CloudFormation template tells of an endpoint's surroundings, in the shapes of EC2's Describe calls.

A resource of the template goes by its logical id, written as `${Id}`. What it says is all there is to say of it: it
does not exist yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from vpce_guard.formats.cloudformation.members import as_list, known_members, literals, text_or_symbol
from vpce_guard.formats.cloudformation.permissions import acl_entry, permissions
from vpce_guard.formats.cloudformation.targets import describe_targets
from vpce_guard.formats.cloudformation.values import Values
from vpce_guard.formats.cloudformation.words import MACRO, Special, Symbol, is_true
from vpce_guard.formats.cloudformation.workloads import describe_workloads
from vpce_guard.formats.document import DEFAULT_VPC
from vpce_guard.model import Json

_EVERYWHERE: Json = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
_DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
_ALL_TRAFFIC = {"Protocol": "-1", "RuleAction": "allow", "RuleNumber": 100, "CidrBlock": "0.0.0.0/0"}
_IPV6_MEMBERS = ("Ipv6CidrBlock", "Ipv6CidrBlocks")
_IPV6_POOL = {"Ipv6IpamPoolId", "Ipv6NetmaskLength", "Ipv6Native", MACRO}
_BLOCK = re.compile(r"\{\{(Cidr|GetAtt|ImportValue)\(|[^{]")
_TARGETS = ("GatewayId", "VpcEndpointId", "TransitGatewayId", "NatGatewayId", "NetworkInterfaceId", "InstanceId")


class TemplateContext:
    """The context of a template, worked out once; `of` adds what depends on the endpoint."""

    def __init__(self, resources: Json, values: Values, account: str | None) -> None:
        self._resources = resources
        self._values = values
        self._owner = {"OwnerId": account} if account else {}
        self._vpcs = {self._values.name_of(name).text: found for name, found in self._resources_of("AWS::EC2::VPC")}
        self._subnet_list = list(self._subnets())
        self._lists = {
            "Subnets": self._subnet_list,
            "RouteTables": list(self._route_tables()),
            "SecurityGroups": list(self._security_groups()),
            "ManagedPrefixLists": list(self._prefix_lists()),
            **describe_targets(resources, values, self._subnet_list, account),
            "Workloads": describe_workloads(resources, values),
        }
        self._zones = self._hosted_zones()

    def context_for(self, request: Json) -> Json:
        """The context for an endpoint's request."""
        vpc = request.get("VpcId")
        context: Json = {
            name: [_comparable(item, vpc) for item in items] for name, items in self._lists.items() if items
        }
        if zones := self._zones_of(vpc):
            context["PrivateHostedZones"] = zones
        acls = list(self._network_acls(vpc))
        if acls:
            context["NetworkAcls"] = acls
        if isinstance(vpc, str) and vpc in self._vpcs:
            # A VPC that is only now created has no other endpoints than those of the template.
            context |= {"Vpc": self._vpc(vpc), "VpcEndpoints": [], "complete_for": "vpc"}
            if groups := context.get("SecurityGroups"):
                context["SecurityGroups"] = [self._in_default_vpc.get(g["GroupId"], {}) | g for g in groups]
            if (options := self._dhcp_options(vpc)) is not None:
                context["DhcpOptions"] = options
            if self._zones is not None:
                context["PrivateHostedZones"] = zones
        return context

    def _vpc(self, vpc: str) -> Json:
        found = self._vpcs[vpc]
        told: Json = {"VpcId": vpc, **literals(found, ("CidrBlock",)), **self._owner}
        for member, default in (("EnableDnsSupport", True), ("EnableDnsHostnames", False)):
            if (value := is_true(found.get(member, default))) is not None:
                told[member] = value
        ranges = [found.get("CidrBlock")]
        for _, further in self._resources_of("AWS::EC2::VPCCidrBlock"):
            if text_or_symbol(further, "VpcId") == vpc:
                ranges.append(further.get("CidrBlock"))
        told["CidrBlockAssociationSet"] = [
            {"CidrBlock": block, "CidrBlockState": {"State": "associated"}}
            for block in ranges
            if isinstance(block, str)
        ]
        return told

    def _resources_of(self, kind: str) -> Iterator[tuple[str, Json]]:
        for name in self._resources:
            found = self._values.resource(name, kind)
            if found is not None:
                yield name, found

    def _subnets(self) -> Iterator[Json]:
        for name, found in self._resources_of("AWS::EC2::Subnet"):
            members = ("VpcId", "AvailabilityZone", "AvailabilityZoneId")
            subnet = {"SubnetId": self._values.name_of(name).text, **known_members(found, members), **self._owner}
            subnet |= literals(found, ("CidrBlock",))
            if (native := is_true(found.get("Ipv6Native"))) is not None:
                subnet["Ipv6Native"] = native
            if (blocks := self._ipv6_of(subnet["SubnetId"], found)) is not None:
                state = {"Ipv6CidrBlockState": {"State": "associated"}}
                subnet["Ipv6CidrBlockAssociationSet"] = [block | state for block in blocks]
            yield subnet

    def _ipv6_of(self, subnet: str, found: Json) -> list[Json] | None:
        """The IPv6 ranges that a subnet surely gets, known or still to come; None where it may have some or none."""
        alone = list(self._resources_of("AWS::EC2::SubnetCidrBlock"))
        own = [
            each.get("Ipv6CidrBlock", Special.UNKNOWN) if self._is_sure(name) else Special.UNKNOWN
            for name, each in alone
            if text_or_symbol(each, "SubnetId") == subnet
        ]
        given = [found[member] for member in _IPV6_MEMBERS if member in found]
        every = [*own, *(item for value in given for item in (value if isinstance(value, list) else [value]))]
        sure = [{"Ipv6CidrBlock": block} if isinstance(block, str) else {} for block in every if _is_block(block)]
        if sure:
            return sure
        is_elsewhere = all(text_or_symbol(each, "SubnetId") for _, each in alone)
        return [] if not every and is_elsewhere and not _IPV6_POOL & found.keys() else None

    def _route_tables(self) -> Iterator[Json]:
        """The route tables, with their associations and routes where each of them is surely there."""
        associated: dict[str, list[Json | None]] = {}
        for name, found in self._resources_of("AWS::EC2::SubnetRouteTableAssociation"):
            if (table := text_or_symbol(found, "RouteTableId")) and (subnet := text_or_symbol(found, "SubnetId")):
                association = {"SubnetId": subnet, "Main": False} if self._is_sure(name) else None
                associated.setdefault(table, []).append(association)
        routes: dict[str, list[Json | None]] = {}
        for name, found in self._resources_of("AWS::EC2::Route"):
            if table := text_or_symbol(found, "RouteTableId"):
                route = known_members(found, (*_DESTINATIONS, *_TARGETS)) if self._is_sure(name) else None
                routes.setdefault(table, []).append(route)
        for name, found in self._resources_of("AWS::EC2::RouteTable"):
            table = self._values.name_of(name).text
            lists = {"Associations": associated.get(table, []), "Routes": routes.get(table, [])}
            yield {
                "RouteTableId": table,
                **known_members(found, ("VpcId",)),
                **{member: items for member, items in lists.items() if None not in items},
            }

    def _is_sure(self, name: str) -> bool:
        return self._values.existence(name) is True

    def _security_groups(self) -> Iterator[Json]:
        inward = self._rules("AWS::EC2::SecurityGroupIngress")
        outward = self._rules("AWS::EC2::SecurityGroupEgress")
        for name, found in self._resources_of("AWS::EC2::SecurityGroup"):
            group_id = self._values.name_of(name).text
            group = {"GroupId": group_id, **known_members(found, ("VpcId",)), **literals(found, ("GroupName",))}
            incoming = permissions(found.get("SecurityGroupIngress"), inward.get(group_id, []), "Source")
            if incoming is not None:
                group["IpPermissions"] = incoming
            outgoing = permissions(found.get("SecurityGroupEgress"), outward.get(group_id, []), "Destination")
            if outgoing is not None:
                group["IpPermissionsEgress"] = outgoing or [_EVERYWHERE]
            yield group

    @cached_property
    def _in_default_vpc(self) -> dict[str, Json]:
        """The VPC of groups that name none, by their ids: the default one, which no template makes."""
        groups = ((self._values.name_of(n).text, g) for n, g in self._resources_of("AWS::EC2::SecurityGroup"))
        return {group_id: {"VpcId": DEFAULT_VPC} for group_id, group in groups if not group.keys() & {"VpcId", MACRO}}

    def _rules(self, kind: str) -> dict[str, list[Any]]:
        """The rules of each group that stand alone; one that may not be there is not known."""
        rules: dict[str, list[Any]] = {}
        for name, found in self._resources_of(kind):
            if group := text_or_symbol(found, "GroupId"):
                rules.setdefault(group, []).append(found if self._is_sure(name) else Special.UNKNOWN)
        return rules

    def _prefix_lists(self) -> Iterator[Json]:
        for name, found in self._resources_of("AWS::EC2::PrefixList"):
            told = {
                "PrefixListId": self._values.name_of(name).text,
                **literals(found, ("PrefixListName", "AddressFamily")),
            }
            entries = found.get("Entries", [])
            blocks = [e.get("Cidr") if isinstance(e, dict) else None for e in as_list(entries)]
            if isinstance(entries, list) and all(isinstance(block, str) for block in blocks):
                told["Entries"] = [{"Cidr": block} for block in blocks]
            yield told

    def _hosted_zones(self) -> list[Json] | None:
        """The private hosted zones that the template makes; None where one is not known for sure."""
        zones = []
        for name, found in self._resources_of("AWS::Route53::HostedZone"):
            vpcs = found.get("VPCs")
            if vpcs in (None, []):
                continue  # a public zone
            title = found.get("Name")
            told = as_list(vpcs)
            if not isinstance(title, str | Symbol) or not told or not self._is_sure(name):
                return None
            ids = [text_or_symbol(vpc, "VPCId") if isinstance(vpc, dict) else None for vpc in told]
            if None in ids:
                return None
            zone_vpcs = [{"VPCId": vpc} for vpc in ids]
            zones.append({"Name": title.text if isinstance(title, Symbol) else title, "VPCs": zone_vpcs})
        return zones

    def _zones_of(self, vpc: Any) -> list[Json]:
        return [zone for zone in self._zones or [] if any(v["VPCId"] == vpc for v in zone["VPCs"])]

    def _network_acls(self, vpc: Any) -> Iterator[Json]:
        """The network ACLs of the template, and for a VPC of its own the default one, which lets everything through."""
        of_subnet = {
            subnet: acl if self._is_sure(name) else None
            for name, found in self._resources_of("AWS::EC2::SubnetNetworkAclAssociation")
            if (subnet := text_or_symbol(found, "SubnetId")) and (acl := text_or_symbol(found, "NetworkAclId"))
        }
        entries: dict[str, list[Json | None]] = {}
        for name, found in self._resources_of("AWS::EC2::NetworkAclEntry"):
            if acl := text_or_symbol(found, "NetworkAclId"):
                entries.setdefault(acl, []).append(acl_entry(found) if self._is_sure(name) else None)
        for name, _ in self._resources_of("AWS::EC2::NetworkAcl"):
            acl = self._values.name_of(name).text
            subnets = [subnet for subnet, its in of_subnet.items() if its == acl]
            told: Json = {"NetworkAclId": acl, "Associations": [{"SubnetId": subnet} for subnet in subnets]}
            if None not in (known := entries.get(acl, [])):
                told["Entries"] = known
            yield told
        if vpc in self._vpcs and of_subnet:
            of_vpc = [subnet["SubnetId"] for subnet in self._subnet_list if subnet.get("VpcId") == vpc]
            free = [subnet for subnet in of_vpc if subnet not in of_subnet]
            both = [{**_ALL_TRAFFIC, "Egress": egress} for egress in (False, True)]
            yield {"IsDefault": True, "Associations": [{"SubnetId": subnet} for subnet in free], "Entries": both}

    def _dhcp_options(self, vpc: str) -> Json | None:
        """The DHCP options set of a VPC of the template, AWS's own where none is associated; None if not known."""
        associated = [
            text_or_symbol(found, "DhcpOptionsId")
            for _, found in self._resources_of("AWS::EC2::VPCDHCPOptionsAssociation")
            if text_or_symbol(found, "VpcId") == vpc
        ]
        if not associated:
            return {"DhcpConfigurations": [{"Key": "domain-name-servers", "Values": [{"Value": "AmazonProvidedDNS"}]}]}
        for name, found in self._resources_of("AWS::EC2::DHCPOptions"):
            servers = found.get("DomainNameServers", [])
            if self._values.name_of(name).text in associated and isinstance(servers, list):
                if not all(isinstance(server, str) for server in servers):
                    return None
                given = [{"Key": "domain-name-servers", "Values": [{"Value": server} for server in servers]}]
                return {"DhcpConfigurations": given if servers else []}
        return None


def _comparable(item: Json, vpc: Any) -> Json:
    """The item without its VPC, where nobody can say whether that is the VPC of the endpoint."""
    other = item.get("VpcId")
    if other == vpc or not isinstance(other, str) or not isinstance(vpc, str) or "{{" not in other + vpc:
        return item
    return {name: value for name, value in item.items() if name != "VpcId"}


def _is_block(value: Any) -> bool:
    """Whether a value surely is a range, known or not; a parameter may be empty."""
    if isinstance(value, Symbol):
        return not value.is_list and _BLOCK.match(value.text) is not None
    return isinstance(value, str) and bool(value)
