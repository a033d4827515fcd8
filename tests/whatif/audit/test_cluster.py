"""An audit on a cluster tells what one on this machine tells, also where a worker is lost in the middle."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from distributed import LocalCluster

from tests.support.audits import ACCOUNTS, without_run
from tests.support.command import Done, run
from tests.support.dask import jobs_on, lose_worker, two_workers
from tests.support.existing import gateway, interface
from tests.support.waiting import until
from vpce_guard.surfaces.cli import audit as command
from vpce_guard.whatif.audit import asking

Progress = Callable[[int, int | None], None]


@pytest.fixture(name="cluster", scope="module")
def cluster_of_two() -> Iterator[LocalCluster]:
    """A scheduler and two workers that are processes of their own."""
    with two_workers() as cluster:
        yield cluster


def audit(*options: str, monkeypatch: pytest.MonkeyPatch, progress: Progress | None = None) -> Done:
    """The audit of these options, which is judged in a group for each account."""

    @contextmanager
    def show(_: str) -> Iterator[Progress | None]:
        yield progress

    monkeypatch.setattr(asking, "_AT_ONCE", 2)
    monkeypatch.setattr(command, "show_progress", show)
    return run("audit", *options)


def test_an_audit_can_be_stopped_and_a_worker_that_is_lost_costs_time_only(
    inventory: tuple[str, ...], cluster: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = audit(*inventory, monkeypatch=monkeypatch)
    assert here.returncode == 1, here.stderr
    there = (*inventory, "--cluster", cluster.scheduler_address)

    def interrupt(judged: int, total: int | None) -> None:
        raise KeyboardInterrupt(judged, total)

    stopped = audit(*there, monkeypatch=monkeypatch, progress=interrupt)
    assert (stopped.returncode, stopped.stdout) == (3, b"")
    until(lambda: not cluster.scheduler.tasks)
    assert jobs_on(cluster) == []
    steps: list[tuple[int, int | None]] = []

    def lose_one(judged: int, total: int | None) -> None:
        if not steps:
            lose_worker(cluster)
        steps.append((judged, total))

    done = audit(*there, monkeypatch=monkeypatch, progress=lose_one)
    assert done.returncode == 1, done.stderr
    assert without_run(done.stdout) == without_run(here.stdout)
    assert done.stdout.count(b"VPCE-ORG-003") >= ACCOUNTS
    assert [judged for judged, _ in steps[:ACCOUNTS]] == list(range(2, 2 * ACCOUNTS + 1, 2))
    assert {total for _, total in steps} == {2 * ACCOUNTS}


def test_documents_are_judged_there_too(cluster: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "endpoints.json").write_text(json.dumps({"VpcEndpoints": [interface(), gateway()]}))
    options = (str(tmp_path / "endpoints.json"), "-o", "text", "--at", "2026-11-30T12:00:00Z")
    here = audit(*options, monkeypatch=monkeypatch)
    there = audit(*options, "--cluster", cluster.scheduler_address, monkeypatch=monkeypatch)
    assert b"2 endpoints" in here.stdout
    assert (there.returncode, there.stdout) == (here.returncode, here.stdout), there.stderr


def test_a_sidecar_does_not_go_with_a_cluster(inventory: tuple[str, ...]) -> None:
    done = run("audit", *inventory, "--engine", "opa", "--cluster", "tcp://127.0.0.1:1")
    assert (done.returncode, b"Workers judge with the embedded engine" in done.stderr) == (2, True)
