"""From a request to decisions: the parts that several endpoints share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from anyio.to_thread import run_sync
from fastapi import Request
from pydantic import BaseModel, ValidationError

from vpce_guard.decisions.decide import timeout_error
from vpce_guard.decisions.fair_queue import FairQueue
from vpce_guard.decisions.question import Decisions, Question
from vpce_guard.engines import Evaluations
from vpce_guard.errors import shape_error
from vpce_guard.formats.body import parse_body
from vpce_guard.runtime.guard import Guard
from vpce_guard.runtime.memory import give_back
from vpce_guard.surfaces.api.http.turns import LargeError, Visit

Model = TypeVar("Model", bound=BaseModel)
Made = TypeVar("Made")
_INLINE = 32 << 10  # bytes of a body that is read on the event loop
_LITTLE = 256 << 10  # bytes that the rules are given
_LATER = 5.0  # seconds after which a large request has been answered, most likely
_FEW = 10  # endpoints of a request that is judged among the light ones


async def is_body_large(request: Request) -> bool:
    """Whether the body takes longer to read than others should wait."""
    return len(await request.body()) > _INLINE


async def read_content(request: Request, make: Callable[[Any], Made], *, asks: bool = False) -> Made:
    """What `make` makes of the JSON of the body: in a thread if that may take long, so that others are not kept.

    `asks` says that it makes a question, for which the inventory may have to be read.
    Raises UnreadableError, and what `make` does.
    """
    limit = guard_of(request).settings.max_body
    return await read_body(request, lambda data: make(parse_body(data, limit=limit)), asks=asks)


async def read_body(request: Request, make: Callable[[bytes], Made], *, asks: bool = False) -> Made:
    """What `make` makes of the body, likewise. Raises what `make` does."""
    data = await request.body()
    return await run_by_size(request, lambda: make(data), size=len(data), asks=asks)


async def run_by_size(request: Request, work: Callable[[], Made], *, size: int, asks: bool = False) -> Made:
    """The result of work on so many bytes: in a thread, and in turn, if that may take long. Raises what it does."""
    reads_inventory = asks and guard_of(request).inventory is not None
    if size <= _INLINE and not reads_inventory:
        return work()
    async with request.app.state.turns.reading.turn(caller_of(request)):
        return await run_sync(work)


def validate(model: type[Model], content: Any) -> Model:
    """The content as a model. Raises MalformedError with a pointer to each wrong place."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise shape_error("request", error, advice='Send {"document": ...}; see /docs.') from None


async def decide_in_turn(request: Request, questions: Sequence[Question]) -> list[Decisions]:
    """The decisions for each question, once it is the caller's turn; refusals where they take longer than they may."""
    guard = guard_of(request)
    async with _turn(request, questions) as end_turn:
        return await guard.decide(questions, within=guard.settings.request_timeout, judged=end_turn)


async def evaluate_in_turn(request: Request, question: Question) -> Evaluations:
    """What the rules say of each proposal, once it is the caller's turn. Raises EngineError."""
    guard = guard_of(request)
    async with _turn(request, [question]):
        return await run_in_time(guard.evaluate(question), guard)


@asynccontextmanager
async def _turn(request: Request, questions: Sequence[Question]) -> AsyncIterator[Callable[[], None]]:
    """The caller's turn among requests of this size; what it gives ends the turn before all is done."""
    turns = request.app.state.turns
    heavy = sum(len(q.proposals) for q in questions) > _FEW or sum(q.work for q in questions) > _LITTLE
    if heavy and getattr(request.state, "may_go_apart", False):
        raise LargeError
    async with take_turn(request, turns.heavy if heavy else turns.light) as end_turn:
        yield end_turn
    if heavy:
        asyncio.get_running_loop().call_later(_LATER, give_back)


@asynccontextmanager
async def take_turn(request: Request, queue: FairQueue) -> AsyncIterator[Callable[[], None]]:
    """The caller's turn in a queue. Raises OverloadedError where it does not come in time."""
    visit: Visit = request.state.visit
    visit.wait(guard_of(request).settings.request_timeout)
    async with queue.turn(caller_of(request)) as end_turn:
        visit.settle()
        yield end_turn


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
