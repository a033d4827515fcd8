"""What each worker counts, in files of the folder that workers share, so that any of them can tell all of it.

What those counted that have ended is added up in a file of its own, so that no total ever falls.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.metrics_core import CounterMetricFamily
from pydantic_core import from_json, to_json

from vpce_guard.runtime.telemetry.merging import Told, as_json, merge

_GONE = "gone.counts"
_MOST_NAMES = 200  # of files that are added up and may still be seen by who was reading the folder


class CountFile:
    """The counts of this process, which it alone writes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / f"{os.getpid()}-{time.time_ns()}.counts"  # an id is given again

    def write(self, families: Iterable[Metric]) -> None:
        """Tell the others. Raises OSError."""
        _replace(self._path, to_json(as_json(families)))


def read_counts(folder: Path) -> list[Metric]:
    """What all workers of the folder counted, those that have ended too. Raises OSError."""
    told: dict[str, Told] = {}
    for path in sorted(folder.glob("*-*.counts")):
        with suppress(FileNotFoundError):  # added up meanwhile, which is read last
            told[path.name] = from_json(path.read_bytes())
    names, gone = _read_gone(folder)
    return merge([*(each for name, each in told.items() if name not in names), gone])


def add_up(folder: Path, process: int) -> None:
    """Keep what a process counted that has ended. For the parent only. Raises OSError."""
    for path in folder.glob(f"{process}-*.counts"):
        names, gone = _read_gone(folder)
        families = merge([gone, from_json(path.read_bytes())])
        kept = {"names": [*names, path.name][-_MOST_NAMES:], "families": as_json(families, counted=True)}
        _replace(folder / _GONE, to_json(kept))
        path.unlink()


def count_workers(running: int, ended: int) -> list[Metric]:
    """What the parent counts: workers that answer, and those that ended unasked."""
    return [
        GaugeMetricFamily("vpce_guard_workers", "Workers that answer.", value=running),
        CounterMetricFamily("vpce_guard_workers_ended", "Workers that ended unasked.", value=ended),
    ]


def _read_gone(folder: Path) -> tuple[list[str], Told]:
    try:
        content = from_json((folder / _GONE).read_bytes())
    except FileNotFoundError:
        return [], []
    return content["names"], content["families"]


def _replace(path: Path, content: bytes) -> None:
    """Write a file so that who reads it finds the old content or the new."""
    new = path.with_suffix(".new")
    new.write_bytes(content)
    new.replace(path)
