"""judge() by tables, and decide() when the engine fails."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from vpce_guard.bundle.rules import RelatedResource, Rule
from vpce_guard.decisions.decide import Question, decide
from vpce_guard.decisions.judge import Terms, judge
from vpce_guard.engines import Evaluations
from vpce_guard.errors import EngineError
from vpce_guard.model import EngineName, Entry, Evaluation, Json, Profile, Proposal, Verdict
from vpce_guard.org.load import read_org_data

RULES = {
    name: Rule(
        id=rule_id,
        name=name,
        title="t",
        description="d",
        kind="org" if name.startswith("org.") else "documented",
        severity=severity,
        enforcement_action=action,
        effect="hygiene",
        related_resources=(RelatedResource(ref="https://docs.aws.amazon.com/vpc/"),),
        remediation="r",
        reads=(),
        profiles=profiles,
    )
    for name, rule_id, severity, action, profiles in [
        ("iface.denies", "VPCE-IFACE-001", "error", "deny", {}),
        ("gw.warns", "VPCE-GW-001", "warning", "warn", {}),
        ("gw.informs", "VPCE-GW-002", "info", "inform", {}),
        ("gw.new", "VPCE-GW-003", "error", "deny", {"aws-2023": "off"}),
        ("org.own", "VPCE-ORG-001", "error", "deny", {}),
        ("org.waivers", "VPCE-ORG-024", "error", "deny", {}),
    ]
}


def evaluation(
    *denied: str, unsure: Sequence[str] = (), case: str | None = None, waived: Sequence[str] = ()
) -> Evaluation:
    deny = {"message": "m", "path": "/request/X", **({"enforcement_action": case} if case else {})}
    return Evaluation.model_validate(
        {
            "revision": "r",
            "violations": [{"rule": rule, "deny": deny} for rule in denied],
            "undetermined": [{"rule": rule, "undetermined": {"reason": "u", "missing": ["/x"]}} for rule in unsure],
            "waivers": [{"id": f"W-{rule}", "rule": rule, "expires": "2026-12-31T00:00:00Z"} for rule in waived],
            "reach": None,
        }
    )


def terms(profile: Profile = "aws-current", **document: Any) -> Terms:
    org = read_org_data(document, {rule.id: rule for rule in RULES.values()})
    return Terms(rules=RULES, revision="r", profile=profile, org=org)


def judged(found: Evaluation, *, strict: bool = False, profile: Profile = "aws-current", **document: Any) -> Verdict:
    under = terms(profile, **document)
    return judge(found, under, under.org.effective("111122223333", "prod"), strict=strict)


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
    assert judged(found, profile=profile, strict=strict).allowed is allowed


def test_violations_are_sorted_by_severity_then_rule() -> None:
    verdict = judged(evaluation("gw.informs", "gw.warns", "iface.denies"))
    assert [v.rule_id for v in verdict.violations] == ["VPCE-IFACE-001", "VPCE-GW-001", "VPCE-GW-002"]


def test_a_rule_the_catalogue_does_not_know_is_no_answer() -> None:
    with pytest.raises(EngineError, match="does not know"):
        judged(evaluation("iface.stranger"))


@pytest.mark.parametrize(
    ("rule_id", "given", "action"),
    [
        ("VPCE-ORG-001", "warn", "warn"),
        ("VPCE-ORG-001", "explain", "inform"),
        ("VPCE-ORG-001", {"action": "off"}, None),
        ("VPCE-GW-001", "deny", "deny"),
        ("VPCE-IFACE-001", "warn", "deny"),
        ("VPCE-IFACE-001", {"action": "warn", "reason": "told by AWS support"}, "warn"),
    ],
)
def test_org_data_set_what_a_rule_does(rule_id: str, given: Any, action: str | None) -> None:
    (name,) = [rule.name for rule in RULES.values() if rule.id == rule_id]
    verdict = judged(evaluation(name), enforcement={rule_id: given})
    assert [v.enforcement_action for v in verdict.violations] == ([action] if action else [])
    assert verdict.allowed is (action != "deny")
    recorded = [(o.rule_id, o.action, o.reason) for o in verdict.overrides]
    own = {rule.id: rule.enforcement_action for rule in RULES.values()}[rule_id]
    reason = given.get("reason") if isinstance(given, dict) else None
    assert recorded == ([(rule_id, action or "off", reason)] if (action or "off") != own else [])


def test_a_case_of_a_rule_stays_lower_than_what_org_data_set() -> None:
    verdict = judged(evaluation("gw.warns", case="inform"), enforcement={"VPCE-GW-001": "deny"})
    assert [v.enforcement_action for v in verdict.violations] == ["inform"]


def test_a_waived_violation_is_listed_and_does_not_deny() -> None:
    verdict = judged(evaluation("org.own", "gw.warns", waived=["VPCE-ORG-001"]))
    assert verdict.allowed
    assert [(w.rule_id, w.waiver_id, w.message) for w in verdict.waived] == [("VPCE-ORG-001", "W-VPCE-ORG-001", "m")]
    assert [v.rule_id for v in verdict.violations] == ["VPCE-GW-001"]
    unsure = evaluation(unsure=["org.own"], waived=["VPCE-ORG-001"])
    assert judged(unsure, strict=True).allowed
    assert not judged(evaluation(unsure=["org.own"]), strict=True).allowed


def test_what_is_about_another_rule_counts_only_where_that_is_violated() -> None:
    about = {"message": "over", "path": "/context/time", "about": "VPCE-ORG-001"}
    found = evaluation().model_dump()
    found["violations"] = [{"rule": "org.waivers", "deny": about}]
    assert judged(Evaluation.model_validate(found)).violations == ()
    found["violations"] += [{"rule": "org.own", "deny": {"message": "m", "path": "/request/X"}}]
    assert [v.rule_id for v in judged(Evaluation.model_validate(found)).violations] == ["VPCE-ORG-001", "VPCE-ORG-024"]
    off = judged(Evaluation.model_validate(found), enforcement={"VPCE-ORG-001": "off"})
    assert off.violations == ()


def test_missing_context_deny_is_strict() -> None:
    assert not judged(evaluation(unsure=["gw.warns"]), missing_context="deny").allowed
    assert judged(evaluation(unsure=["gw.warns"]), missing_context="per-rule").allowed


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
