"""Terraform and OpenTofu plans, as `terraform show -json PLAN` prints them.

Source: https://developer.hashicorp.com/terraform/internals/json-format (format_version 1.x). What the plan says
of other resources is in terraform_context.py, the spelling of attributes in terraform_attributes.py, resources that
complete an endpoint in terraform_associations.py and what references stand for in terraform_references.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vpce_guard.errors import MalformedError, Pointer
from vpce_guard.formats.document import TOOL_DEFAULTS, Document, Draft, Extras
from vpce_guard.formats.terraform.associations import KINDS, fold_associations
from vpce_guard.formats.terraform.attributes import MEMBERS, create_request, describe_endpoint, modify_request
from vpce_guard.formats.terraform.context import PlanContext
from vpce_guard.formats.terraform.places import locations_of
from vpce_guard.formats.terraform.references import References
from vpce_guard.model import Json

NAME = "terraform_plan"
ENDPOINT = "aws_vpc_endpoint"

_IDS = ("subnet_ids", "security_group_ids", "route_table_ids")


def detect(document: Any) -> bool:
    """Whether the document looks like a plan (or a state, which read() refuses with advice)."""
    return (
        isinstance(document, dict) and "format_version" in document and not isinstance(document["format_version"], int)
    )


def read(document: Any, given: Extras) -> Document:
    """A draft per endpoint that the plan creates, updates or deletes; a replacement is a delete and a create.

    Raises MalformedError for what is no complete plan.
    """
    _check(document)
    return _Plan(document, given).read()


class _Plan:
    def __init__(self, document: Json, given: Extras) -> None:
        self._configuration = given.configuration
        self._changes = list(_endpoint_changes(document))
        self._references = References(document, given.configuration)
        self._surroundings = PlanContext(document, self._references)

    def read(self) -> Document:
        drafts: list[Draft] = []
        neighbours: list[Json] = []
        for change in fold_associations(self._changes, ENDPOINT, self._references):
            actions = change["change"]["actions"]
            before = change["change"].get("before")
            if "delete" in actions:
                drafts.append(self._delete(change))
            if "create" in actions:
                drafts.append(self._create(change))
            elif actions == ["update"]:
                drafts.append(self._update(change))
            elif "delete" not in actions and isinstance(before, dict):
                neighbours.append({**describe_endpoint(before), "address": change["address"]})
        return Document(drafts=tuple(drafts), neighbours=tuple(neighbours))

    def _create(self, change: Json) -> Draft:
        after, hidden = self._resolve(change)
        request, unknown = create_request(after, hidden)
        return Draft(
            operation="create",
            request=request,
            unknown=unknown,
            context=self._surroundings.context_for(after, change),
            address=change["address"],
            sender_defaults=TOOL_DEFAULTS,
            places=locations_of(change, self._configuration),
        )

    def _update(self, change: Json) -> Draft:
        before = change["change"].get("before") or {}
        after, hidden = self._resolve(change)
        request, unknown = modify_request(before, after, hidden)
        return Draft(
            operation="modify",
            request=request,
            current=None if change.get("foreign") else describe_endpoint(before),
            unknown=unknown,
            context=self._surroundings.context_for({**before, **after}, change),
            address=change["address"],
            places=locations_of(change, self._configuration),
        )

    def _delete(self, change: Json) -> Draft:
        before = change["change"].get("before") or {}
        return Draft(
            operation="delete",
            request={"VpcEndpointId": before.get("id")},
            current=describe_endpoint(before),
            context=self._surroundings.context_for(before, change),
            address=change["address"],
            places=locations_of(change, self._configuration),
        )

    def _resolve(self, change: Json) -> tuple[Json, Json]:
        """The planned attributes with references followed, and what of them is still not known."""
        body = change["change"]
        before = body.get("before") if body["actions"] == ["update"] else None
        after, hidden = dict(body.get("after") or {}), self._unknown_attributes(change)
        for name, value in (body.get("after_unknown") or {}).items():
            if value is True and name not in hidden and isinstance(before, dict) and before.get(name) is not None:
                after[name] = before[name]  # left to AWS, where it stays as it is
        if hidden.get("vpc_id") is True and (vpc := self._references.resolve_one(change, "vpc_id")):
            after["vpc_id"] = vpc
            del hidden["vpc_id"]
        for name in _IDS:
            if hidden.get(name) is True and (found := self._references.resolve_list(change, name)) is not None:
                if found.certain:
                    del hidden[name]
                if found.certain or before is None:
                    after[name] = found.ids
        self._resolve_blocks(change, after, hidden)
        return after, hidden

    def _resolve_blocks(self, change: Json, after: Json, hidden: Json) -> None:
        """The subnets of subnet_configuration blocks."""
        blocks = self._references.expression(change, "subnet_configuration")
        marks, values = hidden.get("subnet_configuration"), after.get("subnet_configuration")
        if not (isinstance(blocks, list) and isinstance(marks, list) and isinstance(values, list)):
            return
        if not len(blocks) == len(marks) == len(values):
            return
        resolved = [
            self._references.resolve_expression(change, (block or {}).get("subnet_id"), "subnet") for block in blocks
        ]
        after["subnet_configuration"] = [
            {**value, "subnet_id": subnet} if subnet and mark.get("subnet_id") is True else value
            for value, mark, subnet in zip(values, marks, resolved, strict=True)
        ]
        hidden["subnet_configuration"] = [
            {**mark, "subnet_id": False} if subnet else mark for mark, subnet in zip(marks, resolved, strict=True)
        ]

    def _unknown_attributes(self, change: Json) -> dict[str, Any]:
        """after_unknown, without the attributes that are only unknown because the configuration leaves them to AWS.

        Terraform prints both as `true`. An attribute that the configuration does not mention, or sets to null or to
        an empty list, is not given. One that does not exist on the type of the endpoint is taken as not given too:
        a module passes it for every type, and AWS refuses it when it is given after all.
        """
        unknown = change["change"].get("after_unknown")
        if not isinstance(unknown, dict):
            return {}
        resource = None if change.get("foreign") else self._references.resource(change)
        completed = change.get("completed", set())
        endpoint_type = (change["change"].get("after") or {}).get("vpc_endpoint_type")
        return {
            name: value
            for name, value in unknown.items()
            if (name in MEMBERS or name == "tags")
            and (
                value is not True
                or name in completed
                or (_is_given(resource, name) and (name == "tags" or MEMBERS[name].exists_on(endpoint_type)))
            )
        }


def _is_given(resource: Json | None, name: str) -> bool:
    if resource is None:
        return True
    expression = (resource.get("expressions") or {}).get(name)
    if isinstance(expression, dict) and "references" not in expression:
        return expression.get("constant_value") not in (None, [])
    return expression is not None


def _endpoint_changes(plan: Json) -> Iterator[Json]:
    for change in plan.get("resource_changes", []):
        if _concerns_endpoints(change):
            yield change


def _concerns_endpoints(change: Json) -> bool:
    return change.get("mode") == "managed" and (change.get("type") == ENDPOINT or change.get("type") in KINDS)


def _check(document: Any) -> None:
    if not isinstance(document, dict) or not isinstance(document.get("format_version"), str):
        raise MalformedError(
            "This is not a Terraform plan.",
            advice="Send the output of `terraform show -json PLAN`.",
            places=(Pointer(pointer="/format_version", code="missing", detail="must be a string"),),
        )
    if not document["format_version"].startswith(("1.", "0.")):
        raise MalformedError(f"Plan format {document['format_version']} is not known.", advice="Known is 1.x.")
    if "values" in document and "planned_values" not in document:
        raise MalformedError("This is a Terraform state, not a plan.", advice="Use `terraform show -json PLAN`.")
    if document.get("errored") is True:
        raise MalformedError("Terraform could not complete this plan.", advice="Mend the error that it printed.")
    changes = document.get("resource_changes", [])
    if not isinstance(changes, list):
        raise _plan_error("/resource_changes", "must be a list")
    for index, change in enumerate(changes):
        if not isinstance(change, dict):
            raise _plan_error(f"/resource_changes/{index}", "must be an object")
        if _concerns_endpoints(change):
            _check_change(change, f"/resource_changes/{index}")


def _check_change(change: Json, pointer: str) -> None:
    body = change.get("change")
    if not isinstance(change.get("address"), str):
        raise _plan_error(f"{pointer}/address", "must be a string")
    if not isinstance(body, dict) or not isinstance(body.get("actions"), list):
        raise _plan_error(f"{pointer}/change", "must be an object with a list of actions")
    known = {"create", "update", "delete", "read", "no-op", "forget"}
    if not body["actions"] or any(action not in known for action in body["actions"]):
        raise _plan_error(f"{pointer}/change/actions", f"must be of {', '.join(sorted(known))}")
    for side in ("before", "after"):
        if not isinstance(body.get(side), dict | None):
            raise _plan_error(f"{pointer}/change/{side}", "must be an object or null")
    needs = "before" if body["actions"] == ["delete"] else "after"
    if set(body["actions"]) & {"create", "update", "delete"} and body.get(needs) is None:
        raise _plan_error(f"{pointer}/change/{needs}", "is missing")


def _plan_error(pointer: str, detail: str) -> MalformedError:
    return MalformedError(
        f"The plan has the wrong shape: {pointer} {detail}.",
        advice="Send the output of `terraform show -json PLAN` unchanged.",
        places=(Pointer(pointer=pointer, code="wrong_shape", detail=detail),),
    )
