"""Terraform and OpenTofu plans, as `terraform show -json PLAN` prints them.

Source: https://developer.hashicorp.com/terraform/internals/json-format (format_version 1.x). What the plan says
of other resources is in context.py, the spelling of attributes in attributes.py, resources that complete an endpoint in
associations.py and what references stand for in references.py. What the plan must look like is in shape.py.
"""

from __future__ import annotations

from typing import Any

from vpce_guard.formats.document import TOOL_DEFAULTS, Document, Draft, Extras
from vpce_guard.formats.terraform.associations import COMPLETIONS, complete_endpoints
from vpce_guard.formats.terraform.attributes import (
    MEMBERS,
    add_resolver_option,
    create_request,
    describe_endpoint,
    modify_request,
)
from vpce_guard.formats.terraform.changes import PlannedEndpoint, ResourceChange
from vpce_guard.formats.terraform.context import PlanContext
from vpce_guard.formats.terraform.dependencies import dependencies
from vpce_guard.formats.terraform.forms import recognise
from vpce_guard.formats.terraform.kin import as_endpoint, is_kin
from vpce_guard.formats.terraform.locations import locations_of
from vpce_guard.formats.terraform.order import Leaving
from vpce_guard.formats.terraform.policies import split_known
from vpce_guard.formats.terraform.references import References
from vpce_guard.formats.terraform.shape import all_changes, check_plan
from vpce_guard.formats.terraform.values import UNKNOWN, AtLeast, JsonText
from vpce_guard.model import Json

NAME = "terraform_plan"
ENDPOINT = "aws_vpc_endpoint"

_IDS = ("subnet_ids", "security_group_ids", "route_table_ids")


def detect(document: Any) -> bool:
    """Whether the document looks like a plan, or like something of Terraform that read() refuses with advice."""
    if recognise(document) is not None:
        return True
    return (
        isinstance(document, dict) and "format_version" in document and not isinstance(document["format_version"], int)
    )


def read(document: Any, given: Extras) -> Document:
    """A draft per endpoint that the plan creates, updates or deletes; a replacement is a delete and a create.

    Raises MalformedError for what is no complete plan.
    """
    check_plan(document, concerns=_concerns_endpoints)
    return _Plan(document, given).read()


