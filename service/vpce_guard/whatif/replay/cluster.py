"""A replay on a Dask cluster: parts of windows go to workers wherever they are, and come back as sums, in order.

A part carries its records. Loaded only with `--cluster`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

from vpce_guard.whatif.cluster import ClusterWorkers, work_on_cluster
from vpce_guard.whatif.replay.results import Part, sum_parts
from vpce_guard.whatif.replay.sources import SHARDS, Window
from vpce_guard.whatif.workers import take_in_order

if TYPE_CHECKING:
    from vpce_guard.whatif.replay.run import Job

_PARTS_AHEAD = 3  # in flight for each worker
_LEAST_AHEAD = 4  # windows in flight at least


def run_on_cluster(windows: Iterator[Window], job: Job, address: str) -> Generator[tuple[Window, Part], None, None]:
    """Windows with what came of them, in order, with few in flight.

    Raises EngineError where the scheduler cannot be reached, has no workers, or they are of another version.
    """
    with work_on_cluster(address, job) as workers:
        sent = (
            (window._replace(records=[]), [workers.submit(shard, number=number) for number, shard in window.shards()])
            for window in windows
        )
        for window, futures in take_in_order(sent, ahead=lambda: _ahead(workers)):
            yield window, sum_parts(workers.wait(future) for future in futures)


def _ahead(workers: ClusterWorkers) -> int:
    """How many windows are in flight, so that each worker has something to do."""
    return max(_LEAST_AHEAD, workers.count * _PARTS_AHEAD // SHARDS)
