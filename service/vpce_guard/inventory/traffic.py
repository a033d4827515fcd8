"""What went through endpoints in the last four weeks, as CloudWatch tells, for many endpoints in one call.

An endpoint of which CloudWatch has no data points had no traffic: it has some for minutes with traffic only. It tells
nothing of endpoints to services of other Regions, so they are not asked about.
Source: AWS PrivateLink Guide, "CloudWatch metrics for AWS PrivateLink"; Amazon CloudWatch API Reference, GetMetricData.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from vpce_guard.formats.existing.inventory import Traffic
from vpce_guard.formats.existing.metrics import GIGABYTE
from vpce_guard.instants import instant
from vpce_guard.model import Json

_DAYS = 28
_A_DAY = 86_400
_AT_ONCE = 500  # as many queries as one call takes
_TYPES = ("Interface", "GatewayLoadBalancer")
_DIMENSIONS = {
    "Endpoint Type": "VpcEndpointType",
    "Service Name": "ServiceName",
    "VPC Endpoint Id": "VpcEndpointId",
    "VPC Id": "VpcId",
}


def ask_traffic(cloudwatch: Any, endpoints: Iterable[Json]) -> Iterator[Json]:
    """The bytes of each endpoint of a type that CloudWatch has metrics of; what it told in part is left out."""
    until = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    times = {"StartTime": until - timedelta(days=_DAYS), "EndTime": until}
    region = cloudwatch.meta.region_name
    measured = [
        one
        for one in endpoints
        if one.get("VpcEndpointType") in _TYPES and one.get("ServiceRegion") in (None, "", region)
    ]
    pages = cloudwatch.get_paginator("get_metric_data")
    for some in (measured[start : start + _AT_ONCE] for start in range(0, len(measured), _AT_ONCE)):
        sums: defaultdict[str, float] = defaultdict(float)
        partial: set[str] = set()
        for page in pages.paginate(MetricDataQueries=list(_queries(some)), **times):
            for result in page["MetricDataResults"]:
                sums[result["Id"]] += sum(result["Values"])
                if result.get("StatusCode") == "Complete":
                    partial.discard(result["Id"])
                else:  # the rest of it is on a page that follows, or it failed
                    partial.add(result["Id"])
        for number, one in enumerate(some):
            if f"q{number}" in sums and f"q{number}" not in partial:
                told = {"EndpointId": one["VpcEndpointId"], "VpcId": one["VpcId"], "Bytes": sums[f"q{number}"]}
                yield {**told, **{name: moment.isoformat() for name, moment in times.items()}}


def _queries(endpoints: Sequence[Json]) -> Iterator[Json]:
    for number, one in enumerate(endpoints):
        dimensions = [{"Name": name, "Value": str(one.get(member))} for name, member in _DIMENSIONS.items()]
        metric = {"Namespace": "AWS/PrivateLinkEndpoints", "MetricName": "BytesProcessed", "Dimensions": dimensions}
        yield {"Id": f"q{number}", "MetricStat": {"Metric": metric, "Period": _A_DAY, "Stat": "Sum"}}


def as_traffic(things: Iterable[Json]) -> dict[str, Traffic]:
    """What is kept of traffic, by the ids of endpoints."""
    return {
        one["EndpointId"]: Traffic(
            gigabytes=one["Bytes"] / GIGABYTE,
            since=str(instant(one["StartTime"])),
            until=str(instant(one["EndTime"])),
        )
        for one in things
    }
