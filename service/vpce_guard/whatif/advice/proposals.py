"""From an endpoint type to proposals: what the VPC of the context offers is tried in a sensible order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, product
from typing import Any

from vpce_guard.model import Json
from vpce_guard.whatif.advice.catalogue import full_name
from vpce_guard.whatif.advice.chooser import GLOBAL, Option, is_endpoint_service, service_part
from vpce_guard.whatif.advice.need import EndpointType, Need

_MOST = 12  # variants of one option that are tried


def variants(
    option: Option, need: Need, context: Json, org: Json, *, private_dns: bool, catalogue: Json
) -> list[list[Json]]:
    """Documents to try for an option, each a list of proposals that are made together; best first."""
    make = _Maker(option.endpoint_type or "Gateway", need, context, org, catalogue)
    return list(islice(_variants(option, make, private_dns), _MOST))


def _variants(option: Option, make: _Maker, private_dns: bool) -> Iterator[list[Json]]:
    if option.endpoint_type == "Gateway":
        tables = make.route_tables()
        yield [make.gateway([t]) for t in tables] if option.row == 14 and len(tables) > 1 else [make.gateway(tables)]
        return
    if option.endpoint_type == "GatewayLoadBalancer":
        subnets = make.subnets()
        yield [make.proposal(SubnetIds=[s]) for s in subnets] or [make.proposal()]
        return
    gateways = [make.gateway(make.route_tables())] if option.beside_gateway and not make.has_gateway() else []
    for groups, dns in product(make.security_groups(), make.dns(private_dns, bool(option.beside_gateway))):
        members: Json = {"SubnetIds": make.subnets()}
        if groups:
            members["SecurityGroupIds"] = groups
        if option.endpoint_type == "Interface":
            members |= dns
        yield [*gateways, make.proposal(**members)]


class _Maker:
    """Proposals of one type for one need."""

    def __init__(self, endpoint_type: EndpointType, need: Need, context: Json, org: Json, catalogue: Json) -> None:
        self._type, self._need, self._context, self._org = endpoint_type, need, context, org
        self._catalogue = catalogue
        self._vpc = need.vpc_id or _text_or_empty(_object(context.get("Vpc")).get("VpcId"))

    def proposal(self, endpoint_type: EndpointType | None = None, **members: Any) -> Json:
        kind, need = endpoint_type or self._type, self._need
        request: Json = {"VpcEndpointType": kind}
        if self._vpc:
            request["VpcId"] = self._vpc
        if need.resource_configuration_arn and kind in ("Resource", "Tunnel"):
            request["ResourceConfigurationArn"] = need.resource_configuration_arn
        elif need.service_network_arn and kind == "ServiceNetwork":
            request["ServiceNetworkArn"] = need.service_network_arn
        elif need.service:
            request["ServiceName"] = self._service_name(kind)
        if need.service_region:
            request["ServiceRegion"] = need.service_region
        request |= members
        if tags := self._tags():
            request["TagSpecifications"] = [
                {"ResourceType": "vpc-endpoint", "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
            ]
        intent: Json = {
            "access_paths": ["vpc"] if kind != self._type else list(need.access_paths),
            "protocols": list(need.protocols),
            "initiator": need.initiator,
        }
        if need.gb_per_month is not None:
            intent["gb_per_month"] = need.gb_per_month
        if need.change_class is not None:
            intent["change_class"] = need.change_class
        return {"operation": "create", "request": request, "intent": intent}

    def gateway(self, tables: list[str]) -> Json:
        return self.proposal("Gateway", **({"RouteTableIds": tables} if tables else {}))

    def route_tables(self) -> list[str]:
        """Those asked for, or all of the VPC that lead to no endpoint of the service yet."""
        if self._need.route_table_ids:
            return list(self._need.route_table_ids)
        taken = {i for e in self._gateways() for i in _list(e.get("RouteTableIds"))}
        found = {_text_or_empty(t.get("RouteTableId")) for t in self._members_in_vpc("RouteTables")}
        return sorted(i for i in found if i and i not in taken)

    def has_gateway(self) -> bool:
        """Whether the VPC has a gateway endpoint to the service already."""
        return bool(self._gateways())

    def subnets(self) -> list[str]:
        """Those asked for, or one in each of as many Availability Zones as the organisation wants, else in two."""
        if self._need.subnet_ids:
            return list(self._need.subnet_ids)
        zones: dict[str, list[Json]] = {}
        for subnet in self._members_in_vpc("Subnets"):
            zone = _text_or_empty(subnet.get("AvailabilityZoneId")) or _text_or_empty(subnet.get("AvailabilityZone"))
            if zone and (self._offered_zones is None or not self._offered_zones.isdisjoint(_names(subnet))):
                zones.setdefault(zone, []).append(subnet)
        best = {zone: min(subnets, key=self._rank) for zone, subnets in zones.items()}
        order = sorted(best, key=lambda zone: (self._rank(best[zone])[0], zone))
        return [str(best[zone]["SubnetId"]) for zone in order[: self._azs()]]

    def security_groups(self) -> list[list[str]]:
        """Those asked for together, or each group of the VPC but the default one by itself."""
        if self._need.security_group_ids:
            return [list(self._need.security_group_ids)]
        found = [g for g in self._members_in_vpc("SecurityGroups") if g.get("GroupName") != "default"]
        return [[i] for g in found if (i := _text_or_empty(g.get("GroupId")))] or [[]]

    def dns(self, private: bool, beside_gateway: bool) -> list[Json]:
        """Private DNS: on where there is a name, for S3 beside a gateway only towards the VPC's resolver."""
        if not private:
            return [{"PrivateDnsEnabled": False}]
        on: Json = {"PrivateDnsEnabled": True}
        if service_part(self._need) != "s3":
            return [on, {"PrivateDnsEnabled": False}]
        inbound = {**on, "DnsOptions": {"PrivateDnsOnlyForInboundResolverEndpoint": True}}
        everyone = {**on, "DnsOptions": {"PrivateDnsOnlyForInboundResolverEndpoint": False}}
        first = [inbound, everyone] if beside_gateway else [everyone, inbound]
        return [*first, {"PrivateDnsEnabled": False}]

    def _service_name(self, kind: EndpointType) -> str:
        need, name = self._need, service_part(self._need)
        if is_endpoint_service(need) or name != need.service:
            return str(need.service)
        if name in GLOBAL:
            return f"com.amazonaws.{name}"
        region = need.service_region or _text_or_empty(self._context.get("Region"))
        return full_name(name, region, self._catalogue, gateway=kind == "Gateway")

    def _tags(self) -> dict[str, str]:
        """The tags of the need, with the environment and a name of the right form where org data tell them."""
        tags, environment = dict(self._need.tags), self._org.get("environment")
        required = {t.get("key") for t in _list(_object(self._org.get("tags")).get("required")) if isinstance(t, dict)}
        if environment and "Environment" in required:
            tags.setdefault("Environment", environment)
        if name := self._name(_text_or_empty(_object(self._org.get("naming")).get("pattern"))):
            tags.setdefault("Name", name)
        return tags

    def _name(self, pattern: str) -> str | None:
        fillings = {
            "env": self._org.get("environment"),
            "service": service_part(self._need).replace(".", "-"),
            "vpc": self._vpc,
            "region": self._context.get("Region"),
        }
        name = pattern.removeprefix("^").removesuffix("$")
        for placeholder, value in fillings.items():
            if f"{{{placeholder}}}" in name and not value:
                return None
            name = name.replace(f"{{{placeholder}}}", str(value))
        return name if name and re.fullmatch(r"[\w-]+", name) else None

    def _azs(self) -> int:
        table = _object(_object(self._org.get("availability")).get("min_azs"))
        wanted = table.get(str(self._org.get("environment")), table.get("*"))
        return max(wanted, 1) if isinstance(wanted, int) else 2

    def _rank(self, subnet: Json) -> tuple[int, int, str]:
        """Subnets of the right tier first, then those with most free addresses."""
        network = _object(self._org.get("network"))
        allowed = _list(_object(network.get("subnet_tiers")).get("allowed"))
        tiers = [t.get("Value") for t in _list(subnet.get("Tags")) if _object(t).get("Key") == network.get("tier_tag")]
        right = not allowed or any(tier in allowed for tier in tiers)
        free = subnet.get("AvailableIpAddressCount")
        return (0 if right else 1, -free if isinstance(free, int) else 0, str(subnet.get("SubnetId")))

    @property
    def _offered_zones(self) -> set[str] | None:
        """Zones the service is offered in, by id and name; None where nobody tells."""
        zones: set[str] = set()
        for detail in _list(self._context.get("ServiceDetails")):
            kinds = {_object(t).get("ServiceType") for t in _list(_object(detail).get("ServiceType"))}
            if _object(detail).get("ServiceName") == self._service_name(self._type) and self._type in kinds:
                zones |= {str(z) for m in ("AvailabilityZoneIds", "AvailabilityZones") for z in _list(detail.get(m))}
        return zones or None

    def _gateways(self) -> list[Json]:
        return [
            e
            for e in self._members_in_vpc("VpcEndpoints")
            if e.get("VpcEndpointType") == "Gateway" and e.get("ServiceName") == self._service_name("Gateway")
        ]

    def _members_in_vpc(self, member: str) -> list[Json]:
        return [o for o in _list(self._context.get(member)) if isinstance(o, dict) and o.get("VpcId") == self._vpc]


def _names(subnet: Json) -> set[str]:
    return {_text_or_empty(subnet.get("AvailabilityZoneId")), _text_or_empty(subnet.get("AvailabilityZone"))}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _text_or_empty(value: Any) -> str:
    return value if isinstance(value, str) else ""
