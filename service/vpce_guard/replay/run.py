"""Runs a replay: windows of records to workers, what comes of them added up in the order of the log.

The result is the same for any number of workers, and for a run that was stopped and went on.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path

from vpce_guard.bundle import Bundle
from vpce_guard.errors import EngineError
from vpce_guard.model import Json
from vpce_guard.replay import state as states
from vpce_guard.replay.candidate import Candidate
from vpce_guard.replay.kept import Library, Place
from vpce_guard.replay.results import Part
from vpce_guard.replay.sources import Record, Source, Window
from vpce_guard.replay.state import State
from vpce_guard.replay.windows import Judge

_SAVE_SECONDS = 2.0
_AHEAD = 3  # windows that wait for each worker

Progress = Callable[[int, int | None], None]  # how many were read, of how many


@dataclass(frozen=True, kw_only=True)
class Job:
    """What each worker needs: the candidate, where bundles and org data are kept, those at hand, and where to build."""

    candidate: Candidate
    place: Place
    database_url: str | None = None
    known: Mapping[str, Bundle] = field(default_factory=dict)
    documents: Mapping[str, Json] = field(default_factory=dict)

    def judge(self) -> Judge:
        """A judge of its own, for one process."""
        database = None
        if self.database_url is not None:
            from vpce_guard.decision_log.database import open_database

            database = open_database(self.database_url)
        return Judge(Library(database, self.known, self.documents, self.place), self.candidate)


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The file a run keeps its state in, and what the run is of."""

    path: Path
    of: str


def run(
    source: Source, job: Job, start: State, *, workers: int, kept: Kept | None = None, progress: Progress | None = None
) -> Part:
    """What comes of all that the source gives from a state on; one worker is this process.

    `progress` is told after each window. Raises VpceGuardError where the source cannot be
    read, the candidate cannot be used at all, or a worker ends.
    """
    state, saved = start, 0.0
    total = source.count() if progress is not None else None
    windows = source.windows(start.place)
    done = _here(windows, job) if workers == 1 else _there(windows, job, workers)
    for window, part in done:
        state.part.merge(part)
        state.place = window.place
        if kept is not None and time.monotonic() - saved >= _SAVE_SECONDS:
            states.write(kept.path, kept.of, state)
            saved = time.monotonic()
        if progress is not None:
            progress(state.part.read, total)
    if kept is not None:
        states.write(kept.path, kept.of, state)
    return state.part


def _here(windows: Iterator[Window], job: Job) -> Iterator[tuple[Window, Part]]:
    judge = job.judge()
    for window in windows:
        yield window, judge.judged(window.records)


def _there(windows: Iterator[Window], job: Job, workers: int) -> Iterator[tuple[Window, Part]]:
    """Windows with what came of them, in order, with few in flight: memory does not grow with their number."""
    context = multiprocessing.get_context("spawn")  # forked, a worker would share the locks of threads it has not
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(job, os.getpid()))
    flight: deque[tuple[Window, Future[Part]]] = deque()
    try:
        for window in windows:
            flight.append((window._replace(records=[]), pool.submit(_judged, window.records)))
            if len(flight) >= workers * _AHEAD:
                yield _landed(flight)
        while flight:
            yield _landed(flight)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _landed(flight: deque[tuple[Window, Future[Part]]]) -> tuple[Window, Part]:
    window, future = flight.popleft()
    try:
        return window, future.result()
    except BrokenProcessPool:
        raise EngineError(
            "A worker of the replay ended, most likely for want of memory.", advice="Use fewer --workers."
        ) from None


_JUDGE: list[Judge] = []  # of this worker process


def _begin(job: Job, parent: int) -> None:
    end_with(parent)
    _JUDGE.append(job.judge())


def _judged(records: list[Record]) -> Part:
    return _JUDGE[0].judged(records)


def end_with(parent: int) -> None:
    """End this process when its parent ends, however it does: nothing is left behind where who asked is killed."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()
