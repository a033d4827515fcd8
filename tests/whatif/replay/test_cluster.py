"""A replay on a cluster tells what one on this machine tells, also where a worker is lost in the middle."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from distributed import LocalCluster

from tests.support.command import run
from tests.support.dask import jobs_on, lose_worker, two_workers
from tests.support.recording import many
from tests.support.waiting import until
from vpce_guard.bundle.bundle import PACKAGED
from vpce_guard.errors import SettingsError
from vpce_guard.model import Json
from vpce_guard.settings import Settings
from vpce_guard.surfaces.reports.replay.json import render
from vpce_guard.whatif.replay import sources
from vpce_guard.whatif.replay.candidate import Candidate
from vpce_guard.whatif.replay.request import Request, replay_of

ORG: Json = {"services": {"allow": ["*"], "deny": ["kms"]}}


@pytest.fixture(name="log", scope="module")
def log_of_many_decisions(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a log of 301 decisions."""
    url = f"sqlite:///{tmp_path_factory.mktemp('log') / 'decisions.db'}"
    many(url, 300)
    return url


@pytest.fixture(name="cluster", scope="module")
def cluster_of_two() -> Iterator[LocalCluster]:
    """A scheduler and two workers that are processes of their own."""
    with two_workers() as cluster:
        yield cluster


def report(log: str, work: Path, progress: Any = None, **asked: Any) -> str:
    """The JSON report of a replay under other org data."""
    candidate = Candidate(org=ORG, org_name="org.json")
    settings = Settings(database_url=log)
    asked.setdefault("until", "2026-02-01T00:00:00Z")
    return render(replay_of(Request(settings=settings, work=work, **asked), candidate, progress))


def _interrupt(read: int, total: int | None) -> None:
    raise KeyboardInterrupt(read, total)


def test_a_replay_can_be_stopped_and_a_worker_that_is_lost_costs_time_only(
    log: str, cluster: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "WINDOW", 30)  # ten windows, of which some are in flight
    here = report(log, tmp_path)
    with pytest.raises(KeyboardInterrupt):
        report(log, tmp_path, _interrupt, cluster=cluster.scheduler_address)
    until(lambda: not cluster.scheduler.tasks)
    assert jobs_on(cluster) == []
    lost: list[int] = []
    steps: list[int] = []

    def lose_one(read: int, _: int | None) -> None:
        steps.append(read)
        if not lost:
            lost.append(read)
            lose_worker(cluster)

    assert report(log, tmp_path, lose_one, cluster=cluster.scheduler_address) == here
    assert steps == [*range(30, 301, 30)]
    assert lost


def test_workers_of_other_machines_need_a_database_that_they_find(log: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="a file on this machine"):
        report(log, tmp_path, cluster="tcp://10.0.0.1:8786")


def test_workers_or_a_cluster(log: str) -> None:
    both = ("--workers", "2", "--cluster", "tcp://127.0.0.1:1")
    done = run("replay", "--log", log, "--candidate", str(PACKAGED), *both)
    assert done.returncode == 2
    assert b"not both" in done.stderr
