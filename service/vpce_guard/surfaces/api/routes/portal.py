"""POST /v1/portal-action: a self-service action of a developer portal. Its signature is its credential."""

from __future__ import annotations

from fastapi import APIRouter, BackgroundTasks, Request, Response

from vpce_guard.errors import NotFoundError
from vpce_guard.logs import Logger
from vpce_guard.model import Json
from vpce_guard.surfaces.api.asking import guard_of, read_content
from vpce_guard.surfaces.api.http.route import Route, accept_body, require_scope
from vpce_guard.surfaces.api.openapi import samples_of_hooks
from vpce_guard.surfaces.api.openapi.schema import problems
from vpce_guard.surfaces.api.repeating import is_decided

log = Logger("vpce_guard.portal")
router = APIRouter(prefix="/v1/portal-action", tags=["integrations"], route_class=Route)
_MOST = 256 << 10  # bytes of an action with its document, which a form has made

_ACTION: Json = {
    "type": "object",
    "required": ["context"],
    "properties": {
        "action": {"type": "string"},
        "context": {
            "type": "object",
            "required": ["runId"],
            "properties": {"runId": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,128}$"}},
        },
        "trigger": {"type": "object"},
        "payload": {"type": "object"},
    },
}


def _refuse_unsigned(request: Request) -> None:
    """Raise NotFoundError where there is no portal, CredentialsError for a request that cannot be of one."""
    from vpce_guard.surfaces.hooks import portal

    _secret(request)
    portal.check_signed(request.headers.get(portal.SIGNATURE), request.headers.get(portal.TIMESTAMP))


def _secret(request: Request) -> str:
    secret = guard_of(request).settings.portal_client_secret
    if secret is None:
        raise NotFoundError(
            "Portal actions are not configured on this service.",
            advice="Set VPCE_GUARD_PORTAL_CLIENT_ID and VPCE_GUARD_PORTAL_CLIENT_SECRET.",
        )
    return secret


@router.post(
    "",
    status_code=202,
    response_class=Response,
    responses={202: {"description": "Accepted."}, **problems(404, 503)},
)
@require_scope("signature", first=_refuse_unsigned, scheme="portal_signature")
@accept_body(_ACTION, samples_of_hooks.PORTAL_ACTIONS, most=_MOST)
async def post_portal_action(request: Request, tasks: BackgroundTasks) -> Response:
    """Accept a signed action of a portal; it is judged after the answer, and the run of the action told the outcome.

    Sent again it is accepted, and neither judged nor told again.
    """
    from vpce_guard.surfaces.hooks import portal

    guard, headers = guard_of(request), request.headers
    body = await request.body()
    portal.verify(body, headers.get(portal.SIGNATURE), headers.get(portal.TIMESTAMP), _secret(request))
    action = await read_content(request, lambda content: portal.read_payload(content, guard.settings, body))
    if guard.decision_log is not None and await is_decided(guard.decision_log, action.key):
        log.info("portal_action_repeated", run_id=action.run_id)
        return Response(status_code=202)
    tasks.add_task(portal.carry_out, action, guard, request.app.state.turns.heavy)
    return Response(status_code=202)
