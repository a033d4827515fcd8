"""Many inputs are judged by several calls, as many at once as there are processors."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator, Sequence

from vpce_guard.engines import Evaluations
from vpce_guard.errors import EngineError
from vpce_guard.model import Json

BATCH = 25  # inputs of one call: in the process nothing is freed while it runs, and to a sidecar it has a time limit
_AT_ONCE = os.cpu_count() or 1


def split(inputs: Sequence[Json]) -> Iterator[Sequence[Json]]:
    """The inputs of one call each."""
    return (inputs[at : at + BATCH] for at in range(0, len(inputs), BATCH))


async def evaluate_batches(
    inputs: Sequence[Json], evaluate: Callable[[Sequence[Json]], Awaitable[Evaluations]]
) -> Evaluations:
    """The answers in the order of the inputs, of one call where there are few of them.

    Where they are of two bundle revisions, because the engine took a new bundle meanwhile, all are asked once more.
    Raises EngineError where that happens again, and what `evaluate` raises.
    """
    if len(inputs) <= BATCH:
        return await evaluate(inputs)
    for _ in range(2):
        first, *others = await _evaluate_all(list(split(inputs)), evaluate)
        if all(other.revision == first.revision for other in others):
            for other in others:
                first.evaluations.extend(other.evaluations)
            return first
    raise EngineError("The engine changed its bundle twice while it judged these proposals.", advice="Ask again.")


async def _evaluate_all(
    batches: list[Sequence[Json]], evaluate: Callable[[Sequence[Json]], Awaitable[Evaluations]]
) -> list[Evaluations]:
    turns = asyncio.Semaphore(_AT_ONCE)

    async def evaluate_one(batch: Sequence[Json]) -> Evaluations:
        async with turns:
            return await evaluate(batch)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(evaluate_one(batch)) for batch in batches]
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None
    return [task.result() for task in tasks]
