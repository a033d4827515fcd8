"""What a Terraform plan must look like to be read; says what is wrong with one that does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vpce_guard.errors import MalformedError, Pointer
from vpce_guard.formats.terraform.forms import recognise
from vpce_guard.model import Json

_ACTIONS = {"create", "update", "delete", "read", "no-op", "forget"}


def check_plan(document: Any, *, concerns: Callable[[Json], bool]) -> None:
    """Raises MalformedError for what is no complete plan; of its resources those that it `concerns` are looked at."""
    if (form := recognise(document)) is not None:
        raise MalformedError(f"This is {form.what}.", advice=form.advice)
    if not isinstance(document, dict) or not isinstance(document.get("format_version"), str):
        raise MalformedError(
            "This is not a Terraform plan.",
            advice="Send the output of `terraform show -json PLAN`.",
            pointers=(Pointer(pointer="/format_version", code="missing", detail="must be a string"),),
        )
    if not document["format_version"].startswith(("1.", "0.")):
        raise MalformedError(
            f"Plan format {document['format_version']} is not supported.", advice="Version 1.x is supported."
        )
    if document.get("errored") is True:
        raise MalformedError("Terraform could not complete this plan.", advice="Fix the error that Terraform printed.")
    changes = document.get("resource_changes", [])
    if not isinstance(changes, list):
        raise _plan_error("/resource_changes", "must be a list")
    for index, change in enumerate(changes):
        if not isinstance(change, dict):
            raise _plan_error(f"/resource_changes/{index}", "must be an object")
        if concerns(change):
            _check_change(change, f"/resource_changes/{index}")
    for index, entry in enumerate(document.get("deferred_changes") or ()):
        change = entry.get("resource_change") if isinstance(entry, dict) else None
        if isinstance(change, dict) and concerns(change):
            _check_change(change, f"/deferred_changes/{index}/resource_change")


def all_changes(plan: Json) -> list[Json]:
    """The changes of a plan, then those that Terraform has put off until more is known."""
    deferred = [entry.get("resource_change") for entry in plan.get("deferred_changes") or () if isinstance(entry, dict)]
    return [*plan.get("resource_changes", []), *(change for change in deferred if isinstance(change, dict))]


def _check_change(change: Json, pointer: str) -> None:
    body = change.get("change")
    if not isinstance(change.get("address"), str):
        raise _plan_error(f"{pointer}/address", "must be a string")
    if not isinstance(body, dict) or not isinstance(body.get("actions"), list):
        raise _plan_error(f"{pointer}/change", "must be an object with a list of actions")
    if not body["actions"] or any(action not in _ACTIONS for action in body["actions"]):
        raise _plan_error(f"{pointer}/change/actions", f"must be one or more of {', '.join(sorted(_ACTIONS))}")
    for side in ("before", "after"):
        if not isinstance(body.get(side), dict | None):
            raise _plan_error(f"{pointer}/change/{side}", "must be an object or null")
    unknown = body.get("after_unknown")
    if unknown and not isinstance(unknown, dict):
        raise _plan_error(f"{pointer}/change/after_unknown", "must be an object")
    needs = "before" if body["actions"] == ["delete"] else "after"
    if set(body["actions"]) & {"create", "update", "delete"} and body.get(needs) is None:
        raise _plan_error(f"{pointer}/change/{needs}", "is missing")


def _plan_error(pointer: str, detail: str) -> MalformedError:
    return MalformedError(
        f"The plan has the wrong shape: {pointer} {detail}.",
        advice="Send the output of `terraform show -json PLAN` unchanged.",
        pointers=(Pointer(pointer=pointer, code="wrong_shape", detail=detail),),
    )
