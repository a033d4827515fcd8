"""What is shared out between callers: whoever has most of it gives way, and what is given back is there again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from fastapi import Request, Response

from vpce_guard.errors import OverloadedError, SlowError
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api.http.turns import Turns

Body = asyncio.Queue[dict[str, Any]]


class Desk:
    """Turns, and requests whose bodies the test sends."""

    def __init__(self, **settings: Any) -> None:
        self.turns = Turns(Settings(**settings))
        self.go_on = asyncio.Event()
        self.tasks: list[asyncio.Task[Response]] = []

    async def begin(self, caller: str | None, size: int = 0, *, complete: bool = False, settled: bool = False) -> Body:
        """A request of which so many bytes have arrived."""
        body: Body = asyncio.Queue()
        scope = {"type": "http", "method": "POST", "path": "/", "headers": [], "query_string": b""}
        request = Request(scope, body.get)
        taking = self.turns.take(request, self._answer, caller=caller, most=None, settled=settled)
        self.tasks.append(asyncio.create_task(taking))
        if size or complete:
            body.put_nowait({"type": "http.request", "body": b"x" * size, "more_body": not complete})
        for _ in range(10):
            await asyncio.sleep(0)
        return body

    async def _answer(self, _: Request) -> Response:
        await self.go_on.wait()
        return Response()

    async def outcomes(self) -> list[Any]:
        """What became of each: the kind of an error, 200, or None while it is under way."""
        for _ in range(10):
            await asyncio.sleep(0)
        return [_outcome(task) for task in self.tasks]

    async def finish(self) -> None:
        self.go_on.set()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        turns: Any = self.turns
        left = (turns._bodies.taken, turns._inside.taken, turns._bytes.taken)
        assert (left, turns._visits, turns._bytes.by) == ((0, 0, 0), {}, {})


def _outcome(task: asyncio.Task[Response]) -> Any:
    if not task.done():
        return None
    return type(task.exception()) if task.exception() is not None else 200


def run(work: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(work())  # type: ignore[arg-type]


def test_bytes_are_taken_from_whoever_holds_most_and_given_back() -> None:
    async def work() -> None:
        desk = Desk(max_arriving=1024)
        await desk.begin("greedy", 500)
        await desk.begin("greedy", 400)
        await desk.begin("polite", 300)
        assert await desk.outcomes() == [OverloadedError, None, None]
        await desk.begin("greedy", 400)  # one that has most already, for more
        assert await desk.outcomes() == [OverloadedError, None, None, OverloadedError]
        await desk.finish()

    run(work)


def test_one_alone_may_be_larger_than_all_together() -> None:
    async def work() -> None:
        desk = Desk(max_arriving=1024)
        await desk.begin("one", 5000, complete=True)
        desk.go_on.set()
        assert await desk.outcomes() == [200]
        await desk.finish()

    run(work)


def test_a_request_that_has_its_turn_or_changes_something_does_not_leave() -> None:
    async def work() -> None:
        desk = Desk(max_concurrent=2)
        await desk.begin("greedy", complete=True, settled=True)
        await desk.begin("greedy", complete=True, settled=True)
        await desk.begin("polite", complete=True)
        assert await desk.outcomes() == [None, None, OverloadedError]
        await desk.finish()

    run(work)


def test_those_without_credentials_have_a_share_of_the_bodies() -> None:
    async def work() -> None:
        desk = Desk(max_connections=64)
        for _ in range(3):
            await desk.begin(None, 1)
        await desk.begin("known", 1)
        assert await desk.outcomes() == [None, None, OverloadedError, None]
        await desk.finish()

    run(work)


@pytest.mark.parametrize(("age", "expected"), [(0.5, [None, OverloadedError]), (1.5, [OverloadedError, None])])
def test_a_slow_body_gives_way_to_another_of_the_same_caller(
    monkeypatch: pytest.MonkeyPatch, age: float, expected: list[Any]
) -> None:
    async def work() -> None:
        desk = Desk(max_connections=2)
        await desk.begin("one", 1)
        (visit,) = desk.turns._visits["one"]
        monkeypatch.setattr(visit, "began", visit.began - age)
        await desk.begin("one", 1)
        assert await desk.outcomes() == expected
        await desk.finish()

    run(work)


def test_a_body_that_does_not_come_is_given_up() -> None:
    async def work() -> None:
        desk = Desk(body_timeout=0.01)
        await desk.begin("one", 1)
        await asyncio.wait(desk.tasks)
        assert await desk.outcomes() == [SlowError]
        await desk.finish()

    run(work)


def test_who_waits_too_long_for_its_turn_is_told_to_come_back() -> None:
    async def work() -> None:
        desk = Desk()
        await desk.begin("one", complete=True)
        (visit,) = desk.turns._visits["one"]
        visit.wait(0.01)
        await asyncio.wait(desk.tasks)
        assert await desk.outcomes() == [OverloadedError]
        await desk.finish()

    run(work)


def test_an_error_of_the_answer_is_not_taken_for_a_slow_body() -> None:
    async def fail(_: Request) -> Response:
        raise TimeoutError("of something else")

    async def work() -> None:
        turns = Turns(Settings())

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        request = Request({"type": "http", "method": "GET", "headers": []}, receive)
        with pytest.raises(TimeoutError, match="of something else"):
            await turns.take(request, fail, caller="one", most=None, settled=False)

    run(work)
