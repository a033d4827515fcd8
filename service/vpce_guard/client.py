"""A client for a running vpce-guard: `Client`, and `AsyncClient` with the same methods.

    with Client("https://guard.example.com", token="...") as guard:
        answer = guard.decide({"VpcId": "vpc-0a1b2c3d", "ServiceName": "com.amazonaws.us-east-1.s3"})
        if not answer.allowed: ...

Asking is safe to repeat, so what fails on the way is tried again: connections, 429 (after the time the service names),
502, 503 and 504. What then still fails is raised, never taken for an answer.
"""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Self, TypeVar

import httpx2
from pydantic import BaseModel, ConfigDict, ValidationError

from vpce_guard.errors import CredentialsError, MalformedError, NotFoundError, Pointer, TooLargeError, VpceGuardError
from vpce_guard.model import Decision, Json

_AGAIN = frozenset({429, 502, 503, 504})
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 10.0
Model = TypeVar("Model", bound=BaseModel)


class UnavailableError(VpceGuardError):
    """The service gave no answer that can be relied on: nothing is allowed by it."""

    code, title, status, exit_code = "unavailable", "The service cannot be reached", 503, 3


class Answer(BaseModel):
    """The decisions on one document; `allowed` only if each endpoint is."""

    model_config = ConfigDict(frozen=True)

    request_id: str
    allowed: bool
    decisions: tuple[Decision, ...]


class BatchAnswer(Answer):
    """The answer to one item of a batch; `error` is a problem (RFC 9457) where it could not be read."""

    error: Json | None = None


class _Batch(BaseModel):
    results: tuple[BatchAnswer, ...]


class _Call(NamedTuple):
    method: str
    path: str
    body: Any = None


class _Calls:
    """What both clients ask, without how."""

    def __init__(self, url: str, *, token: str | None, timeout: float, attempts: int) -> None:
        self._url = url.rstrip("/")
        self._attempts = max(1, attempts)
        self._options: dict[str, Any] = {
            "base_url": self._url,
            "timeout": timeout,
            "headers": {"authorization": f"Bearer {token}"} if token else {},
        }

    @staticmethod
    def _decide(document: Any, options: Json) -> _Call:
        return _Call("POST", "/v1/decisions", _item(document, options))

    @staticmethod
    def _decide_batch(items: Sequence[Json]) -> _Call:
        return _Call("POST", "/v1/decisions/batch", {"items": list(items)})

    def _pauses(self) -> Iterator[float]:
        pause = _FIRST_PAUSE
        for _ in range(self._attempts - 1):
            yield pause * random.uniform(0.5, 1.0)  # noqa: S311 - spreads callers out, hides nothing
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _failure(self, error: Exception) -> UnavailableError:
        return UnavailableError(
            f"{self._url} cannot be reached: {type(error).__name__}: {error or 'no reason given'}.",
            advice="Check the address and that the service is running; nothing was allowed.",
        )


class Client(_Calls):
    """Asks a service from synchronous code. Times are in seconds; `attempts` counts the first one too."""

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        timeout: float = 10.0,
        attempts: int = 4,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        super().__init__(url, token=token, timeout=timeout, attempts=attempts)
        self._http = httpx2.Client(transport=transport, **self._options)

    def decide(self, document: Any, **options: Any) -> Answer:
        """The decisions on a document of any format.

        Options are those of POST /v1/decisions: format, context, parameters, labels, request_id, strict, dry_run.
        Raises MalformedError, TooLargeError, CredentialsError or UnavailableError.
        """
        return _read(Answer, self._ask(self._decide(document, options)))

    def decide_batch(self, items: Sequence[Json]) -> tuple[BatchAnswer, ...]:
        """An answer for each item ({"document": ..., and options}), in order; one that cannot be read has `error`."""
        return _read(_Batch, self._ask(self._decide_batch(items))).results

    def advise(self, need: Json) -> Json:
        """The answer of POST /v1/advice to a need."""
        return _object(self._ask(_Call("POST", "/v1/advice", need)))

    def rule(self, rule_id: str) -> Json:
        """A rule with its sources, examples and enforcement. Raises NotFoundError."""
        return _object(self._ask(_Call("GET", f"/v1/rules/{rule_id}")))

    def rules(self) -> list[Json]:
        """Every rule of the bundle in force, by id, without examples."""
        return _objects(self._ask(_Call("GET", "/v1/rules")))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, call: _Call) -> httpx2.Response:
        pauses = self._pauses()
        while True:
            pause = next(pauses, None)
            try:
                response = self._http.request(call.method, call.path, json=call.body)
            except httpx2.HTTPError as error:
                if pause is None:
                    raise self._failure(error) from error
            else:
                if pause is None or response.status_code not in _AGAIN:
                    return response
                pause = max(pause, _retry_after(response))
            time.sleep(pause)


