"""Replay on a Dask cluster of one worker and of two, in turns, on this machine: how much quicker two are.

In each round both judge the same decisions, without taking over what differs in its time only, and tell the same.
Workers are asked for a little first, so that what they set up once is not timed.

RECORDS says how many decisions, ROUNDS how often; LOG names a database that is kept, and filled where it has fewer.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import varied_log
from distributed import LocalCluster
from gates import hold

from vpce_guard import logs
from vpce_guard.decision_log.database import open_database
from vpce_guard.decision_log.queries import Query, count
from vpce_guard.settings import Settings
from vpce_guard.surfaces.reports.replay.json import render
from vpce_guard.whatif.replay.candidate import Candidate
from vpce_guard.whatif.replay.request import Request, replay_of

RECORDS = int(os.environ.get("RECORDS", "20000"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))
ORG = {"services": {"allow": ["*"], "deny": ["kms"]}}


def main() -> None:
    """Make the log, time both, print."""
    logs.configure("error")
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{os.environ.get('LOG') or Path(folder) / 'decisions.db'}"
        missing = RECORDS - count(open_database(url), Query())
        if missing > 0:
            varied_log.write(url, records=missing)
        ratios, rates = [], []
        for _ in range(ROUNDS):
            (one, told), (two, again) = (_replay(url, Path(folder), workers) for workers in (1, 2))
            assert told == again, "two workers tell something else"
            ratios.append(one / two)
            rates.append(RECORDS / one)
            print(f"one worker {one:.1f} s, two {two:.1f} s; {json.loads(told)['compared']:,} compared")
        hold("cluster", {"two workers against one": ratios, "decisions a second of one worker": rates})


def _replay(url: str, work: Path, workers: int) -> tuple[float, str]:
    """Seconds and the report."""
    with LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address=None,
        worker_dashboard_address=None,
        silence_logs="CRITICAL",
    ) as cluster:
        asked = {"cluster": cluster.scheduler_address, "limit": RECORDS, "reuse": False}
        request = Request(settings=Settings(database_url=url), work=work, **asked)
        candidate = Candidate(org=ORG, org_name="services.json")
        replay_of(replace(request, limit=64), candidate)
        began = time.perf_counter()
        told = render(replay_of(request, candidate))
        return time.perf_counter() - began, told


if __name__ == "__main__":
    main()
