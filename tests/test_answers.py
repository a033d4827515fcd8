"""Answers are read up to a bound, and not further."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest

from vpce_guard.answers import read_answer, read_answer_ahead
from vpce_guard.errors import TooLargeError


class Stream(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """Ten bytes at a time, without end; counts what was taken."""

    def __init__(self) -> None:
        self.taken = 0

    def __iter__(self) -> Iterator[bytes]:
        while True:
            self.taken += 10
            yield b"x" * 10

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in iter(self):
            yield chunk


def test_an_answer_within_the_bound_is_whole() -> None:
    assert read_answer(httpx2.Response(200, content=b"x" * 10), most=10, what="It") == b"x" * 10
    answer = read_answer_ahead(httpx2.Response(200, content=b"x" * 10), most=10, what="It")
    assert asyncio.run(answer) == b"x" * 10


def test_an_endless_answer_is_given_up() -> None:
    stream = Stream()
    with pytest.raises(TooLargeError, match=r"It has more than 25 bytes\. Do this\."):
        read_answer(httpx2.Response(200, stream=stream), most=25, what="It", advice="Do this.")
    with pytest.raises(TooLargeError):
        asyncio.run(read_answer_ahead(httpx2.Response(200, stream=stream), most=25, what="It"))
    assert stream.taken == 60
