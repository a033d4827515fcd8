"""A CloudFormation Lambda Hook: give Lambda `vpce_guard.surfaces.hooks.cloudformation_hook.handler`.

Works for the targets RESOURCE, CLOUD_CONTROL, STACK and CHANGE_SET. Judges in the function itself; settings come from
its environment. Answers within the 30 seconds that CloudFormation waits, and with FAILED whenever it cannot decide.
Source: AWS CloudFormation Hooks user guide, Lambda Hooks; API reference, Annotation.
"""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache
from typing import Any

from pydantic_core import from_json

from vpce_guard import logs
from vpce_guard.answers import read_answer
from vpce_guard.decisions.question import Question
from vpce_guard.errors import MalformedError, UnreadableError, VpceGuardError
from vpce_guard.formats import proposals, read_drafts
from vpce_guard.formats.aws.endpoint import endpoint_after
from vpce_guard.formats.candidates import may_make_endpoints
from vpce_guard.formats.cloudformation.properties import change_of
from vpce_guard.formats.cloudformation.words import ENDPOINT
from vpce_guard.formats.document import TOOL_DEFAULTS, Document, Extras
from vpce_guard.formats.text import read_text
from vpce_guard.logs import Logger
from vpce_guard.model import Decision, Json
from vpce_guard.runtime.guard import Guard
from vpce_guard.runtime.wiring import make_guard
from vpce_guard.settings import load_settings
from vpce_guard.surfaces.reports import strict_refusal

log = Logger("vpce_guard.cloudformation_hook")

_MOST_MESSAGE = 1000
_MOST_ANNOTATION = 16384
_DOWNLOAD_SECONDS = 8.0
_MOST_PAYLOAD = 16 << 20
_SEVERITIES = {"error": "HIGH", "warning": "MEDIUM", "info": "INFORMATIONAL"}


def handler(event: Any, context: Any = None) -> Json:  # noqa: ARG001 - how Lambda calls
    """The answer to one invocation of the hook: hookStatus, errorCode, message and an annotation per finding."""
    token = event.get("clientRequestToken") if isinstance(event, dict) else None
    try:
        answer = _answer(event)
    except VpceGuardError as error:
        answer = _failure("InternalFailure", f"vpce-guard could not decide: {error}")
    except Exception as error:
        log.error("hook_failed", exc_info=error)
        answer = _failure("InternalFailure", f"vpce-guard failed: {type(error).__name__}. Nothing was allowed.")
    return {**answer, "clientRequestToken": token}


@cache
def _guard() -> Guard:
    settings = load_settings()
    logs.configure(settings.log_level)
    return make_guard(settings)


def _answer(event: Any) -> Json:
    data = event.get("requestData") if isinstance(event, dict) else None
    if not isinstance(data, dict):
        raise MalformedError("The event is not a hook invocation.", advice="It lacks requestData.")
    guard = _guard()
    context = {"Region": os.environ.get("AWS_REGION"), "AccountId": event.get("awsAccountId")}
    context = {name: value for name, value in context.items() if isinstance(value, str)}
    found = list(_documents(event, data, guard, context))
    questions = [
        Question(
            proposals=proposals([guard.add_inventory(document, context)], context=context),
            request_id=str(event.get("clientRequestToken") or uuid.uuid4()),
            strict=guard.settings.strict,
        )
        for document in found
    ]
    decisions = [d for each in asyncio.run(guard.decide(questions)) for d in each]
    unread = "".join(f" {note[0].upper()}{note[1:]}." for document in found for note in document.notes)
    if not decisions:
        said = "No VPC endpoint in what was read." if unread else "No VPC endpoint changes."
        return {"hookStatus": "SUCCESS", "message": f"{said}{unread}"[:_MOST_MESSAGE]}
    return _result_of(decisions, unread)


def _documents(event: Json, data: Json, guard: Guard, context: Json) -> Iterator[Document]:
    target = str(data.get("targetType") or data.get("targetName"))
    point = str(event.get("actionInvocationPoint"))
    if isinstance(data.get("payload"), str):
        yield from _stack_documents(_payload(data["payload"]), point, guard, context)
    elif target == ENDPOINT:
        model = data.get("targetModel")
        if not isinstance(model, dict):
            raise MalformedError("The event has no targetModel.", advice="The hook must target resources or stacks.")
        name = str(data.get("targetLogicalId") or "VPCEndpoint")
        yield _change_document(name, model.get("previousResourceProperties"), model.get("resourceProperties"), point)


