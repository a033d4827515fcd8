"""How pages are made of templates: in the frame that all have, with the pages that the caller may see."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from fastapi import Request, Response

from vpce_guard.model import Json
from vpce_guard.surfaces.api.http.callers import Caller
from vpce_guard.surfaces.console.sessions import Visitor
from vpce_guard.surfaces.console.static_files import ADDRESSES
from vpce_guard.surfaces.drawing import Drawing
from vpce_guard.surfaces.drawing.svg import as_svg
from vpce_guard.surfaces.visible import visible

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup
    from starlette.types import Scope

MEDIA_TYPE = "text/html; charset=utf-8"
_TEMPLATES = Path(__file__).parent / "templates"
_PAGES = (
    ("check", "Check", "decide"),
    ("decisions", "Decisions", "read"),
    ("rules", "Rules", "read"),
    ("advice", "Advice", "decide"),
    ("policies", "Policies", "read"),
    ("health", "Health", "read"),
)


def render(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    """A page made of a template. Every text in it is escaped, whoever wrote it."""
    text = templates().get_template(template).render(**_frame(request.scope), **values)
    return Response(text, status_code=status, headers={"content-type": MEDIA_TYPE, "cache-control": "no-store"})


def render_problem(scope: Scope, problem: Json) -> bytes:
    """The page that tells of a problem (RFC 9457) in the place of another."""
    return templates().get_template("problem.html").render(**_frame(scope), here="", problem=problem).encode()


def visitor_of(request: Request) -> Visitor:
    """The session of a request."""
    visitor: Visitor = request.state.visitor
    return visitor


def _frame(scope: Scope) -> dict[str, Any]:
    """What the frame around every page shows: the pages the caller may see, who that is, and where it is."""
    caller: Caller | None = scope["state"].get("caller")
    visitor: Visitor = scope["state"]["visitor"]
    return {
        "pages": [page for page in _PAGES if caller is not None and caller.has_scope(page[2])],
        "caller": caller.name if caller is not None else None,
        "may_read": caller is not None and caller.has_scope("read"),
        "may_decide": caller is not None and caller.has_scope("decide"),
        "is_signed_in": visitor.session.is_signed_in,
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
    found.filters.update(visible=visible, web=_web_address, svg=_svg)
    return found


def _svg(drawing: Drawing) -> Markup:
    """A drawing as SVG; what it shows is escaped in it."""
    from markupsafe import Markup

    return Markup(as_svg(drawing))  # noqa: S704 - made of escaped texts


def _web_address(text: str) -> str:
    """The text where it is an address on the web, as a link to it may have it; else the place the link stands at."""
    return text if urlsplit(text).scheme in ("https", "http") else "#"
