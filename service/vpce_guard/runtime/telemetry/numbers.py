"""Counts and histograms of one thread: an event costs a tenth of what a locked metric of prometheus-client costs.

Written by the event loop only; read by any thread when metrics are scraped.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.utils import floatToGoString

SECONDS = (
    *(0.0002, 0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.02, 0.05),
    *(0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 45.0, 60.0),
)
"""Fine where decisions are, and past remote_timeout (30 s), so that what a client gave up is seen."""
ENDPOINTS = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10_000.0)
OTHER, NOBODY = "other", "none"
_HASH = 12  # digits of the hash of a name


class Counts:
    """How often each combination of labels was seen."""

    def __init__(self, name: str, text: str, *labels: str, names: Names | None = None) -> None:
        """`names` bounds the values of the first label that another process tells."""
        self._name, self._text, self._labels, self._names = name, text, labels, names
        self.seen: defaultdict[tuple[str, ...], int] = defaultdict(int)

    def family(self) -> CounterMetricFamily:
        """The counts as Prometheus wants them."""
        family = CounterMetricFamily(self._name, self._text, labels=self._labels)
        for labels, count in list(self.seen.items()):
            family.add_metric(labels, count)
        return family

    def take(self) -> list[Any]:
        """What was counted, as JSON, which is counted here no more."""
        taken = [[labels, count] for labels, count in self.seen.items() if count]
        self.seen.clear()
        return taken

    def add(self, taken: list[Any]) -> None:
        """Count what take() gave in another process."""
        for (first, *others), count in taken:
            self.seen[self._names.label(first) if self._names is not None else first, *others] += count


class Histograms:
    """How values are distributed, for each combination of labels."""

    def __init__(self, name: str, text: str, *labels: str, bounds: Sequence[float] = SECONDS) -> None:
        self._name, self._text, self._labels, self._bounds = name, text, labels, bounds
        self._of: dict[tuple[str, ...], Distribution] = {} if labels else {(): Distribution(bounds)}

    def get(self, *labels: str) -> Distribution:
        """The distribution for some labels."""
        found = self._of.get(labels)
        if found is None:
            found = self._of[labels] = Distribution(self._bounds)
        return found

    def family(self) -> HistogramMetricFamily:
        """The distributions as Prometheus wants them."""
        family = HistogramMetricFamily(self._name, self._text, labels=self._labels)
        for labels, distribution in list(self._of.items()):
            family.add_metric(labels, buckets=list(distribution.buckets()), sum_value=distribution.sum)
        return family

    def take(self) -> list[Any]:
        """What was counted, as JSON, which is counted here no more."""
        return [[labels, *distribution.take()] for labels, distribution in self._of.items()]

    def add(self, taken: list[Any]) -> None:
        """Count what take() gave in another process."""
        for labels, counts, total in taken:
            self.get(*labels).merge(counts, total)


class Distribution:
    """Counts of values by the smallest bound that is not less, and their sum."""

    __slots__ = ("_bounds", "_counts", "sum")

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self.sum = 0.0

    def add(self, value: float) -> None:
        """Count one value."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self.sum += value

    def take(self) -> tuple[list[int], float]:
        """The counts and the sum, which begin anew."""
        taken = self._counts, self.sum
        self._counts, self.sum = [0] * len(self._counts), 0.0
        return taken

    def merge(self, counts: Sequence[int], total: float) -> None:
        """Count what take() gave."""
        self._counts = [mine + more for mine, more in zip(self._counts, counts, strict=True)]
        self.sum += total

    def buckets(self) -> Iterator[tuple[str, float]]:
        """Each bound with the number of values up to it."""
        total = 0
        for bound, count in zip((*self._bounds, float("inf")), list(self._counts), strict=True):
            total += count
            yield floatToGoString(bound), total  # type: ignore[no-untyped-call]


class Names:
    """Names that may become labels: the first so many, so that nobody's number of names is the number of series."""

    def __init__(self, most: int, *, hide: bool = False) -> None:
        """With `hide` a label is the beginning of the SHA-256 of the name."""
        self._most = most
        self._hide = hide
        self._known: set[str] = set()

    def label(self, name: str) -> str:
        """The name, or `other` for one that came too late."""
        if name not in self._known:
            if len(self._known) >= self._most or name == OTHER:
                return OTHER
            self._known.add(name)
        if self._hide and name != NOBODY:
            return hashlib.sha256(name.encode()).hexdigest()[:_HASH]
        return name
