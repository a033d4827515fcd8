"""What every route has in common: the scope it needs, its body within limits, and its turn.

All of it happens in the route that was matched, so that no spelling of a path leads past it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Literal, NamedTuple, TypeVar

from anyio import CapacityLimiter
from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel

from vpce_guard.errors import EncodingError, ForbiddenError, OverloadedError, SlowError, TooLargeError
from vpce_guard.model import Json
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api.http.callers import Caller, Scope

Examples = Mapping[str, tuple[str, Any]]
Requirement = Scope | Literal["health", "signature"]
Respond = Callable[[Request], Coroutine[Any, Any, Response]]
_READERS = 2  # large bodies read at the same time: more would only keep each other waiting
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class RequestBody(NamedTuple):
    """The body an endpoint reads itself: its model or JSON Schema, examples and largest size, if not `max_body`."""

    schema: type[BaseModel] | Json
    examples: Examples
    media_type: str
    most: int | None


def require_scope(need: Requirement, *, turn: bool = True) -> Callable[[Endpoint], Endpoint]:
    """Declare which scope callers of an endpoint must have, and whether it waits its turn when there is much to do.

    One that needs `health` answers anyone where that is set and else asks for `read`; one that needs a `signature`
    checks that itself.
    """

    def declare(endpoint: Endpoint) -> Endpoint:
        endpoint.needs, endpoint.turn = need, turn  # type: ignore[attr-defined]
        return endpoint

    return declare


def accept_body(
    schema: type[BaseModel] | Json,
    examples: Examples,
    *,
    media_type: str = "application/json",
    most: int | None = None,
) -> Callable[[Endpoint], Endpoint]:
    """Declare the body of an endpoint; each of the named examples is a summary and a value."""

    def declare(endpoint: Endpoint) -> Endpoint:
        endpoint.takes = RequestBody(schema, examples, media_type, most)  # type: ignore[attr-defined]
        return endpoint

    return declare


class Route(APIRoute):
    """A route that only callers with its scope go through, with a body within limits: for route_class."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        """Raises AttributeError for an endpoint that does not declare what it needs()."""
        self.needs: Requirement = endpoint.needs  # type: ignore[attr-defined]
        self.turn: bool = endpoint.turn  # type: ignore[attr-defined]
        self.takes: RequestBody | None = getattr(endpoint, "takes", None)
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Respond:
        """What answers a request that was matched."""
        answer = super().get_route_handler()

        async def admit(request: Request) -> Response:
            _check(request, self.needs)
            if not self.turn:
                return await answer(request)
            turns: Turns = request.app.state.turns
            return await turns.take(request, answer, most=self.takes.most if self.takes is not None else None)

        return admit


def _check(request: Request, need: Requirement) -> None:
    """Raise ForbiddenError unless the caller may, or Access let anyone pass."""
    caller: Caller | None = getattr(request.state, "caller", None)
    if need == "signature" or (need == "health" and caller is None):
        return
    scope: Scope = "read" if need == "health" else need
    if caller is None or not caller.has_scope(scope):
        who = caller.name if caller is not None else "Nobody"
        raise ForbiddenError(
            f'The caller "{who}" lacks the scope "{scope}".', advice="An administrator of the service can grant it."
        )


class Turns:
    """Bounds what is done at the same time: the requests that are worked on, and the bytes of bodies that are held.

    A body that is still arriving costs its bytes and no turn, so that slow senders keep nobody else waiting.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.readers = CapacityLimiter(_READERS)
        self._working = 0
        self._held = 0

    async def take(self, request: Request, answer: Respond, *, most: int | None = None) -> Response:
        """Answer a request once its body is there. Raises what _arrive() does, and OverloadedError."""
        chunks: list[bytes] = []
        try:
            await self._arrive(request, chunks, most or self._settings.max_body)
            request._body = b"".join(chunks)  # noqa: SLF001 - where request.body() looks first
            if self._working >= self._settings.max_concurrent:
                raise OverloadedError(
                    f"The service already works on {self._settings.max_concurrent} requests.", retry_after=1
                )
            self._working += 1
            try:
                return await answer(request)
            finally:
                self._working -= 1
        finally:
            self._held -= sum(map(len, chunks))

    async def _arrive(self, request: Request, chunks: list[bytes], most: int) -> None:
        """Fill `chunks` with the body; refuse it as soon as it is encoded, too large, too late or one too many."""
        settings = self._settings
        if request.headers.get("content-encoding", "identity").lower() != "identity":
            raise EncodingError(
                "Compressed or otherwise encoded bodies are not supported.", advice="Send it without Content-Encoding."
            )
        declared = request.headers.get("content-length", "0")
        if len(declared) > 18 or (declared.isdecimal() and int(declared) > most):
            raise _too_large_error(most)
        size = 0
        try:
            async with asyncio.timeout(settings.body_timeout):
                async for chunk in request.stream():
                    chunks.append(chunk)
                    size += len(chunk)
                    self._held += len(chunk)
                    if size > most:
                        raise _too_large_error(most)
                    if self._held > max(settings.max_arriving, size):  # one alone may always come
                        raise OverloadedError(
                            "The request bodies being received are too large together.", retry_after=1
                        )
        except TimeoutError:
            raise SlowError(f"The body did not arrive within {settings.body_timeout:g} s.") from None


def _too_large_error(limit: int) -> TooLargeError:
    return TooLargeError(
        f"The body has more than {limit} bytes.", advice="Send fewer endpoints or raise VPCE_GUARD_MAX_BODY."
    )
