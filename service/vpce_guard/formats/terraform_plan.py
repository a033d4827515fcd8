"""Terraform and OpenTofu plans, as `terraform show -json PLAN` prints them.

Source: https://developer.hashicorp.com/terraform/internals/json-format (format_version 1.x). What the plan says
of other resources is in terraform_context.py, the spelling of attributes in terraform_attributes.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vpce_guard.errors import MalformedError, Pointer
from vpce_guard.formats.assemble import Draft
from vpce_guard.formats.document import Document
from vpce_guard.formats.terraform_attributes import MEMBERS, created, described, modified
from vpce_guard.formats.terraform_context import Surroundings, config_expressions
from vpce_guard.model import Json

NAME = "terraform_plan"
ENDPOINT = "aws_vpc_endpoint"


def detect(document: Any) -> bool:
    """Whether the document looks like a plan (or a state, which read() refuses with advice)."""
    return (
        isinstance(document, dict) and "format_version" in document and not isinstance(document["format_version"], int)
    )


def read(document: Any) -> Document:
    """A draft per endpoint that the plan creates, updates or deletes; a replacement is a delete and a create.

    Raises MalformedError for what is no complete plan.
    """
    _check(document)
    surroundings = Surroundings(document)
    drafts: list[Draft] = []
    neighbours: list[Json] = []
    for change in _endpoint_changes(document):
        actions = change["change"]["actions"]
        before = change["change"].get("before")
        if "delete" in actions:
            drafts.append(_delete(change, surroundings))
        if "create" in actions:
            drafts.append(_create(document, change, surroundings))
        elif actions == ["update"]:
            drafts.append(_update(document, change, surroundings))
        elif "delete" not in actions and isinstance(before, dict):
            neighbours.append({**described(before), "address": change["address"]})
    return Document(drafts=tuple(drafts), neighbours=tuple(neighbours))


def _create(plan: Json, change: Json, surroundings: Surroundings) -> Draft:
    after = change["change"].get("after") or {}
    request, unknown = created(after, _unknown_attributes(plan, change))
    return Draft(
        operation="create",
        request=request,
        unknown=unknown,
        context=surroundings.of(after, change),
        address=change["address"],
    )


def _update(plan: Json, change: Json, surroundings: Surroundings) -> Draft:
    before, after = change["change"].get("before") or {}, change["change"].get("after") or {}
    request, unknown = modified(before, after, _unknown_attributes(plan, change))
    return Draft(
        operation="modify",
        request=request,
        current=described(before),
        unknown=unknown,
        context=surroundings.of({**before, **after}, change),
        address=change["address"],
    )


def _delete(change: Json, surroundings: Surroundings) -> Draft:
    before = change["change"].get("before") or {}
    return Draft(
        operation="delete",
        request={"VpcEndpointId": before.get("id")},
        current=described(before),
        context=surroundings.of(before, change),
        address=change["address"],
    )


def _unknown_attributes(plan: Json, change: Json) -> dict[str, Any]:
    """after_unknown, without the attributes that are only unknown because the configuration leaves them to AWS.

    Terraform prints both as `true`. An attribute that the configuration does not mention, or sets to null or to
    an empty list, is not given. One that does not exist on the type of the endpoint is taken as not given too:
    a module passes it for every type, and AWS refuses it when it is given after all.
    """
    unknown = change["change"].get("after_unknown")
    if not isinstance(unknown, dict):
        return {}
    expressions = config_expressions(plan, change)
    endpoint_type = (change["change"].get("after") or {}).get("vpc_endpoint_type")
    return {
        name: value
        for name, value in unknown.items()
        if name in MEMBERS
        and (value is not True or (_given(expressions, name) and MEMBERS[name].exists_on(endpoint_type)))
    }


def _given(expressions: Json | None, name: str) -> bool:
    if expressions is None:
        return True
    expression = expressions.get(name)
    if isinstance(expression, dict) and "references" not in expression:
        return expression.get("constant_value") not in (None, [])
    return expression is not None


def _endpoint_changes(plan: Json) -> Iterator[Json]:
    for change in plan.get("resource_changes", []):
        if change.get("type") == ENDPOINT and change.get("mode") == "managed":
            yield change


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
        raise _wrong("/resource_changes", "must be a list")
    for index, change in enumerate(changes):
        if not isinstance(change, dict):
            raise _wrong(f"/resource_changes/{index}", "must be an object")
        if change.get("type") == ENDPOINT and change.get("mode") == "managed":
            _check_change(change, f"/resource_changes/{index}")


def _check_change(change: Json, pointer: str) -> None:
    body = change.get("change")
    if not isinstance(change.get("address"), str):
        raise _wrong(f"{pointer}/address", "must be a string")
    if not isinstance(body, dict) or not isinstance(body.get("actions"), list):
        raise _wrong(f"{pointer}/change", "must be an object with a list of actions")
    known = {"create", "update", "delete", "read", "no-op", "forget"}
    if not body["actions"] or any(action not in known for action in body["actions"]):
        raise _wrong(f"{pointer}/change/actions", f"must be of {', '.join(sorted(known))}")
    for side in ("before", "after"):
        if not isinstance(body.get(side), dict | None):
            raise _wrong(f"{pointer}/change/{side}", "must be an object or null")
    needs = "before" if body["actions"] == ["delete"] else "after"
    if set(body["actions"]) & {"create", "update", "delete"} and body.get(needs) is None:
        raise _wrong(f"{pointer}/change/{needs}", "is missing")


def _wrong(pointer: str, detail: str) -> MalformedError:
    return MalformedError(
        f"The plan has the wrong shape: {pointer} {detail}.",
        advice="Send the output of `terraform show -json PLAN` unchanged.",
        places=(Pointer(pointer=pointer, code="wrong_shape", detail=detail),),
    )
