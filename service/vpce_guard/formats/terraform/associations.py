"""What the resources that complete an endpoint do to it: associations, policy and private DNS.

Each is folded into the planned change of its endpoint, so that the endpoint is judged as it will be. Source: the AWS
provider's documentation, v6.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vpce_guard.formats.aws.endpoint import FULL_ACCESS
from vpce_guard.formats.terraform.references import References
from vpce_guard.model import Json

# The attribute of the endpoint that each type adds to or sets, and its own attribute that says what.
KINDS = {
    "aws_vpc_endpoint_subnet_association": ("subnet_ids", "subnet_id"),
    "aws_vpc_endpoint_route_table_association": ("route_table_ids", "route_table_id"),
    "aws_vpc_endpoint_security_group_association": ("security_group_ids", "security_group_id"),
    "aws_vpc_endpoint_policy": ("policy", "policy"),
    "aws_vpc_endpoint_private_dns": ("private_dns_enabled", "private_dns_enabled"),
}


def fold_associations(changes: list[Json], kind: str, references: References) -> Iterator[Json]:
    """The changes of endpoints (type `kind`) with their associations in them.

    For an endpoint that the plan does not know there is a change of its own, whose `foreign` is true.
    """
    endpoints = [_copy(change) for change in changes if change["type"] == kind]
    by_id = {_identity(endpoint, references): endpoint for endpoint in endpoints}
    foreign: dict[str, Json] = {}
    for change in changes:
        if change["type"] not in KINDS or set(change["change"]["actions"]) <= {"no-op", "read", "forget"}:
            continue
        for side, gone in (("before", True), ("after", False)):
            values = change["change"].get(side)
            if not isinstance(values, dict) or (gone and "delete" not in change["change"]["actions"]):
                continue
            identity = values.get("vpc_endpoint_id") or references.resolve_one(change, "vpc_endpoint_id")
            if identity is None:
                _blur(endpoints, KINDS[change["type"]][0])
            elif identity in by_id:
                _fold(by_id[identity], change, values, references, gone=gone)
            elif isinstance(identity, str) and identity.startswith("vpce-"):
                _fold(
                    foreign.setdefault(identity, _mark_foreign(change, identity)), change, values, references, gone=gone
                )
    yield from endpoints
    yield from foreign.values()


def _copy(change: Json) -> Json:
    body = change["change"]
    copied = {**body, **{m: dict(body[m]) for m in ("after", "after_unknown") if isinstance(body.get(m), dict)}}
    return {**change, "change": copied, "associations": []}


def _identity(endpoint: Json, references: References) -> str:
    """The id by which associations name an endpoint: that of the new one where it is replaced."""
    if endpoint["change"].get("after") is None:
        return str((endpoint["change"].get("before") or {}).get("id"))
    return references.id_of(endpoint["address"])


def _mark_foreign(change: Json, identity: str) -> Json:
    body = {"actions": ["update"], "before": {"id": identity}, "after": {"id": identity}, "after_unknown": {}}
    return {**change, "change": body, "foreign": True, "associations": []}


def _fold(endpoint: Json, change: Json, values: Json, references: References, *, gone: bool) -> None:
    body = endpoint["change"]
    if not isinstance(body.get("after"), dict):
        return  # the endpoint goes as a whole
    if body["actions"] == ["no-op"]:
        body["actions"] = ["update"]
    endpoint["associations"].append(change)
    attribute, own = KINDS[change["type"]]
    hidden = body.setdefault("after_unknown", {})
    value = values.get(own)
    if attribute == "policy":
        body["after"]["policy"] = FULL_ACCESS if gone else value
        _mark(hidden, attribute, value is None and not gone)
    elif attribute == "private_dns_enabled":
        if not gone:  # what is set stays set
            body["after"][attribute] = value
            _mark(hidden, attribute, value is None)
    else:
        _fold_item(endpoint, attribute, value or references.resolve_one(change, own), gone=gone)
        if values.get("replace_default_association") is True and not gone:
            for group in references.default_groups & set(body["after"][attribute]):
                _fold_item(endpoint, attribute, group, gone=True)


def _fold_item(endpoint: Json, attribute: str, item: str | None, *, gone: bool) -> None:
    body = endpoint["change"]
    items = list(body["after"].get(attribute) or (body.get("before") or {}).get(attribute) or [])
    known: Any = body["after_unknown"].get(attribute)
    marks = list(known) if isinstance(known, list) else []
    marks += [False] * (len(items) - len(marks))
    if gone:
        kept = [(i, mark) for i, mark in zip(items, marks, strict=True) if i != item]
    else:
        kept = [
            *zip(items, marks, strict=True),
            *([] if item in items and item is not None else [(item, item is None)]),
        ]
    body["after"][attribute] = [i for i, _ in kept]
    body["after_unknown"][attribute] = [mark for _, mark in kept]
    endpoint.setdefault("completed", set()).add(attribute)


def _mark(hidden: Json, attribute: str, is_hidden: bool) -> None:
    if is_hidden:
        hidden[attribute] = True
    else:
        hidden.pop(attribute, None)


def _blur(endpoints: list[Json], attribute: str) -> None:
    """Nobody can tell whose it is: for each endpoint that is created the attribute is not known."""
    for endpoint in endpoints:
        if "create" in endpoint["change"]["actions"]:
            endpoint["change"].setdefault("after_unknown", {})[attribute] = True
            endpoint.setdefault("completed", set()).add(attribute)
