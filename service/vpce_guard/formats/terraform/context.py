"""What a Terraform plan tells of an endpoint's surroundings: VPC, subnets, route tables, security groups, Region.

A resource that is still to be created goes by its address; what the plan says of it is all there is to say. A list is
absent unless the plan tells of at least one; it never claims to be complete for endpoints.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from vpce_guard.formats.terraform.references import References, walk
from vpce_guard.formats.terraform.scope import scope_of
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
_ROUTE = {
    "cidr_block": "DestinationCidrBlock",
    "destination_cidr_block": "DestinationCidrBlock",
    "ipv6_cidr_block": "DestinationIpv6CidrBlock",
    "destination_ipv6_cidr_block": "DestinationIpv6CidrBlock",
    "destination_prefix_list_id": "DestinationPrefixListId",
    "gateway_id": "GatewayId",
    "vpc_endpoint_id": "GatewayId",
    "nat_gateway_id": "NatGatewayId",
    "transit_gateway_id": "TransitGatewayId",
}
_NETWORK = ("aws_vpc", "aws_subnet", "aws_route_table", "aws_security_group")
_PARTS = (
    "aws_route",
    "aws_route_table_association",
    "aws_security_group_rule",
    "aws_vpc_security_group_ingress_rule",
    "aws_vpc_security_group_egress_rule",
)
_REFERRED = ("vpc_id", "subnet_id", "route_table_id", "security_group_id")
_ACCOUNT = re.compile(r"^arn:[a-z-]+:iam::(\d{12}):")


class _Resource(NamedTuple):
    """A resource that stays or comes; `own` is true when the plan creates it."""

    kind: str
    values: Json
    hidden: Json
    own: bool


class PlanContext:
    """The context of a plan, worked out once; `of` adds what depends on the endpoint."""

    def __init__(self, plan: Json, references: References) -> None:
        self._references = references
        self._providers: Json = (plan.get("configuration") or {}).get("provider_config") or {}
        found = list(_resources(plan, references))
        self._vpcs = {v["VpcId"]: v for v in _all(found, "aws_vpc", _VPC)}
        self._by_owner: dict[str, list[Json]] = {}
        self._own = {r.values["id"] for r in found if r.own}
        self._lists = {
            "Subnets": _all(found, "aws_subnet", _SUBNET),
            "RouteTables": _route_tables(found),
            "SecurityGroups": _security_groups(found),
        }
        identities = [r.values for r in found if r.kind == "aws_caller_identity"]
        self._account = next((v["account_id"] for v in identities if isinstance(v.get("account_id"), str)), None)

    def context_for(self, endpoint: Json, change: Json) -> Json:
        """The context for one endpoint's values."""
        context: Json = {name: items for name, items in self._lists.items() if items}
        vpc_id = endpoint.get("vpc_id")
        vpc = self._vpcs.get(vpc_id) if isinstance(vpc_id, str) else None
        if vpc:
            context["Vpc"] = vpc
        region, account = self._provider(change)
        if region := endpoint.get("region") or region:
            context["Region"] = region
        if account := self._account or (vpc or {}).get("OwnerId") or account:
            context["AccountId"] = account
            if "Subnets" in context:
                context["Subnets"] = self._with_owner(context["Subnets"], account)
        if vpc and vpc_id in self._own:  # it has no other endpoints than those of the plan
            context |= {"VpcEndpoints": [], "complete_for": "vpc"}
        return context

    def _with_owner(self, subnets: list[Json], account: str) -> list[Json]:
        """Subnets with the owner of those that the plan creates; the same list for the same account."""
        if account not in self._by_owner:
            self._by_owner[account] = [
                {"OwnerId": account, **subnet} if subnet["SubnetId"] in self._own else subnet for subnet in subnets
            ]
        return self._by_owner[account]

    def _provider(self, change: Json) -> tuple[str | None, str | None]:
        """Region and account of the provider a resource goes to, as far as its configuration says them."""
        resource = self._references.resource(change) or {}
        provider = self._providers.get(resource.get("provider_config_key", "aws")) or {}
        expressions = provider.get("expressions") or {}
        scope = scope_of(change)
        depth = str(provider.get("module_address") or "").count("module.")
        scope = scope._replace(modules=scope.modules[:depth])

        def constant(expression: Any) -> Any:
            return self._references.constant(scope, expression)

        region = constant(expressions.get("region"))
        allowed = constant(expressions.get("allowed_account_ids"))
        if isinstance(allowed, list) and len(allowed) == 1:
            return _text_or_none(region), _text_or_none(allowed[0])
        roles = expressions.get("assume_role")
        role = constant(roles[-1].get("role_arn")) if isinstance(roles, list) and roles else None
        account = _ACCOUNT.match(role) if isinstance(role, str) else None
        return _text_or_none(region), account[1] if account else None


