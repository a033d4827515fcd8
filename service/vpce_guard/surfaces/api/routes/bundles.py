"""Bundles: uploaded, activated and rolled back under /v1/bundles; polled by sidecars under /bundles."""

from __future__ import annotations

import asyncio
import contextlib
import re
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StrictBool

from vpce_guard.bundle.archive import MAX_ARCHIVE
from vpce_guard.errors import NotFoundError
from vpce_guard.model import Json
from vpce_guard.runtime.rollout import sidecars, store
from vpce_guard.runtime.rollout.in_force import Rollout
from vpce_guard.surfaces.api.asking import caller_of, guard_of, read_content, validate
from vpce_guard.surfaces.api.http.entity_tags import entity_tag, is_seen
from vpce_guard.surfaces.api.http.route import Route, accept_body, require_scope
from vpce_guard.surfaces.api.openapi import samples_of_bundles as samples
from vpce_guard.surfaces.api.openapi.schema import problems, response

router = APIRouter(tags=["bundles"], route_class=Route)
_MEDIA_TYPE = "application/vnd.openpolicyagent.bundles"
_BINARY = {"type": "string", "format": "binary"}
_MOST_WAIT = 60.0
_MOST_REASON = 1 << 16
_MOST_STATUS = 4 << 20
_TEXT = r"^[^\x00]*$"  # what every database keeps
_STATUS: Json = {
    "type": "object",
    "required": ["labels"],
    "properties": {
        "labels": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string", "minLength": 1}}},
        "bundles": {"description": "By name, what it runs and what went wrong."},
    },
}
Reason = Annotated[str, Query(min_length=3, max_length=2000, pattern=_TEXT, description="Why; it is recorded.")]
Revision = Annotated[str, Path(max_length=64, pattern=_TEXT, description="The revision of a bundle.")]


class StoredBundle(BaseModel):
    """A bundle that is kept; no version and no key id where it came with a service and is not signed."""

    revision: str
    version: int | None
    key_id: str | None
    added: str
    added_by: str | None


class UploadedBundle(StoredBundle):
    """A bundle that was taken, and how many of its own examples spoke for it."""

    examples: int


class BundleStep(BaseModel):
    """One step of the life of bundles."""

    number: int
    timestamp: str
    step: store.StepKind
    revision: str
    by: str | None
    reason: str


class RunningSidecar(BaseModel):
    """An OPA and the revision it said last that it runs; `current` is whether that is the one in force."""

    id: str
    revision: str | None
    seen: str
    error: str | None
    current: bool


class BundleState(BaseModel):
    """What is in force here, what is kept, the last steps, newest first, and what each sidecar runs.

    `error` says why what was activated elsewhere could not be taken up here, if it could not.
    """

    in_force: str
    version: int
    activation: BundleStep | None
    error: str | None
    bundles: list[StoredBundle]
    steps: list[BundleStep]
    sidecars: list[RunningSidecar]


