"""POST /v1/run-task: a run task of HCP Terraform or Terraform Enterprise. Its signature is its credential."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, BackgroundTasks, Request, Response

from vpce_guard.api.decisions import PROBLEMS, body
from vpce_guard.errors import NotFoundError
from vpce_guard.formats.text import parse
from vpce_guard.wiring import Guard

PATH = "/v1/run-task"
router = APIRouter(prefix=PATH, tags=["integrations"])

_SCHEMA: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"type": "object", "required": ["payload_version", "stage"]}}},
    },
    "parameters": [
        {"name": "X-TFC-Task-Signature", "in": "header", "required": True, "schema": {"type": "string"}},
    ],
}


@router.post("", responses=PROBLEMS, openapi_extra=_SCHEMA)
async def post_run_task(request: Request, tasks: BackgroundTasks) -> Response:
    """Accept a signed run task; the plan is judged after the answer, and the outcome sent to the address it names."""
    guard: Guard = request.app.state.guard
    key = guard.settings.run_task_key
    if key is None:
        raise NotFoundError("Run tasks are not set up here.", advice="Set VPCE_GUARD_RUN_TASK_KEY.")
    from vpce_guard.integrations import run_task

    content = await body(request, guard)
    run_task.verify(content, request.headers.get(run_task.SIGNATURE), key)
    task = run_task.checked(parse(content, limit=guard.settings.max_body, what="The body"), guard)
    if task is not None:
        tasks.add_task(run_task.carry_out, task, guard)
    return Response(status_code=200)
