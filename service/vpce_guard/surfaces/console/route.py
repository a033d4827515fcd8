"""What every page of the console has in common: who may see it, its errors, and how it is made of a template."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError

from vpce_guard.errors import MalformedError, VpceGuardError
from vpce_guard.surfaces.api.http.callers import Caller
from vpce_guard.surfaces.api.http.problems import headers_of
from vpce_guard.surfaces.api.http.request_id import current_request_id
from vpce_guard.surfaces.api.http.route import Route
from vpce_guard.surfaces.api.http.turns import Respond
from vpce_guard.surfaces.console.door import Visitor
from vpce_guard.surfaces.console.static_files import ADDRESSES
from vpce_guard.surfaces.visible import visible

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(__file__).parent / "templates"
_PAGES = (
    ("check", "Check", "decide"),
    ("decisions", "Decisions", "read"),
    ("rules", "Rules", "read"),
    ("advice", "Advice", "decide"),
    ("health", "Health", "read"),
)


class PageRoute(Route):
    """A route that answers with pages, also where it fails."""

    def get_route_handler(self) -> Respond:
        """What answers a request that was matched."""
        respond = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await respond(request)
            except RequestValidationError as error:
                told = "; ".join(f"{one['loc'][-1]}: {one['msg']}" for one in error.errors())
                return error_page(request, MalformedError(f"The address has a parameter that is wrong: {told}."))
            except VpceGuardError as error:
                return error_page(request, error)

        return answer


def render(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    """A page made of a template. Every text in it is escaped, whoever wrote it."""
    text = templates().get_template(template).render(**_frame(request), **values)
    headers = {"content-type": "text/html; charset=utf-8", "cache-control": "no-store"}
    return Response(text, status_code=status, headers=headers)


def error_page(request: Request, error: VpceGuardError) -> Response:
    """What went wrong, and what to do about it."""
    if error.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        request.scope["state"]["refused"] = error.code
    page = render(request, "error.html", status=error.status, error=error, request_id=current_request_id(), here="")
    page.headers.update(headers_of(error))
    return page


def visitor_of(request: Request) -> Visitor:
    """The session of a request."""
    visitor: Visitor = request.state.visitor
    return visitor


def _frame(request: Request) -> dict[str, Any]:
    """What the frame around every page shows: the pages the caller may see, who that is, and where it is."""
    caller: Caller | None = getattr(request.state, "caller", None)
    visitor = visitor_of(request)
    return {
        "pages": [page for page in _PAGES if caller is not None and caller.has_scope(page[2])],
        "caller": caller.name if caller is not None else None,
        "may_read": caller is not None and caller.has_scope("read"),
        "may_decide": caller is not None and caller.has_scope("decide"),
        "is_signed_in": visitor.session.token is not None,
        "form_token": visitor.form_token,
    }


@cache
def templates() -> Environment:
    """The templates, loaded with the first page."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    found = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals["static"] = ADDRESSES.__getitem__
    found.filters.update(visible=visible, web=_web_address)
    return found


def _web_address(text: str) -> str:
    """The text where it is an address on the web, as a link to it may have it; else the place the link stands at."""
    return text if urlsplit(text).scheme in ("https", "http") else "#"
