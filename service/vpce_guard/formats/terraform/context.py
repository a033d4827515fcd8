"""What a Terraform plan tells of an endpoint's surroundings: VPC, subnets, route tables, security groups, Region.

A resource that is still to be created goes by its address; what the plan says of it is all there is to say. A list is
absent unless the plan tells of at least one; it never claims to be complete for endpoints, but for those of a VPC that
the plan creates.
"""

from __future__ import annotations

from collections import defaultdict

from vpce_guard.formats.terraform.changes import ResourceChange
from vpce_guard.formats.terraform.listings import add_listed
from vpce_guard.formats.terraform.lookups import (
    describe_data_endpoints,
    describe_prefix_lists,
    hosted_zones,
)
from vpce_guard.formats.terraform.network import (
    PlannedNetwork,
    describe_route_tables,
    describe_subnets,
    describe_vpcs,
)
from vpce_guard.formats.terraform.network_acls import describe_network_acls
from vpce_guard.formats.terraform.providers import region_and_account, region_of_zone
from vpce_guard.formats.terraform.references import References
from vpce_guard.formats.terraform.security_groups import describe_security_groups
from vpce_guard.formats.terraform.targets import describe_lattice, describe_services
from vpce_guard.formats.terraform.to_come import DEFAULT_GROUP, id_with_vpc
from vpce_guard.formats.terraform.vpc_defaults import default_groups, default_tables, with_default_vpc
from vpce_guard.formats.terraform.workloads import describe_workloads
from vpce_guard.model import Json

_NAMED = {"RouteTables": "route_table_ids", "SecurityGroups": "security_group_ids"}


class PlanContext:
    """The context of a plan, worked out once; `context_for` adds what depends on the endpoint."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._network = network = PlannedNetwork(references)
        self._vpcs = {vpc["VpcId"]: vpc for vpc in describe_vpcs(network)}
        self._by_owner: dict[tuple[str, str], list[Json]] = {}
        self._zones: dict[str, Json] = {}
        self._created = network.created_ids
        subnets = describe_subnets(network)
        self._lists = {
            "Subnets": add_listed(subnets, network, "aws_subnets", "SubnetId"),
            "RouteTables": add_listed(describe_route_tables(network), network, "aws_route_tables", "RouteTableId"),
            "SecurityGroups": add_listed(
                describe_security_groups(network, network.of_kind("aws_security_group")),
                network,
                "aws_security_groups",
                "GroupId",
            ),
            "ServiceDetails": describe_services(network, subnets),
            **describe_lattice(network),
            "ManagedPrefixLists": describe_prefix_lists(network),
            "NetworkAcls": describe_network_acls(network),
            "Workloads": describe_workloads(network, subnets),
        }
        self._new_vpcs = {
            v.values["id"] for v in network.of_kind("aws_vpc") if v.created and v.instance.kind == "aws_vpc"
        }
        self._groups_beside_new_vpcs = with_default_vpc(self._lists["SecurityGroups"], network)
        groups = describe_security_groups(network, list(default_groups(network)))
        self._with_vpcs = {  # what is told to those only that refer to it
            "RouteTables": default_tables(network),
            "SecurityGroups": {group["GroupId"]: group for group in groups},
        }
        self.endpoints = {endpoint["VpcEndpointId"]: endpoint for endpoint in describe_data_endpoints(network)}
        self._regions, self._accounts = self._places()

    def _places(self) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
        """Regions and accounts that zones and ARNs tell, by the VPC they are of."""
        regions: defaultdict[str, set[str]] = defaultdict(set)
        accounts: defaultdict[str, set[str]] = defaultdict(set)
        for resource in self._network.resources:
            vpc = resource.values.get("id" if resource.kind == "aws_vpc" else "vpc_id")
            if resource.kind not in ("aws_vpc", "aws_subnet") or not isinstance(vpc, str):
                continue
            region, account = region_and_account(resource.values.get("arn"))
            region = region or region_of_zone(resource.values.get("availability_zone"))
            if region:
                regions[vpc].add(region)
            if account and resource.kind == "aws_vpc":
                accounts[vpc].add(account)
        return regions, accounts

    def context_for(self, endpoint: Json, change: ResourceChange) -> Json:
        """The context for one endpoint's values."""
        context: Json = {name: items for name, items in self._lists.items() if items}
        vpc_id = endpoint.get("vpc_id") or self.endpoints.get(str(endpoint.get("id")), {}).get("VpcId")
        vpc = self._vpcs.get(vpc_id) if isinstance(vpc_id, str) else None
        if vpc:
            context["Vpc"] = vpc
        if vpc_id in self._new_vpcs and "SecurityGroups" in context:
            context["SecurityGroups"] = self._groups_beside_new_vpcs
        providers, place = self._references.providers, (change.scope.names, change.kind, change.name, change.scope)
        if region := endpoint.get("region") or providers.region(*place) or _single(self._regions.get(str(vpc_id))):
            context["Region"] = region
        told = (vpc or {}).get("OwnerId") or _single(self._accounts.get(str(vpc_id)))
        if account := providers.account(*place) or told:
            context["AccountId"] = account
            for name, identity in (("Subnets", "SubnetId"), ("RouteTables", "RouteTableId")):
                if name in context:
                    context[name] = self._with_owner(name, identity, account)
        for name, items in self._made_with_vpc(endpoint, vpc_id).items():
            told = [{"OwnerId": account, **item} for item in items] if account else items
            context[name] = [*context.get(name, ()), *told]
        if vpc and isinstance(vpc_id, str) and vpc_id in self._created:  # it has nothing but what the plan makes
            context |= {"VpcEndpoints": [], "complete_for": "vpc", **self._hosted_zones(vpc_id)}
        return context

    def _made_with_vpc(self, endpoint: Json, vpc_id: object) -> dict[str, list[Json]]:
        """The main table and default group of new VPCs that an endpoint names, or gets as it names no group."""
        named = {name: endpoint.get(attribute) for name, attribute in _NAMED.items()}
        if endpoint.get("vpc_endpoint_type") != "Gateway" and not named["SecurityGroups"] and isinstance(vpc_id, str):
            named["SecurityGroups"] = [id_with_vpc(vpc_id, DEFAULT_GROUP)]
        found = {
            name: [self._with_vpcs[name][one] for one in ids if one in self._with_vpcs[name]]
            for name, ids in named.items()
            if isinstance(ids, list)
        }
        return {name: items for name, items in found.items() if items}

    def _hosted_zones(self, vpc_id: str) -> Json:
        if vpc_id not in self._zones:
            found = hosted_zones(self._network, vpc_id)
            self._zones[vpc_id] = {} if found is None else {"PrivateHostedZones": found}
        return self._zones[vpc_id]

    def _with_owner(self, name: str, identity: str, account: str) -> list[Json]:
        """A list with the owner of those that the plan creates; the same list for the same account."""
        if (name, account) not in self._by_owner:
            self._by_owner[name, account] = [
                {"OwnerId": account, **item} if item[identity] in self._created else item for item in self._lists[name]
            ]
        return self._by_owner[name, account]


def _single(found: set[str] | None) -> str | None:
    return next(iter(found)) if found and len(found) == 1 else None
