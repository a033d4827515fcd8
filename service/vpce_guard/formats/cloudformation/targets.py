"""What a template makes that endpoints lead to: endpoint services, service networks and resource configurations.

Each goes by the expression that an endpoint names it with. Source: the AWS CloudFormation template reference, and
DescribeVpcEndpointServices of EC2. A `Ref` of a service network or a resource configuration is its ARN, by which the
AWS CDK too identifies both (`ServiceNetworkReference`, `ResourceConfigurationReference`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from vpce_guard.formats.cloudformation.members import as_list, text_or_symbol
from vpce_guard.formats.cloudformation.values import Values
from vpce_guard.formats.cloudformation.words import Symbol, is_true, text_of
from vpce_guard.model import Json

_SERVICE = "AWS::EC2::VPCEndpointService"
_LOAD_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
_NETWORK = "AWS::VpcLattice::ServiceNetwork"
_CONFIGURATION = "AWS::VpcLattice::ResourceConfiguration"
_TYPES = {"NetworkLoadBalancerArns": "Interface", "GatewayLoadBalancerArns": "GatewayLoadBalancer"}
_CUSTOM = ("Custom::", "AWS::CloudFormation::CustomResource")


def describe_targets(resources: Json, values: Values, subnets: Sequence[Json], owner: str | None) -> dict[str, Any]:
    """ServiceDetails, ServiceNetworks and ResourceConfigurations of a template, those that it makes."""
    networks = [{"arn": values.name_of(name).text} for name, _ in _resources_of(resources, values, _NETWORK)]
    configurations = [
        {"arn": values.name_of(name).text, **_type_of(found)}
        for name, found in _resources_of(resources, values, _CONFIGURATION)
    ]
    return {
        "ServiceDetails": list(_services(resources, values, subnets, owner)),
        "ServiceNetworks": networks,
        "ResourceConfigurations": configurations,
    }


def _services(resources: Json, values: Values, subnets: Sequence[Json], owner: str | None) -> Iterator[Json]:
    """The endpoint services; what cannot be told of one is left out."""
    region = values.evaluate({"Ref": "AWS::Region"}, "")
    balancers = {values.name_of(name).text: found for name, found in _resources_of(resources, values, _LOAD_BALANCER)}
    has_custom = any(str(body.get("Type")).startswith(_CUSTOM) for body in resources.values() if isinstance(body, dict))
    for name, found in _resources_of(resources, values, _SERVICE):
        own = values.name_of(name).text
        detail: Json = {
            "ServiceName": f"com.amazonaws.vpce.{text_of(region)}.{own}",
            "ServiceId": own,
            **({"Owner": owner} if owner else {}),
            **({"ServiceRegion": region} if isinstance(region, str) else {}),
        }
        if (kind := _kind(found)) is not None:
            detail["ServiceType"] = [{"ServiceType": kind}]
        if (accepts := is_true(found.get("AcceptanceRequired"))) is not None:
            detail["AcceptanceRequired"] = accepts
        addresses = found.get("SupportedIpAddressTypes")
        if isinstance(addresses, list) and addresses and all(isinstance(one, str) for one in addresses):
            detail["SupportedIpAddressTypes"] = addresses
        if has_custom:  # the resource has no property for a private name, but a custom resource may give one
            detail["PrivateDnsName"] = f"{{{{private name of {name}}}}}"
        yield detail | _zones(found, balancers, subnets)


def _kind(found: Json) -> str | None:
    """The type of endpoint that leads to a service; None where it is not told which load balancers are behind it."""
    kinds = [kind for member, kind in _TYPES.items() if isinstance(found.get(member), list) and found[member]]
    return kinds[0] if len(kinds) == 1 else None


def _zones(found: Json, balancers: dict[str, Json], subnets: Sequence[Json]) -> Json:
    """The zones that a service is offered in: those of its load balancers, where all are told."""
    told = {subnet["SubnetId"]: subnet for subnet in subnets}
    behind = [balancers.get(_text(arn), {}) for member in _TYPES for arn in as_list(found.get(member))]
    groups = [list(_subnets_of(balancer)) for balancer in behind]
    if not groups or not all(groups) or any(not isinstance(found.get(member, []), list) for member in _TYPES):
        return {}
    of_service = [told.get(subnet, {}) for subnets_of_one in groups for subnet in subnets_of_one]
    zones = {
        listed: list(dict.fromkeys(subnet[member] for subnet in of_service))
        for listed, member in (("AvailabilityZones", "AvailabilityZone"), ("AvailabilityZoneIds", "AvailabilityZoneId"))
        if all(member in subnet for subnet in of_service)
    }
    return dict(zones)


def _subnets_of(balancer: Json) -> Iterator[str]:
    """The subnets of a load balancer; an empty text for one that is not told."""
    for member in ("Subnets", "SubnetMappings"):
        if not isinstance(given := balancer.get(member, []), list):
            yield ""
        for item in as_list(given):
            yield (text_or_symbol(item, "SubnetId") or "") if isinstance(item, dict) else _text(item)


def _type_of(configuration: Json) -> Json:
    kind = configuration.get("ResourceConfigurationType")
    return {"type": kind} if isinstance(kind, str) else {}


def _resources_of(resources: Iterable[str], values: Values, kind: str) -> Iterator[tuple[str, Json]]:
    for name in resources:
        found = values.resource(name, kind)
        if found is not None:
            yield name, found


def _text(value: Any) -> str:
    return value.text if isinstance(value, Symbol) else value if isinstance(value, str) else ""
