"""Reports of replays in pairs."""

from __future__ import annotations

from typing import Any

from vpce_guard.surfaces.console.replay_comparison import MOST_ROWS, PairedCount, RuleCount, compare_replays


def report(*denied: str, rules: dict[str, Any] | None = None, unlisted: int = 0, **members: Any) -> dict[str, Any]:
    """A report in which these decisions are newly denied, and some more that it does not list."""
    kinds = dict.fromkeys(("newly_allowed", "newly_undetermined", "changed_reasons"), 0)
    examples = [
        {
            "about": {"decision_id": name, "timestamp": "2026-06-01T12:00:00.000Z", "address": f"aws.{name}"},
            "before": [],
            "after": ["VPCE-ORG-002 deny /: no"],
        }
        for name in denied
    ]
    return {
        "source": "the log",
        "selection": {},
        "since": None,
        "until": None,
        "read": 9,
        "compared": 9,
        "not_reproduced": {"total": 0},
        "kinds": {**kinds, "newly_denied": len(denied) + unlisted, "unchanged": 9 - len(denied) - unlisted},
        "by_rule": rules or {},
        "examples": {"newly_denied": examples},
        **members,
    }


def test_numbers_stand_in_pairs() -> None:
    found = compare_replays(report("a"), report("a", "b"))
    assert PairedCount("decisions judged", 9, 9) in found.totals
    assert PairedCount("newly denied", 1, 2) in found.totals
    assert {count.name: count.difference for count in found.totals if count.difference} == {
        "newly denied": 1,
        "unchanged": -1,
    }
    assert found.same_decisions


def test_rules_that_differ_come_first() -> None:
    left = {"VPCE-GW-001": {"newly_denied": 4}, "VPCE-ORG-002": {"newly_denied": 2, "unchanged": 3}}
    right = {"VPCE-GW-001": {"newly_denied": 4}, "VPCE-ORG-002": {"newly_allowed": 1}}
    assert compare_replays(report(rules=left), report(rules=right)).rules == [
        RuleCount("VPCE-ORG-002", PairedCount("newly denied", 2, 0)),
        RuleCount("VPCE-ORG-002", PairedCount("newly allowed", 0, 1)),
        RuleCount("VPCE-GW-001", PairedCount("newly denied", 4, 4)),
    ]


def test_rows_are_bounded_and_that_is_said() -> None:
    many = {f"ACME-NET-{number:03}": {"newly_denied": 1} for number in range(MOST_ROWS + 2)}
    found = compare_replays(report(rules=many), None)
    assert (len(found.rules), found.left_out) == (MOST_ROWS, 2)


def test_a_side_alone_has_no_difference() -> None:
    found = compare_replays(None, report("a"))
    assert PairedCount("newly denied", None, 1) in found.totals
    assert not any(count.difference for count in found.totals)
    left, right = found.examples
    assert left == []
    assert [(example.decision_id, example.only_here) for example in right] == [("a", False)]


def test_examples_say_what_one_side_alone_changes_and_come_first() -> None:
    every = [f"d{number}" for number in range(7)]
    left, right = compare_replays(report(*every), report(*every[:6])).examples
    assert [(example.decision_id, example.only_here) for example in left] == [
        ("d6", True),
        *((name, False) for name in every[:4]),
    ]
    assert not any(example.only_here for example in right)


def test_what_the_other_side_does_not_list_may_still_be_there() -> None:
    left, right = compare_replays(report("a"), report("b", unlisted=1)).examples
    assert [example.only_here for example in left] == [False]
    assert [example.only_here for example in right] == [True]


def test_two_that_read_other_decisions_say_nothing_about_each_other() -> None:
    for other in ({"selection": {"service": "s3"}}, {"read": 10}, {"since": "2026-06-01T12:00:00.000Z"}):
        found = compare_replays(report("a"), report(**other))
        assert not found.same_decisions
        assert [example.only_here for example in found.examples[0]] == [False]
