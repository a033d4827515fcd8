"""POST /v1/decisions and /v1/decisions/batch."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Header, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, StrictBool
from pydantic_core import to_json

from vpce_guard.decisions.question import Decisions, Question
from vpce_guard.errors import DecidedError, TooLargeError, VpceGuardError
from vpce_guard.formats import FORMATS
from vpce_guard.model import Decision, Json
from vpce_guard.runtime.guard import Guard
from vpce_guard.surfaces.api.asking import caller_of, decide_in_turn, guard_of, is_body_large, read_content, validate
from vpce_guard.surfaces.api.http.problems import Problem, answer, problem
from vpce_guard.surfaces.api.http.request_id import current_request_id
from vpce_guard.surfaces.api.http.route import Route, accept_body, require_scope
from vpce_guard.surfaces.api.openapi import samples
from vpce_guard.surfaces.api.openapi.samples_of_documents import DOCUMENTS
from vpce_guard.surfaces.api.openapi.schema import problems, response
from vpce_guard.surfaces.api.repeating import first_answer, request_key

router = APIRouter(prefix="/v1/decisions", tags=["decisions"], route_class=Route)
_UNAVAILABLE = 503
IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=200,
        pattern="^[!-~]+$",
        description="A key of the caller for this request, such as a UUID. It is known for a day at least.",
    ),
]
RequestId = Annotated[str, Field(min_length=1, max_length=200)]


class DecisionRequest(BaseModel):
    """A document to judge, and how."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    document: Any = Field(
        description="A proposal, AWS request, plan, preview, template, change set or AdmissionReview."
    )
    format: str = Field(
        "auto",
        description="What the document is; auto: by its content.",
        json_schema_extra={"enum": ["auto", *FORMATS]},
    )
    context: Json | None = Field(None, description="Context for every proposal; the document's own values win.")
    labels: dict[str, str] | None = Field(None, description="Labels for every proposal.")
    parameters: Json | None = Field(None, description="Parameters of a CloudFormation template, also AWS::Region.")
    request_id: RequestId | None = Field(None, description="The caller's id for this request; ours if absent.")
    strict: StrictBool = Field(False, description="Deny what could not be judged.")
    dry_run: StrictBool = Field(False, description="Judge without effect on anything that is recorded.")


_NOTES: Any = Field([], description="What may hold endpoints and was not read; absent where there is nothing.")


class DecisionAnswer(BaseModel):
    """The decisions on one document; `allowed` only if each endpoint is, and with `strict` if all of it was read."""

    request_id: str
    allowed: bool
    decisions: list[Decision]
    notes: list[str] = _NOTES


