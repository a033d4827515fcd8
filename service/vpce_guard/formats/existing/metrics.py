"""Answers of `aws cloudwatch get-metric-data` and `get-metric-statistics`: the data that went through endpoints.

The metric is BytesProcessed of AWS/PrivateLinkEndpoints, as sums. CloudWatch has data points for minutes with traffic
only, so that an answer without any means none in the time that was asked about. That time is not in an answer: it
stands beside, as StartTime and EndTime. So does VpcEndpointId where no label tells which endpoint it is.
Source: AWS PrivateLink Guide, "CloudWatch metrics for AWS PrivateLink"; AWS CLI Command Reference, output of cloudwatch
get-metric-data and get-metric-statistics.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from vpce_guard.errors import MalformedError
from vpce_guard.formats.existing.inventory import Inventory, Traffic
from vpce_guard.instants import instant
from vpce_guard.model import Json

GIGABYTE = 2**30
_LISTS = ("MetricDataResults", "Datapoints")
_BESIDE = frozenset({"Messages", "NextToken", "Label", "VpcEndpointId", "StartTime", "EndTime", "ResponseMetadata"})
_ENDPOINT = re.compile(r"vpce-[0-9a-f]{8,17}(?![0-9a-f])")
_OTHERS = re.compile(r"subnet-|ActiveConnections|NewConnections|PacketsDropped|RstPacketsReceived")
_TELL = 'Put "VpcEndpointId", "StartTime" and "EndTime" beside the answer, as they were asked for.'


class _Series(NamedTuple):
    """Sums of one endpoint; `is_whole` says that the answer was not cut off."""

    endpoint_id: str | None
    values: list[Any]
    is_whole: bool


def detect(document: Any) -> bool:
    """Whether the document is such an answer."""
    return (
        isinstance(document, dict)
        and any(isinstance(document.get(name), list) for name in _LISTS)
        and document.keys() <= {*_LISTS, *_BESIDE}
    )


def read(document: Json, inventory: Inventory) -> None:
    """Take up what went through endpoints. Raises MalformedError for what has another shape.

    What is not told is said in a note, and nothing is known of it.
    """
    times = [
        instant(value) if isinstance(value := document.get(name), str) else None for name in ("StartTime", "EndTime")
    ]
    since, until = times
    if since is None or until is None:
        inventory.notes.append(
            f"the time that metrics were asked for is not told, and they were not read. {_TELL[:-1]}"
        )
        return
    for series in _read_series(document):
        if series.endpoint_id is None:
            inventory.notes.append(f"metrics do not tell whose they are, and were not read. {_TELL[:-1]}")
        elif series.is_whole:
            _add(inventory, series, since, until)
        else:
            inventory.notes.append(f"metrics of {series.endpoint_id} are not complete, and were not read")


def _add(inventory: Inventory, series: _Series, since: str, until: str) -> None:
    if not all(map(_is_sum, series.values)):
        raise MalformedError(f"Metrics of {series.endpoint_id} have sums that are no numbers from 0 on.", advice=_TELL)
    gigabytes = sum(series.values) / GIGABYTE
    known = inventory.traffic.get(str(series.endpoint_id))
    if known is not None:  # the rest of an answer that came in parts
        gigabytes, since, until = gigabytes + known.gigabytes, min(since, known.since), max(until, known.until)
    inventory.traffic[str(series.endpoint_id)] = Traffic(gigabytes=gigabytes, since=since, until=until)


def _is_sum(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < math.inf


def _read_series(document: Json) -> Iterator[_Series]:
    own = document.get("VpcEndpointId")
    if isinstance(points := document.get("Datapoints"), list):
        sums = [one.get("Sum") if isinstance(one, dict) else None for one in points]
        yield _Series(own if isinstance(own, str) else _find_id(document), sums, True)
    for one in document.get("MetricDataResults") or ():
        if not isinstance(one, dict) or _OTHERS.search(str(one.get("Label"))):
            continue
        complete = one.get("StatusCode") in (None, "Complete") and not document.get("NextToken")
        values = one.get("Values")
        yield _Series(_find_id(one) or own, values if isinstance(values, list) else [None], complete)


def _find_id(one: Json) -> str | None:
    found = _ENDPOINT.search(str(one.get("Label")))
    return found[0] if found else None
