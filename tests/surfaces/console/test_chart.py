"""Decisions over time: steps that can be told apart, and bars in their heights."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from vpce_guard.decision_log.queries import OutcomeCount, TimeCounts
from vpce_guard.surfaces.console.chart import HEIGHT, WIDTH, choose_span, make_chart

NOW = datetime(2026, 11, 30, 18, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "until", "step", "first", "bars"),
    [
        (None, None, timedelta(hours=6), "2026-11-16T18:00:00.000Z", 57),
        ("2026-11-30T00:30:00.000Z", None, timedelta(hours=1), "2026-11-30T00:00:00.000Z", 19),
        ("2026-10-30T05:00:00.000Z", None, timedelta(days=1), "2026-10-30T00:00:00.000Z", 32),
        ("2026-01-01T00:00:00.000Z", "2026-03-01T00:00:00.000Z", timedelta(days=1), "2026-01-01T00:00:00.000Z", 59),
        ("2020-01-01T00:00:00.000Z", None, timedelta(days=43), "2020-01-01T00:00:00.000Z", 59),
    ],
)
def test_a_time_is_cut_into_steps(since: str | None, until: str | None, step: timedelta, first: str, bars: int) -> None:
    span = choose_span(since, until, now=NOW)
    assert (span.step, span.edges[0], len(span.edges) - 1) == (step, first, bars)
    assert span.edges[-1] >= (until or "2026-11-30T18:30:00.000Z")


def test_a_time_that_ends_before_it_begins_has_one_step() -> None:
    span = choose_span("2026-11-30T00:00:00.000Z", "2026-11-01T00:00:00.000Z", now=NOW)
    assert len(span.edges) == 2


def test_bars_stand_on_each_other() -> None:
    span = choose_span("2026-11-30T16:30:00.000Z", None, now=NOW)
    counts = TimeCounts((OutcomeCount(0, 0), OutcomeCount(6, 2), OutcomeCount(0, 4)), None)
    chart = make_chart(span, counts)
    assert [(bar.allowed, bar.denied) for bar in chart.bars] == [(0, 0), (HEIGHT * 0.75, HEIGHT / 4), (0, HEIGHT / 2)]
    assert chart.bars[-1].x + chart.bars[-1].width <= WIDTH
    assert chart.bars[1].told == "2026-11-30 17:00: 6 allowed, 2 denied"
    assert (chart.told, chart.cut) == ("6 allowed and 6 denied", "")


def test_what_is_not_counted_is_said() -> None:
    span = choose_span(None, None, now=NOW)
    nothing = tuple(OutcomeCount(0, 0) for _ in span.edges[1:])
    assert make_chart(span, TimeCounts(nothing, "2026-11-29T08:00Z")).cut == "2026-11-29 08:00 UTC"
    assert {bar.allowed for bar in make_chart(span, TimeCounts(nothing, None)).bars} == {0}
