"""Work on a cluster comes back in order, and what is wrong with the cluster is told."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from distributed import LocalCluster

from tests.support.dask import jobs_on, two_workers
from tests.support.waiting import until
from vpce_guard.errors import EngineError
from vpce_guard.whatif import cluster as on_cluster
from vpce_guard.whatif.cluster import JobPlugin, work_on_cluster
from vpce_guard.whatif.workers import take_in_order


@dataclass(frozen=True)
class Doubling:
    """A job of which each worker tells how often it was opened; `deadly` is an item under which a worker ends."""

    deadly: int | None = None

    def open_on_worker(self, work: Path | None) -> Callable[[int], tuple[int, int]]:
        """See WorkerJob."""
        assert work is not None
        with (work / "opened").open("a") as file:
            file.write("x")

        def double(item: int) -> tuple[int, int]:
            if item == self.deadly:
                os.kill(os.getpid(), signal.SIGKILL)
            return item * 2, (work / "opened").stat().st_size

        return double


@pytest.fixture(name="cluster", scope="module")
def cluster_of_two() -> Iterator[LocalCluster]:
    """A scheduler and two workers that are processes of their own."""
    with two_workers() as cluster:
        yield cluster


def test_each_worker_opens_the_job_once_and_it_is_gone_at_the_end(cluster: LocalCluster) -> None:
    with work_on_cluster(cluster.scheduler_address, Doubling()) as workers:
        assert workers.count == 2
        sent = (workers.submit(item, number=item) for item in range(20))
        found = [workers.wait(one) for one in take_in_order(sent, ahead=lambda: 5)]
    assert found == [(item * 2, 1) for item in range(20)]
    until(lambda: not cluster.scheduler.tasks)
    assert jobs_on(cluster) == []


def test_an_item_under_which_every_worker_ends_is_told(cluster: LocalCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_cluster, "_RETRIES", 0)
    with (
        work_on_cluster(cluster.scheduler_address, Doubling(deadly=3)) as workers,
        pytest.raises(EngineError, match="ended again and again"),
    ):
        workers.wait(workers.submit(3))
    until(lambda: not cluster.scheduler.tasks)


def test_a_worker_of_another_version_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    plugin = JobPlugin("vpce-guard-1", Doubling())
    plugin.setup(None)
    assert plugin.work_on(2) == (4, 1)
    monkeypatch.setattr(on_cluster, "__version__", "0.0.0")
    with pytest.raises(EngineError, match=r"A worker has vpce-guard 0\.0\.0"):
        plugin.work_on(2)
    plugin.teardown(None)


def test_a_cluster_that_is_not_there_or_has_no_workers_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_cluster, "_CONNECT_SECONDS", 0.2)
    with pytest.raises(EngineError, match="cannot be reached"), work_on_cluster("tcp://127.0.0.1:1", Doubling()):
        pass
    monkeypatch.setattr(on_cluster, "_CONNECT_SECONDS", 2.0)
    quiet = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0", "silence_logs": "CRITICAL"}
    with (
        LocalCluster(n_workers=0, **quiet) as empty,
        pytest.raises(EngineError, match="has no workers"),
        work_on_cluster(empty.scheduler_address, Doubling()),
    ):
        pass
