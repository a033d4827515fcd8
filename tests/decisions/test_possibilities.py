"""Of a proposal that may turn out in several ways, a rule denies where it does in every way."""

from __future__ import annotations

from vpce_guard.decisions.possibilities import as_it_stands, gather, spread
from vpce_guard.engines.evaluation import Evaluation, WaiverInForce
from vpce_guard.model import Json

DOCUMENT: Json = {
    "request": {"VpcId": "vpc-1"},
    "unknown": ["/request/SubnetIds"],
    "possibilities": [{"request": {"SubnetIds": ["a"]}, "unknown": []}, {"request": {"SubnetIds": ["b"]}}],
}


def deny(rule: str, path: str = "/request/SubnetIds/0", **more: object) -> Json:
    return {"rule": rule, "deny": {"message": "It is wrong.", "path": path, **more}}


def doubt(rule: str, *missing: str) -> Json:
    return {"rule": rule, "undetermined": {"reason": "it is not known", "missing": missing}}


def evaluation(*found: Json) -> Evaluation:
    return Evaluation.model_validate(
        {
            "revision": "r",
            "violations": [one for one in found if "deny" in one],
            "undetermined": [one for one in found if "undetermined" in one],
            "waivers": [],
            "reach": None,
        }
    )


def combined(whole: Evaluation, *ways: Evaluation) -> tuple[list[Json], list[Json]]:
    (found,) = gather([DOCUMENT], [whole, *ways])
    return (
        [one.model_dump(exclude_none=True) for one in found.violations],
        [one.model_dump() for one in found.undetermined],
    )


def test_rules_see_the_proposal_and_then_each_way_it_may_turn_out() -> None:
    plain = {"request": {"VpcId": "vpc-1"}, "unknown": ["/request/SubnetIds"]}
    ways = [
        {"request": {"SubnetIds": ["a"]}, "unknown": []},
        {"request": {"SubnetIds": ["b"]}, "unknown": ["/request/SubnetIds"]},
    ]
    assert spread([DOCUMENT, plain]) == [plain, *ways, plain]
    assert as_it_stands(DOCUMENT) == plain


def test_a_member_that_is_absent_in_one_way_is_left_out() -> None:
    document = {"endpoint": {"VpcId": "v"}, "possibilities": [{"endpoint": None}]}
    assert spread([document]) == [{"endpoint": {"VpcId": "v"}}, {}]


def test_a_rule_that_every_way_violates_is_violated_at_the_place_that_is_not_known() -> None:
    found = combined(evaluation(doubt("f.r", "/request/SubnetIds")), evaluation(deny("f.r")), evaluation(deny("f.r")))
    assert found == ([{"rule": "f.r", "deny": {"message": "It is wrong.", "path": "/request/SubnetIds"}}], [])


def test_words_about_one_way_say_that_they_are() -> None:
    ways = evaluation(deny("f.r", message="a is wrong.")), evaluation(deny("f.r", message="b is wrong."))
    (violation,), _ = combined(evaluation(), *ways)
    assert violation["deny"]["message"] == "Whichever of 2 possible values comes true: a is wrong."


def test_a_rule_that_some_ways_violate_is_not_judged() -> None:
    unsure = doubt("f.r", "/request/SubnetIds")
    assert combined(evaluation(unsure), evaluation(deny("f.r")), evaluation()) == ([], [unsure])


def test_what_would_settle_a_rule_that_said_nothing_is_what_is_not_known() -> None:
    violations, (unsure,) = combined(evaluation(), evaluation(deny("f.r")), evaluation())
    assert violations == []
    assert unsure["undetermined"] == {
        "reason": "it depends on which of several possible values comes true",
        "missing": ("/request/SubnetIds",),
    }


def test_a_rule_that_every_way_passes_is_passed() -> None:
    assert combined(evaluation(doubt("f.r", "/request/SubnetIds")), evaluation(), evaluation()) == ([], [])


def test_what_no_way_settles_stays_unsettled() -> None:
    unsure = doubt("f.r", "/context/Subnets")
    assert combined(evaluation(), evaluation(unsure), evaluation()) == ([], [unsure])


def test_what_is_wrong_in_any_case_stays_as_it_is() -> None:
    wrong = deny("f.r", "/request/VpcId", fix=({"op": "remove", "path": "/request/VpcId"},))
    assert combined(evaluation(wrong), evaluation(wrong), evaluation()) == ([wrong], [])


def test_the_way_that_does_least_counts() -> None:
    mild = deny("f.r", enforcement_action="warn")
    (violation,), _ = combined(evaluation(), evaluation(deny("f.r")), evaluation(mild))
    assert violation["deny"]["enforcement_action"] == "warn"


def test_what_some_ways_make_worse_is_not_judged() -> None:
    mild = deny("f.r", enforcement_action="warn")
    _, unsure = combined(evaluation(), evaluation(deny("f.r")), evaluation(mild))
    assert len(unsure) == 1
    assert combined(evaluation(mild), evaluation(mild), evaluation(mild, deny("f.r", "/context/Vpc"))) == (
        [mild],
        unsure,
    )


def test_what_every_way_makes_worse_is_as_bad_as_that() -> None:
    mild, worse = deny("f.r", enforcement_action="warn"), deny("f.r", "/request/VpcId")
    violations, unsure = combined(evaluation(mild), *[evaluation(mild, worse)] * 2)
    assert (violations, unsure) == ([mild, worse], [])


def test_what_is_partly_wrong_and_partly_not_judged_says_both() -> None:
    mild, unsure = deny("f.r", enforcement_action="warn"), doubt("f.r", "/context/Subnets")
    both = evaluation(mild, unsure)
    assert combined(both, both, evaluation(mild)) == ([mild], [unsure])
    assert combined(both, evaluation(mild), evaluation(mild)) == ([mild], [])


def test_a_waiver_that_counts_in_every_way_counts() -> None:
    def waived(*rules: str) -> Evaluation:
        waivers = tuple(WaiverInForce(id=f"W-{rule}", rule=rule, expires="2030-01-01") for rule in rules)
        return evaluation().model_copy(update={"waivers": waivers})

    (found,) = gather([DOCUMENT], [waived("A"), waived("A", "B", "C"), waived("A", "C", "D")])
    assert [waiver.rule for waiver in found.waivers] == ["A", "C"]


def test_each_answer_goes_to_its_question() -> None:
    other = {"request": {}, "unknown": []}
    answers = [evaluation(deny("f.a")), *[evaluation(deny("f.b"))] * 3, evaluation(deny("f.c"))]
    found = gather([other, DOCUMENT, other], answers)
    assert [one.violations[0].rule for one in found] == ["f.a", "f.b", "f.c"]
