"""POST /v1/advice: which endpoint a need asks for."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic_core import to_json

from vpce_guard.surfaces.api.asking import guard_of, read_content, run_in_time, validate
from vpce_guard.surfaces.api.http.request_id import current_request_id
from vpce_guard.surfaces.api.http.route import Route, accept_body, require_scope
from vpce_guard.surfaces.api.openapi import samples
from vpce_guard.surfaces.api.openapi.schema import problems, response
from vpce_guard.whatif.advice import Advice, Need

router = APIRouter(prefix="/v1/advice", tags=["advice"], route_class=Route)


@router.post("", response_model=Advice, responses={200: response("The advice.", samples.ADVICE), **problems(503)})
@require_scope("decide")
@accept_body(Need, samples.NEEDS)
async def post_advice(request: Request) -> Response:
    """The endpoint type to use, why, what others would break, the cost, and proposals that are allowed."""
    guard = guard_of(request)
    need = await read_content(request, lambda content: validate(Need, content))
    advice = await run_in_time(guard.advise(need, request_id=current_request_id()), guard)
    return Response(to_json(advice), media_type="application/json")