class _Plan:
    def __init__(self, document: Json, given: Extras) -> None:
        self._configuration = given.configuration
        entries = [entry for entry in all_changes(document) if _concerns_endpoints(entry)]
        self._changes = [as_endpoint(ResourceChange.from_json(entry)) for entry in entries]
        self._references = References(document, given.configuration)
        self._surroundings = PlanContext(self._references)

    def read(self) -> Document:
        drafts: list[Draft] = []
        neighbours: list[Json] = []
        endpoints = complete_endpoints(self._changes, self._references)
        leaving = Leaving(endpoints)
        for endpoint in endpoints:
            if "delete" in endpoint.actions:
                drafts.append(self._delete(endpoint))
            if "create" in endpoint.actions:
                drafts.append(self._create(endpoint, leaving))
            elif endpoint.actions == ("update",):
                drafts.append(self._update(endpoint))
            elif "delete" not in endpoint.actions and endpoint.before is not None:
                neighbours.append({**describe_endpoint(endpoint.before), "address": endpoint.change.address})
        ids = {(e.before or {}).get("id") for e in endpoints}
        neighbours += [e for e in self._surroundings.endpoints.values() if e["VpcEndpointId"] not in ids]
        return Document(drafts=tuple(drafts), neighbours=tuple(neighbours))

    def _create(self, endpoint: PlannedEndpoint, leaving: Leaving) -> Draft:
        after, unknown = self._resolve(endpoint)
        request, pointers = create_request(after, unknown)
        add_resolver_option(request, after, unknown)
        return Draft(
            operation="create",
            request=request,
            unknown=pointers,
            sender_defaults=TOOL_DEFAULTS,
            context=self._surroundings.context_for(after, endpoint.change),
            address=endpoint.change.address,
            depends_on=dependencies(self._references, endpoint.change),
            beside=leaving.beside(endpoint, request),
            locations=locations_of(endpoint, self._configuration),
            sensitive=_sensitive(endpoint),
        )

    def _update(self, endpoint: PlannedEndpoint) -> Draft:
        before = endpoint.before or {}
        after, unknown = self._resolve(endpoint)
        request, pointers = modify_request(before, after, unknown)
        add_resolver_option(request, {**before, **after}, unknown)
        return Draft(
            operation="modify",
            request=request,
            current=self._told_elsewhere(before) if endpoint.elsewhere else describe_endpoint(before),
            unknown=pointers,
            context=self._surroundings.context_for({**before, **after}, endpoint.change),
            address=endpoint.change.address,
            locations=locations_of(endpoint, self._configuration),
            sensitive=_sensitive(endpoint),
        )

    def _told_elsewhere(self, before: Json) -> Json | None:
        """An endpoint of another state, where a data source tells of it."""
        told = self._surroundings.endpoints.get(str(before.get("id")))
        return None if told is None else {name: value for name, value in told.items() if name != "address"}

    def _delete(self, endpoint: PlannedEndpoint) -> Draft:
        before = endpoint.before or {}
        return Draft(
            operation="delete",
            request={"VpcEndpointId": before.get("id")},
            current=describe_endpoint(before),
            context=self._surroundings.context_for(before, endpoint.change),
            address=endpoint.change.address,
            locations=locations_of(endpoint, self._configuration),
            sensitive=_sensitive(endpoint),
        )

    def _resolve(self, endpoint: PlannedEndpoint) -> tuple[Json, Json]:
        """The planned attributes with references followed, and what of them is still not known."""
        change = endpoint.change
        before = endpoint.before if endpoint.actions == ("update",) else None
        after, unknown = dict(endpoint.after or {}), self._unknown_attributes(endpoint)
        for name, value in endpoint.unknown.items():
            if value is True and name not in unknown and before is not None and before.get(name) is not None:
                after[name] = before[name]  # left to AWS, where it stays as it is
        for name in [name for name, mark in unknown.items() if mark is True and name in MEMBERS]:
            if name not in endpoint.completed:
                self._settle(name, self._references.value(change, name), after, unknown, keeps=before is not None)
            if before is not None and name not in unknown and after.get(name) is None:
                after[name] = before.get(name)
        for name, added in endpoint.additions.items():
            _add(name, added, after, unknown, keeps=before is not None)
        self._resolve_blocks(change, after, unknown)
        return after, unknown

    def _settle(self, name: str, value: Any, after: Json, unknown: Json, *, keeps: bool) -> None:
        """Put in what is known of an attribute; of an endpoint that `keeps` members, only all of them or none."""
        if name == "policy" and isinstance(value, JsonText):
            after[name], unknown[name] = split_known(value.value)
            return
        if value is UNKNOWN or isinstance(value, JsonText):
            return
        if value is None:  # not given after all, and left to AWS
            del unknown[name]
            return
        if isinstance(value, AtLeast):  # the others stay unknown
            if value.items and not keeps and name in _IDS and all(isinstance(item, str) for item in value.items):
                after[name] = list(dict.fromkeys(value.items))
            return
        if name not in _IDS:
            if isinstance(value, bool if name == "private_dns_enabled" else str):
                after[name] = value
                del unknown[name]
            return
        if not isinstance(value, list):
            return
        items = [item for item in value if item is not UNKNOWN]
        hidden = len(value) - len(items)
        if not all(isinstance(item, str) for item in items) or (hidden and keeps):
            return
        items = list(dict.fromkeys(items))
        after[name] = [*items, *[None] * hidden]
        unknown[name] = [*[False] * len(items), *[True] * hidden]

    def _resolve_blocks(self, change: ResourceChange, after: Json, unknown: Json) -> None:
        """The subnets of subnet_configuration blocks. Terraform has them in an order of its own."""
        marks, values = unknown.get("subnet_configuration"), after.get("subnet_configuration")
        if not (isinstance(marks, list) and isinstance(values, list) and len(marks) == len(values)):
            return
        if not any(mark.get("subnet_id") is True for mark in marks):
            return
        blocks = self._references.blocks(change, "subnet_configuration", "subnet")
        if len(blocks) != len(values):
            return
        resolved = [_one_subnet(value, mark, blocks) for value, mark in zip(values, marks, strict=True)]
        after["subnet_configuration"] = [
            {**value, "subnet_id": subnet} if subnet else value for value, subnet in zip(values, resolved, strict=True)
        ]
        unknown["subnet_configuration"] = [
            {**mark, "subnet_id": False} if subnet else mark for mark, subnet in zip(marks, resolved, strict=True)
        ]

    def _unknown_attributes(self, endpoint: PlannedEndpoint) -> Json:
        """after_unknown, without the attributes that are only unknown because the configuration leaves them to AWS.

        Terraform prints both as `true`. An attribute that the configuration does not mention, or sets to null or to
        an empty list, is not given. One that does not exist on the type of the endpoint is taken as not given too:
        a module passes it for every type, and AWS refuses it when it is given after all.
        """
        endpoint_type = (endpoint.after or {}).get("vpc_endpoint_type")
        return {
            name: value
            for name, value in endpoint.unknown.items()
            if (name in MEMBERS or name == "tags")
            and (
                value is not True
                or name in endpoint.completed
                or (
                    (endpoint.elsewhere or self._references.is_given(endpoint.change, name))
                    and (name == "tags" or MEMBERS[name].exists_on(endpoint_type))
                )
            )
        }


def _one_subnet(value: Json, mark: Json, blocks: list[Json]) -> str | None:
    """The subnet of the one block that a planned one can be; None where it is known, or may be another."""
    if mark.get("subnet_id") is not True:
        return None
    known = {name: item for name, item in value.items() if item and mark.get(name) is not True}
    left_out = [name for name in ("ipv4", "ipv6") if name not in known and not mark.get(name)]
    fitting = [
        block
        for block in blocks
        if all(block.get(name, UNKNOWN) in (UNKNOWN, item) for name, item in known.items())
        and all(block.get(name) in (None, UNKNOWN) for name in left_out)
    ]
    subnet = fitting[0].get("subnet_id") if len(fitting) == 1 else None
    return subnet if isinstance(subnet, str) else None


def _add(name: str, added: list[str | None], after: Json, unknown: Json, *, keeps: bool) -> None:
    """Put what other resources add to a list behind the endpoint's own, which may still not be known."""
    marks = unknown.get(name, [])
    if marks is True and keeps:
        return
    own = list(after.get(name) or [])
    items = [item for item in added if item is None or item not in own]
    if marks is True:
        after[name] = [item for item in items if item is not None]
    else:
        after[name] = [*own, *items]
        unknown[name] = [*(marks or [False] * len(own)), *(item is None for item in items)]


def _sensitive(endpoint: PlannedEndpoint) -> tuple[str, ...]:
    changes = [endpoint.change, *endpoint.parts]
    return tuple(dict.fromkeys(text for change in changes for text in change.sensitive))


def _concerns_endpoints(entry: Json) -> bool:
    return entry.get("mode") == "managed" and (
        entry.get("type") == ENDPOINT or entry.get("type") in COMPLETIONS or is_kin(entry)
    )
