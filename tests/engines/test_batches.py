"""Several calls answer in order and under one bundle; a failure of one is the failure of all."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from vpce_guard.engines import Evaluations
from vpce_guard.engines.batches import BATCH, evaluate_batches
from vpce_guard.errors import EngineError
from vpce_guard.model import Json

INPUTS: list[Any] = [{"number": number} for number in range(3 * BATCH + 1)]


class Asked:
    """An engine that answers with its inputs, under the revisions given for its first calls and then the last."""

    def __init__(self, *revisions: str) -> None:
        self.revisions = list(revisions)
        self.calls: list[int] = []
        self.now = self.most = 0

    async def evaluate(self, inputs: Sequence[Any]) -> Evaluations:
        self.calls.append(len(inputs))
        revision = self.revisions.pop(0) if len(self.revisions) > 1 else self.revisions[0]
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0)
        self.now -= 1
        return Evaluations(list(inputs), revision, "opa")


def test_answers_come_in_the_order_of_their_inputs() -> None:
    asked = Asked("a")
    answer = asyncio.run(evaluate_batches(INPUTS, asked.evaluate))
    assert answer.evaluations == INPUTS
    assert sorted(asked.calls) == [1, BATCH, BATCH, BATCH]
    assert asked.most > 1


def test_a_bundle_that_changes_meanwhile_is_asked_once_more() -> None:
    asked = Asked("a", "b")
    answer = asyncio.run(evaluate_batches(INPUTS, asked.evaluate))
    assert (answer.revision, answer.evaluations) == ("b", INPUTS)
    assert len(asked.calls) == 8


def test_bundles_that_change_all_the_time_are_refused() -> None:
    asked = Asked(*"abcdefghijklmnop")
    with pytest.raises(EngineError, match="changed its bundle twice"):
        asyncio.run(evaluate_batches(INPUTS, asked.evaluate))
    assert len(asked.calls) == 8


def test_the_failure_of_a_call_is_that_of_all() -> None:
    async def fail(inputs: Sequence[Json]) -> Evaluations:
        raise EngineError(f"No answer to {len(inputs)}.")

    with pytest.raises(EngineError, match="No answer to 25"):
        asyncio.run(evaluate_batches(INPUTS, fail))
