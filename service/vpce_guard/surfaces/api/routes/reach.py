"""POST /v1/reach: what an endpoint policy lets through."""

from __future__ import annotations

from functools import partial

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json

from vpce_guard.model import Json
from vpce_guard.surfaces.api.asking import guard_of, read_content, take_turn, validate
from vpce_guard.surfaces.api.http.route import Route, accept_body, require_scope
from vpce_guard.surfaces.api.openapi import samples
from vpce_guard.surfaces.api.openapi.schema import problems, response
from vpce_guard.whatif.reach import ReachReport, answer_reach

router = APIRouter(prefix="/v1/reach", tags=["reach"], route_class=Route)
_BUDGET = 0.5  # seconds for each question


class AskedRequest(BaseModel):
    """The request that is asked about."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    principal: str = Field(
        max_length=2048,
        description="ARN of a user, a role or a session, an account, the name of a service of AWS, or `anonymous`.",
    )
    action: str = Field(max_length=256, description="As `s3:GetObject`.")
    resource: str = Field(max_length=4096, description="ARN, or * for an action that has no resource.")


class ReachRequest(BaseModel):
    """A policy, and what to ask besides whether it allows anything and whether a statement is dead."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    policy: str | Json = Field(description="An endpoint policy, as text or object.")
    against: str | Json | None = Field(None, description="The policy that it replaces: is anything newly allowed?")
    can: AskedRequest | None = Field(None, description="Is this request allowed?")
    service: str | None = Field(None, max_length=200, description="Service of the endpoint, as `s3` or `ecr.api`.")


@router.post("", response_model=ReachReport, responses={200: response("The answers.", samples.REACH), **problems(404)})
@require_scope("decide")
@accept_body(ReachRequest, samples.REACHED)
async def post_reach(request: Request) -> Response:
    """What an endpoint policy lets through: each question proved, refuted with a request that passes, or undecided.

    Who and what is outside is asked where there are org data in force. Nothing is recorded.
    """
    guard = guard_of(request)
    asked = await read_content(request, lambda content: validate(ReachRequest, content))
    work = partial(
        answer_reach,
        asked.policy,
        org=guard.org.current,
        services=guard.bundle.data["services"],
        against=asked.against,
        can=(asked.can.principal, asked.can.action, asked.can.resource) if asked.can is not None else None,
        service=asked.service,
        budget=_BUDGET,
    )
    async with take_turn(request, request.app.state.turns.heavy):
        report = await run_sync(work)
    return Response(to_json(report), media_type="application/json")
