"""An audit in several processes tells what one process tells."""

from __future__ import annotations

import pytest

from tests.support.audits import ACCOUNTS, without_run
from tests.support.command import run
from vpce_guard.whatif.audit import asking, workers


def test_processes_tell_what_one_tells(inventory: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "_AT_ONCE", 2)  # a group for each account
    given: list[int] = []
    in_workers = workers.decide_in_workers

    def counting(groups: object, job: object, count: int) -> object:
        given.append(count)
        return in_workers(groups, job, count)  # type: ignore[arg-type]

    monkeypatch.setattr(workers, "decide_in_workers", counting)
    here, there = run("audit", *inventory), run("audit", *inventory, "--workers", "2")
    assert given == [2]
    assert (here.returncode, there.returncode) == (1, 1), there.stderr
    assert without_run(there.stdout) == without_run(here.stdout)
    assert there.stdout.count(b"VPCE-ORG-003") >= ACCOUNTS


def test_workers_or_a_cluster(inventory: tuple[str, ...]) -> None:
    done = run("audit", *inventory, "--workers", "2", "--cluster", "tcp://127.0.0.1:1")
    assert (done.returncode, b"not both" in done.stderr) == (2, True)
