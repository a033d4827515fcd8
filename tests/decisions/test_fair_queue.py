"""Turns are shared between callers by the time they had, and none is lost or given twice."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from vpce_guard.decisions.fair_queue import FairQueue


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_a_caller_with_one_request_does_not_wait_for_all_of_another() -> None:
    async def ask() -> list[str]:
        queue, order = FairQueue(1), []

        async def work(caller: str) -> None:
            async with queue.turn(caller):
                order.append(caller)
                await asyncio.sleep(0.001)

        tasks = [asyncio.create_task(work("greedy")) for _ in range(5)]
        await settle()
        tasks.append(asyncio.create_task(work("polite")))
        await asyncio.gather(*tasks)
        return order

    assert run(ask()) == ["greedy", "polite", "greedy", "greedy", "greedy", "greedy"]


def test_time_counts_and_not_the_number_of_requests() -> None:
    async def ask() -> list[str]:
        queue, order = FairQueue(1), []

        async def work(caller: str, seconds: float) -> None:
            async with queue.turn(caller):
                order.append(caller)
                await asyncio.sleep(seconds)

        tasks = [asyncio.create_task(work("long", 0.05)) for _ in range(2)]
        tasks += [asyncio.create_task(work("short", 0.001)) for _ in range(4)]
        await asyncio.gather(*tasks)
        return order

    assert run(ask()) == ["long", "short", "short", "short", "short", "long"]


def test_no_more_run_than_may_and_none_is_left() -> None:
    async def ask() -> tuple[int, int]:
        queue, running, most, done = FairQueue(3), 0, 0, 0

        async def work(number: int) -> None:
            nonlocal running, most, done
            async with queue.turn(f"caller-{number % 4}"):
                running += 1
                most = max(most, running)
                await asyncio.sleep(0)
                running -= 1
                done += 1

        await asyncio.gather(*(work(number) for number in range(40)))
        return most, done

    assert run(ask()) == (3, 40)


def test_a_turn_may_end_early_and_ends_once() -> None:
    async def ask() -> list[str]:
        queue, order = FairQueue(1), []

        async def first() -> None:
            async with queue.turn("a") as end:
                end()
                end()
                await settle()
                order.append("a is still there")

        async def second() -> None:
            async with queue.turn("b"):
                order.append("b")

        await asyncio.gather(first(), second())
        async with queue.turn("c"):
            waiting = asyncio.create_task(second())
            await settle()
            order.append("c")
        await waiting
        return order

    assert run(ask()) == ["b", "a is still there", "c", "b"]


@pytest.mark.parametrize("granted", [False, True])
def test_who_gives_up_keeps_no_turn(granted: bool) -> None:
    async def ask() -> bool:
        queue = FairQueue(1)

        async def work() -> None:
            async with queue.turn("impatient"):
                pass

        async with queue.turn("first"):
            impatient = asyncio.create_task(work())
            await settle()
            if not granted:
                impatient.cancel()
                await settle()
        if granted:
            impatient.cancel()
        await asyncio.wait([impatient])
        async with asyncio.timeout(60), queue.turn("after"):
            return impatient.cancelled()

    assert run(ask()) is True
