"""decide() when the engine fails, changes or is in between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

import pytest

from tests.decisions.test_judge import evaluation, terms
from vpce_guard.decisions.decide import Question, decide
from vpce_guard.engines import Evaluations
from vpce_guard.engines.evaluation import Evaluation
from vpce_guard.errors import EngineError
from vpce_guard.model import EngineName, Entry, Json, Proposal


class Engine:
    name: EngineName = "embedded"

    def __init__(self, answer: list[Evaluation] | EngineError) -> None:
        self.answer = answer

    async def evaluate(self, _: Sequence[Json]) -> Evaluations:
        if isinstance(self.answer, EngineError):
            raise self.answer
        return Evaluations(self.answer, self.answer[0].revision, self.name)

    async def close(self) -> None:
        pass


@pytest.mark.parametrize(
    "answer",
    [EngineError("gone"), [evaluation("iface.stranger")], [evaluation().model_copy(update={"revision": "another"})]],
)
def test_without_a_reliable_answer_everything_is_refused(answer: list[Evaluation] | EngineError) -> None:
    question = Question(proposals=[Proposal(operation="create")], request_id="r")
    decisions = asyncio.run(decide([question], engine=Engine(answer), terms=terms()))
    assert [d.allowed for d in decisions[0]] == [False]
    assert decisions[0][0].error is not None


def test_decisions_keep_the_order_of_their_questions() -> None:
    first = Question(proposals=[Proposal(operation="create", address="a")], request_id="1")
    empty = Question(proposals=[], request_id="2")
    last = Question(proposals=[Proposal(operation="create", address="b")], request_id="3")
    engine = Engine([evaluation(), evaluation("iface.denies")])
    decided = asyncio.run(decide([first, empty, last], engine=engine, terms=terms()))
    assert [[(d.request_id, d.subject.address, d.allowed) for d in ds] for ds in decided] == [
        [("1", "a", True)],
        [],
        [("3", "b", False)],
    ]


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
