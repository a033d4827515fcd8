"""From a request to decisions: the parts that several endpoints share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

from anyio.to_thread import run_sync
from fastapi import Request
from pydantic import BaseModel, ValidationError

from vpce_guard.decisions.decide import Question, timeout_error
from vpce_guard.errors import shape_error
from vpce_guard.formats.body import parse_body
from vpce_guard.model import Decision
from vpce_guard.runtime.guard import Guard

Model = TypeVar("Model", bound=BaseModel)
Made = TypeVar("Made")
_INLINE = 32 << 10  # bytes of a body that is read on the event loop


async def read_content(request: Request, make: Callable[[Any], Made]) -> Made:
    """What `make` makes of the JSON of the body: in a thread if that may take long, so that others are not kept.

    Raises UnreadableError, and what `make` does.
    """
    data = await request.body()
    limit = guard_of(request).settings.max_body

    def work() -> Made:
        return make(parse_body(data, limit=limit))

    return work() if len(data) <= _INLINE else await run_sync(work, limiter=request.app.state.turns.readers)


def validate(model: type[Model], content: Any) -> Model:
    """The content as a model. Raises MalformedError with a pointer to each wrong place."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise shape_error("request", error, advice='Send {"document": ...}; see /docs.') from None


async def decide_in_time(guard: Guard, questions: Sequence[Question]) -> list[list[Decision]]:
    """The decisions for each question; refusals where they take longer than one request may."""
    return await guard.decide(questions, within=guard.settings.request_timeout)


async def run_in_time(work: Coroutine[Any, Any, Made], guard: Guard) -> Made:
    """The outcome of work on one request. Raises EngineError when it takes longer than it may."""
    seconds = guard.settings.request_timeout
    try:
        async with asyncio.timeout(seconds):
            return await work
    except TimeoutError:
        raise timeout_error(seconds) from None


def guard_of(request: Request) -> Guard:
    """The guard that is served."""
    guard: Guard = request.app.state.guard
    return guard


def caller_of(request: Request) -> str | None:
    """The name of who asks."""
    caller = getattr(request.state, "caller", None)
    return caller.name if caller is not None else None