def _resources(plan: Json, references: References) -> Iterator[_Resource]:
    """Each network resource that stays or comes, and each data source, later ones winning."""
    kinds = {*_NETWORK, *_PARTS, "aws_caller_identity"}
    state = (plan.get("prior_state") or {}).get("values") or {}
    changed = {c.get("address"): c for c in plan.get("resource_changes", []) if c.get("type") in kinds}
    for resource in walk(state.get("root_module") or {}):
        kept = resource.get("type") in kinds and resource.get("address") not in changed
        if kept and isinstance(resource.get("values"), dict):
            yield _Resource(resource["type"], resource["values"], {}, own=False)
    for address, change in changed.items():
        body = change.get("change")
        if not isinstance(body, dict) or not isinstance(body.get("after"), dict):
            continue
        unknown = body.get("after_unknown")
        hidden = unknown if isinstance(unknown, dict) else {}
        values = dict(body["after"])
        for name in _REFERRED:
            if hidden.get(name) is True and (found := references.resolve_one(change, name)):
                values[name] = found
        own = "create" in (body.get("actions") or [])
        if own and not isinstance(values.get("id"), str):
            values["id"] = address
        yield _Resource(change["type"], values, hidden, own)


def _route_tables(resources: Sequence[_Resource]) -> list[Json]:
    """Tables with their associations; with their routes where those are known to be all."""
    tables = _all(resources, "aws_route_table", _ROUTE_TABLE)
    by_id = {table["RouteTableId"]: table for table in tables}
    for resource in resources:
        if resource.kind == "aws_route_table" and (table := by_id.get(str(resource.values.get("id")))) is not None:
            routes = resource.values.get("route")
            if isinstance(routes, list) or resource.own:
                given = routes if isinstance(routes, list) else []
                table["Routes"] = [_rename_members(r, _ROUTE) for r in given if isinstance(r, dict)]
            if resource.own:
                table["Associations"] = []
    for resource in resources:
        table = by_id.get(str(resource.values.get("route_table_id")))
        if table is None:
            continue
        if resource.kind == "aws_route" and "Routes" in table:
            table["Routes"].append(_rename_members(resource.values, _ROUTE))
        elif resource.kind == "aws_route_table_association" and resource.own and "Associations" in table:
            table["Associations"].append({"SubnetId": resource.values.get("subnet_id"), "Main": False})
    return tables


def _security_groups(resources: Sequence[_Resource]) -> list[Json]:
    """Groups, with their rules where every one of them is known."""
    groups = _all(resources, "aws_security_group", _SECURITY_GROUP)
    for group in groups:
        own = next(r for r in resources if r.kind == "aws_security_group" and r.values.get("id") == group["GroupId"])
        rules = [r for r in resources if r.values.get("security_group_id") == group["GroupId"]]
        for attribute, member, kinds in (
            ("ingress", "IpPermissions", ("ingress", "aws_vpc_security_group_ingress_rule")),
            ("egress", "IpPermissionsEgress", ("egress", "aws_vpc_security_group_egress_rule")),
        ):
            inline = own.values.get(attribute)
            partly = own.hidden.get(attribute)
            if (not isinstance(inline, list) and not own.own) or (isinstance(partly, list) and _has_hidden(partly)):
                continue
            apart = [
                r for r in rules if r.kind == kinds[1] or (r.kind, r.values.get("type")) == _resource_types(kinds[0])
            ]
            if any(_has_hidden([r.hidden.get(name) for name in _PERMISSION]) for r in apart):
                continue
            given = inline if isinstance(inline, list) else []
            group[member] = [_permission(v) for v in [*given, *(r.values for r in apart if r.own)]]
    return groups


_PERMISSION = (
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


def _resource_types(direction: str) -> tuple[str, str]:
    return "aws_security_group_rule", direction


def _permission(rule: Any) -> Json:
    if not isinstance(rule, dict):
        return {}
    permission: Json = {"IpProtocol": str(rule.get("protocol") or rule.get("ip_protocol") or "-1")}
    for name, port in (("from_port", "FromPort"), ("to_port", "ToPort")):
        if isinstance(rule.get(name), int) and permission["IpProtocol"] != "-1":
            permission[port] = rule[name]
    for names, member, inside in (
        (("cidr_blocks", "cidr_ipv4"), "IpRanges", "CidrIp"),
        (("ipv6_cidr_blocks", "cidr_ipv6"), "Ipv6Ranges", "CidrIpv6"),
        (("prefix_list_ids", "prefix_list_id"), "PrefixListIds", "PrefixListId"),
        (
            ("security_groups", "source_security_group_id", "referenced_security_group_id"),
            "UserIdGroupPairs",
            "GroupId",
        ),
    ):
        given = [item for name in names for item in _as_list(rule.get(name))]
        if given:
            permission[member] = [{inside: item} for item in given]
    return permission


def _has_hidden(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_has_hidden, value))
    if isinstance(value, dict):
        return any(map(_has_hidden, value.values()))
    return value is True


def _all(resources: Sequence[_Resource], kind: str, names: dict[str, str]) -> list[Json]:
    found = {
        r.values["id"]: _rename_members(r.values, names)
        for r in resources
        if r.kind == kind and _text_or_none(r.values.get("id"))
    }
    return list(found.values())


def _rename_members(values: Json, names: dict[str, str]) -> Json:
    return {aws: values[name] for name, aws in names.items() if values.get(name) not in (None, "")}


def _as_list(value: Any) -> list[Any]:
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str) and item]


def _text_or_none(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
