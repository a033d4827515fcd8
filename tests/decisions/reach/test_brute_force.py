"""The procedure against brute force: what it proves no request of a small world contradicts, what it refutes is so.

`make reach-fuzz MANY=100000` goes through many more policies than the tests do.
"""

from __future__ import annotations

from random import Random
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.brute_force import compare_pair, go_through, shrink
from tests.support.small_world import make_pair
from tests.support.truth_tables import PolicyTable, world_of
from vpce_guard.decisions.reach import ReachAnswer, read_policy
from vpce_guard.decisions.reach.answers import QuestionName
from vpce_guard.decisions.reach.evaluate import PolicyEvaluator

ALL: dict[str, Any] = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}


@pytest.mark.parametrize("number", range(60))
def test_no_proof_and_no_request_is_wrong(number: int) -> None:
    assert go_through(number).wrong == []


@settings(max_examples=10, deadline=None, derandomize=True)
@given(random=st.randoms(use_true_random=False))
def test_what_is_wrong_would_be_told_small(random: Random) -> None:
    assert compare_pair(make_pair(random)).wrong == []


def test_a_value_that_only_org_data_name_is_no_exception() -> None:
    test = {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:*"}}
    limited = {**ALL, "Condition": {**test, "StringEquals": {"aws:ResourceAccount": "anonymous"}}}
    policies = [
        {"Version": "2012-10-17", "Statement": [one]} for one in (limited, {**ALL, "Resource": "arn:aws:s3:::a/*"})
    ]
    assert compare_pair(policies).wrong == []


@pytest.mark.parametrize("number", range(1000, 1008))
def test_tables_say_what_the_evaluator_says_of_each_request(number: int) -> None:
    policies = [read_policy(text) for text in make_pair(Random(number))]  # noqa: S311 - the same each time
    world = world_of(policies)
    table, evaluator = PolicyTable(policies[0], world), PolicyEvaluator(policies[0])
    for place in range(0, world.size, 7):
        if world.possible >> place & 1:
            request = world.request(place)
            expected = None if table.allowed.open >> place & 1 else bool(table.allowed.true >> place & 1)
            assert evaluator.evaluate(request) == expected, request


def test_a_fault_would_be_told_with_a_small_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.support.brute_force.ask", _always_prove)
    denied = {**ALL, "Effect": "Deny", "Condition": {"StringEquals": {"x:k": "a"}, "Bool": {"x:t": "true"}}}
    policies = [{"Statement": [ALL, denied, denied]}, {"Statement": [denied]}]
    assert any("outside_principals is not proved" in one for one in compare_pair(policies).wrong)
    smaller = shrink(policies, with_service=False)
    assert [len(policy["Statement"]) for policy in smaller] == [1, 1]


def _always_prove(_: object) -> list[Any]:
    return [ReachAnswer(question=name, answer="proved", request=None, why="So.") for name in get_args(QuestionName)]
