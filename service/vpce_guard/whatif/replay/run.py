"""Runs a replay: windows of records to workers, what comes of them added up window by window.

The result is the same for any number of workers, and for a run that was stopped and went on.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from vpce_guard.bundle.bundle import Bundle
from vpce_guard.errors import EngineError
from vpce_guard.model import Json
from vpce_guard.whatif.replay import checkpoint as checkpoints
from vpce_guard.whatif.replay.candidate import Candidate
from vpce_guard.whatif.replay.checkpoint import Checkpoint
from vpce_guard.whatif.replay.library import Library, Workspace
from vpce_guard.whatif.replay.results import Part, sum_parts
from vpce_guard.whatif.replay.sources import SHARDS, Record, RecordSource, Window
from vpce_guard.whatif.replay.windows import Judge

_SAVE_SECONDS = 2.0
_AHEAD = 4  # windows in flight

Progress = Callable[[int, int | None], None]  # how many were read, of how many


@dataclass(frozen=True, kw_only=True)
class Job:
    """What each worker needs: the candidate, where bundles and org data are kept, those at hand, and where to build."""

    candidate: Candidate
    workspace: Workspace
    database_url: str | None = None
    known: Mapping[str, Bundle] = field(default_factory=dict)
    documents: Mapping[str, Json] = field(default_factory=dict)
    reuse: bool = True

    def judge(self) -> Judge:
        """A judge of its own, for one process."""
        database = None
        if self.database_url is not None:
            from vpce_guard.decision_log.database import open_database

            database = open_database(self.database_url)
        return Judge(Library(database, self.known, self.documents, self.workspace), self.candidate, reuse=self.reuse)


@dataclass(frozen=True, kw_only=True)
class CheckpointFile:
    """The file a run keeps its state in, and what the run is of."""

    path: Path
    of: str


def run(
    source: RecordSource,
    job: Job,
    start: Checkpoint,
    *,
    workers: int,
    cluster: str | None = None,
    kept: CheckpointFile | None = None,
    progress: Progress | None = None,
) -> Part:
    """What comes of all that the source gives from a state on; one worker is this process.

    `cluster` is the address of a Dask scheduler whose workers do it instead.
    `progress` is told after each window. Raises VpceGuardError where the source cannot be
    read, the candidate cannot be used at all, or a worker ends.
    """
    checkpoint, saved = start, 0.0
    total = source.count() if progress is not None else None
    windows = source.windows(start.resume_at)
    with closing(_run_somewhere(windows, job, workers, cluster)) as done:  # workers stop with it
        for window, part in done:
            checkpoint.part.merge(part)
            checkpoint.resume_at = window.resume_at
            if kept is not None and time.monotonic() - saved >= _SAVE_SECONDS:
                checkpoints.write_checkpoint(kept.path, kept.of, checkpoint)
                saved = time.monotonic()
            if progress is not None:
                progress(checkpoint.part.read, total)
    if kept is not None:
        checkpoints.write_checkpoint(kept.path, kept.of, checkpoint)
    return checkpoint.part


def _run_somewhere(
    windows: Iterator[Window], job: Job, workers: int, cluster: str | None
) -> Generator[tuple[Window, Part], None, None]:
    if cluster is not None:
        from vpce_guard.whatif.replay.cluster import run_on_cluster

        return run_on_cluster(windows, job, cluster)
    return _run_in_process(windows, job) if workers == 1 else _run_in_workers(windows, job, workers)


def _run_in_process(windows: Iterator[Window], job: Job) -> Generator[tuple[Window, Part], None, None]:
    judge = job.judge()
    for window in windows:
        yield window, sum_parts(judge.judge(shard) for _, shard in window.shards())


def _run_in_workers(windows: Iterator[Window], job: Job, workers: int) -> Generator[tuple[Window, Part], None, None]:
    """Windows with what came of them, in order, with few in flight: memory does not grow with their number.

    A shard goes to the same worker in each window.
    """
    context = multiprocessing.get_context("spawn")  # forked, a worker would share the locks of threads it has not
    pools = [
        ProcessPoolExecutor(1, mp_context=context, initializer=_begin, initargs=(job, os.getpid()))
        for _ in range(min(workers, SHARDS))
    ]
    flight: deque[tuple[Window, list[Future[Part]]]] = deque()
    try:
        for window in windows:
            futures = [pools[number % len(pools)].submit(_judge_records, shard) for number, shard in window.shards()]
            flight.append((window._replace(records=[]), futures))
            if len(flight) >= _AHEAD:
                yield _next_result(flight)
        while flight:
            yield _next_result(flight)
    finally:
        for pool in pools:
            pool.shutdown(wait=False, cancel_futures=True)
        for pool in pools:
            pool.shutdown(wait=True)


def _next_result(flight: deque[tuple[Window, list[Future[Part]]]]) -> tuple[Window, Part]:
    window, futures = flight.popleft()
    try:
        return window, sum_parts(future.result() for future in futures)
    except BrokenProcessPool:
        raise EngineError(
            "A worker of the replay ended, most likely because it ran out of memory.", advice="Use fewer --workers."
        ) from None


_JUDGE: list[Judge] = []  # of this worker process


def _begin(job: Job, parent: int) -> None:
    end_with(parent)
    _JUDGE.append(job.judge())


def _judge_records(records: list[Record]) -> Part:
    return _JUDGE[0].judge(records)


def end_with(parent: int) -> None:
    """End this process when its parent ends, however it does: nothing is left behind where who asked is killed."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()
