"""Errors as RFC 9457 application/problem+json. No stack trace ever leaves the process."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel
from pydantic_core import to_json
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match

from vpce_guard.errors import (
    ConflictError,
    CredentialsError,
    EncodingError,
    EngineError,
    ForbiddenError,
    HeadError,
    LogError,
    MalformedError,
    NotFoundError,
    OverloadedError,
    Pointer,
    SlowError,
    TooLargeError,
    UnreadableError,
    VpceGuardError,
)
from vpce_guard.logs import Logger
from vpce_guard.model import Decision
from vpce_guard.surfaces.api.http.request_id import HEADER, current_request_id

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

log = Logger("vpce_guard.api")
MEDIA_TYPE = "application/problem+json"
_PLACE = Pointer(pointer="/format", code="unknown_format", detail="unknown format")
PROBLEMS: dict[int, tuple[str, VpceGuardError]] = {
    400: ("Not JSON, or not valid HTTP/1.1", UnreadableError("The body is empty.")),
    401: ("Credentials are missing or wrong", CredentialsError("The credentials are missing or unknown.")),
    403: ("The caller may not do this", ForbiddenError('The caller "portal" lacks the scope "admin".')),
    404: ("Not found", NotFoundError("There is no rule VPCE-IFACE-999.")),
    408: ("The body took too long to arrive", SlowError("The body did not arrive within 30 s.")),
    409: ("Not possible in the current state", ConflictError("The bundle is not the one that was decided under.")),
    413: ("Too large, or too many items", TooLargeError("The body has more than 67108864 bytes.")),
    415: (
        "The body is encoded",
        EncodingError(
            "Compressed or otherwise encoded bodies are not supported.", advice="Send it without Content-Encoding."
        ),
    ),
    422: ("The document has the wrong shape", MalformedError("Unknown format 'pdf'.", pointers=(_PLACE,))),
    429: (
        "Overloaded; Retry-After says when to try again",
        OverloadedError('The caller "portal" sends too many requests.', retry_after=1),
    ),
    431: ("The request headers are too large", HeadError("The request headers have more than 32768 bytes.")),
    500: ("The service failed unexpectedly", VpceGuardError("See its log.")),
    503: (
        "No decision could be made or recorded; `decisions` holds the refusals",
        EngineError("OPA cannot be reached."),
    ),
}


class WrongMember(BaseModel):
    """One place in the request that is wrong."""

    pointer: str
    code: str
    detail: str


class Problem(BaseModel):
    """RFC 9457, with the places that are wrong and, when an engine failed, the refusals."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    errors: list[WrongMember]
    decisions: list[Decision] | None = None


def problem(error: VpceGuardError, *, instance: str, request_id: str | None = None) -> dict[str, Any]:
    """The body that tells of an error, in the request that is being answered if no other is named."""
    return {
        "type": f"urn:vpce-guard:{error.code.replace('_', '-')}",
        "title": error.title,
        "status": error.status,
        "detail": str(error),
        "instance": instance,
        "request_id": request_id or current_request_id(),
        "errors": [{"pointer": p["pointer"], "code": p["code"], "detail": p["detail"]} for p in error.pointers],
    }


def answer(body: dict[str, Any], *, headers: dict[str, str] | None = None) -> Response:
    """A problem as a response."""
    return Response(to_json(body), status_code=body["status"], media_type=MEDIA_TYPE, headers=headers)


async def respond(scope: Scope, receive: Receive, send: Send, error: VpceGuardError) -> None:
    """Answer an ASGI request with an error."""
    _note_refusal(scope, error.code, error.status)
    await answer(problem(error, instance=scope["path"]), headers=headers_of(error))(scope, receive, send)


def _note_refusal(scope: Any, code: str, status: int) -> None:
    """Leave why a request was refused in its state, for who counts that."""
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        scope.setdefault("state", {})["refused"] = code


def headers_of(error: VpceGuardError) -> dict[str, str]:
    """The headers that an answer with an error has besides its own."""
    if isinstance(error, OverloadedError):
        return {"retry-after": str(error.retry_after)}
    return {"www-authenticate": "Bearer"} if error.status == HTTPStatus.UNAUTHORIZED else {}


def install(app: FastAPI) -> None:
    """Translate every exception once, here."""
    app.add_exception_handler(VpceGuardError, _own_error_answer)
    app.add_exception_handler(HTTPException, _http_error_answer)
    app.add_exception_handler(RequestValidationError, _validation_error_answer)
    app.add_exception_handler(ClientDisconnect, _disconnected_answer)
    app.add_exception_handler(SQLAlchemyError, _database_error_answer)
    app.add_exception_handler(Exception, _internal_error_answer)


async def _own_error_answer(request: Request, error: Exception) -> Response:
    assert isinstance(error, VpceGuardError)  # noqa: S101 - how the handler is registered
    _note_refusal(request.scope, error.code, error.status)
    return answer(problem(error, instance=request.url.path), headers=headers_of(error))


async def _http_error_answer(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - how the handler is registered
    status = HTTPStatus(error.status_code)
    body = _body(request, status, str(error.detail), code=status.phrase.lower().replace(" ", "-"))
    headers = dict(error.headers or {})
    if status is HTTPStatus.METHOD_NOT_ALLOWED:  # Starlette names those of one route, and a path may have several
        headers["Allow"] = ", ".join(sorted(_methods(request)))
    return answer(body, headers=headers)


def _methods(request: Request) -> set[str]:
    routes = request.app.routes
    path = next(route.path for route in routes if route.matches(request.scope)[0] is not Match.NONE)
    return {method for route in routes if route.path == path for method in route.methods}


async def _validation_error_answer(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - how the handler is registered
    _note_refusal(request.scope, "malformed", HTTPStatus.UNPROCESSABLE_ENTITY)
    places = [
        {"pointer": "".join(f"/{part}" for part in e["loc"][1:]), "code": e["type"], "detail": e["msg"]}
        for e in error.errors()
    ]
    detail = "; ".join(f"{p['pointer'] or '/'}: {p['detail']}" for p in places)
    return answer(_body(request, HTTPStatus.UNPROCESSABLE_ENTITY, detail, code="malformed", places=places))


async def _database_error_answer(request: Request, error: Exception) -> Response:
    log.error("database_failed", path=request.url.path, error=type(error).__name__)
    return await _own_error_answer(
        request, LogError(f"The database cannot be used: {type(error).__name__}.", advice="Try again.")
    )


async def _disconnected_answer(_: Request, __: Exception) -> Response:
    return Response(status_code=HTTPStatus.BAD_REQUEST)  # nobody is there to read it


async def _internal_error_answer(request: Request, error: Exception) -> Response:
    log.error("internal_failure", path=request.url.path, exc_info=error)
    detail = "The service failed unexpectedly; nothing was allowed. See its log."
    headers = {HEADER.decode(): current_request_id()}  # nothing that adds it stands around this
    return answer(_body(request, HTTPStatus.INTERNAL_SERVER_ERROR, detail, code="internal"), headers=headers)


def _body(
    request: Request, status: HTTPStatus, detail: str, *, code: str, places: list[dict[str, str]] | None = None
) -> dict[str, Any]:
    return {
        "type": f"urn:vpce-guard:{code}",
        "title": status.phrase,
        "status": int(status),
        "detail": detail,
        "instance": request.url.path,
        "request_id": current_request_id(),
        "errors": places or [],
    }
