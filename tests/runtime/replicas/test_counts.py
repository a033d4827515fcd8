"""The limit of a caller holds over replicas together."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import Engine

from vpce_guard.runtime.replicas.counts import CountExchange
from vpce_guard.surfaces.api.http.callers import Pace

RATE, BURST, SECONDS = 20, 20, 30


def test_a_caller_of_three_replicas_gets_what_it_would_get_from_one(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    paces = [Pace(RATE, BURST) for _ in range(3)]
    exchanges = [CountExchange(pace, engine, process=str(number)) for number, pace in enumerate(paces)]
    let_in = 0
    for second in range(SECONDS):
        for exchange in exchanges:
            exchange.exchange()
        for _ in range(20):  # each 50 ms, as fast as it can, everywhere
            clock[0] += 0.05
            for pace in paces:
                while not pace.wait("greedy"):
                    let_in += 1
        assert second or let_in <= 3 * (RATE + BURST)
    assert let_in == pytest.approx(RATE * SECONDS + BURST, rel=0.2)


def test_counts_from_before_a_service_started_are_not_charged(engine: Engine) -> None:
    busy, new = Pace(0.001, 10), Pace(0.001, 10)
    exchange = CountExchange(busy, engine, process="a")
    for _ in range(10):
        busy.wait("one")
    exchange.exchange()
    other = CountExchange(new, engine, process="b")
    other.exchange()
    assert new.wait("one") == 0
    other.exchange()
    exchange.exchange()
    assert busy.counts == {"one": 10}
    assert busy.wait("one") > 1000
