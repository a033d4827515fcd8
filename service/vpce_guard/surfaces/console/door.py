"""The way into the console: a session's cookie becomes the credentials that the API takes.

Answers that ask for credentials become the way to the sign-in page, and other problems become pages. Requests that
change something must come from a page of this service. Each answer says what its page may load (CSP), and that nobody
may frame it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from pydantic_core import from_json

from vpce_guard.errors import ForbiddenError
from vpce_guard.surfaces.api.http import problems
from vpce_guard.surfaces.console.cookies import read_cookie, write_cookie
from vpce_guard.surfaces.console.paths import ROOT, SIGN_IN, STATIC
from vpce_guard.surfaces.console.rendering import MEDIA_TYPE, render_problem
from vpce_guard.surfaces.console.sessions import Sessions, Visitor

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from vpce_guard.surfaces.console.provider import SignInProvider

COOKIE = "vpce_guard_session"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = [
    (b"content-security-policy", _POLICY.encode()),
    (b"referrer-policy", b"same-origin"),  # with no-referrer browsers would not tell the origin of a form
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
]
_PROBLEM = problems.MEDIA_TYPE.encode()
_WHOLE = [(b"hx-retarget", b"main"), (b"hx-reselect", b"main"), (b"hx-reswap", b"outerHTML")]  # for htmx
_RELOAD = b'<!doctype html><html lang="en"><meta http-equiv="refresh" content="0"><title>vpce-guard</title></html>'
_FILES = (".json", ".csv")
_UNAUTHENTICATED = 401


class Door:
    """ASGI middleware around access control. Paths other than the console's go through as they came."""

    def __init__(self, app: ASGIApp, *, sessions: Sessions, provider: SignInProvider | None) -> None:
        self._app = app
        self._provider = provider
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with the credentials of its session."""
        if scope["type"] != "http" or not _is_console(scope["path"]):
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        cookie = read_cookie(scope, COOKIE)
        if cookie is None and _is_link_from_elsewhere(scope, headers):
            await _send_page(send, 200, _RELOAD)  # asked again from here it comes with the cookie (SameSite=Strict)
            return
        session = self._sessions.open(cookie) if cookie else None
        visitor = Visitor(self._sessions, session)
        state = scope.setdefault("state", {})
        state["visitor"], state["provider"] = visitor, self._provider
        if session is not None and session.caller is not None:
            state["signed_in"] = session.caller
        elif session is not None and session.token is not None:
            others = [field for field in scope["headers"] if field[0] != b"authorization"]
            scope["headers"] = [*others, (b"authorization", b"Bearer " + session.token.encode())]
        answer = _Answer(scope, send, visitor)
        if scope["method"] not in ("GET", "HEAD") and not _is_own_page(headers):
            error = ForbiddenError("This request does not come from a page of the console.", advice="Load it again.")
            await problems.respond(scope, receive, answer.send, error)
            return
        await self._app(scope, receive, answer.send)


class _Answer:
    """What is sent for one request: with the headers of the console, and pages in the place of problems."""

    def __init__(self, scope: Scope, send: Send, visitor: Visitor) -> None:
        self._scope = scope
        self._send = send
        self._visitor = visitor
        self._problem: Message | None = None
        self._told = b""

    async def send(self, message: Message) -> None:
        """Send a message of the answer, or keep it where a page is sent in its place."""
        if message["type"] == "http.response.start":
            fields = dict(message.get("headers", ()))
            if fields.get(b"content-type") == _PROBLEM and not self._scope["path"].endswith(_FILES):
                self._problem = message
                return
            await self._send(self._with_own_fields(message))
        elif self._problem is None:
            await self._send(message)
        else:
            self._told += message.get("body", b"")
            if not message.get("more_body", False):
                await self._send_instead(self._problem)

    async def _send_instead(self, start: Message) -> None:
        """The way to the sign-in page, or the problem as a page."""
        if start["status"] == _UNAUTHENTICATED and self._scope["app"].state.callers:
            start = {"type": start["type"], "status": 303, "headers": [(b"location", self._way_to_sign_in())]}
            if self._is_part:
                start |= {"status": 200, "headers": [(b"hx-redirect", self._way_to_sign_in())]}
            body = b""
        else:
            body = render_problem(self._scope, from_json(self._told))
            fields = [one for one in start["headers"] if one[0] not in (b"content-type", b"content-length")]
            start = {**start, "headers": [*fields, (b"content-type", MEDIA_TYPE.encode()), *_WHOLE]}
            start["headers"].append((b"cache-control", b"no-store"))
        start["headers"].append((b"content-length", str(len(body)).encode()))
        await self._send(self._with_own_fields(start))
        await self._send({"type": "http.response.body", "body": body})

    def _with_own_fields(self, start: Message) -> Message:
        path = self._scope["path"]
        sealed = None if path.startswith(STATIC) or path.endswith(_FILES) else self._visitor.cookie()
        fields = [*start.get("headers", ()), *_HEADERS]
        if sealed is not None:
            told = write_cookie(self._scope, COOKIE, sealed, path=ROOT, same_site="Strict")
            fields.append((b"set-cookie", told.encode()))
        return {**start, "headers": fields}

    def _way_to_sign_in(self) -> bytes:
        """The address of the sign-in page, which leads back to where a link led; a part of a page is no such place."""
        if self._scope["method"] != "GET" or self._is_part:
            return SIGN_IN.encode()
        query = self._scope["query_string"].decode("latin-1")
        place = self._scope["path"] + (f"?{query}" if query else "")
        return f"{SIGN_IN}?next={quote(place, safe='')}".encode()

    @property
    def _is_part(self) -> bool:
        """Whether htmx asks, which puts the answer into a page that is there."""
        return any(name == b"hx-request" for name, _ in self._scope["headers"])


def _is_console(path: str) -> bool:
    return path == ROOT or path.startswith(f"{ROOT}/")


def _is_own_page(headers: dict[bytes, bytes]) -> bool:
    """Whether a page of this service makes the request. Source: Fetch Metadata Request Headers; Fetch, Origin."""
    if (site := headers.get(b"sec-fetch-site")) is not None:
        return site == b"same-origin"
    origin = headers.get(b"origin", b"").decode("latin-1")
    return bool(origin) and urlsplit(origin).netloc.lower() == headers.get(b"host", b"").decode("latin-1").lower()


def _is_link_from_elsewhere(scope: Scope, headers: dict[bytes, bytes]) -> bool:
    """Whether somebody follows a link on a page of another site."""
    is_page = headers.get(b"sec-fetch-dest") == b"document" and not scope["path"].startswith(STATIC)
    return scope["method"] == "GET" and is_page and headers.get(b"sec-fetch-site") == b"cross-site"


async def _send_page(send: Send, status: int, page: bytes) -> None:
    fields = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", str(len(page)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*fields, *_HEADERS]})
    await send({"type": "http.response.body", "body": page})
