"""Runs a replay: windows of records to workers, what comes of them added up window by window.

The result is the same for any number of workers, and for a run that was stopped and went on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from vpce_guard.bundle.bundle import Bundle
from vpce_guard.model import Json
from vpce_guard.whatif.replay import checkpoint as checkpoints
from vpce_guard.whatif.replay.candidate import Candidate
from vpce_guard.whatif.replay.checkpoint import Checkpoint
from vpce_guard.whatif.replay.library import Library, Workspace
from vpce_guard.whatif.replay.results import Part, sum_parts
from vpce_guard.whatif.replay.sources import SHARDS, Record, RecordSource, Window
from vpce_guard.whatif.replay.windows import Judge
from vpce_guard.whatif.workers import take_in_order, work_in_processes

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

    def open_on_worker(self, work: Path | None) -> Callable[[list[Record]], Part]:
        """See WorkerJob: records of a part come back as their sum."""
        there = self if work is None else replace(self, workspace=replace(self.workspace, work=work, cache_dir=None))
        return there.judge().judge


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
    with work_in_processes(min(workers, SHARDS), job) as here:
        sent = (
            (window._replace(records=[]), [here.submit(shard, number=number) for number, shard in window.shards()])
            for window in windows
        )
        for window, futures in take_in_order(sent, ahead=lambda: _AHEAD):
            yield window, sum_parts(here.wait(future) for future in futures)
