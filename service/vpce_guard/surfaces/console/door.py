"""The way into the console: a session's cookie becomes the credentials that the API takes.

Answers that ask for credentials become the way to the sign-in page. Requests that change something must come from a
page of this service, and each answer says what its page may load (CSP) and that nobody may frame it.
"""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from vpce_guard.surfaces.console.sessions import Session, Sessions

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

ROOT = "/console"
SIGN_IN = f"{ROOT}/sign-in"
STATIC = f"{ROOT}/static/"
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
_UNAUTHENTICATED = 401


class Door:
    """ASGI middleware around everything: paths other than the console's go through as they came."""

    def __init__(self, app: ASGIApp, *, sessions: Sessions, asks_for_credentials: bool) -> None:
        self._app = app
        self._sessions = sessions
        self._asks = asks_for_credentials

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with the credentials of its session."""
        if scope["type"] != "http" or not _is_console(scope["path"]):
            await self._app(scope, receive, send)
            return
        if scope["method"] not in ("GET", "HEAD") and not _is_own_page(_headers(scope)):
            await _refuse(send)
            return
        cookie = _cookie(scope)
        if cookie is None and _is_from_elsewhere(scope):
            await _reload(send)
            return
        session = self._sessions.open(cookie) if cookie else None
        visit = Visitor(self._sessions, session or self._sessions.begin(), is_new=session is None)
        scope.setdefault("state", {})["visitor"] = visit
        if session is not None and session.token is not None:
            others = [field for field in scope["headers"] if field[0] != b"authorization"]
            scope["headers"] = [*others, (b"authorization", b"Bearer " + session.token.encode("latin-1", "replace"))]
        await self._app(scope, receive, _Answer(scope, send, visit, asks=self._asks).send)


class Visitor:
    """The session of a request, which its page may replace or end."""

    def __init__(self, sessions: Sessions, session: Session, *, is_new: bool) -> None:
        self.session = session
        self._sessions = sessions
        self._is_changed = is_new

    @property
    def form_token(self) -> str:
        """What forms on the page must send back."""
        return self._sessions.form_token(self.session)

    def sign_in(self, token: str) -> int:
        """Go on in a session of this key or token; how many bytes its cookie has."""
        self.session, self._is_changed = self._sessions.begin(token), True
        return len(self._sessions.seal(self.session))

    def sign_out(self) -> None:
        """End the session."""
        self._sessions.end(self.session)
        self.session, self._is_changed = self._sessions.begin(), True

    def cookie(self) -> str | None:
        """The cookie to set; None where that of the request is good."""
        if self._is_changed or self._sessions.is_stale(self.session):
            return self._sessions.seal(self.session)
        return None


class _Answer:
    """What is sent for one request: with the headers of the console, or the way to the sign-in page."""

    def __init__(self, scope: Scope, send: Send, visit: Visitor, *, asks: bool) -> None:
        self._scope = scope
        self._send = send
        self._visit = visit
        self._asks = asks
        self._is_replaced = False

    async def send(self, message: Message) -> None:
        """Send a message of the answer, or what stands in its place."""
        if self._is_replaced:
            return
        if message["type"] == "http.response.start":
            own = [(name, value) for name, value in _HEADERS if name not in dict(message.get("headers", ()))]
            message["headers"] = [*message.get("headers", ()), *own, *self._cookie_field()]
            if message["status"] == _UNAUTHENTICATED and self._asks and self._scope["path"] != SIGN_IN:
                self._is_replaced = True
                await _redirect(self._send, self._scope, own + self._cookie_field())
                return
        await self._send(message)

    def _cookie_field(self) -> list[tuple[bytes, bytes]]:
        if self._scope["path"].startswith(STATIC):
            return []
        sealed = self._visit.cookie()
        if sealed is None:
            return []
        secure = "; Secure" if _is_secure(self._scope) else ""
        return [(b"set-cookie", f"{COOKIE}={sealed}; Path={ROOT}; HttpOnly; SameSite=Strict{secure}".encode())]


def _is_console(path: str) -> bool:
    return path == ROOT or path.startswith(f"{ROOT}/")


def _headers(scope: Scope) -> dict[bytes, bytes]:
    return dict(scope["headers"])


def _cookie(scope: Scope) -> str | None:
    found: SimpleCookie = SimpleCookie()
    try:
        found.load(_headers(scope).get(b"cookie", b"").decode("latin-1"))
    except CookieError:
        return None
    return found[COOKIE].value if COOKIE in found else None


def _is_secure(scope: Scope) -> bool:
    """Whether the browser speaks TLS, to the service or to a proxy before it. Whoever lies only loses a cookie."""
    return scope["scheme"] == "https" or _headers(scope).get(b"x-forwarded-proto") == b"https"


def _is_own_page(headers: dict[bytes, bytes]) -> bool:
    """Whether a page of this service makes the request. Source: Fetch Metadata Request Headers; Fetch, Origin."""
    if (site := headers.get(b"sec-fetch-site")) is not None:
        return site == b"same-origin"
    origin = headers.get(b"origin", b"").decode("latin-1")
    return bool(origin) and urlsplit(origin).netloc.lower() == headers.get(b"host", b"").decode("latin-1").lower()


def _is_from_elsewhere(scope: Scope) -> bool:
    """Whether somebody follows a link on a page of another site."""
    headers = _headers(scope)
    is_page = headers.get(b"sec-fetch-dest") == b"document" and not scope["path"].startswith(STATIC)
    return scope["method"] == "GET" and is_page and headers.get(b"sec-fetch-site") == b"cross-site"


async def _refuse(send: Send) -> None:
    text = b"This request does not come from a page of this console."
    fields = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(text)).encode())]
    await send({"type": "http.response.start", "status": 403, "headers": [*fields, *_HEADERS]})
    await send({"type": "http.response.body", "body": text})


async def _redirect(send: Send, scope: Scope, fields: list[tuple[bytes, bytes]]) -> None:
    """To the sign-in page, and from there back to where a link led. A part of a page leads there as a whole."""
    is_part = b"hx-request" in _headers(scope)
    query = scope["query_string"].decode("latin-1")
    wanted = quote(scope["path"] + (f"?{query}" if query else ""), safe="")
    place = f"{SIGN_IN}?next={wanted}" if scope["method"] == "GET" and not is_part else SIGN_IN
    told = (b"hx-redirect" if is_part else b"location", place.encode())
    status = 200 if is_part else 303
    await send({"type": "http.response.start", "status": status, "headers": [told, (b"content-length", b"0"), *fields]})
    await send({"type": "http.response.body", "body": b""})


async def _reload(send: Send) -> None:
    """Have the browser ask again from here: a link from elsewhere comes without the cookie (SameSite=Strict)."""
    page = b'<!doctype html><html lang="en"><meta http-equiv="refresh" content="0"><title>vpce-guard</title></html>'
    fields = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(page)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": [*fields, *_HEADERS]})
    await send({"type": "http.response.body", "body": page})
