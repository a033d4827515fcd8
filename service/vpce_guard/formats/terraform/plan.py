"""Terraform and OpenTofu plans, as `terraform show -json PLAN` prints them.

Source: https://developer.hashicorp.com/terraform/internals/json-format (format_version 1.x). What the plan says
of other resources is in context.py, the spelling of attributes in attributes.py, resources that complete an endpoint in
associations.py and what references stand for in references.py. What the plan must look like is in shape.py.
"""

from __future__ import annotations

from typing import Any

from vpce_guard.formats.document import TOOL_DEFAULTS, Document, Draft, Extras, Possibility, members_of
from vpce_guard.formats.terraform.associations import COMPLETIONS, complete_endpoints
from vpce_guard.formats.terraform.attributes import (
    add_resolver_option,
    create_request,
    describe_endpoint,
    modify_request,
)
from vpce_guard.formats.terraform.changes import PlannedEndpoint, ResourceChange
from vpce_guard.formats.terraform.context import PlanContext
from vpce_guard.formats.terraform.dependencies import dependencies
from vpce_guard.formats.terraform.kin import as_endpoint, is_kin
from vpce_guard.formats.terraform.locations import locations_of
from vpce_guard.formats.terraform.order import Leaving, predecessor
from vpce_guard.formats.terraform.references import References
from vpce_guard.formats.terraform.resolution import resolve
from vpce_guard.formats.terraform.shape import all_changes, check_plan
from vpce_guard.model import Json

ENDPOINT = "aws_vpc_endpoint"


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
                drafts.append(self._update(endpoint, leaving))
            elif "delete" not in endpoint.actions and endpoint.before is not None:
                neighbours.append({**describe_endpoint(endpoint.before), "address": endpoint.change.address})
        ids = {(e.before or {}).get("id") for e in endpoints}
        neighbours += [e for e in self._surroundings.endpoints.values() if e["VpcEndpointId"] not in ids]
        warnings = self._configuration.warnings if self._configuration else ()
        return Document(drafts=tuple(drafts), neighbours=tuple(neighbours), warnings=warnings)

    def _create(self, endpoint: PlannedEndpoint, leaving: Leaving) -> Draft:
        first = dependencies(self._references, endpoint.change)

        def outcome() -> Possibility:
            after, unknown = resolve(endpoint, self._references)
            request, pointers = create_request(after, unknown)
            add_resolver_option(request, after, unknown)
            return Possibility(
                request=request,
                unknown=pointers,
                context={**self._surroundings.context_for(after, endpoint.change), **predecessor(endpoint)},
                beside=leaving.beside(endpoint, request, first),
            )

        outcomes = leaving.in_either_order(self._references.explore(outcome), endpoint, None, first)
        return Draft(
            operation="create",
            sender_defaults=TOOL_DEFAULTS,
            address=endpoint.change.address,
            depends_on=first,
            locations=locations_of(endpoint, self._configuration),
            sensitive=_sensitive(endpoint),
            **members_of(outcomes),
        )

    def _update(self, endpoint: PlannedEndpoint, leaving: Leaving) -> Draft:
        before = endpoint.before or {}
        claimed = describe_endpoint(before)
        first = dependencies(self._references, endpoint.change)
        beside = leaving.beside(endpoint, claimed, first)

        def outcome() -> Possibility:
            after, unknown = resolve(endpoint, self._references)
            request, pointers = modify_request(before, after, unknown)
            add_resolver_option(request, {**before, **after}, unknown)
            context = self._surroundings.context_for({**before, **after}, endpoint.change)
            return Possibility(request=request, unknown=pointers, context=context, beside=beside)

        outcomes = leaving.in_either_order(self._references.explore(outcome), endpoint, claimed, first)
        return Draft(
            operation="modify",
            current=self._told_elsewhere(before) if endpoint.elsewhere else claimed,
            address=endpoint.change.address,
            locations=locations_of(endpoint, self._configuration),
            sensitive=_sensitive(endpoint),
            **members_of(outcomes),
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


def _sensitive(endpoint: PlannedEndpoint) -> tuple[str, ...]:
    changes = [endpoint.change, *endpoint.parts]
    return tuple(dict.fromkeys(text for change in changes for text in change.sensitive))


def _concerns_endpoints(entry: Json) -> bool:
    return entry.get("mode") == "managed" and (
        entry.get("type") == ENDPOINT or entry.get("type") in COMPLETIONS or is_kin(entry)
    )
