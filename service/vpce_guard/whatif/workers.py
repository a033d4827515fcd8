"""Work in processes of this machine, with few items in flight: what comes of them comes back in order."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

from vpce_guard.errors import EngineError

Sent = TypeVar("Sent")


class WorkerJob(Protocol):
    """What each worker needs; it is pickled."""

    def open_on_worker(self, work: Path | None) -> Callable[[Any], Any]:
        """What turns an item into what comes of it, one at a time.

        `work` is a folder of the worker's own where it is on another machine, and None on this one.
        """


class LocalWorkers:
    """Processes of this machine while they work on one job."""

    def __init__(self, pools: list[ProcessPoolExecutor]) -> None:
        self._pools = pools
        self._next = 0

    def submit(self, item: Any, *, number: int | None = None) -> Future[Any]:
        """Give an item to a worker: those of one number to the same one, the others in turns."""
        if number is None:
            number, self._next = self._next, self._next + 1
        return self._pools[number % len(self._pools)].submit(_work_on, item)

    def wait(self, future: Future[Any]) -> Any:
        """What came of an item. Raises EngineError where a worker ended, and what the work raises."""
        try:
            return future.result()
        except BrokenProcessPool:
            raise EngineError(
                "A worker ended, most likely because it ran out of memory.", advice="Use fewer --workers."
            ) from None


@contextmanager
def work_in_processes(count: int, job: WorkerJob) -> Iterator[LocalWorkers]:
    """So many processes with the job; they end with it, and with this process."""
    context = multiprocessing.get_context("spawn")  # forked, a worker would share the locks of threads it has not
    pools = [
        ProcessPoolExecutor(1, mp_context=context, initializer=_begin, initargs=(job, os.getpid()))
        for _ in range(count)
    ]
    try:
        yield LocalWorkers(pools)
    finally:
        for pool in pools:
            pool.shutdown(wait=False, cancel_futures=True)


_WORK: list[Callable[[Any], Any]] = []  # of this worker process


def _begin(job: WorkerJob, parent: int) -> None:
    end_with(parent)
    _WORK.append(job.open_on_worker(None))


def _work_on(item: Any) -> Any:
    return _WORK[0](item)


def take_in_order(each: Iterator[Sent], *, ahead: Callable[[], int]) -> Iterator[Sent]:
    """What is sent as `each` is gone through, in order, with at most ahead() not taken."""
    flight: deque[Sent] = deque()
    for one in each:
        flight.append(one)
        if len(flight) >= ahead():
            yield flight.popleft()
    yield from flight


def end_with(parent: int) -> None:
    """End this process when its parent ends, however it does: nothing is left behind where who asked is killed."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()
