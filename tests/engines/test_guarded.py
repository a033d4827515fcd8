"""An engine behind a breaker, and the one that answers in its place: when, for how long, and under which revision."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import pytest

from tests.support.waiting import LONGEST
from vpce_guard.engines import Engine, Evaluations
from vpce_guard.engines.breaker import Breaker
from vpce_guard.engines.evaluation import Evaluation
from vpce_guard.engines.guarded import GuardedEngine, SpareEngine
from vpce_guard.errors import BundleError, EngineError
from vpce_guard.model import EngineName, Json

EVALUATION = Evaluation(revision="r", violations=(), undetermined=(), waivers=(), reach=None)
INPUTS: list[Json] = [{}]


class Fake:
    """An engine that does what it is given to do, call after call; the last of it for ever."""

    def __init__(self, name: EngineName, *does: Exception | str | float) -> None:
        self.name = name
        self.does = list(does)
        self.calls = 0
        self.closed = False

    async def evaluate(self, inputs: Sequence[Json]) -> Evaluations:
        self.calls += 1
        does = self.does.pop(0) if len(self.does) > 1 else self.does[0]
        if isinstance(does, Exception):
            raise does
        if isinstance(does, float):
            await asyncio.sleep(does)
            raise EngineError("did not answer in time")
        return Evaluations([EVALUATION] * len(inputs), does, self.name)

    async def warm(self) -> None:
        pass

    async def close(self) -> None:
        self.closed = True


def guarded(engine: Fake, make: Callable[[], Engine] | None = None, *, timeout: float = 1.0) -> GuardedEngine:
    return GuardedEngine(
        engine,
        breaker=Breaker(failures=3, pause=60),
        revision="r",
        timeout=timeout,
        others={"older": {}}.get,
        spare=SpareEngine(make) if make else None,
    )


def run(coroutine: Coroutine[Any, Any, Evaluations]) -> Evaluations:
    return asyncio.run(coroutine)


@pytest.mark.parametrize("revision", ["r", "older"])
def test_an_answer_under_an_expected_revision_is_passed_on(revision: str) -> None:
    answer = run(guarded(Fake("opa", revision)).evaluate(INPUTS))
    assert (answer.revision, answer.engine, answer.fallback) == (revision, "opa", None)


def test_an_answer_under_another_revision_is_a_failure() -> None:
    engine = guarded(Fake("opa", "stranger"))
    for _ in range(3):
        with pytest.raises(EngineError, match="runs bundle revision stranger, this service expects r"):
            run(engine.evaluate(INPUTS))
    assert engine.breaker.state == "open"


def test_open_it_asks_nobody_and_answers_at_once() -> None:
    fake = Fake("opa", EngineError("gone"))
    engine = guarded(fake)

    async def refusals() -> None:
        for _ in range(3):
            with pytest.raises(EngineError, match="gone"):
                await engine.evaluate(INPUTS)
        for _ in range(1000):
            with pytest.raises(EngineError, match="is paused"):
                await engine.evaluate(INPUTS)

    asyncio.run(refusals())
    assert fake.calls == 3


def test_the_spare_answers_and_says_why() -> None:
    spare = Fake("embedded", "r")
    engine = guarded(Fake("opa", EngineError("OPA is gone.")), lambda: spare)
    answer = run(engine.evaluate(INPUTS))
    assert (answer.engine, answer.revision, answer.fallback) == ("embedded", "r", "OPA is gone.")
    assert engine.fallbacks == 1


def test_the_spare_answers_in_place_of_one_that_runs_another_bundle_and_while_the_breaker_is_open() -> None:
    fake = Fake("opa", "stranger")
    engine = guarded(fake, lambda: Fake("embedded", "r"))
    reasons = [run(engine.evaluate(INPUTS)).fallback or "" for _ in range(5)]
    assert "stranger" in reasons[0]
    assert "is paused" in reasons[4]
    assert (fake.calls, engine.fallbacks) == (3, 5)


def test_once_the_engine_is_back_it_answers_itself() -> None:
    engine = guarded(Fake("opa", EngineError("gone"), "r"), lambda: Fake("embedded", "r"))
    assert [run(engine.evaluate(INPUTS)).engine for _ in range(2)] == ["embedded", "opa"]


@pytest.mark.parametrize("revision", ["older", "stranger"])
def test_a_spare_with_another_revision_is_no_answer(revision: str) -> None:
    engine = guarded(Fake("opa", EngineError("gone.")), lambda: Fake("embedded", revision))
    with pytest.raises(EngineError, match=rf"gone\. The embedded engine failed too: .*{revision}.*expects r"):
        run(engine.evaluate(INPUTS))
    assert engine.fallbacks == 0


def test_a_spare_that_cannot_be_made_is_no_answer() -> None:
    def broken() -> Engine:
        raise BundleError("policy.wasm cannot be compiled.")

    engine = guarded(Fake("opa", EngineError("gone.")), broken)
    asyncio.run(engine.warm())
    with pytest.raises(EngineError, match=r"gone\. .* policy.wasm cannot be compiled"):
        run(engine.evaluate(INPUTS))


def test_a_spare_that_is_not_ready_is_waited_for_within_the_time_limit() -> None:
    go_on = threading.Event()

    def slow() -> Engine:
        go_on.wait(LONGEST)
        return Fake("embedded", "r")

    async def ask() -> tuple[float, Evaluations]:
        engine = guarded(Fake("opa", EngineError("gone.")), slow, timeout=0.4)
        started = time.monotonic()
        with pytest.raises(EngineError, match="not ready yet"):
            await engine.evaluate(INPUTS)
        took = time.monotonic() - started
        go_on.set()
        await engine.warm()
        return took, await engine.evaluate(INPUTS)

    took, answer = asyncio.run(ask())
    assert took > 0.15
    assert answer.engine == "embedded"


def test_a_slow_engine_leaves_no_time_to_wait_for_a_spare_but_for_one_that_is_ready() -> None:
    async def ask() -> Evaluations:
        engine = guarded(Fake("opa", 0.25), lambda: Fake("embedded", "r"), timeout=0.4)
        await engine.warm()
        return await engine.evaluate(INPUTS)

    assert asyncio.run(ask()).engine == "embedded"


def test_nothing_is_made_before_it_is_needed_and_what_was_made_is_closed() -> None:
    made: list[Fake] = []

    def make() -> Engine:
        made.append(Fake("embedded", "r"))
        return made[-1]

    async def life() -> None:
        engine = guarded(Fake("opa", "r"), make)
        await engine.evaluate(INPUTS)
        assert made == []
        await engine.warm()
        await engine.warm()
        assert len(made) == 1
        await engine.close()

    asyncio.run(life())
    assert made[0].closed


def test_a_caller_that_gives_up_gets_no_fallback_and_is_no_failure() -> None:
    async def ask() -> None:
        engine = guarded(Fake("opa", 5.0), lambda: Fake("embedded", "r"))
        for _ in range(4):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(engine.evaluate(INPUTS), 0.01)
        assert (engine.breaker.state, engine.fallbacks) == ("closed", 0)

    asyncio.run(ask())
