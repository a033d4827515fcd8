"""The steps of a decision are all judged under one bundle, the one that answered."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from tests.decisions.test_decide import Engine
from tests.decisions.test_judge import RULES, evaluation, terms
from vpce_guard.decisions.decide import decide
from vpce_guard.decisions.question import Question
from vpce_guard.engines import Evaluations
from vpce_guard.engines.evaluation import Evaluation
from vpce_guard.model import Json, Proposal


def test_a_sidecar_in_between_is_judged_by_the_rules_of_the_bundle_it_ran() -> None:
    under = replace(terms(), rules={}, revision="next", others={"r": RULES}.get)
    question = Question(proposals=[Proposal(operation="create")], request_id="1")
    ((decision,),) = asyncio.run(decide([question], engine=Engine([evaluation("iface.denies")]), terms=under))
    assert decision.bundle.revision == "r"
    assert [v.rule_id for v in decision.violations] == ["VPCE-IFACE-001"]


class Changing(Engine):
    """Takes up another bundle after its first answer."""

    async def evaluate(self, inputs: Sequence[Json]) -> Evaluations:
        answer = await super().evaluate(inputs)
        self.answer = [evaluation().model_copy(update={"revision": "next"})]
        return answer


def test_a_fix_is_not_tried_under_another_bundle_than_the_decision() -> None:
    fix = [{"op": "add", "path": "/request/X", "value": 1}]
    found = evaluation("iface.denies").model_dump()
    found["violations"][0]["deny"]["fix"] = fix
    under = replace(terms(), others={"next": RULES}.get)
    question = Question(proposals=[Proposal(operation="create", request={"VpcId": "vpc-1"})], request_id="1")
    engine = Changing([Evaluation.model_validate(found)])
    ((decision,),) = asyncio.run(decide([question], engine=engine, terms=under))
    assert decision.bundle.revision == "r"
    assert [(v.fix, v.fix_verified) for v in decision.violations] == [(tuple(fix), False)]
