"""POST /v1/replays and what comes of them: the impact of a candidate on recorded decisions.

Reports show decisions of every caller, so that reading them needs the scope `author` too.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi import Path as PathParameter
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, ConfigDict, Field, StrictFloat, StrictInt
from starlette.concurrency import run_in_threadpool

from vpce_guard.errors import ConflictError, MalformedError, NotFoundError, Pointer, SettingsError
from vpce_guard.model import Json
from vpce_guard.runtime.guard import Guard
from vpce_guard.surfaces.api.asking import caller_of, guard_of, read_content, validate
from vpce_guard.surfaces.api.http.route import Route, accept_body, require_scope
from vpce_guard.surfaces.api.openapi import samples
from vpce_guard.surfaces.api.openapi.schema import problems, response
from vpce_guard.surfaces.api.routes.replaying import Replays, RunningReplay, Status
from vpce_guard.surfaces.replay_job import ReplayChoice, ReplayOrder, candidate
from vpce_guard.whatif.replay.library import org_under
from vpce_guard.whatif.replay.request import Request as Asked

router = APIRouter(prefix="/v1/replays", tags=["replays"], route_class=Route)
ReplayId = Annotated[str, PathParameter(max_length=100, description="The id of a replay.")]


class ReplayCandidate(BaseModel):
    """What is proposed: a bundle that is kept here by its revision, org data, or both."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    revision: str | None = Field(None, pattern="^[0-9a-f]{64}$", description="Of a bundle that is kept here.")
    org_data: Json | None = Field(None, description="An org data document.")


class ReplaySelection(ReplayChoice):
    """Which recorded decisions: each member that is given must hold. Times are RFC 3339; `until` is exclusive."""

    limit: StrictInt | None = Field(None, ge=1, description="At most so many, the oldest.")
    sample: StrictFloat | None = Field(None, gt=0, le=1, description="A share of them, picked by id.")


class ReplayRequest(BaseModel):
    """A candidate, and the decisions to judge again."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    candidate: ReplayCandidate
    selection: ReplaySelection = ReplaySelection(limit=None, sample=None)


class ReplayProgress(BaseModel):
    """How many decisions were read, of how many; null where that is not known."""

    read: int
    total: int | None


class ReplayState(BaseModel):
    """A replay; `report` is there once it is done and has the shape of `vpce-guard replay -o json`."""

    replay_id: str
    status: Status
    requested_by: str | None
    started: str
    ended: str | None
    progress: ReplayProgress
    report: dict[str, Any] | None
    error: str | None


@router.post(
    "",
    status_code=202,
    response_model=ReplayState,
    responses={202: response("It began.", samples.REPLAY), **problems(404, 503)},
)
@require_scope("author")
@accept_body(ReplayRequest, samples.REPLAYS)
async def post_replay(request: Request, response: Response) -> ReplayState:
    """Begin a replay. One runs at a time, in a process of its own that leaves the processor to decisions."""
    asked = await read_content(request, lambda content: validate(ReplayRequest, content))
    one = await begin_replay(request, asked)
    response.headers["location"] = f"/v1/replays/{one.replay_id}"
    return _state(one)


@router.get(
    "/{replay_id}",
    response_model=ReplayState,
    responses={200: response("The replay.", samples.REPLAY), **problems(404)},
)
@require_scope("author")
async def get_replay(request: Request, replay_id: ReplayId) -> ReplayState:
    """How far a replay is, and its report once it is done."""
    return _state(await find_replays(request).get(replay_id))


@router.get(
    "/{replay_id}/page",
    response_class=HTMLResponse,
    responses={
        200: {"description": "The page.", "content": {"text/html": {"example": "<!doctype html>"}}},
        **problems(404, 409),
    },
)
@require_scope("author")
async def get_page(request: Request, replay_id: ReplayId) -> HTMLResponse:
    """The report as a page."""
    page = (await find_replays(request).get(replay_id)).page
    if page is None:
        raise ConflictError(
            f"The replay {replay_id} has not finished, so it has no page yet.",
            advice="GET /v1/replays/ID gives its status.",
        )
    return HTMLResponse(page, headers={"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'"})


@router.delete(
    "/{replay_id}",
    status_code=204,
    responses={204: {"description": "It is stopped and forgotten."}, **problems(404)},
)
@require_scope("author")
async def delete_replay(request: Request, replay_id: ReplayId) -> None:
    """Stop a replay, if it runs, and forget it."""
    await find_replays(request).drop(replay_id)


async def begin_replay(request: Request, asked: ReplayRequest) -> RunningReplay:
    """Begin what is asked. Raises MalformedError, NotFoundError, and OverloadedError while another runs."""
    order = await run_in_threadpool(_order, asked, guard_of(request))
    return await find_replays(request).start(order, requested_by=caller_of(request))


def find_replays(request: Request) -> Replays:
    """The replays of the service. Raises NotFoundError where it keeps no decision log."""
    found: Replays | None = request.app.state.replays
    if found is None:
        raise NotFoundError("This service keeps no decision log.", advice="Set VPCE_GUARD_DECISION_LOG=required.")
    return found


def _order(asked: ReplayRequest, guard: Guard) -> ReplayOrder:
    """What to start, once it can be done. Raises MalformedError or NotFoundError."""
    if guard.decision_log is None:
        raise NotFoundError("This service keeps no decision log.", advice="Set VPCE_GUARD_DECISION_LOG=required.")
    given = asked.candidate
    if given.revision is None and given.org_data is None:
        raise _parameter_error("/candidate", "must name a revision, org data or both")
    order = ReplayOrder(
        parent=os.getpid(),
        settings=guard.settings,
        revision=given.revision,
        org_data=given.org_data,
        choice=ReplayChoice.model_validate(asked.selection.model_dump()),
    )
    try:
        bundle = candidate(order).bundle or guard.bundle
    except NotFoundError as error:
        raise _parameter_error("/candidate/revision", error.detail) from None
    if given.org_data is not None:
        try:
            org_under(given.org_data, bundle)
        except SettingsError as error:
            raise _parameter_error("/candidate/org_data", error.detail) from None
    Asked(settings=guard.settings, work=Path(), **order.choice.model_dump()).selection()
    return order


def _parameter_error(pointer: str, detail: str) -> MalformedError:
    return MalformedError(f"{pointer}: {detail}", pointers=(Pointer(pointer=pointer, code="candidate", detail=detail),))


def _state(one: RunningReplay) -> ReplayState:
    return ReplayState(
        replay_id=one.replay_id,
        status=one.status,
        requested_by=one.requested_by,
        started=one.started,
        ended=one.ended,
        progress=ReplayProgress(read=one.read, total=one.total),
        report=one.report,
        error=one.error,
    )
