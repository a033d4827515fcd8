"""POST /v1/run-task: a run task of HCP Terraform or Terraform Enterprise. Its signature is its credential."""

from __future__ import annotations

from fastapi import APIRouter, BackgroundTasks, Request, Response

from vpce_guard.errors import NotFoundError
from vpce_guard.model import Json
from vpce_guard.surfaces.api.asking import guard_of, read_content
from vpce_guard.surfaces.api.http.route import Route, accept_body, require_scope
from vpce_guard.surfaces.api.openapi import samples_of_hooks
from vpce_guard.surfaces.api.openapi.schema import problems

router = APIRouter(prefix="/v1/run-task", tags=["integrations"], route_class=Route)
_MOST = 64 << 10  # bytes of a run task, which has some three thousand: the plan is fetched

_TASK: Json = {
    "type": "object",
    "required": ["payload_version"],
    "properties": {
        "payload_version": {"const": 1},
        "stage": {"enum": ["post_plan", "pre_apply", "test"]},
        "access_token": {"type": "string"},
        "run_id": {"type": "string"},
        "workspace_name": {"type": "string"},
        "organization_name": {"type": "string"},
        "workspace_working_directory": {"type": ["string", "null"]},
        "plan_json_api_url": {"type": "string", "format": "uri"},
        "configuration_version_download_url": {"type": ["string", "null"], "format": "uri"},
        "task_result_callback_url": {"type": "string", "format": "uri"},
    },
}


def _refuse_unsigned(request: Request) -> None:
    """Raise NotFoundError where there are no run tasks, CredentialsError for a request that cannot be one."""
    from vpce_guard.surfaces.hooks import run_task

    _key(request)
    run_task.check_signed(request.headers.get(run_task.SIGNATURE))


def _key(request: Request) -> str:
    key = guard_of(request).settings.run_task_key
    if key is None:
        raise NotFoundError("Run tasks are not configured on this service.", advice="Set VPCE_GUARD_RUN_TASK_KEY.")
    return key


@router.post("", response_class=Response, responses={200: {"description": "Accepted."}, **problems(404)})
@require_scope("signature", first=_refuse_unsigned)
@accept_body(_TASK, samples_of_hooks.RUN_TASKS, most=_MOST)
async def post_run_task(request: Request, tasks: BackgroundTasks) -> Response:
    """Accept a signed run task; the plan is judged after the answer, and the outcome sent to the address it names."""
    from vpce_guard.surfaces.hooks import run_task

    guard = guard_of(request)
    run_task.verify(await request.body(), request.headers.get(run_task.SIGNATURE), _key(request))
    task = await read_content(request, lambda content: run_task.read_payload(content, guard))
    if task is not None:
        tasks.add_task(run_task.carry_out, task, guard, request.app.state.turns.heavy)
    return Response(status_code=200)