class AsyncClient(_Calls):
    """Asks a service from asynchronous code; otherwise as Client."""

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        timeout: float = 10.0,
        attempts: int = 4,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        super().__init__(url, token=token, timeout=timeout, attempts=attempts)
        self._http = httpx2.AsyncClient(transport=transport, **self._options)

    async def decide(self, document: Any, **options: Any) -> Answer:
        """As Client.decide."""
        return _read(Answer, await self._ask(self._decide(document, options)))

    async def decide_batch(self, items: Sequence[Json]) -> tuple[BatchAnswer, ...]:
        """As Client.decide_batch."""
        return _read(_Batch, await self._ask(self._decide_batch(items))).results

    async def advise(self, need: Json) -> Json:
        """As Client.advise."""
        return _object(await self._ask(_Call("POST", "/v1/advice", need)))

    async def rule(self, rule_id: str) -> Json:
        """As Client.rule."""
        return _object(await self._ask(_Call("GET", f"/v1/rules/{rule_id}")))

    async def rules(self) -> list[Json]:
        """As Client.rules."""
        return _objects(await self._ask(_Call("GET", "/v1/rules")))

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _ask(self, call: _Call) -> httpx2.Response:
        pauses = self._pauses()
        while True:
            pause = next(pauses, None)
            try:
                response = await self._http.request(call.method, call.path, json=call.body)
            except httpx2.HTTPError as error:
                if pause is None:
                    raise self._failure(error) from error
            else:
                if pause is None or response.status_code not in _AGAIN:
                    return response
                pause = max(pause, _retry_after(response))
            await asyncio.sleep(pause)


def _item(document: Any, options: Json) -> Json:
    given = {name: value for name, value in options.items() if value is not None}
    return {"document": document, "request_id": str(uuid.uuid4()), **given}


def _retry_after(response: httpx2.Response) -> float:
    after = response.headers.get("retry-after", "")
    return min(float(after), _LONGEST_PAUSE) if after.isdecimal() else 0.0


_ERRORS: dict[int, type[VpceGuardError]] = {
    400: MalformedError,
    401: CredentialsError,
    403: CredentialsError,
    404: NotFoundError,
    413: TooLargeError,
    422: MalformedError,
}


def _object(response: httpx2.Response) -> Json:
    """The body of a good answer. Raises what a bad one means."""
    try:
        body = response.json()
    except ValueError:
        body = None
    if response.status_code == httpx2.codes.OK and isinstance(body, dict):
        return body
    problem = body if isinstance(body, dict) else {}
    detail = str(problem.get("detail") or f"answered {response.status_code} without saying why")
    error = _ERRORS.get(response.status_code, UnavailableError)
    places = tuple(
        Pointer(pointer=str(p.get("pointer")), code=str(p.get("code")), detail=str(p.get("detail")))
        for p in problem.get("errors") or []
        if isinstance(p, dict)
    )
    raise error(f"The service at {response.url.host} says: {detail}", pointers=places)


def _objects(response: httpx2.Response) -> list[Json]:
    """The list of objects that a good answer holds. Raises what a bad one means."""
    if response.status_code != httpx2.codes.OK:
        _object(response)
    try:
        body = response.json()
    except ValueError:
        body = None
    if not isinstance(body, list) or not all(isinstance(one, dict) for one in body):
        raise UnavailableError(f"The service at {response.url.host} gave an answer that is not a list of objects.")
    return body


def _read(model: type[Model], response: httpx2.Response) -> Model:
    body = _object(response)
    try:
        return model.model_validate(body, extra="ignore")  # a newer service may say more
    except ValidationError as error:
        raise UnavailableError(
            f"The service at {response.url.host} gave an invalid answer: {error.error_count()} members are wrong.",
            advice="Check that the address is that of vpce-guard, and its version; nothing was allowed.",
        ) from None
