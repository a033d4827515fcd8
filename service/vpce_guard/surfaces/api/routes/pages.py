"""GET /openapi.json and /docs: what the service can be asked, for programs and for people."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from vpce_guard.model import Json
from vpce_guard.surfaces.api.http.route import Route, require_scope
from vpce_guard.surfaces.api.openapi import page
from vpce_guard.surfaces.api.openapi.schema import response

router = APIRouter(tags=["service"], route_class=Route)


@router.get("/openapi.json", responses={200: response("An OpenAPI document.", {"openapi": "3.1.0", "paths": {}})})
@require_scope("read")
async def get_openapi(request: Request) -> Json:
    """This document."""
    document: Json = request.app.openapi()
    return document


@router.get(
    "/docs",
    response_class=HTMLResponse,
    responses={200: {"description": "A page.", "content": {"text/html": {"example": "<!DOCTYPE html>"}}}},
)
@require_scope("read")
async def get_docs(request: Request) -> HTMLResponse:
    """The same for people."""
    return HTMLResponse(page.render(request.app.openapi()), headers=page.HEADERS)
