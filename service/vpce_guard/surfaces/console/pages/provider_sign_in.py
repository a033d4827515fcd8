"""/console/sign-in/provider and back: people sign in at the identity provider (OpenID Connect, code flow, PKCE)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request, Response

from vpce_guard.errors import ForbiddenError, NotFoundError, VpceGuardError
from vpce_guard.setting_values import is_loopback
from vpce_guard.surfaces.api.http.route import Route, accept_body, require_scope
from vpce_guard.surfaces.console.cookies import read_cookie, write_cookie
from vpce_guard.surfaces.console.forms import FORM, MEDIA_TYPE, MOST_SMALL, read_form
from vpce_guard.surfaces.console.pages.sign_in import go_to, own_path, sign_in_page
from vpce_guard.surfaces.console.paths import CALLBACK, PROVIDER, ROOT
from vpce_guard.surfaces.console.rendering import render, visitor_of

if TYPE_CHECKING:
    from vpce_guard.surfaces.api.http.openid import OpenId
    from vpce_guard.surfaces.console.provider import SignInProvider

router = APIRouter(route_class=Route, include_in_schema=False)
COOKIE = "vpce_guard_sign_in"
_UNAUTHENTICATED = 401


@router.post(PROVIDER)
@require_scope("nothing")
@accept_body(FORM, {}, media_type=MEDIA_TYPE, most=MOST_SMALL)
async def post_provider(request: Request) -> Response:
    """Begin: a page that leads on to the provider at once. A form may not be led there itself (form-action)."""
    form = await read_form(request)
    provider = _provider_of(request)
    from vpce_guard.surfaces.console.provider import ATTEMPT_LIFE

    try:
        attempt = provider.begin(own_path(form.get("next", ROOT)), f"{_origin(request)}{CALLBACK}")
        address = await provider.address(attempt)
    except VpceGuardError as error:
        return _show_problem(request, error)
    answer = render(request, "to_provider.html", here="", address=address, provider=provider.name)
    _set_cookie(request, answer, provider.seal(attempt), seconds=ATTEMPT_LIFE)
    return answer


@router.get(CALLBACK)
@require_scope("nothing", others=True)
async def get_callback(
    request: Request,
    state: Annotated[str, Query()] = "",
    code: Annotated[str, Query()] = "",
    iss: Annotated[str | None, Query()] = None,
    error: Annotated[str, Query()] = "",
    error_description: Annotated[str, Query()] = "",
) -> Response:
    """Come back: a new session of whom the provider names, and the page that was asked for at first."""
    from vpce_guard.surfaces.console.provider import ProviderAnswer

    provider = _provider_of(request)
    told = ProviderAnswer(state, code, iss, error, error_description)
    try:
        attempt = provider.accept(read_cookie(request.scope, COOKIE), state)
    except ForbiddenError as problem:
        return _show_problem(request, problem)
    try:
        caller, until = await provider.redeem(attempt, told, _tokens_of(request))
    except VpceGuardError as problem:
        answer = _show_problem(request, problem, following=attempt.following)
    else:
        visitor_of(request).sign_in_as(caller, until=until)
        answer = go_to(own_path(attempt.following))
    _set_cookie(request, answer, "", seconds=0)
    return answer


def _show_problem(request: Request, error: VpceGuardError, *, following: str = ROOT) -> Response:
    """The sign-in page, with what went wrong."""
    request.scope["state"]["refused"] = error.code
    return sign_in_page(request, following, problem=str(error), status=error.status)


def _set_cookie(request: Request, answer: Response, value: str, *, seconds: int) -> None:
    """Lax: the provider sends the browser back from another site."""
    cookie = write_cookie(request.scope, COOKIE, value, path=CALLBACK, same_site="Lax", seconds=seconds)
    answer.headers.append("set-cookie", cookie)


def _provider_of(request: Request) -> SignInProvider:
    provider: SignInProvider | None = request.state.provider
    if provider is None:
        raise NotFoundError("Nobody signs in with an identity provider here.", advice="Set oidc_client_id.")
    return provider


def _tokens_of(request: Request) -> OpenId:
    """What verifies the provider's tokens for the API."""
    from vpce_guard.surfaces.api.http.openid import OpenId

    found: OpenId = next(source for source in request.app.state.callers if isinstance(source, OpenId))
    return found


def _origin(request: Request) -> str:
    """Where browsers find this service: as it is set, or on this machine as the browser says. Raises ForbiddenError."""
    url: str | None = request.app.state.guard.settings.console_url
    if url is not None:
        return url
    if not is_loopback(request.url.hostname or ""):  # anybody may write a Host; a name that others have is to be set
        raise ForbiddenError(
            "The service does not know its own address, so that nobody could be sent back here.",
            advice="Set console_url to the address in your browser, such as https://guard.example.",
        )
    return f"{request.url.scheme}://{request.url.netloc}"
