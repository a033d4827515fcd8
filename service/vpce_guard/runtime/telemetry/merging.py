"""Numbers of several processes as those of one service."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from prometheus_client.core import Metric

Told = list[Any]  # families of one process as JSON: name, text, type, and samples of name, labels and value
_SUMMED = frozenset(
    {
        "vpce_guard_requests_in_flight",
        "vpce_guard_decision_log_queue_length",
        "vpce_guard_forwarder_lag_decisions",
        "process_resident_memory_bytes",
        "process_virtual_memory_bytes",
        "process_open_fds",
    }
)
_LEAST = frozenset({"vpce_guard_ready", "process_start_time_seconds", "process_max_fds"})
_COUNTED = ("counter", "histogram")


def as_json(families: Iterable[Metric], *, counted: bool = False) -> Told:
    """Families for another process; with `counted` only those that grow, which still count when this one has ended."""
    return [
        [family.name, family.documentation, family.type, [[s.name, s.labels, s.value] for s in family.samples]]
        for family in families
        if not counted or family.type in _COUNTED
    ]


def merge(told: Sequence[Told]) -> list[Metric]:
    """The families of several processes as one: what is counted is added up, and of states the worst is told.

    Sizes and queues are added up too.
    """
    families: dict[str, tuple[Metric, dict[Any, list[Any]]]] = {}
    for name, text, kind, samples in (family for process in told for family in process):
        _, found = families.setdefault(name, (Metric(name, text, kind), {}))
        combine = _choose(name, kind)
        for sample_name, labels, value in samples:
            key = (sample_name, *sorted(labels.items()))
            if key in found:
                found[key][2] = combine(found[key][2], value)
            else:
                found[key] = [sample_name, labels, value]
    for family, found in families.values():
        for sample in found.values():
            family.add_sample(*sample)
    return [family for family, _ in families.values()]


def _choose(name: str, kind: str) -> Callable[[float, float], float]:
    if kind in _COUNTED or name in _SUMMED:
        return lambda one, other: one + other
    return min if name in _LEAST else max
