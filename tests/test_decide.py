"""judge() by tables, and decide() when the engine fails."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from vpce_guard.decide import Question, decide, judge
from vpce_guard.errors import EngineError
from vpce_guard.model import EngineName, Evaluation, Json, Proposal, Rule

RULES = {
    name: Rule(
        id=rule_id,
        name=name,
        title="t",
        description="d",
        kind="documented",
        severity=severity,
        enforcement_action=action,
        effect="e",
        remediation="r",
        reads=(),
        profiles=profiles,
    )
    for name, rule_id, severity, action, profiles in [
        ("iface.denies", "VPCE-IFACE-001", "error", "deny", {}),
        ("gw.warns", "VPCE-GW-001", "warning", "warn", {}),
        ("gw.informs", "VPCE-GW-002", "info", "inform", {}),
        ("gw.new", "VPCE-GW-003", "error", "deny", {"aws-2023": "off"}),
    ]
}


def evaluation(*denied: str, unsure: Sequence[str] = (), case: str | None = None) -> Evaluation:
    deny = {"message": "m", "path": "/request/X", **({"enforcement_action": case} if case else {})}
    return Evaluation.model_validate(
        {
            "revision": "r",
            "violations": [{"rule": rule, "deny": deny} for rule in denied],
            "undetermined": [{"rule": rule, "undetermined": {"reason": "u", "missing": ["/x"]}} for rule in unsure],
        }
    )


@pytest.mark.parametrize(
    ("found", "strict", "profile", "allowed"),
    [
        (evaluation(), False, "aws-current", True),
        (evaluation("iface.denies"), False, "aws-current", False),
        (evaluation("gw.warns", "gw.informs"), False, "aws-current", True),
        (evaluation("gw.warns"), True, "aws-current", True),
        (evaluation("iface.denies", case="warn"), False, "aws-current", True),
        (evaluation("gw.warns", case="deny"), False, "aws-current", True),
        (evaluation(unsure=["iface.denies"]), False, "aws-current", True),
        (evaluation(unsure=["iface.denies"]), True, "aws-current", False),
        (evaluation("gw.new"), False, "aws-current", False),
        (evaluation("gw.new"), False, "aws-2023", True),
        (evaluation(unsure=["gw.new"]), True, "aws-2023", True),
    ],
)
def test_what_is_allowed(found: Evaluation, strict: bool, profile: Any, allowed: bool) -> None:
    assert judge(found, RULES, profile=profile, strict=strict).allowed is allowed


def test_violations_are_sorted_by_severity_then_rule() -> None:
    verdict = judge(evaluation("gw.informs", "gw.warns", "iface.denies"), RULES, profile="aws-current", strict=False)
    assert [v.rule_id for v in verdict.violations] == ["VPCE-IFACE-001", "VPCE-GW-001", "VPCE-GW-002"]


def test_a_rule_the_catalogue_does_not_know_is_no_answer() -> None:
    with pytest.raises(EngineError, match="does not know"):
        judge(evaluation("iface.stranger"), RULES, profile="aws-current", strict=False)


class Engine:
    name: EngineName = "embedded"

    def __init__(self, answer: list[Evaluation] | EngineError) -> None:
        self.answer = answer

    async def evaluate(self, _: Sequence[Json]) -> list[Evaluation]:
        if isinstance(self.answer, EngineError):
            raise self.answer
        return self.answer

    async def close(self) -> None:
        pass


@pytest.mark.parametrize("answer", [EngineError("gone"), [evaluation("iface.stranger")]])
def test_without_a_reliable_answer_everything_is_refused(answer: list[Evaluation] | EngineError) -> None:
    question = Question(proposals=[Proposal(operation="create")], request_id="r")
    decisions = asyncio.run(decide([question], engine=Engine(answer), rules=RULES, revision="r", profile="aws-current"))
    assert [d.allowed for d in decisions[0]] == [False]
    assert decisions[0][0].error is not None


def test_decisions_keep_the_order_of_their_questions() -> None:
    first = Question(proposals=[Proposal(operation="create", address="a")], request_id="1")
    empty = Question(proposals=[], request_id="2")
    last = Question(proposals=[Proposal(operation="create", address="b")], request_id="3")
    engine = Engine([evaluation(), evaluation("iface.denies")])
    decided = asyncio.run(decide([first, empty, last], engine=engine, rules=RULES, revision="r", profile="aws-current"))
    assert [[(d.request_id, d.subject.address, d.allowed) for d in ds] for ds in decided] == [
        [("1", "a", True)],
        [],
        [("3", "b", False)],
    ]
