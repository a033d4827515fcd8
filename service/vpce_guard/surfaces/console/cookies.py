"""Cookies of the console: for it alone, out of reach of scripts, over TLS where browsers speak that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from starlette.requests import cookie_parser

if TYPE_CHECKING:
    from starlette.types import Scope


def read_cookie(scope: Scope, name: str) -> str | None:
    """The value of a cookie that came with a request."""
    given = dict(scope["headers"]).get(b"cookie", b"").decode("latin-1")
    return cookie_parser(given).get(name)


def write_cookie(
    scope: Scope, name: str, value: str, *, path: str, same_site: Literal["Strict", "Lax"], seconds: int | None = None
) -> str:
    """A Set-Cookie field; without `seconds` the browser keeps it until it is closed, with 0 it forgets it."""
    age = f"; Max-Age={seconds}" if seconds is not None else ""
    secure = "; Secure" if _is_secure(scope) else ""
    return f"{name}={value}; Path={path}{age}; HttpOnly; SameSite={same_site}{secure}"


def _is_secure(scope: Scope) -> bool:
    """Whether the browser speaks TLS, to the service or to a proxy before it. Whoever lies only loses a cookie."""
    return scope["scheme"] == "https" or (b"x-forwarded-proto", b"https") in scope["headers"]
