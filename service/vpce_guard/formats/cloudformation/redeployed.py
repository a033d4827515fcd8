"""A stack that is deployed again: its own endpoints, found in the context, are no rivals of themselves.

CloudFormation tags what it makes with the stack and the logical id. Source: the AWS CloudFormation user guide, resource
tags.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from vpce_guard.formats.given_context import without_routes
from vpce_guard.model import Json

_LOGICAL_ID = "aws:cloudformation:logical-id"
_STACK_NAME = "aws:cloudformation:stack-name"


class Owner(NamedTuple):
    """The logical ids of a stack's endpoints, and a pattern of its name, None where that is not known."""

    names: Sequence[str]
    stack: str | None


def without_own(context: Json, given: Json, owners: Sequence[Owner]) -> Json:
    """The context without the endpoints and their routes that stacks have already, of those that are given for all."""
    told, listed = context.get("VpcEndpoints", []), given.get("VpcEndpoints")
    if not isinstance(told, list) or not isinstance(listed, list):
        return context
    own = {e.get("VpcEndpointId") for e in listed if isinstance(e, dict) and _has_owner(e, owners)} - {None}
    if not own:
        return context
    kept = [e for e in listed if not (isinstance(e, dict) and e.get("VpcEndpointId") in own)]
    found = {name: value for name, value in context.items() if name != "complete_for"}
    found["VpcEndpoints"] = [*told, *kept]
    tables = context.get("RouteTables", given.get("RouteTables"))
    if isinstance(tables, list):
        found["RouteTables"] = [without_routes(table, own) for table in tables]
    return found


def _has_owner(endpoint: Json, owners: Sequence[Owner]) -> bool:
    tags = endpoint.get("Tags")
    said = {t.get("Key"): t.get("Value") for t in tags if isinstance(t, dict)} if isinstance(tags, list) else {}
    return any(
        said.get(_LOGICAL_ID) in owner.names
        and (owner.stack is None or re.fullmatch(owner.stack, str(said.get(_STACK_NAME))) is not None)
        for owner in owners
    )