class BatchRequest(BaseModel):
    """Documents to judge with one engine call."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    items: list[Any] = Field(min_length=1, description="Each as for POST /v1/decisions.")


class BatchItem(BaseModel):
    """The answer to one item: its decisions, or why it cannot be read or judged."""

    request_id: str
    allowed: bool
    decisions: list[Decision]
    notes: list[str] = _NOTES
    error: Problem | None


class BatchAnswer(BaseModel):
    """An answer per item, in the same order."""

    results: list[BatchItem]


_LINK = {
    "decision": {
        "operationId": "get_decision",
        "parameters": {"decision_id": "$response.body#/decisions/0/decision_id"},
        "description": "The decision as it is kept, unless dry_run was set.",
    }
}


@router.post(
    "",
    response_model=DecisionAnswer,
    responses={200: response("The decisions; a denial is one.", samples.ANSWER, links=_LINK), **problems(503)},
)
@require_scope("decide", large=is_body_large)
@accept_body(DecisionRequest, DOCUMENTS)
async def post_decision(request: Request, idempotency_key: IdempotencyKey = None) -> Response:
    """Judge one document. A denial is 200.

    Sent again with the same `Idempotency-Key` and body it is not judged again: the answer is that of the first time.
    """
    guard, caller = guard_of(request), caller_of(request)
    request_id = current_request_id()
    question = await read_content(
        request, lambda content: _question(guard, content, caller, request_id=request_id), asks=True
    )
    if question.request_id != request_id:
        structlog.contextvars.bind_contextvars(request_id=question.request_id, http_request_id=request_id)
    key = await request_key(request, question, idempotency_key)
    if key is None or guard.decision_log is None:
        return await _decide(request, question)
    try:
        first = await first_answer(guard.decision_log, key)
        if first is None:
            return await _decide(request, replace(question, key=key))
    except DecidedError:  # by a request that came at the same time
        first = await first_answer(guard.decision_log, key)
    return Response(to_json(first), media_type="application/json")


async def _decide(request: Request, question: Question) -> Response:
    (decisions,) = await decide_in_turn(request, [question])
    if decisions.failure is not None:
        return answer({**problem(decisions.failure, instance=request.url.path), "decisions": decisions})
    return Response(to_json(_result(question, decisions)), media_type="application/json")


@router.post(
    "/batch",
    response_model=BatchAnswer,
    responses={200: response("An answer per item.", samples.BATCH_ANSWER), **problems(503)},
)
@require_scope("decide", large=is_body_large)
@accept_body(BatchRequest, samples.BATCH)
async def post_batch(request: Request) -> Response:
    """Judge many documents with one engine call; one that cannot be read or judged has `error`.

    Where none can be judged because the engine or the log fails, all of it is 503.
    """
    guard, caller = guard_of(request), caller_of(request)
    items = await read_content(request, lambda content: _questions(guard, content, caller), asks=True)
    questions = [item for item in items if isinstance(item, Question)]
    made = await decide_in_turn(request, questions)
    every = [decision for decisions in made for decision in decisions]
    failures = [failure for decisions in made if (failure := decisions.failure) is not None]
    if failures and len(failures) == len(made) and all(failure.status == _UNAVAILABLE for failure in failures):
        return answer({**problem(failures[0], instance=request.url.path), "decisions": every})
    answers = iter(zip(questions, made, strict=True))
    results = [
        _item_result(*next(answers), index) if isinstance(item, Question) else _unreadable_item(item, index)
        for index, item in enumerate(items)
    ]
    return Response(to_json({"results": results}), media_type="application/json")


def _questions(guard: Guard, content: Any, caller: str | None) -> list[Question | VpceGuardError]:
    """What each item asks, or why it cannot be read. Raises TooLargeError for more items than a batch may hold.

    What is more than the batch may hold of endpoints or work is the fault of the item that it comes to it with.
    """
    most = guard.settings.max_batch
    items = validate(BatchRequest, content).items
    if len(items) > most:
        raise TooLargeError(f"The batch has {len(items)} items; the limit is {most}.", advice="Send several batches.")
    made: list[Question | VpceGuardError] = []
    endpoints = work = 0
    for item in items:
        try:
            question = _question(guard, item, caller, request_id=str(uuid.uuid4()))
            if endpoints + len(question.proposals) > most or work + question.work > guard.settings.max_work:
                raise TooLargeError(
                    "The items before this one are as much as a batch may hold.", advice="Send it in another batch."
                )
        except VpceGuardError as error:
            made.append(error)
            continue
        made.append(question)
        endpoints += len(question.proposals)
        work += question.work
    return made


def _question(guard: Guard, content: Any, caller: str | None, *, request_id: str) -> Question:
    envelope = validate(DecisionRequest, content)
    return guard.question(
        envelope.document,
        format_name=envelope.format,
        context=envelope.context,
        labels=envelope.labels,
        parameters=envelope.parameters,
        request_id=envelope.request_id or request_id,
        strict=envelope.strict,
        record=not envelope.dry_run,
        requested_by=caller,
    )


def _result(question: Question, decisions: list[Decision]) -> dict[str, Any]:
    allowed = all(decision.allowed for decision in decisions) and not (question.strict and question.notes)
    notes = {"notes": question.notes} if question.notes else {}
    return {"request_id": question.request_id, "allowed": allowed, "decisions": decisions, **notes}


def _item_result(question: Question, decisions: Decisions, index: int) -> dict[str, Any]:
    error = _item_problem(decisions.failure, index) if decisions.failure is not None else None
    return {**_result(question, decisions), "error": error}


def _unreadable_item(error: VpceGuardError, index: int) -> dict[str, Any]:
    return {"request_id": str(uuid.uuid4()), "allowed": False, "decisions": [], "error": _item_problem(error, index)}


def _item_problem(error: VpceGuardError, index: int) -> dict[str, Any]:
    return {**problem(error, instance=f"/v1/decisions/batch#/items/{index}"), "decisions": None}
