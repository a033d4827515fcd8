"""POST /v1/advice: which endpoint a need asks for."""

from __future__ import annotations

import uuid

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic_core import to_json

from vpce_guard.advice import Advice, Need
from vpce_guard.api.decisions import PROBLEMS, body, documented, validated
from vpce_guard.formats.text import parse
from vpce_guard.wiring import Guard

router = APIRouter(prefix="/v1/advice", tags=["advice"])


@router.post("", response_model=Advice, responses=PROBLEMS, openapi_extra=documented(Need))
async def post_advice(request: Request) -> Response:
    """The endpoint type to use, why, what others would break, the cost, and proposals that are allowed."""
    guard: Guard = request.app.state.guard
    need = validated(Need, parse(await body(request, guard), limit=guard.settings.max_body, what="The body"))
    return Response(to_json(await guard.advise(need, request_id=str(uuid.uuid4()))), media_type="application/json")
