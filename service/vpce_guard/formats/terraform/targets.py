"""What a Terraform plan tells of where endpoints lead: endpoint services, service networks, resource configurations.

What is still to be made goes by what an endpoint names it with. Source: the AWS provider's documentation, v6.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vpce_guard.formats.terraform.network import PlannedNetwork, PlannedResource, is_partly_unknown, text_or_none
from vpce_guard.formats.terraform.providers import region_and_account
from vpce_guard.formats.terraform.services import TYPE_BY_BALANCERS, name_to_come
from vpce_guard.model import Json

SERVICE = {
    "service_name": "ServiceName",
    "service_id": "ServiceId",
    "owner": "Owner",
    "private_dns_name": "PrivateDnsName",
    "availability_zones": "AvailabilityZones",
    "acceptance_required": "AcceptanceRequired",
    "manages_vpc_endpoints": "ManagesVpcEndpoints",
    "vpc_endpoint_policy_supported": "VpcEndpointPolicySupported",
    "supported_ip_address_types": "SupportedIpAddressTypes",
    "service_region": "ServiceRegion",
}
_BALANCERS = ("aws_lb", "aws_alb")


def describe_services(network: PlannedNetwork, subnets: Sequence[Json]) -> list[Json]:
    """The services that the plan knows or makes, in the shape of DescribeVpcEndpointServices' ServiceDetails."""
    found: dict[tuple[Any, Any], Json] = {}
    for resource in network.of_kind("aws_vpc_endpoint_service"):
        detail = _service_to_come(resource, network, subnets) if resource.created else _known_service(resource)
        if detail is not None:
            found[detail["ServiceName"], str(detail.get("ServiceType"))] = detail
    return list(found.values())


def describe_lattice(network: PlannedNetwork) -> dict[str, list[Json]]:
    """The service networks and resource configurations, by their ARNs."""
    configurations = network.of_kind("aws_vpclattice_resource_configuration")
    return {
        "ServiceNetworks": [{"arn": _arn(one)} for one in network.of_kind("aws_vpclattice_service_network")],
        "ResourceConfigurations": [
            {"arn": _arn(one), **({"type": kind} if (kind := text_or_none(one.values.get("type"))) else {})}
            for one in configurations
        ],
    }


def _known_service(resource: PlannedResource) -> Json | None:
    """A service that a data source has found, or one that is there."""
    values = resource.values
    if not text_or_none(values.get("service_name")):
        return None
    detail = {aws: values[name] for name, aws in SERVICE.items() if values.get(name) not in (None, "")}
    if detail.get("SupportedIpAddressTypes") == []:
        del detail["SupportedIpAddressTypes"]
    if text_or_none(values.get("service_type")):
        detail["ServiceType"] = [{"ServiceType": values["service_type"]}]
    if resource.instance.is_data:
        is_of_aws = not str(values["service_name"]).startswith("com.amazonaws.vpce.")
        return {**detail, "without_other_types": True} if is_of_aws and "ServiceType" in detail else detail
    region, account = region_and_account(values.get("arn"))
    told = {"ServiceId": text_or_none(values.get("id")), "ServiceRegion": region, "Owner": account}
    naming = values.get("private_dns_name_configuration")
    if isinstance(naming, list) and naming and isinstance(naming[0], dict):
        told["PrivateDnsNameVerificationState"] = text_or_none(naming[0].get("state"))
    return {**{name: value for name, value in told.items() if value}, **detail}


def _service_to_come(resource: PlannedResource, network: PlannedNetwork, subnets: Sequence[Json]) -> Json:
    """A service that the plan makes; what cannot be told of it is left out."""
    values, instance, references = resource.values, resource.instance, network.references
    providers = references.providers
    region = providers.region_of_instance(instance)
    account = providers.account(instance.scope.names, instance.kind, instance.name, instance.scope)
    known = {name: values.get(name) for name in ("acceptance_required", "private_dns_name") if values.get(name)}
    detail: Json = {
        "ServiceName": name_to_come(instance.address, region),
        "ServiceId": instance.address,
        **({"ServiceRegion": region} if region else {}),
        **({"Owner": account} if account else {}),
        **{SERVICE[name]: value for name, value in known.items()},
    }
    if values.get("acceptance_required") is False:
        detail["AcceptanceRequired"] = False
    addresses = values.get("supported_ip_address_types")
    if addresses and not is_partly_unknown(resource.unknown.get("supported_ip_address_types")):
        detail["SupportedIpAddressTypes"] = addresses
    if resource.unknown.get("private_dns_name") and references.is_given(instance, "private_dns_name"):
        detail["PrivateDnsName"] = f"{{{{private name of {instance.address}}}}}"
    if (kind := references.service_type(instance)) is not None:
        detail["ServiceType"] = [{"ServiceType": kind}]
        if account or _has_one_provider(network):  # zones go by names of the account
            (given,) = (name for name, its in TYPE_BY_BALANCERS.items() if its == kind)
            detail |= _zones(_texts_of(resource, given, network), network, subnets)
    return detail


def _has_one_provider(network: PlannedNetwork) -> bool:
    kinds = ("aws_vpc_endpoint", "aws_vpc_endpoint_service", "aws_subnet", *_BALANCERS)
    return len({network.references.providers.key_of(r.instance) for k in kinds for r in network.of_kind(k)}) == 1


def _zones(arns: list[str] | None, network: PlannedNetwork, subnets: Sequence[Json]) -> Json:
    """The zones that a service is offered in: those of its load balancers, where all are told."""
    told = {subnet["SubnetId"]: subnet for subnet in subnets}
    balancers: dict[str, PlannedResource] = {}
    for kind in _BALANCERS:
        for one in network.of_kind(kind):
            balancers |= {_arn(one): one, str(one.values["id"]): one}
    behind = [balancers.get(arn) for arn in arns or ()]
    groups = [_subnets_of(balancer, network) if balancer is not None else [] for balancer in behind]
    if not groups or not all(groups):
        return {}
    of_service = [told.get(subnet, {}) for group in groups for subnet in group]
    return {
        listed: list(dict.fromkeys(subnet[member] for subnet in of_service))
        for listed, member in (("AvailabilityZones", "AvailabilityZone"), ("AvailabilityZoneIds", "AvailabilityZoneId"))
        if all(member in subnet for subnet in of_service)
    }


def _subnets_of(balancer: PlannedResource, network: PlannedNetwork) -> list[str]:
    """The subnets of a load balancer; none where not all are told."""
    if listed := _texts_of(balancer, "subnets", network):
        return listed
    mapped = balancer.values.get("subnet_mapping")
    if balancer.unknown.get("subnet_mapping") or not mapped:
        mapped = network.references.value(balancer.instance, "subnet_mapping")
    blocks = mapped if isinstance(mapped, list) else []
    ids = [str(one.get("subnet_id") or "") if isinstance(one, dict) else "" for one in blocks]
    return ids if all(ids) else []


def _texts_of(resource: PlannedResource, name: str, network: PlannedNetwork) -> list[str] | None:
    """A list of texts; None where not all of it is told."""
    value = resource.values.get(name)
    if is_partly_unknown(resource.unknown.get(name)):
        value = network.references.value(resource.instance, name)
    return list(value) if isinstance(value, list) and all(isinstance(item, str) for item in value) else None


def _arn(resource: PlannedResource) -> str:
    """The ARN of a resource, or what stands for it."""
    return text_or_none(resource.values.get("arn")) or f"{resource.instance.address}.arn"
