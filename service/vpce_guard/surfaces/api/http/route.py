"""What every route has in common: its scope, its parameters, what it refuses unread, a body within limits, its turn.

All of it happens in the route that was matched, so that no spelling of a path leads past it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar, get_type_hints

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel

from vpce_guard.errors import ForbiddenError, MalformedError, Pointer
from vpce_guard.model import Json
from vpce_guard.surfaces.api.http.callers import Caller, Scope
from vpce_guard.surfaces.api.http.turns import LargeError, Respond, Turns

if TYPE_CHECKING:
    from vpce_guard.surfaces.api.large.relay import LargeRequests

Examples = Mapping[str, tuple[str, Any]]
Requirement = Scope | Literal["known", "health", "signature", "nothing"]
Check = Callable[[Request], None]
Size = Callable[[Request], Coroutine[Any, Any, bool]]  # whether a request is large
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class RequestBody(NamedTuple):
    """The body an endpoint reads itself: its model or JSON Schema, examples and largest size, if not `max_body`."""

    schema: type[BaseModel] | Json
    examples: Examples
    media_type: str
    most: int | None


def require_scope(
    need: Requirement,
    *,
    turn: bool = True,
    others: bool = False,
    first: Check | None = None,
    large: Size | None = None,
    scheme: str = "signature",
) -> Callable[[Endpoint], Endpoint]:
    """Declare which scope callers of an endpoint must have, and whether it waits its turn when there is much to do.

    One that needs `known` answers every caller that is known, whatever its scopes; one that needs `health` answers
    anyone where that is set and else asks for `read`; one that needs a `signature` checks that itself, by what the
    API's document calls `scheme`, and one that needs `nothing` answers anyone. `first` raises for what is refused
    before the body is read. What is `large` is answered in the process for large requests, where there is one. With
    `others` query parameters that are not known are passed over: another specification says who may add some.
    """

    def declare(endpoint: Endpoint) -> Endpoint:
        endpoint.needs, endpoint.turn, endpoint.first, endpoint.large = need, turn, first, large  # type: ignore[attr-defined]
        endpoint.others, endpoint.scheme = others, scheme  # type: ignore[attr-defined]
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
        self.others: bool = endpoint.others  # type: ignore[attr-defined]
        self.first: Check | None = endpoint.first  # type: ignore[attr-defined]
        self.large: Size | None = endpoint.large  # type: ignore[attr-defined]
        self.scheme: str = endpoint.scheme  # type: ignore[attr-defined]
        self.takes: RequestBody | None = getattr(endpoint, "takes", None)
        super().__init__(path, endpoint, **options)
        self.parameters = tuple(parameter.alias for parameter in self.dependant.query_params)

    def get_route_handler(self) -> Respond:
        """What answers a request that was matched."""
        answer = self._answer_here_or_apart(self._call_at_once(super().get_route_handler()))

        async def admit(request: Request) -> Response:
            caller = _check(request, self.needs)
            if self.first is not None:
                self.first(request)
            if not self.others:
                _refuse_unknown_parameters(request, self.parameters)
            _refuse_repeated_parameters(request)
            if not self.turn:
                return await answer(request)
            turns: Turns = request.app.state.turns
            most = self.takes.most if self.takes is not None else None
            name = caller.name if caller is not None else None
            return await turns.take(request, answer, caller=name, most=most, settled=self.needs in ("author", "admin"))

        return admit

    def _call_at_once(self, solve: Respond) -> Respond:
        """What calls the endpoint itself where a request has none of its parameters, which FastAPI seeks at length.

        Only for an endpoint that makes its whole answer: of any other FastAPI makes the response.
        """
        needed, endpoint = self.dependant, self.endpoint
        others = (needed.path_params, needed.cookie_params, needed.dependencies, needed.background_tasks_param_name)
        if get_type_hints(endpoint).get("return") is not Response or any(others) or needed.response_param_name:
            return solve
        headers = {parameter.alias.lower().encode() for parameter in needed.header_params}

        async def call(request: Request) -> Response:
            if request.scope["query_string"] or any(name in headers for name, _ in request.scope["headers"]):
                return await solve(request)
            found: Response = await endpoint(request)
            return found

        return call

    def _answer_here_or_apart(self, answer: Respond) -> Respond:
        """What answers a request whose body is there: this process, or the one for large requests."""
        large = self.large
        if large is None:
            return answer

        async def choose(request: Request) -> Response:
            apart: LargeRequests | None = request.app.state.large
            if apart is None:
                return await answer(request)
            if not await large(request):
                request.state.may_go_apart = True
                try:
                    return await answer(request)
                except LargeError:
                    pass
            return await apart.answer(request)

        return choose


def _refuse_unknown_parameters(request: Request, known: Sequence[str]) -> None:
    """Raise MalformedError for a query parameter that the route has not: a filter that is misspelt would find all."""
    unknown = sorted({name for name in request.query_params if name not in known})
    if unknown:
        raise MalformedError(
            f"There is no query parameter {', '.join(map(repr, unknown))} here.",
            advice=f"There is {', '.join(known)}." if known else "This route takes none.",
            pointers=tuple(
                Pointer(pointer=f"/{_escape(name)}", code="unknown_parameter", detail="is not a parameter here")
                for name in unknown
            ),
        )


def _refuse_repeated_parameters(request: Request) -> None:
    """Raise MalformedError for a query parameter that is given twice: one of the two would not count."""
    counts = Counter(name for name, _ in request.query_params.multi_items())
    repeated = sorted(name for name, count in counts.items() if count > 1)
    if repeated:
        raise MalformedError(
            f"The query parameter {', '.join(map(repr, repeated))} is given more than once.",
            advice="Give each once.",
            pointers=tuple(
                Pointer(pointer=f"/{_escape(name)}", code="repeated_parameter", detail="is given more than once")
                for name in repeated
            ),
        )


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _check(request: Request, need: Requirement) -> Caller | None:
    """Who asks, if that is known. Raises ForbiddenError unless the caller may, or Access let anyone pass."""
    caller: Caller | None = getattr(request.state, "caller", None)
    if need == "signature" or need == "nothing" or (need == "health" and caller is None):
        return None
    if need == "known" and caller is not None:
        return caller
    scope: Scope = "read" if need == "health" or need == "known" else need
    if caller is None or not caller.has_scope(scope):
        who = caller.name if caller is not None else "Nobody"
        raise ForbiddenError(
            f'The caller "{who}" lacks the scope "{scope}".', advice="An administrator of the service can grant it."
        )
    return caller
