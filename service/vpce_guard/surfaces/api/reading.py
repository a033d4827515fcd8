"""Reading the decision log for an answer: in threads of its own, and no longer than an answer may wait for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import anyio
from sqlalchemy.exc import SQLAlchemyError

from vpce_guard.decision_log.writer import Writer
from vpce_guard.errors import LogError

Found = TypeVar("Found")
_READERS = anyio.CapacityLimiter(8)  # threads of their own: a database that hangs keeps nothing else from its threads


async def read_log(
    writer: Writer, work: Callable[..., Found], *arguments: Any, within: float | None = None, **options: Any
) -> Found:
    """What some work on the log's database finds, within the seconds given if they are fewer than an answer may wait.

    Raises LogError where it cannot be read in time.
    """
    seconds = writer.timeout if within is None else min(within, writer.timeout)
    try:
        with anyio.fail_after(seconds):
            reading = partial(work, *arguments, **options)
            return await anyio.to_thread.run_sync(reading, abandon_on_cancel=True, limiter=_READERS)
    except SQLAlchemyError as error:
        raise LogError(f"The decision log cannot be read: {type(error).__name__}.", advice="Try again.") from error
    except TimeoutError:
        raise LogError(f"The decision log did not answer within {seconds:g} s.", advice="Try again.") from None
