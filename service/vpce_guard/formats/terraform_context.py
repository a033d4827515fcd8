"""What a Terraform plan tells of an endpoint's surroundings: VPC, subnets, route tables, security groups, Region.

A resource that is still to be created has no id yet and cannot be looked up by one, so it is left out: not known.
A list is absent unless the plan tells of at least one; it never claims to be complete for endpoints.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from vpce_guard.model import Json

_SUBNET = {
    "id": "SubnetId",
    "vpc_id": "VpcId",
    "availability_zone": "AvailabilityZone",
    "availability_zone_id": "AvailabilityZoneId",
    "cidr_block": "CidrBlock",
    "owner_id": "OwnerId",
    "ipv6_native": "Ipv6Native",
}
_VPC = {
    "id": "VpcId",
    "cidr_block": "CidrBlock",
    "owner_id": "OwnerId",
    "enable_dns_support": "EnableDnsSupport",
    "enable_dns_hostnames": "EnableDnsHostnames",
}
_ROUTE_TABLE = {"id": "RouteTableId", "vpc_id": "VpcId", "owner_id": "OwnerId"}
_SECURITY_GROUP = {"id": "GroupId", "name": "GroupName", "vpc_id": "VpcId", "owner_id": "OwnerId"}
_MODULE = re.compile(r'module\.([\w-]+)(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?')


class Surroundings:
    """The context of a plan, worked out once; `of` adds what depends on the endpoint."""

    def __init__(self, plan: Json) -> None:
        self._plan = plan
        resources = list(_resources(plan))
        self._vpcs = {v["VpcId"]: v for v in _all(resources, "aws_vpc", _VPC)}
        self._lists = {
            "Subnets": _all(resources, "aws_subnet", _SUBNET),
            "RouteTables": _all(resources, "aws_route_table", _ROUTE_TABLE),
            "SecurityGroups": _all(resources, "aws_security_group", _SECURITY_GROUP),
        }
        identities = [v for kind, v in resources if kind == "aws_caller_identity"]
        self._account = next((v["account_id"] for v in identities if isinstance(v.get("account_id"), str)), None)

    def of(self, endpoint: Json, change: Json) -> Json:
        """The context for one endpoint's values."""
        context: Json = {name: items for name, items in self._lists.items() if items}
        vpc_id = endpoint.get("vpc_id")
        vpc = self._vpcs.get(vpc_id) if isinstance(vpc_id, str) else None
        if vpc:
            context["Vpc"] = vpc
        if region := endpoint.get("region") or self._provider_region(change):
            context["Region"] = region
        if account := self._account or (vpc or {}).get("OwnerId"):
            context["AccountId"] = account
        return context

    def _provider_region(self, change: Json) -> str | None:
        resource = _config_resource(self._plan, change) or {}
        providers = (self._plan.get("configuration") or {}).get("provider_config") or {}
        provider = providers.get(resource.get("provider_config_key", "aws")) or {}
        expression = (provider.get("expressions") or {}).get("region") or {}
        region = expression.get("constant_value")
        for reference in expression.get("references", []):
            if region is None and reference.startswith("var."):
                region = ((self._plan.get("variables") or {}).get(reference[4:]) or {}).get("value")
        return region if isinstance(region, str) else None


def config_expressions(plan: Json, change: Json) -> Json | None:
    """The expressions of the configuration block a change comes from; None when the plan does not hold it."""
    resource = _config_resource(plan, change)
    return None if resource is None else resource.get("expressions", {})


def _config_resource(plan: Json, change: Json) -> Json | None:
    module: Any = (plan.get("configuration") or {}).get("root_module") or {}
    for name in _MODULE.findall(change.get("module_address") or ""):
        module = ((module.get("module_calls") or {}).get(name) or {}).get("module") or {}
    for resource in module.get("resources", []):
        if (resource.get("type"), resource.get("name"), resource.get("mode")) == (
            change.get("type"),
            change.get("name"),
            "managed",
        ):
            found: Json = resource
            return found
    return None


def _resources(plan: Json) -> Iterator[tuple[str, Json]]:
    """Type and values of each resource that stays, and of each data source, later ones winning."""
    state = (plan.get("prior_state") or {}).get("values") or {}
    for resource in _walk(state.get("root_module") or {}):
        if isinstance(resource.get("values"), dict):
            yield str(resource.get("type")), resource["values"]
    for change in plan.get("resource_changes", []):
        body = change.get("change")
        if isinstance(body, dict) and isinstance(body.get("after"), dict):
            yield str(change.get("type")), body["after"]


def _walk(module: Json) -> Iterator[Json]:
    yield from module.get("resources", [])
    for child in module.get("child_modules", []):
        yield from _walk(child)


def _all(resources: list[tuple[str, Json]], kind: str, names: dict[str, str]) -> list[Json]:
    found: dict[str, Json] = {}
    for resource_kind, values in resources:
        if resource_kind == kind and isinstance(values.get("id"), str):
            found[values["id"]] = {aws: values[name] for name, aws in names.items() if values.get(name) is not None}
    return list(found.values())
