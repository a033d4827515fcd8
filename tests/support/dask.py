"""A Dask cluster on this machine."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from distributed import LocalCluster

ROOT = Path(__file__).parents[2]


@contextmanager
def two_workers() -> Iterator[LocalCluster]:
    """A scheduler and two workers that are processes of their own, which find what the tests find."""
    options = {"dashboard_address": None, "worker_dashboard_address": None, "silence_logs": "CRITICAL"}
    with (
        mock.patch.object(sys, "path", [str(ROOT), *sys.path]),
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", **options) as cluster,
    ):
        yield cluster


def lose_worker(cluster: LocalCluster) -> None:
    """Kill a worker, which does not come back."""
    cluster.workers[0].auto_restart = False
    os.kill(cluster.workers[0].pid, signal.SIGKILL)


def jobs_on(cluster: LocalCluster) -> list[str]:
    """The names of jobs that workers still have."""
    return [name for name in cluster.scheduler.worker_plugins if name.startswith("vpce-guard")]
