"""GET /healthz (the process lives) and /readyz (it can decide now)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel

from vpce_guard.bundle.standing import why_outdated
from vpce_guard.decisions.inputs import rego_input
from vpce_guard.engines import Evaluations
from vpce_guard.errors import StoppingError
from vpce_guard.model import EngineName, Proposal
from vpce_guard.runtime.guard import Guard
from vpce_guard.surfaces.api.asking import guard_of
from vpce_guard.surfaces.api.http.route import Route, require_scope
from vpce_guard.surfaces.api.openapi import samples
from vpce_guard.surfaces.api.openapi.schema import problems, response

router = APIRouter(tags=["service"], route_class=Route)
_PROBE = Proposal(operation="delete")


class Health(BaseModel):
    """The process answers."""

    status: Literal["ok"]


class OrgState(BaseModel):
    """The org data in force, since when, and why newer files were refused, if they were."""

    revision: str
    since: datetime
    error: str | None


class Readiness(BaseModel):
    """The engine answers with this bundle.

    `fallback` says why another engine than is set does, `refused` why a newer bundle, or the last edit, is not in
    force, and `outdated` that the bundle stands on other built-in rules than are installed.
    """

    status: Literal["ready"]
    engine: EngineName
    fallback: str | None
    revision: str
    org: OrgState | None
    refused: str | None
    outdated: str | None


@router.get("/healthz", response_model=Health, responses={200: response("It lives.", {"status": "ok"})})
@require_scope("health", turn=False)
async def healthz() -> Health:
    """Whether the process lives."""
    return Health(status="ok")


@router.get(
    "/readyz",
    response_model=Readiness,
    responses={200: response("It can decide.", samples.READY), **problems(503)},
)
@require_scope("health", turn=False)
async def readyz(request: Request) -> Readiness:
    """Whether the engine judges a proposal under the expected bundle, and the log, where it must, can keep it."""
    guard = guard_of(request)
    answer = await check_ready(guard)
    return Readiness(
        status="ready",
        engine=answer.engine,
        fallback=answer.fallback,
        revision=answer.revision,
        org=_org(guard),
        refused=_why_log_refuses(request),
        outdated=why_outdated(guard.bundle),
    )


async def check_ready(guard: Guard) -> Evaluations:
    """What the engine answers, where a decision would be made and kept now. Raises as probe_engine(), and LogError."""
    answer = await probe_engine(guard)
    if guard.decision_log is not None:
        await guard.decision_log.probe()
    return answer


async def probe_engine(guard: Guard) -> Evaluations:
    """What the engine answers under an expected bundle. Raises EngineError, or StoppingError where it is not asked."""
    if guard.stopping:
        raise StoppingError("The service is shutting down.", advice="Send the request to another instance.")
    terms = guard.terms
    answer = await guard.deciding.evaluate([rego_input(_PROBE, terms.profile, terms.org.effective(None, None))])
    terms.for_revision(answer.revision)
    return answer


def _why_log_refuses(request: Request) -> str | None:
    state = request.app.state
    return next((found.error for found in (state.life, state.following, state.replica) if found and found.error), None)


def _org(guard: Guard) -> OrgState | None:
    if not guard.org.current.revision:
        return None
    return OrgState(revision=guard.org.current.revision, since=guard.org.since, error=guard.org.error)
