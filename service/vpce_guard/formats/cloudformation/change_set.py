"""Change sets, as `aws cloudformation describe-change-set --include-property-values` prints them.

Each change of an AWS::EC2::VPCEndpoint is a create, a modify or a delete, a replacement a create and a delete.
CloudFormation deletes last, when it cleans up: what goes still has its names and routes while all else is made.
Source: API reference, DescribeChangeSet; user guide, update behaviours of stack resources.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pydantic_core import from_json

from vpce_guard.errors import MalformedError, Pointer
from vpce_guard.formats.cloudformation.properties import change_of
from vpce_guard.formats.cloudformation.words import ENDPOINT
from vpce_guard.formats.document import Document, Draft, Extras
from vpce_guard.model import Json

_ADVICE = "Send what `aws cloudformation describe-change-set --include-property-values` prints."


def is_change_set(document: Any) -> bool:
    """Whether a document is the description of a change set."""
    return (
        isinstance(document, dict)
        and isinstance(document.get("Changes"), list)
        and any(isinstance(document.get(name), str) for name in ("ChangeSetId", "ChangeSetName", "StackId"))
    )


def read_change_set(document: Json, given: Extras) -> Document:
    """A draft for each change of an endpoint. Raises MalformedError where the values of one are not told."""
    context = _environment(document, given)
    drafts: list[Draft] = []
    notes: list[str] = []
    for number, item in enumerate(document["Changes"]):
        change = item.get("ResourceChange") if isinstance(item, dict) else None
        if not isinstance(change, dict):
            continue
        name, kind = str(change.get("LogicalResourceId")), change.get("ResourceType")
        pointer = f"/Changes/{number}/ResourceChange"
        if kind == ENDPOINT:
            places = given.locations({"": pointer})
            found = _drafts(change, pointer)
            drafts += [replace(draft, address=name, context=context, locations=places) for draft in found]
        elif kind == "AWS::CloudFormation::Stack" and change.get("Action") != "Remove":
            notes.append(f"the changes of the nested stack {name} are not read: describe its change set too")
    going = [_as_neighbour(draft) for draft in drafts if draft.operation == "delete"]
    made = (replace(d, beside=tuple(going)) if d.operation != "delete" else d for d in drafts)
    return Document(drafts=tuple(made), notes=tuple(notes))


def _as_neighbour(draft: Draft) -> Json:
    """An endpoint that goes, as those see it that are made before."""
    return {**(draft.current or {}), "address": f"{draft.address} (until the stack is cleaned up)"}


def _drafts(change: Json, pointer: str) -> list[Draft]:
    """The drafts of one change, two of a replacement; none where nothing changes of the endpoint."""
    action = change.get("Action")
    before, after = (_properties(change.get(side), f"{pointer}/{side}") for side in ("BeforeContext", "AfterContext"))
    if action == "Import":
        return []
    if isinstance(physical := change.get("PhysicalResourceId"), str) and action != "Add":
        before = {**(before or {}), "Id": physical}
    if action == "Remove":
        return [change_of(before or {}, None)]
    if after is None or (action == "Modify" and before is None):
        raise MalformedError(
            f"{pointer} does not say what the endpoint will be.",
            advice=_ADVICE,
            pointers=(Pointer(pointer=pointer, code="missing", detail="has no AfterContext"),),
        )
    is_new = action == "Add" or change.get("Replacement") == "True"
    made = change_of(None if is_new else before, after)  # where it depends, the properties tell whether it is replaced
    if action == "Add" or made.operation != "create" or before is None:
        return [made]
    return [made, change_of(before, None)]


def _properties(text: Any, pointer: str) -> Json | None:
    if not isinstance(text, str) or not text:
        return None
    try:
        value = from_json(text)
    except ValueError:
        raise MalformedError(
            f"{pointer} is not JSON.",
            advice=_ADVICE,
            pointers=(Pointer(pointer=pointer, code="json", detail="must be JSON"),),
        ) from None
    found = value.get("Properties") if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def _environment(document: Json, given: Extras) -> Json:
    """Region and account: those of the ARNs of the change set, unless parameters say others."""
    arn = str(document.get("StackId") or document.get("ChangeSetId") or "").split(":")
    told = {"Region": arn[3], "AccountId": arn[4]} if len(arn) > 5 and arn[0] == "arn" else {}
    said = {"Region": given.parameters.get("AWS::Region"), "AccountId": given.parameters.get("AWS::AccountId")}
    return {name: value for name, value in {**told, **{k: v for k, v in said.items() if v}}.items() if value}
