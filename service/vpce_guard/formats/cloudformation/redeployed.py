"""A stack that is deployed again: its own endpoints, found in the context, are no rivals of themselves.

CloudFormation tags what it makes with the stack and the logical id. Source: the AWS CloudFormation user guide, resource
tags.
"""

from __future__ import annotations

import re
from typing import Any

from vpce_guard.model import Json

_LOGICAL_ID = "aws:cloudformation:logical-id"
_STACK_NAME = "aws:cloudformation:stack-name"


def without_own(context: Json, given: Json, *, names: list[str], stack: str | None) -> Json:
    """The context without the endpoints and their routes that a stack has already, of those that are given for all.

    `names` are the logical ids of its endpoints, `stack` is a pattern of its name, None where that is not known.
    """
    listed = given.get("VpcEndpoints")
    if "VpcEndpoints" in context or not isinstance(listed, list):
        return context
    own = {e.get("VpcEndpointId") for e in listed if isinstance(e, dict) and _is_own(e, names, stack)} - {None}
    if not own:
        return context
    context["VpcEndpoints"] = [e for e in listed if not (isinstance(e, dict) and e.get("VpcEndpointId") in own)]
    tables = context.get("RouteTables", given.get("RouteTables"))
    if isinstance(tables, list):
        context["RouteTables"] = [_without_routes(table, own) for table in tables]
    return context


def _is_own(endpoint: Json, names: list[str], stack: str | None) -> bool:
    tags = endpoint.get("Tags")
    said = {t.get("Key"): t.get("Value") for t in tags if isinstance(t, dict)} if isinstance(tags, list) else {}
    if said.get(_LOGICAL_ID) not in names:
        return False
    return stack is None or re.fullmatch(stack, str(said.get(_STACK_NAME))) is not None


def _without_routes(table: Any, gateways: set[Any]) -> Any:
    """A route table without the routes through some endpoints."""
    routes = table.get("Routes") if isinstance(table, dict) else None
    if not isinstance(routes, list):
        return table
    return {**table, "Routes": [r for r in routes if not (isinstance(r, dict) and r.get("GatewayId") in gateways)]}
