"""What of the decisions of several questions goes into the log."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

import pytest

from tests.decisions.test_decide import Engine
from tests.decisions.test_judge import evaluation, terms
from vpce_guard.decisions.decide import decide
from vpce_guard.decisions.question import Question
from vpce_guard.model import Entry, Json, Proposal


class KeptEntries:
    """A decision log that keeps what it is given."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def prepare(self, inputs: Sequence[Json]) -> Sequence[Callable[[], bytes]]:
        return [partial(str.encode, content["address"]) for content in inputs]

    async def write(self, entries: Sequence[Entry]) -> None:
        self.entries += entries

    async def close(self) -> None:
        pass


@pytest.mark.parametrize("recorded", [("1",), ("2",), ("1", "2"), ("2", "4"), ("1", "4"), ("4",), ("1", "2", "3", "4")])
def test_a_record_has_the_input_of_its_decision_whichever_questions_are_recorded(recorded: Sequence[str]) -> None:
    addresses = {"1": "ab", "2": "cd", "3": "", "4": "e"}
    questions = [
        Question(
            proposals=[Proposal(operation="create", address=address) for address in addresses[request_id]],
            request_id=request_id,
            record=request_id in recorded,
        )
        for request_id in addresses
    ]
    log = KeptEntries()
    asyncio.run(decide(questions, engine=Engine([evaluation()] * 5), terms=terms(), decision_log=log))
    assert [e.decision.subject.address for e in log.entries] == list("".join(addresses[r] for r in recorded))
    assert [e.input["address"] for e in log.entries] == [e.decision.subject.address for e in log.entries]
    assert [e.packed().decode() for e in log.entries if e.packed] == [e.input["address"] for e in log.entries]
