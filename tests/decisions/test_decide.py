"""decide() when the engine fails, changes or is in between."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from tests.decisions.test_judge import evaluation, terms
from vpce_guard.decisions.decide import decide
from vpce_guard.decisions.question import Question
from vpce_guard.engines import Evaluations
from vpce_guard.engines.evaluation import Evaluation
from vpce_guard.errors import EngineError
from vpce_guard.model import EngineName, Json, Proposal


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
