"""Numbers of several processes as those of one service."""

from __future__ import annotations

from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

from vpce_guard.runtime.telemetry.merging import as_json, merge


def process(requests: dict[str, float], **gauges: float) -> Any:
    counter = CounterMetricFamily("requests", "All.", labels=["route"])
    for route, number in requests.items():
        counter.add_metric([route], number)
    return as_json([counter, *(GaugeMetricFamily(name, "State.", value=value) for name, value in gauges.items())])


def samples(*told: Any) -> dict[Any, float]:
    return {(s.name, *s.labels.values()): s.value for family in merge(told) for s in family.samples}


def test_what_is_counted_is_added_up_by_its_labels() -> None:
    found = samples(process({"/a": 1, "/b": 2}), process({"/b": 3, "/c": 4}))
    assert found == {("requests_total", "/a"): 1, ("requests_total", "/b"): 5, ("requests_total", "/c"): 4}


def test_of_states_the_worst_is_told_and_of_sizes_the_sum() -> None:
    one = process({}, vpce_guard_ready=1, vpce_guard_decision_log_failing=0, process_resident_memory_bytes=100)
    other = process({}, vpce_guard_ready=0, vpce_guard_decision_log_failing=1, process_resident_memory_bytes=50)
    assert samples(one, other) == {
        ("vpce_guard_ready",): 0,
        ("vpce_guard_decision_log_failing",): 1,
        ("process_resident_memory_bytes",): 150,
    }


def test_histograms_are_added_up_bucket_by_bucket() -> None:
    told = []
    for few, all_ in ((1, 3), (2, 2)):
        family = HistogramMetricFamily("seconds", "Time.", buckets=[("0.1", few), ("+Inf", all_)], sum_value=all_)
        told.append(as_json([family]))
    assert samples(*told) == {
        ("seconds_bucket", "0.1"): 3,
        ("seconds_bucket", "+Inf"): 5,
        ("seconds_count",): 5,
        ("seconds_sum",): 5,
    }


def test_of_a_process_that_ended_states_are_nothing() -> None:
    counter, gauge = CounterMetricFamily("requests", "All.", value=1), GaugeMetricFamily("ready", "State.", value=1)
    assert [family[0] for family in as_json([counter, gauge], counted=True)] == ["requests"]
