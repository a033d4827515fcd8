"""POST /v1/decisions and /v1/decisions/batch."""

from __future__ import annotations

import asyncio
import uuid
from typing import Annotated, Any, TypeVar

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import to_json

from vpce_guard.api.problems import Problem, answer, problem
from vpce_guard.decide import Question
from vpce_guard.errors import EngineError, MalformedError, Pointer, SlowError, TooLargeError, VpceGuardError
from vpce_guard.formats.text import parse
from vpce_guard.model import Decision, Json
from vpce_guard.wiring import Guard

router = APIRouter(prefix="/v1/decisions", tags=["decisions"])
Model = TypeVar("Model", bound=BaseModel)
RequestId = Annotated[str, Field(min_length=1, max_length=200)]


class DecisionRequest(BaseModel):
    """A document to judge, and how."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    document: Any = Field(
        description="A proposal, AWS API request, Terraform plan, CloudFormation template or AdmissionReview."
    )
    format: str = Field(
        "auto", description="auto, proposal, aws_api, terraform_plan, cloudformation or admission_review."
    )
    context: Json | None = Field(None, description="Context for every proposal; what the document says itself wins.")
    labels: dict[str, str] | None = Field(None, description="Labels for every proposal.")
    parameters: Json | None = Field(None, description="Parameters of a CloudFormation template, also AWS::Region.")
    request_id: RequestId | None = Field(None, description="The caller's id for this request; ours if absent.")
    strict: bool = Field(False, description="Refuse what could not be told.")
    dry_run: bool = Field(False, description="Judge without effect on anything that is recorded.")


class DecisionAnswer(BaseModel):
    """The decisions on one document; `allowed` only if each endpoint is."""

    request_id: str
    allowed: bool
    decisions: list[Decision]


class BatchRequest(BaseModel):
    """Documents to judge with one engine call."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    items: list[Any] = Field(min_length=1, description="Each as for POST /v1/decisions.")


class BatchItem(BaseModel):
    """The answer to one item: its decisions, or why it cannot be read."""

    request_id: str
    allowed: bool
    decisions: list[Decision]
    error: Problem | None


class BatchAnswer(BaseModel):
    """An answer per item, in the same order."""

    results: list[BatchItem]


def documented(model: type[BaseModel]) -> dict[str, Any]:
    """The request body for openapi.yaml, where the endpoint reads the body itself."""
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


PROBLEMS: dict[int | str, dict[str, Any]] = {
    code: {"model": Problem, "description": text, "content": {"application/problem+json": {}}}
    for code, text in {
        400: "Not JSON",
        401: "Credentials missing or wrong",
        403: "Not allowed to this caller",
        408: "The body took too long to arrive",
        413: "Too large",
        422: "Of the wrong shape",
        429: "Too much to do; Retry-After says when to ask again",
        503: "The engine could not decide; the body carries the refusals",
    }.items()
}


@router.post("", response_model=DecisionAnswer, responses=PROBLEMS, openapi_extra=documented(DecisionRequest))
async def post_decision(request: Request) -> Response:
    """Judge one document. A denial is 200."""
    guard: Guard = request.app.state.guard
    content = parse(await body(request, guard), limit=guard.settings.max_body, what="The body")
    question = _question(guard, content, caller_of(request))
    (decisions,) = await guard.decide([question])
    result = _result(question, decisions)
    if (error := _failure(decisions)) is not None:
        return answer({**problem(EngineError(error), instance=request.url.path), "decisions": decisions})
    return Response(to_json(result), media_type="application/json")


@router.post("/batch", response_model=BatchAnswer, responses=PROBLEMS, openapi_extra=documented(BatchRequest))
async def post_batch(request: Request) -> Response:
    """Judge many documents with one engine call; one that cannot be read has `error`."""
    guard: Guard = request.app.state.guard
    content = parse(await body(request, guard), limit=guard.settings.max_body, what="The body")
    read: list[Question | VpceGuardError] = []
    items = validated(BatchRequest, content).items
    if len(items) > guard.settings.max_batch:
        raise TooLargeError(
            f"The batch has {len(items)} items; the limit is {guard.settings.max_batch}.",
            advice="Send several batches.",
        )
    for item in items:
        try:
            read.append(_question(guard, item, caller_of(request)))
        except VpceGuardError as error:
            read.append(error)
    questions = [q for q in read if isinstance(q, Question)]
    decided = await guard.decide(questions)
    every = [decision for decisions in decided for decision in decisions]
    if (failure := _failure(every)) is not None:
        return answer({**problem(EngineError(failure), instance=request.url.path), "decisions": every})
    answers = iter(zip(questions, decided, strict=True))
    results = [
        {**_result(*next(answers)), "error": None} if isinstance(q, Question) else _unread(q, index)
        for index, q in enumerate(read)
    ]
    return Response(to_json({"results": results}), media_type="application/json")


def caller_of(request: Request) -> str | None:
    """The name of who asks."""
    caller = getattr(request.state, "caller", None)
    return caller.name if caller is not None else None


def _question(guard: Guard, content: Any, caller: str | None) -> Question:
    envelope = validated(DecisionRequest, content)
    request_id = envelope.request_id or str(uuid.uuid4())
    structlog.contextvars.bind_contextvars(request_id=request_id)
    return guard.question(
        envelope.document,
        format_name=envelope.format,
        context=envelope.context,
        labels=envelope.labels,
        parameters=envelope.parameters,
        request_id=request_id,
        strict=envelope.strict,
        record=not envelope.dry_run,
        requested_by=caller,
    )


def _result(question: Question, decisions: list[Decision]) -> dict[str, Any]:
    allowed = all(decision.allowed for decision in decisions)
    return {"request_id": question.request_id, "allowed": allowed, "decisions": decisions}


def _unread(error: VpceGuardError, index: int) -> dict[str, Any]:
    body = problem(error, instance=f"/v1/decisions/batch#/items/{index}")
    return {"request_id": str(uuid.uuid4()), "allowed": False, "decisions": [], "error": {**body, "decisions": None}}


def _failure(decisions: list[Decision]) -> str | None:
    return next((decision.error for decision in decisions if decision.error is not None), None)


def validated(model: type[Model], content: Any) -> Model:
    """The content as a model. Raises MalformedError with a pointer to each wrong place."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        places = tuple(
            Pointer(pointer="".join(f"/{part}" for part in e["loc"]), code=e["type"], detail=e["msg"])
            for e in error.errors(include_url=False, include_input=False)
        )
        raise MalformedError(
            "The request has the wrong shape: "
            + "; ".join(f"{p['pointer'] or '/'}: {p['detail']}" for p in places)
            + ".",
            advice='Send {"document": ...}; see /docs.',
            places=places,
        ) from None


async def body(request: Request, guard: Guard, *, limit: int | None = None) -> bytes:
    """The body, given up as soon as it is larger than the limit in bytes, which is `max_body` unless given."""
    limit = limit or guard.settings.max_body
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise _too_large(limit)
    chunks, size = [], 0
    try:
        async with asyncio.timeout(guard.settings.body_timeout):
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit:
                    raise _too_large(limit)
                chunks.append(chunk)
    except TimeoutError:
        raise SlowError(f"The body did not arrive within {guard.settings.body_timeout:g} s.") from None
    return b"".join(chunks)


def _too_large(limit: int) -> TooLargeError:
    return TooLargeError(
        f"The body has more than {limit} bytes.", advice="Send fewer endpoints or raise VPCE_GUARD_MAX_BODY."
    )
