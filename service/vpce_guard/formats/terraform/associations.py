"""What the resources that complete an endpoint do to it: associations, policy and private DNS.

Each is taken into the endpoint that it completes, so that the endpoint is judged as it will be. Source: the AWS
provider's documentation, v6.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from vpce_guard.formats.aws.endpoint import FULL_ACCESS
from vpce_guard.formats.terraform.attributes import MEMBERS
from vpce_guard.formats.terraform.changes import PlannedEndpoint, ResourceChange
from vpce_guard.formats.terraform.dependencies import endpoints_named
from vpce_guard.formats.terraform.policies import split_known
from vpce_guard.formats.terraform.references import References
from vpce_guard.formats.terraform.values import JsonText
from vpce_guard.model import Json

_NOTHING_CHANGES = {"no-op", "read", "forget"}


class Completion(NamedTuple):
    """What a type of resource does: the endpoint's attribute that it adds to or sets, and its own that says what."""

    attribute: str
    own: str


COMPLETIONS = {
    "aws_vpc_endpoint_subnet_association": Completion("subnet_ids", "subnet_id"),
    "aws_vpc_endpoint_route_table_association": Completion("route_table_ids", "route_table_id"),
    "aws_vpc_endpoint_security_group_association": Completion("security_group_ids", "security_group_id"),
    "aws_vpc_endpoint_policy": Completion("policy", "policy"),
    "aws_vpc_endpoint_private_dns": Completion("private_dns_enabled", "private_dns_enabled"),
}


def complete_endpoints(changes: Sequence[ResourceChange], references: References) -> list[PlannedEndpoint]:
    """The endpoints with what completes them, then those that the plan does not hold."""
    endpoints = [PlannedEndpoint.from_change(change) for change in changes if change.kind not in COMPLETIONS]
    by_id = {_identity(endpoint, references): endpoint for endpoint in endpoints}
    elsewhere: dict[str, PlannedEndpoint] = {}
    for part, values, gone in _parts(changes):
        identity = values.get("vpc_endpoint_id") or references.resolve_one(part, "vpc_endpoint_id")
        if identity in by_id:
            _complete(by_id[identity], part, values, references, gone=gone)
        elif isinstance(identity, str) and identity.startswith("vpce-"):
            endpoint = elsewhere.setdefault(identity, PlannedEndpoint.from_id(identity, part))
            _complete(endpoint, part, values, references, gone=gone)
        elif not _blur(_candidates(endpoints, part, references), COMPLETIONS[part.kind].attribute):  # of another state
            endpoint = elsewhere.setdefault(part.address, PlannedEndpoint.from_id(None, part))
            _complete(endpoint, part, values, references, gone=gone)
    return [*endpoints, *elsewhere.values()]


class _Part(NamedTuple):
    """A resource that completes an endpoint, with its values before it goes (`gone`) or after it came."""

    change: ResourceChange
    values: Json
    gone: bool


def _parts(changes: Sequence[ResourceChange]) -> Iterator[_Part]:
    for change in changes:
        if change.kind not in COMPLETIONS or set(change.actions) <= _NOTHING_CHANGES:
            continue
        if change.before is not None and "delete" in change.actions:
            yield _Part(change, change.before, gone=True)
        if change.after is not None:
            yield _Part(change, change.after, gone=False)


def _identity(endpoint: PlannedEndpoint, references: References) -> str:
    """The id by which associations name an endpoint: that of the new one where it is replaced."""
    if endpoint.after is None:
        return str((endpoint.before or {}).get("id"))
    return references.id_of(endpoint.change.address)


def _complete(
    endpoint: PlannedEndpoint, part: ResourceChange, values: Json, references: References, *, gone: bool
) -> None:
    if endpoint.after is None:
        return  # the endpoint goes as a whole
    if endpoint.actions == ("no-op",):
        endpoint.actions = ("update",)
    endpoint.parts.append(part)
    attribute, own = COMPLETIONS[part.kind]
    value = values.get(own)
    if attribute in ("policy", "private_dns_enabled"):
        endpoint.completed.add(attribute)
    if attribute == "policy":
        endpoint.after["policy"] = FULL_ACCESS if gone else value
        _mark(endpoint.unknown, attribute, value is None and not gone)
        if value is None and not gone and isinstance(found := references.value(part, own), JsonText):
            endpoint.after["policy"], endpoint.unknown["policy"] = split_known(found.value)
    elif attribute == "private_dns_enabled":
        if not gone:  # what is set stays set
            endpoint.after[attribute] = value
            _mark(endpoint.unknown, attribute, value is None)
    else:
        is_own = not endpoint.elsewhere and references.is_given(endpoint.change, attribute)
        item = value or references.resolve_one(part, own)
        _complete_list(endpoint, attribute, item, gone=gone, is_own=is_own)
        if values.get("replace_default_association") is True and not gone:
            for group in references.default_groups & set(endpoint.after.get(attribute) or ()):
                _complete_list(endpoint, attribute, group, gone=True, is_own=is_own)


def _complete_list(endpoint: PlannedEndpoint, attribute: str, item: str | None, *, gone: bool, is_own: bool) -> None:
    """Add to a list or take from it; `is_own` says that the endpoint itself gives the list too."""
    after = endpoint.after
    if after is None:
        return
    if endpoint.unknown.get(attribute) is True and attribute not in endpoint.completed and is_own:
        if not gone:
            endpoint.additions.setdefault(attribute, []).append(item)
        return
    items = list(after.get(attribute) or (endpoint.before or {}).get(attribute) or [])
    known: Any = endpoint.unknown.get(attribute)
    marks = list(known) if isinstance(known, list) else []
    marks += [False] * (len(items) - len(marks))
    marked = list(zip(items, marks, strict=True))
    if gone:
        marked = [(i, mark) for i, mark in marked if i != item]
    elif item is None or item not in items:
        marked.append((item, item is None))
    after[attribute] = [i for i, _ in marked]
    endpoint.unknown[attribute] = [mark for _, mark in marked]
    endpoint.completed.add(attribute)


def _mark(unknown: Json, attribute: str, is_unknown: bool) -> None:
    if is_unknown:
        unknown[attribute] = True
    else:
        unknown.pop(attribute, None)


def _candidates(
    endpoints: Sequence[PlannedEndpoint], part: ResourceChange, references: References
) -> list[PlannedEndpoint]:
    """The endpoints that may be the one a resource completes: those it refers to, of a type that has the attribute."""
    attribute = COMPLETIONS[part.kind].attribute
    named = endpoints_named(references, part, "vpc_endpoint_id")
    return [
        endpoint
        for endpoint in endpoints
        if "create" in endpoint.actions
        and (named is None or endpoint.change.address in named)
        and MEMBERS[attribute].exists_on((endpoint.after or {}).get("vpc_endpoint_type"))
    ]


def _blur(endpoints: Sequence[PlannedEndpoint], attribute: str) -> bool:
    """Nobody can tell whose it is: each of these endpoints may have it. False where there is none."""
    for endpoint in endpoints:
        endpoint.unknown[attribute] = True
        endpoint.completed.add(attribute)
    return bool(endpoints)
