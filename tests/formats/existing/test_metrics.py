"""What CloudWatch tells of the data of endpoints."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.errors import MalformedError
from vpce_guard.formats.existing import read_existing
from vpce_guard.formats.existing.inventory import Inventory, Traffic

ONE, TWO = "vpce-0a00000000000001a", "vpce-0a00000000000002a"
TIMES = {"StartTime": "2026-11-01T00:00:00Z", "EndTime": "2026-11-29T00:00:00+00:00"}
GB = 2**30


def read(*documents: dict[str, Any]) -> Inventory:
    inventory = Inventory()
    for document in documents:
        read_existing(document, inventory)
    return inventory


def traffic(gigabytes: float) -> Traffic:
    return Traffic(gigabytes=gigabytes, since="2026-11-01T00:00:00.000000Z", until="2026-11-29T00:00:00.000000Z")


def series(label: str, *values: Any, **more: Any) -> dict[str, Any]:
    return {"Id": "q1", "Label": label, "Timestamps": [], "Values": list(values), "StatusCode": "Complete", **more}


def test_series_tell_their_endpoint_in_the_label_and_none_without_data_had_any() -> None:
    results = [series(f"{ONE} BytesProcessed", 1.5 * GB, GB), series(TWO)]
    ignored = [series(f"{TWO} subnet-0a100001", GB), series(f"{TWO} ActiveConnections", 5.0)]
    found = read({"MetricDataResults": [*results, *ignored], "Messages": [], **TIMES})
    assert found.traffic == {ONE: traffic(2.5), TWO: traffic(0.0)}
    assert (found.notes, found.tells_endpoints) == ([], False)


def test_statistics_are_of_the_endpoint_beside_them() -> None:
    points = [{"Timestamp": "2026-11-02T00:00:00Z", "Sum": float(GB), "Unit": "Bytes"}]
    found = read({"Label": "BytesProcessed", "Datapoints": points, "VpcEndpointId": ONE, **TIMES})
    assert found.traffic == {ONE: traffic(1.0)}


def test_an_answer_that_came_in_parts_is_added_up_only_where_each_part_is_whole() -> None:
    assert read(*[{"MetricDataResults": [series(ONE, GB)], **TIMES}] * 2).traffic == {ONE: traffic(2.0)}
    cut = read({"MetricDataResults": [series(ONE)], "NextToken": "x", **TIMES})
    partial = read({"MetricDataResults": [series(ONE, StatusCode="PartialData")], **TIMES})
    assert (cut.traffic, partial.traffic) == ({}, {})
    assert cut.notes == partial.notes == [f"metrics of {ONE} are not complete, and were not read"]


def test_nothing_is_guessed_of_the_time_or_the_endpoint() -> None:
    no_time = read({"MetricDataResults": [series(ONE)]})
    no_name = read({"MetricDataResults": [series("BytesProcessed")], **TIMES})
    assert (no_time.traffic, no_name.traffic) == ({}, {})
    assert "time that metrics were asked for is not told" in no_time.notes[0]
    assert "do not tell whose they are" in no_name.notes[0]


@pytest.mark.parametrize("value", ["12", None, True, -1.0, float("inf")])
def test_sums_are_numbers(value: Any) -> None:
    with pytest.raises(MalformedError, match="no numbers"):
        read({"MetricDataResults": [series(ONE, value)], **TIMES})
