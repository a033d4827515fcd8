"""Decisions over time by outcome, as bars that a template draws in SVG."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from vpce_guard.decision_log.queries import TimeCounts
from vpce_guard.instants import format_milliseconds

WIDTH, HEIGHT = 720, 96
_DAYS = 14  # that are shown where no time is asked for
_STEPS = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=7), timedelta(days=30))
_MOST_BARS = 60
_GAP = 2


@dataclass(frozen=True)
class TimeSteps:
    """A time in equal steps; `edges` are their beginnings and the end of the last, as the log writes times."""

    edges: tuple[str, ...]
    step: timedelta


class Bar(NamedTuple):
    """One step: its place in the drawing, the heights of what was allowed and denied, and what it says."""

    x: float
    width: float
    allowed: float
    denied: float
    told: str


@dataclass(frozen=True)
class Chart:
    """The bars, and what they say together. `cut` is the time before which nothing was counted, where that is so."""

    bars: tuple[Bar, ...]
    told: str
    first: str
    last: str
    cut: str
    width: int = WIDTH
    height: int = HEIGHT


def choose_span(since: str | None, until: str | None, *, now: datetime) -> TimeSteps:
    """The time from `since` to `until`, as the log writes times, in so many steps as can be told apart."""
    end = datetime.fromisoformat(until) if until else now
    begin = datetime.fromisoformat(since) if since else end - timedelta(days=_DAYS)
    fitting = (step for step in _STEPS if (end - begin) / step <= _MOST_BARS)
    step = next(fitting, _STEPS[2] * math.ceil((end - begin) / _STEPS[2] / _MOST_BARS))
    begin = _round_down(begin, min(step, _STEPS[2]))
    edges = [begin, begin + step]
    while edges[-1] < end and len(edges) <= _MOST_BARS + 1:
        edges.append(edges[-1] + step)
    return TimeSteps(tuple(map(format_milliseconds, edges)), step)


def make_chart(span: TimeSteps, found: TimeCounts) -> Chart:
    """The drawing of what was counted in each step."""
    counts = found.counts
    most = max((one.allowed + one.denied for one in counts), default=0)
    wide = WIDTH / max(1, len(counts))
    scale = HEIGHT / max(1, most)
    bars = tuple(
        Bar(
            x=round(at * wide, 2),
            width=round(max(1.0, wide - _GAP), 2),
            allowed=round(one.allowed * scale, 2),
            denied=round(one.denied * scale, 2),
            told=f"{_describe(start, span.step)}: {one.allowed:,} allowed, {one.denied:,} denied",
        )
        for at, (start, one) in enumerate(zip(span.edges, counts, strict=False))
    )
    allowed, denied = sum(one.allowed for one in counts), sum(one.denied for one in counts)
    told = f"{allowed:,} allowed and {denied:,} denied"
    cut = f"{found.since[:16].replace('T', ' ')} UTC" if found.since is not None else ""
    return Chart(bars, told, _describe(span.edges[0], span.step), _describe(span.edges[-1], span.step), cut)


def _round_down(moment: datetime, step: timedelta) -> datetime:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (moment - midnight) // step * step


def _describe(edge: str, step: timedelta) -> str:
    return edge[:10] if step >= timedelta(days=1) else f"{edge[:10]} {edge[11:16]}"
