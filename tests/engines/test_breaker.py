"""When a breaker opens, how long it stays open, and what closes it."""

from __future__ import annotations

import asyncio

import pytest

from vpce_guard.engines.breaker import Breaker
from vpce_guard.errors import EngineError


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(failures=3, pause=0.8, clock=clock)


def fail(breaker: Breaker, why: str = "gone") -> None:
    with pytest.raises(EngineError, match=why), breaker.call():
        raise EngineError(why)


def succeed(breaker: Breaker) -> None:
    with breaker.call():
        pass


def turned_away(breaker: Breaker) -> None:
    with pytest.raises(EngineError, match="paused for a moment"), breaker.call():
        pytest.fail("it was asked")


def test_it_opens_after_failures_in_a_row(breaker: Breaker) -> None:
    fail(breaker)
    fail(breaker)
    succeed(breaker)
    fail(breaker)
    fail(breaker)
    assert (breaker.state, breaker.opened) == ("closed", 0)
    fail(breaker)
    assert (breaker.state, breaker.opened) == ("open", 1)


def test_open_it_refuses_with_the_reason_and_advice(breaker: Breaker) -> None:
    for _ in range(3):
        fail(breaker, "OPA is gone")
    with pytest.raises(EngineError, match=r"paused for a moment: OPA is gone Try again in a second\."), breaker.call():
        pytest.fail("it was asked")


def test_the_pause_doubles_up_to_the_longest(breaker: Breaker, clock: Clock) -> None:
    for _ in range(3):
        fail(breaker)
    for pause in (0.1, 0.2, 0.4, 0.8, 0.8):
        clock.now += pause - 0.01
        turned_away(breaker)
        clock.now += 0.02
        fail(breaker)
    assert breaker.opened == 1


def test_one_call_at_a_time_tries(breaker: Breaker, clock: Clock) -> None:
    for _ in range(3):
        fail(breaker)
    clock.now += 1
    with breaker.call():
        assert breaker.state == "half-open"
        turned_away(breaker)
    assert breaker.state == "closed"
    succeed(breaker)


def test_after_it_closed_failures_and_pauses_count_anew(breaker: Breaker, clock: Clock) -> None:
    for _ in range(3):
        fail(breaker)
    clock.now += 1
    fail(breaker)
    clock.now += 1
    succeed(breaker)
    fail(breaker)
    fail(breaker)
    assert breaker.state == "closed"
    fail(breaker)
    turned_away(breaker)
    clock.now += 0.11
    succeed(breaker)
    assert breaker.opened == 2


def test_a_caller_that_gives_up_says_nothing_about_the_engine(breaker: Breaker, clock: Clock) -> None:
    def give_up() -> None:
        with pytest.raises(asyncio.CancelledError), breaker.call():
            raise asyncio.CancelledError

    for _ in range(5):
        give_up()
    assert breaker.state == "closed"
    for _ in range(3):
        fail(breaker)
    clock.now += 1
    give_up()
    assert breaker.state == "open"
    succeed(breaker)  # the next one tries at once
    assert breaker.state == "closed"


def test_a_call_from_before_that_succeeds_closes_it(breaker: Breaker) -> None:
    with breaker.call():
        for _ in range(3):
            fail(breaker)
        assert breaker.state == "open"
    assert breaker.state == "closed"


def test_a_call_from_before_that_fails_prolongs_nothing(breaker: Breaker, clock: Clock) -> None:
    def late() -> None:
        for _ in range(3):
            fail(breaker)
        clock.now += 0.09
        raise EngineError("late")

    with pytest.raises(EngineError, match="late"), breaker.call():
        late()
    clock.now += 0.02
    succeed(breaker)
    assert breaker.state == "closed"


def test_it_says_since_when(breaker: Breaker, clock: Clock) -> None:
    before = breaker.since
    for _ in range(3):
        fail(breaker)
    opened = breaker.since
    assert opened > before
    clock.now += 1
    fail(breaker)
    assert breaker.since == opened
    clock.now += 1
    succeed(breaker)
    assert breaker.since > opened