class ShadowRequest(BaseModel):
    """Why a bundle is put beside the one in force."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: str = Field(min_length=3, max_length=2000, pattern=_TEXT, description="Why; it is recorded.")


class Activation(ShadowRequest):
    """Why a bundle is put in force, and whether it may be older than the one that is."""

    rollback: StrictBool = Field(False, description="Take an older version than the one in force.")


@router.get(
    "/v1/bundles",
    response_model=BundleState,
    responses={200: response("What there is.", samples.STATE), **problems(404, 503)},
)
@require_scope("read")
async def get_bundles(request: Request) -> BundleState:
    """What is in force, what is kept, what was done, and what each sidecar runs."""
    life = find_rollout(request)
    kept, steps, running = await asyncio.gather(
        asyncio.to_thread(store.list_bundles, life.database),
        asyncio.to_thread(store.list_steps, life.database),
        asyncio.to_thread(sidecars.list_sidecars, life.database),
    )
    revision = life.guard.bundle.revision
    return BundleState(
        in_force=revision,
        version=life.version,
        activation=_step(life.last) if life.last else None,
        error=life.error,
        bundles=[StoredBundle(**asdict(stored)) for stored in kept],
        steps=[_step(taken) for taken in steps],
        sidecars=[RunningSidecar(**asdict(s), current=s.revision == revision) for s in running],
    )


@router.post(
    "/v1/bundles",
    response_model=UploadedBundle,
    status_code=201,
    responses={201: response("It is kept.", samples.UPLOADED), **problems(404, 409, 503)},
)
@require_scope("author")
@accept_body(_BINARY, samples.ARCHIVES, media_type="application/octet-stream", most=MAX_ARCHIVE)
async def post_bundle(request: Request, reason: Reason) -> UploadedBundle:
    """Keep a signed archive, as `vpce-guard policy sign` makes it, once its own examples speak for it."""
    life = find_rollout(request)
    stored, trial = await life.upload(await request.body(), by=caller_of(request), reason=reason)
    return UploadedBundle(**asdict(stored), examples=trial.examples)


@router.post(
    "/v1/bundles/{revision}/activate",
    response_model=BundleStep,
    responses={200: response("It is in force.", samples.STEP), **problems(404, 409, 503)},
)
@require_scope("author")
@accept_body(Activation, samples.ACTIVATIONS, most=_MOST_REASON)
async def post_activation(request: Request, revision: Revision) -> BundleStep:
    """Put a bundle in force, at once and for whole requests. An older one only as a rollback."""
    life = find_rollout(request)
    asked = await read_content(request, lambda content: validate(Activation, content))
    return _step(await life.activate(revision, by=caller_of(request), reason=asked.reason, rollback=asked.rollback))


class ShadowState(BaseModel):
    """What a candidate would have decided otherwise, over all processes, since it was put beside.

    `kinds` and the tables count decisions by newly_denied, newly_allowed, newly_undetermined, changed_reasons and
    unchanged; `skipped` were left out for want of time.
    """

    step: BundleStep
    judged: int
    skipped: int
    failed: int
    tally: dict[str, Any]


@router.post(
    "/v1/bundles/{revision}/shadow",
    response_model=BundleStep,
    responses={200: response("It judges beside.", samples.SHADOWED), **problems(404, 409, 503)},
)
@require_scope("author")
@accept_body(ShadowRequest, samples.BESIDES, most=_MOST_REASON)
async def post_shadow(request: Request, revision: Revision) -> BundleStep:
    """Let a bundle judge beside the one in force: what it would decide is counted, and nobody is told."""
    life = find_rollout(request)
    asked = await read_content(request, lambda content: validate(ShadowRequest, content))
    return _step(await life.put_beside(revision, by=caller_of(request), reason=asked.reason))


@router.get(
    "/v1/bundles/shadow",
    response_model=ShadowState,
    responses={200: response("What was counted.", samples.SHADOW), **problems(404, 503)},
)
@require_scope("read")
async def get_shadow(request: Request) -> ShadowState:
    """What the bundle beside would have decided otherwise."""
    step, counts = await find_rollout(request).counts()
    told = {"judged": counts.judged, "skipped": counts.skipped, "failed": counts.failed}
    return ShadowState(step=_step(step), **told, tally=counts.tally.as_json())


@router.delete(
    "/v1/bundles/shadow",
    response_model=BundleStep,
    responses={200: response("It is dropped.", samples.DROPPED), **problems(404, 409, 503)},
)
@require_scope("author")
async def delete_shadow(request: Request, reason: Reason) -> BundleStep:
    """Drop the bundle beside."""
    return _step(await find_rollout(request).drop(by=caller_of(request), reason=reason))


@router.get(
    "/bundles/vpce.tar.gz",
    response_class=Response,
    responses={
        200: {"description": "The bundle.", "content": {_MEDIA_TYPE: {"schema": _BINARY, "example": samples.ARCHIVE}}},
        304: {"description": "Not changed."},
    },
)
@require_scope("read", turn=False)  # one that waits would keep others waiting
async def get_opa_bundle(
    request: Request,
    seen: Annotated[str, Header(alias="If-None-Match", max_length=500, description="ETag of the one at hand.")] = "",
    prefer: Annotated[str, Header(max_length=500, description="wait=SECONDS, as OPA asks.")] = "",
) -> Response:
    """The bundle in force as OPA loads it. With `Prefer: wait=SECONDS` an unchanged one is answered when it changes."""
    guard = guard_of(request)
    life: Rollout | None = request.app.state.life
    wait = re.search(r"(?:^|[;,\s])wait=(\d{1,4})\b", prefer, re.ASCII)
    content = guard.bundle.for_opa
    if life is not None and wait and is_seen(entity_tag(content), seen):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(float(wait[1]), _MOST_WAIT)):
                await life.changed.wait()
        content = guard.bundle.for_opa
    headers = {"etag": entity_tag(content), "cache-control": "no-cache"}  # not the revision: it may come signed
    if is_seen(headers["etag"], seen):
        return Response(status_code=304, headers=headers, media_type=_MEDIA_TYPE)
    return Response(content, headers=headers, media_type=_MEDIA_TYPE)


@router.post("/status", status_code=204, responses={204: {"description": "It is taken up."}, **problems(404, 503)})
@router.post("/status/{partition}", status_code=204, include_in_schema=False)
@require_scope("read")  # whoever may poll bundles
@accept_body(_STATUS, samples.STATUSES, most=_MOST_STATUS)
async def post_status(request: Request) -> Response:
    """Take up what an OPA's status plugin reports: the revision it runs, or why it does not run the newest."""
    life = find_rollout(request)
    sidecar = await read_content(request, sidecars.read_status)
    await asyncio.to_thread(sidecars.keep_sidecar, life.database, sidecar)
    return Response(status_code=204)


def find_rollout(request: Request) -> Rollout:
    """The life of bundles here. Raises NotFoundError where no database is kept."""
    life: Rollout | None = request.app.state.life
    if life is None:
        advice = "Set VPCE_GUARD_DECISION_LOG=required, and run `serve` without --watch."
        raise NotFoundError("This service keeps no bundles.", advice=advice)
    return life


def _step(taken: store.RolloutStep) -> BundleStep:
    return BundleStep(**{name: value for name, value in asdict(taken).items() if name != "after"})
