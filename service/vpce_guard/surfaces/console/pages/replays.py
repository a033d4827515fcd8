"""/console/policies/replays: what candidates would have changed, two beside one another, and a new replay.

Reports show decisions of every caller, so that all of it needs the scope `author`, as at the API.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from vpce_guard.errors import MalformedError
from vpce_guard.surfaces.api.asking import validate
from vpce_guard.surfaces.api.http.route import Route, accept_body, require_scope
from vpce_guard.surfaces.api.routes.replaying import RunningReplay
from vpce_guard.surfaces.api.routes.replays import ReplayRequest, begin_replay, find_replays
from vpce_guard.surfaces.console.forms import FORM, MEDIA_TYPE, MOST_SMALL, read_form
from vpce_guard.surfaces.console.pages.policies import list_bundles
from vpce_guard.surfaces.console.paths import ROOT
from vpce_guard.surfaces.console.rendering import render
from vpce_guard.surfaces.console.replay_comparison import compare_replays

router = APIRouter(route_class=Route, include_in_schema=False)
_PLACE = f"{ROOT}/policies/replays"
_SEE_OTHER = 303
ReplayChosen = Annotated[str, Query(max_length=100)]


@router.get(_PLACE)
@require_scope("author")
async def get_replays(request: Request, left: ReplayChosen = "", right: ReplayChosen = "") -> Response:
    """The replays that are kept, and two of them beside one another. Raises NotFoundError for one that is not."""
    replays = find_replays(request)
    sides = [await replays.get(replay_id) if replay_id else None for replay_id in (left, right)]
    return render(
        request,
        "replays.html",
        here="policies",
        replays=await replays.list(),
        sides=sides,
        chosen=(left, right),
        here_again=f"{_PLACE}?{urlencode({'left': left, 'right': right})}",
        compared=_compare(sides),
        bundles=await list_bundles(request),
    )


@router.post(_PLACE)
@require_scope("author")
@accept_body(FORM, {}, media_type=MEDIA_TYPE, most=MOST_SMALL)
async def post_replay(request: Request) -> Response:
    """Begin a replay of a kept bundle, and show it. Raises as the API does."""
    form = await read_form(request)
    selection: dict[str, str | int] = {name: form[name] for name in ("since", "until") if form.get(name)}
    if limit := form.get("limit"):
        if not limit.isdecimal():
            raise MalformedError("At most how many decisions is a whole number.", advice="Leave it empty for all.")
        selection["limit"] = int(limit)
    asked = validate(ReplayRequest, {"candidate": {"revision": form.get("revision")}, "selection": selection})
    begun = await begin_replay(request, asked)
    address = f"{_PLACE}?{urlencode({'right': begun.replay_id})}"
    return Response(status_code=_SEE_OTHER, headers={"location": address})


def _compare(sides: Sequence[RunningReplay | None]) -> object:
    """What the reports of both sides tell; None where neither has one."""
    left, right = (side.report if side is not None else None for side in sides)
    return compare_replays(left, right) if left is not None or right is not None else None