def _stack_documents(payload: Any, point: str, guard: Guard, context: Json) -> Iterator[Document]:
    """A change set tells each change with its values worked out; a stack only its template."""
    if not isinstance(payload, dict):
        raise MalformedError("The payload is not an object.", advice="It must be what CloudFormation keeps for a hook.")
    changes = payload.get("changedResources")
    if isinstance(changes, list):
        for change in changes:
            if isinstance(change, dict) and change.get("resourceType") == ENDPOINT:
                sides = [_properties(change.get(side)) for side in ("beforeContext", "afterContext")]
                yield _change_document(
                    str(change.get("logicalResourceId")), sides[0], sides[1], str(change.get("action"))
                )
    elif not point.startswith("DELETE"):
        after = _template(payload.get("template"), guard, context)
        before = None
        with suppress(VpceGuardError):  # what was there need not be readable: all is judged then
            before = _template(payload.get("previousTemplate"), guard, context)
        if after is not None:
            yield after if before is None else _without_unchanged(after, before)


def _template(content: Any, guard: Guard, context: Json) -> Document | None:
    """What a template holds; None where it can hold no endpoint. Raises VpceGuardError for one that may and fails."""
    if not isinstance(content, str) or not content:
        return None
    data = content.encode()
    try:
        text = read_text(data, file="template", limit=guard.settings.max_body, yaml_limit=guard.settings.max_yaml)
        return read_drafts(text.value, format_name="cloudformation", given=Extras(context=context, text=text))
    except VpceGuardError as error:
        if may_make_endpoints(data) or any(place["code"] == "transform" for place in error.pointers):
            raise
        return None


def _without_unchanged(after: Document, before: Document) -> Document:
    """The document with the endpoints that were in the stack before, and stay as they are, as neighbours.

    One of which nothing is known may have changed.
    """
    there = {draft.address: (draft.request, draft.unknown) for draft in before.drafts}
    kept = [d for d in after.drafts if d.request and there.get(d.address) == (d.request, d.unknown)]
    neighbours = [
        {**endpoint, "address": draft.address}
        for draft in kept
        if (endpoint := endpoint_after("create", draft.request, None, draft.unknown, defaults=TOOL_DEFAULTS))
        is not None
    ]
    drafts = tuple(draft for draft in after.drafts if draft not in kept)
    return replace(after, drafts=drafts, neighbours=(*after.neighbours, *neighbours))


def _change_document(name: str, before: Any, after: Any, action: str) -> Document:
    gone = action.upper().startswith(("DELETE", "REMOVE"))
    draft = change_of(before, None if gone else after)
    return Document(drafts=(replace(draft, address=name),))


def _properties(context: Any) -> Any:
    if not isinstance(context, str) or not context:
        return None
    value = from_json(context)
    return value.get("Properties") if isinstance(value, dict) else None


def _payload(url: str) -> Any:
    """What CloudFormation keeps for the hook at a presigned address."""
    import httpx2

    if not url.startswith("https://"):
        raise UnreadableError("The payload's address does not begin with https://.", advice="Nothing was fetched.")
    try:
        with httpx2.Client(timeout=_DOWNLOAD_SECONDS) as client, client.stream("GET", url) as response:
            response.raise_for_status()
            data = read_answer(response, most=_MOST_PAYLOAD, what="The payload")
    except httpx2.HTTPError as error:
        raise UnreadableError(f"The payload cannot be fetched: {type(error).__name__}.") from None
    return from_json(data)


def _result_of(decisions: list[Decision], unread: str) -> Json:
    failure = next((d.error for d in decisions if d.error is not None), None)
    annotations = [note for d in decisions for note in _annotations(d)]
    if failure is not None:
        return _failure("InternalFailure", f"vpce-guard could not decide: {failure}", annotations)
    if all(d.allowed for d in decisions):
        message = f"vpce-guard allows it.{unread}"[:_MOST_MESSAGE]
        return {"hookStatus": "SUCCESS", "message": message, "annotations": annotations}
    denied = [f"{v.rule_id}: {v.message}" for d in decisions for v in d.violations if v.enforcement_action == "deny"]
    return _failure("NonCompliant", "; ".join(denied) or strict_refusal(decisions), annotations)


def _failure(code: str, message: str, annotations: list[Json] | None = None) -> Json:
    answer: Json = {"hookStatus": "FAILED", "errorCode": code, "message": message[:_MOST_MESSAGE]}
    return {**answer, "annotations": annotations} if annotations else answer


def _annotations(decision: Decision) -> Iterator[Json]:
    for v in decision.violations:
        note = {
            "annotationName": v.rule_id,
            "status": "FAILED" if v.enforcement_action == "deny" else "PASSED",
            "statusMessage": v.message[:_MOST_ANNOTATION],
            "remediationMessage": v.remediation[:_MOST_ANNOTATION],
            "severityLevel": _SEVERITIES[v.severity],
        }
        yield {**note, "remediationLink": v.source} if v.source.startswith("https://") else note
    for w in decision.waived:
        message = f"{w.message} (waiver {w.waiver_id}, until {w.expires})"
        yield {"annotationName": w.rule_id, "status": "PASSED", "statusMessage": message[:_MOST_ANNOTATION]}
    for u in decision.undetermined:
        yield {"annotationName": u.rule_id, "status": "SKIPPED", "statusMessage": u.reason[:_MOST_ANNOTATION]}
