"""/console/policies: the bundles with what was done to them, org data with where each value comes from, and waivers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Query, Request, Response
from pydantic_core import to_json

from vpce_guard.errors import MalformedError, NotFoundError
from vpce_guard.model import Json
from vpce_guard.org.data import OrgData
from vpce_guard.org.waivers import review
from vpce_guard.surfaces.api.asking import caller_of, guard_of, validate
from vpce_guard.surfaces.api.http.route import Route, accept_body, require_scope
from vpce_guard.surfaces.api.routes.bundles import (
    Activation,
    BundleState,
    ShadowState,
    find_rollout,
    get_bundles,
    get_shadow,
)
from vpce_guard.surfaces.console.forms import MEDIA_TYPE, read_form
from vpce_guard.surfaces.console.paths import ROOT
from vpce_guard.surfaces.console.rendering import render
from vpce_guard.surfaces.visible import visible

router = APIRouter(route_class=Route, include_in_schema=False)
_PLACE = f"{ROOT}/policies"
_MOST_FORM = 16 << 10
_MOST_STEPS = 50
_MOST_VALUES = 500
_LONGEST = 200  # characters of a value
_SEE_OTHER = 303


class Origin(NamedTuple):
    """A value of the org data in force: its JSON Pointer, the value as JSON, and the layers it comes from."""

    pointer: str
    value: str
    layers: tuple[str, ...]


class ListedWaiver(NamedTuple):
    """A waiver with the layer it stands in and what is to be done about it, by when it ends."""

    waiver: Json
    layer: str
    states: tuple[str, ...]


@router.get(_PLACE)
@require_scope("read")
async def get_policies(
    request: Request,
    account: Annotated[str, Query(max_length=12)] = "",
    environment: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """What is in force, and for an account and environment which org data hold there."""
    guard = guard_of(request)
    org = guard.org.current
    chosen = environment or (org.effective_for({"AccountId": account}).environment if account else None)
    effective = org.effective(account or None, chosen or None)
    values = [
        Origin(pointer, _cut(value), layers)
        for pointer, value, layers in effective.values()
        if not pointer.startswith("/waivers/")
    ]
    return render(
        request,
        "policies.html",
        here="policies",
        bundles=await list_bundles(request),
        shadow=await _shadow(request),
        revision=guard.bundle.revision,
        most_steps=_MOST_STEPS,
        org=org,
        effective=effective,
        values=values[:_MOST_VALUES],
        left_out=len(values[_MOST_VALUES:]),
        account=account,
        environment=environment,
        waivers=sorted(_waivers(org, datetime.now(UTC)), key=lambda one: str(one.waiver.get("expires"))),
        may_author=request.state.caller.has_scope("author"),
        has_log=guard.decision_log is not None,
    )


@router.post(f"{_PLACE}/activate")
@require_scope("author")
@accept_body({"type": "object"}, {}, media_type=MEDIA_TYPE, most=_MOST_FORM)
async def post_activation(request: Request) -> Response:
    """Put a bundle in force, or an older one as a rollback. Raises ConflictError where that cannot be."""
    form = await read_form(request)
    revision = form.get("revision", "")
    if not revision:
        raise MalformedError("No bundle is named.", advice="Load the page again.")
    asked = validate(Activation, {"reason": form.get("reason", ""), "rollback": form.get("rollback") == "yes"})
    await find_rollout(request).activate(revision, by=caller_of(request), reason=asked.reason, rollback=asked.rollback)
    return Response(status_code=_SEE_OTHER, headers={"location": _PLACE})


async def list_bundles(request: Request) -> BundleState | None:
    """What is kept and was done; None where the service keeps no bundles."""
    try:
        return await get_bundles(request)
    except NotFoundError:
        return None


async def _shadow(request: Request) -> ShadowState | None:
    """What a bundle beside the one in force would have decided otherwise; None where there is none."""
    try:
        return await get_shadow(request)
    except NotFoundError:
        return None


def _waivers(org: OrgData, now: datetime) -> Iterator[ListedWaiver]:
    """Every waiver of the document and its layers."""
    states: dict[str, list[str]] = {}
    for note in review(org, now, {}, None):
        states.setdefault(note.waiver_id, []).append(note.state)
    layers: list[tuple[str, Any]] = [("the organisation", org.document)]
    layers += [(layer["name"], layer) for layer in org.document.get("layers") or ()]
    for name, layer in layers:
        for waiver in layer.get("waivers") or ():
            yield ListedWaiver(waiver, name, tuple(states.get(waiver["id"], ())))


def _cut(value: Any) -> str:
    text = visible(to_json(value).decode())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
