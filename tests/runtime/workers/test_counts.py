"""What workers count is told by any of them, and a total never falls when one of them ends."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from vpce_guard.runtime.workers import counts
from vpce_guard.runtime.workers.counts import CountFile, add_up, count_workers, read_counts


def written(folder: Path, monkeypatch: pytest.MonkeyPatch, *, process: int, decisions: int, queue: int) -> None:
    monkeypatch.setattr(os, "getpid", lambda: process)
    families = (CounterMetricFamily("decisions", "All.", value=decisions),)
    waiting = GaugeMetricFamily("vpce_guard_decision_log_queue_length", "Waiting.", value=queue)
    CountFile(folder).write([*families, waiting])


def totals(folder: Path) -> dict[str, float]:
    return {sample.name: sample.value for family in read_counts(folder) for sample in family.samples}


def test_counts_are_added_up_and_of_a_worker_that_ended_only_what_it_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, monkeypatch, process=11, decisions=3, queue=1)
    written(tmp_path, monkeypatch, process=12, decisions=4, queue=2)
    assert totals(tmp_path) == {"decisions_total": 7.0, "vpce_guard_decision_log_queue_length": 3.0}
    add_up(tmp_path, 11)
    assert totals(tmp_path) == {"decisions_total": 7.0, "vpce_guard_decision_log_queue_length": 2.0}
    add_up(tmp_path, 12)
    written(tmp_path, monkeypatch, process=11, decisions=1, queue=0)  # the id is given again
    assert totals(tmp_path) == {"decisions_total": 8.0, "vpce_guard_decision_log_queue_length": 0.0}


def test_what_is_added_up_while_the_folder_is_read_counts_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, monkeypatch, process=11, decisions=3, queue=0)
    read_gone = counts._read_gone

    def add_up_first(folder: Path) -> object:
        monkeypatch.setattr(counts, "_read_gone", read_gone)
        add_up(folder, 11)
        return read_gone(folder)

    monkeypatch.setattr(counts, "_read_gone", add_up_first)
    assert totals(tmp_path)["decisions_total"] == 3.0
    assert totals(tmp_path)["decisions_total"] == 3.0


def test_the_parent_tells_how_many_workers_run_and_how_many_ended(tmp_path: Path) -> None:
    CountFile(tmp_path).write(count_workers(2, 5))
    assert totals(tmp_path) == {"vpce_guard_workers": 2.0, "vpce_guard_workers_ended_total": 5.0}
