"""What went through endpoints, asked of CloudWatch as moto's server answers in its place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.existing import interface
from tests.support.moto_aws import OWN, make_endpoints
from vpce_guard.formats.existing.inventory import Traffic
from vpce_guard.inventory.aws import Accounts
from vpce_guard.inventory.kinds import KINDS, TRAFFIC
from vpce_guard.inventory.traffic import as_traffic, ask_traffic

GB = 2**30


@pytest.mark.usefixtures("moto_url")
def test_bytes_are_added_up_and_no_data_points_are_none() -> None:
    import boto3

    vpc, _ = make_endpoints(2)
    place = Accounts().place(OWN, "us-east-1")
    busy, other = (one for one in place.read(KINDS["VpcEndpoints"]) if one.get("VpcEndpointType") == "Interface")
    dimensions = [
        {"Name": "Endpoint Type", "Value": "Interface"},
        {"Name": "Service Name", "Value": busy["ServiceName"]},
        {"Name": "VPC Endpoint Id", "Value": busy["VpcEndpointId"]},
        {"Name": "VPC Id", "Value": vpc},
    ]  # moto goes by their order
    today = datetime.now(UTC).replace(hour=1, minute=0, second=0, microsecond=0)
    metric = {"MetricName": "BytesProcessed", "Dimensions": dimensions}
    data = [{**metric, "Timestamp": today - timedelta(days=days), "Value": days * GB} for days in (1, 2, 40)]
    boto3.client("cloudwatch", region_name="us-east-1").put_metric_data(
        Namespace="AWS/PrivateLinkEndpoints", MetricData=data
    )
    found = as_traffic(place.read(TRAFFIC))
    assert found[busy["VpcEndpointId"]].gigabytes == 3.0
    assert found[other["VpcEndpointId"]].gigabytes == 0.0


class Pages:
    """A client that answers in pages; it keeps how many queries each call had."""

    def __init__(self, *pages: list[dict[str, Any]]) -> None:
        self.meta = SimpleNamespace(region_name="us-east-1")
        self.pages = pages
        self.calls: list[int] = []

    def get_paginator(self, _name: str) -> Pages:
        return self

    def paginate(self, **asked: Any) -> list[dict[str, Any]]:
        self.calls.append(len(asked["MetricDataQueries"]))
        return [{"MetricDataResults": page} for page in self.pages]


def result(number: int, *values: float, status: str = "Complete") -> dict[str, Any]:
    return {"Id": f"q{number}", "Values": list(values), "StatusCode": status}


def test_what_is_told_in_part_is_left_out_unless_the_rest_follows() -> None:
    endpoints = [interface(f"vpce-{number}") for number in range(3)]
    client = Pages([result(0, 1.0, status="PartialData"), result(1, 1.0, status="PartialData")], [result(0, 2.0)])
    (found,) = ask_traffic(client, endpoints)
    assert (found["EndpointId"], found["VpcId"], found["Bytes"]) == ("vpce-0", "vpc-0a000001", 3.0)


def test_few_calls_ask_about_many_endpoints_and_none_about_what_has_no_metrics() -> None:
    client = Pages()
    others = [interface("vpce-g", VpcEndpointType="Gateway"), interface("vpce-r", ServiceRegion="eu-west-1")]
    assert list(ask_traffic(client, [*others, *(interface(f"vpce-{number}") for number in range(501))])) == []
    assert client.calls == [500, 1]


def test_what_is_kept_is_told_in_gigabytes() -> None:
    times = {"StartTime": "2026-11-01T00:00:00+00:00", "EndTime": "2026-11-29T00:00:00+00:00"}
    assert as_traffic([{"EndpointId": "vpce-1", "Bytes": 1.5 * GB, **times}]) == {
        "vpce-1": Traffic(gigabytes=1.5, since="2026-11-01T00:00:00.000000Z", until="2026-11-29T00:00:00.000000Z")
    }
