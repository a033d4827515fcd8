"""POST /v1/data/vpce/main/result: what the rules say of one proposal, in OPA's own form, for clients that speak OPA.

A dry run: nothing is recorded. What a client makes of the result is its own decision, without the enforcement actions,
waivers and strictness that ours has; a record would be of a decision that nobody made. The time is still the clock's.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json

from vpce_guard.decisions.question import Question
from vpce_guard.engines.evaluation import Evaluation
from vpce_guard.errors import MalformedError, Pointer
from vpce_guard.model import Json
from vpce_guard.surfaces.api.asking import caller_of, evaluate_in_turn, guard_of, is_body_large, read_content, validate
from vpce_guard.surfaces.api.http.request_id import current_request_id
from vpce_guard.surfaces.api.http.route import Route, accept_body, require_scope
from vpce_guard.surfaces.api.openapi import samples
from vpce_guard.surfaces.api.openapi.schema import problems, response

router = APIRouter(prefix="/v1/data", tags=["decisions"], route_class=Route)


class EvaluationRequest(BaseModel):
    """A question to OPA's data API."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: Json = Field(description="One proposal.")


class EvaluationAnswer(BaseModel):
    """What `data.vpce.main.result` is; without `result` where it is undefined, which is never an allow."""

    result: Evaluation | None = None


@router.post(
    "/vpce/main/result",
    response_model=EvaluationAnswer,
    responses={200: response("What the rules say; `{}` where that is undefined.", samples.EVALUATION), **problems(503)},
)
@require_scope("decide", large=is_body_large)
@accept_body(EvaluationRequest, samples.INPUTS)
async def post_evaluation(request: Request) -> Response:
    """Evaluate one proposal, in OPA's own form.

    The proposal is read first, so that rules see the endpoint after the operation. Where there is none, as with a
    deletion or with a modification of an endpoint that is not told, the answer is `{}`. Nothing is recorded;
    enforcement actions, waivers and strictness are for the client to apply.
    """
    guard, caller, request_id = guard_of(request), caller_of(request), current_request_id()

    def make(content: Any) -> Question:
        document = validate(EvaluationRequest, content).input
        question = guard.question(document, format_name="proposal", request_id=request_id, requested_by=caller)
        if "proposals" in document:
            raise _list_error()
        return question

    question = await read_content(request, make, asks=True)
    if question.proposals[0].endpoint is None:
        return Response(to_json({}), media_type="application/json")
    (evaluation,) = (await evaluate_in_turn(request, question)).evaluations
    result = evaluation.model_dump(mode="json", exclude_unset=True)
    return Response(to_json({"result": result}), media_type="application/json")


def _list_error() -> MalformedError:
    return MalformedError(
        "The input has several proposals.",
        advice="Send one proposal, or POST /v1/decisions.",
        pointers=(Pointer(pointer="/input/proposals", code="several", detail="is not one proposal"),),
    )
