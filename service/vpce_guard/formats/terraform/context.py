"""What a Terraform plan tells of an endpoint's surroundings: VPC, subnets, route tables, security groups, Region.

A resource that is still to be created goes by its address; what the plan says of it is all there is to say. A list is
absent unless the plan tells of at least one; it never claims to be complete for endpoints.
"""

from __future__ import annotations

import re
from typing import Any

from vpce_guard.formats.terraform.changes import ResourceChange
from vpce_guard.formats.terraform.network import (
    PlannedNetwork,
    describe_route_tables,
    describe_subnets,
    describe_vpcs,
    text_or_none,
)
from vpce_guard.formats.terraform.references import References
from vpce_guard.formats.terraform.security_groups import describe_security_groups
from vpce_guard.model import Json

_ACCOUNT = re.compile(r"^arn:[a-z-]+:iam::(\d{12}):")


class PlanContext:
    """The context of a plan, worked out once; `context_for` adds what depends on the endpoint."""

    def __init__(self, plan: Json, references: References) -> None:
        self._references = references
        self._providers: Json = (plan.get("configuration") or {}).get("provider_config") or {}
        network = PlannedNetwork(plan, references)
        self._vpcs = {vpc["VpcId"]: vpc for vpc in describe_vpcs(network)}
        self._by_owner: dict[str, list[Json]] = {}
        self._created = network.created_ids
        self._lists = {
            "Subnets": describe_subnets(network),
            "RouteTables": describe_route_tables(network),
            "SecurityGroups": describe_security_groups(network),
        }
        accounts = [identity.values.get("account_id") for identity in network.of_kind("aws_caller_identity")]
        self._account = next((account for account in accounts if isinstance(account, str)), None)

    def context_for(self, endpoint: Json, change: ResourceChange) -> Json:
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
        if vpc and vpc_id in self._created:  # it has no other endpoints than those of the plan
            context |= {"VpcEndpoints": [], "complete_for": "vpc"}
        return context

    def _with_owner(self, subnets: list[Json], account: str) -> list[Json]:
        """Subnets with the owner of those that the plan creates; the same list for the same account."""
        if account not in self._by_owner:
            self._by_owner[account] = [
                {"OwnerId": account, **subnet} if subnet["SubnetId"] in self._created else subnet for subnet in subnets
            ]
        return self._by_owner[account]

    def _provider(self, change: ResourceChange) -> tuple[str | None, str | None]:
        """Region and account of the provider a resource goes to, as far as its configuration says them."""
        resource = self._references.resource(change) or {}
        provider = self._providers.get(resource.get("provider_config_key", "aws")) or {}
        expressions = provider.get("expressions") or {}
        scope = change.scope
        depth = str(provider.get("module_address") or "").count("module.")
        scope = scope._replace(modules=scope.modules[:depth])

        def constant(expression: Any) -> Any:
            return self._references.constant(scope, expression)

        region = constant(expressions.get("region"))
        allowed = constant(expressions.get("allowed_account_ids"))
        if isinstance(allowed, list) and len(allowed) == 1:
            return text_or_none(region), text_or_none(allowed[0])
        roles = expressions.get("assume_role")
        role = constant(roles[-1].get("role_arn")) if isinstance(roles, list) and roles else None
        account = _ACCOUNT.match(role) if isinstance(role, str) else None
        return text_or_none(region), account[1] if account else None
