"""/console/sign-in and sign-out: a key or token of the API, kept in the sealed cookie of a session."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from vpce_guard.errors import CredentialsError, MalformedError
from vpce_guard.surfaces.api.http.access import MOST_TOKEN, find_caller
from vpce_guard.surfaces.api.http.route import Route, accept_body, require_scope
from vpce_guard.surfaces.console.forms import FORM, MEDIA_TYPE, MOST_SMALL, read_form
from vpce_guard.surfaces.console.paths import ROOT, SIGN_IN
from vpce_guard.surfaces.console.rendering import render, visitor_of
from vpce_guard.surfaces.console.sessions import MOST_COOKIE

router = APIRouter(route_class=Route, include_in_schema=False)
_SEE_OTHER = 303


@router.get(ROOT)
@require_scope("nothing", turn=False)
async def get_console(_: Request) -> Response:
    """To the first page."""
    return go_to(f"{ROOT}/check")


@router.get(SIGN_IN)
@require_scope("nothing", turn=False)
async def get_sign_in(
    request: Request, following: Annotated[str, Query(alias="next", max_length=4000)] = ROOT
) -> Response:
    """The page that asks for a key or token."""
    return sign_in_page(request, following)


@router.post(SIGN_IN)
@require_scope("nothing")
@accept_body(FORM, {}, media_type=MEDIA_TYPE, most=MOST_SMALL)
async def post_sign_in(request: Request) -> Response:
    """Begin a session of the key, where it is somebody's."""
    form = await read_form(request)
    token, following = form.get("key", "").strip(), form.get("next", ROOT)
    is_text = token.isascii() and token.isprintable() and 0 < len(token) <= MOST_TOKEN
    caller = await find_caller(request.app.state.callers, token) if is_text else None
    if caller is None:
        request.scope["state"]["refused"] = CredentialsError.code
        return sign_in_page(request, following, problem="This is not a key or token that is known here.", status=401)
    if visitor_of(request).sign_in(token) > MOST_COOKIE:
        visitor_of(request).sign_out()
        raise MalformedError("The token is too long to be kept in a session.", advice="Use an API key.")
    return go_to(own_path(following))


@router.post(f"{ROOT}/sign-out")
@require_scope("nothing")
@accept_body(FORM, {}, media_type=MEDIA_TYPE, most=MOST_SMALL)
async def post_sign_out(request: Request) -> Response:
    """End the session."""
    await read_form(request)
    visitor, provider = visitor_of(request), request.state.provider
    goes_on = provider.farewell if provider is not None and visitor.session.caller is not None else None
    visitor.sign_out()
    if goes_on is None:
        return go_to(SIGN_IN)
    return render(request, "signed_out.html", here="", provider=provider.name, farewell=goes_on)


def sign_in_page(request: Request, following: str, *, problem: str = "", status: int = 200) -> Response:
    """The page that asks for a key or token, or leads to the provider; `problem` is why not so far."""
    provider = request.state.provider
    values = {
        "following": own_path(following),
        "problem": problem,
        "needs_key": bool(request.app.state.callers),
        "provider": provider.name if provider is not None else None,
        "here": "",
    }
    return render(request, "sign_in.html", status=status, **values)


def own_path(place: str) -> str:
    """The place, if it is a page of the console: nobody is led elsewhere."""
    is_own = place == ROOT or place.startswith((f"{ROOT}/", f"{ROOT}?"))
    return place if is_own and place.isascii() and place.isprintable() and "\\" not in place else ROOT


def go_to(place: str) -> Response:
    """On to another page of the console."""
    return Response(status_code=_SEE_OTHER, headers={"location": place})
