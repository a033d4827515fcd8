"""Policies are read once, with the place of what is wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from vpce_guard.decisions.reach import read_policy
from vpce_guard.decisions.reach.document import EndpointPolicy
from vpce_guard.errors import MalformedError, TooLargeError

ALLOW: dict[str, Any] = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}


def test_a_policy_is_a_text_an_object_or_what_holds_it() -> None:
    policy = {"Statement": ALLOW}
    for given in (policy, json.dumps(policy), {"PolicyDocument": policy}, {"PolicyDocument": json.dumps(policy)}):
        assert [s.principals for s in read_policy(given).statements] == [(("AWS", "*"),)]


def test_keys_and_variables_are_known_by_small_letters() -> None:
    test = {"StringEquals": {"aws:PrincipalTag/T": "${aws:Username}"}}
    policy = read_policy({"Version": "2012-10-17", "Statement": {**ALLOW, "Condition": test}})
    assert policy.keys == {"aws:principaltag/t": "aws:PrincipalTag/T", "aws:username": "aws:Username"}


def test_a_statement_is_called_by_its_sid() -> None:
    first, second = read_policy({"Statement": [{**ALLOW, "Sid": "all"}, ALLOW]}).statements
    assert (first.name, second.name) == ("statement 0 (all)", "statement 1")


def test_a_policy_without_statements_is_one() -> None:
    assert read_policy({"Statement": []}) == EndpointPolicy((), has_variables=False)


WITHOUT_ACTION = {name: value for name, value in ALLOW.items() if name != "Action"}


@pytest.mark.parametrize(
    ("given", "pointer", "says"),
    [
        ("{", "/", "is no JSON"),
        ('{"Statement": [], "Statement": []}', "/", "given twice"),
        ("", "/", "it is empty"),
        ([], "/", "an object with Statement"),
        ({"Statement": "x"}, "/", "an object with Statement"),
        ({"Version": "2020-01-01", "Statement": []}, "/Version", "has to be 2012-10-17"),
        ({"Statement": [5]}, "/Statement/0", "is no object"),
        ({"Statement": [{**ALLOW, "Effect": "allow"}]}, "/Statement/0/Effect", "Allow or Deny"),
        ({"Statement": [{**ALLOW, "Actions": "*"}]}, "/Statement/0/Actions", "which none has"),
        ({"Statement": [{**ALLOW, "Sid": 5}]}, "/Statement/0/Sid", "no text"),
        ({"Statement": [WITHOUT_ACTION]}, "/Statement/0", "neither Action nor NotAction"),
        ({"Statement": [{**ALLOW, "NotAction": "*"}]}, "/Statement/0", "both Action and NotAction"),
        ({"Statement": [{**ALLOW, "Action": [5]}]}, "/Statement/0/Action", "no text"),
        ({"Statement": [{**ALLOW, "Principal": "me"}]}, "/Statement/0/Principal", "Principals are"),
        ({"Statement": [{**ALLOW, "Principal": {"Me": "x"}}]}, "/Statement/0/Principal", "no kind of principal"),
        ({"Statement": [{**ALLOW, "Condition": []}]}, "/Statement/0/Condition", "no object"),
        ({"Statement": [{**ALLOW, "Condition": {"Is": {}}}]}, "/Statement/0/Condition", "no operator"),
        ({"Statement": [{**ALLOW, "Condition": {"NullIfExists": {}}}]}, "/Statement/0/Condition", "no operator"),
        ({"Statement": [{**ALLOW, "Condition": {"Bool": "x"}}]}, "/Statement/0/Condition/Bool", "no object of keys"),
        (
            {"Statement": [{**ALLOW, "Condition": {"Bool": {"k": "x"}}}]},
            "/Statement/0/Condition/Bool/k",
            "cannot compare",
        ),
        (
            {"Statement": [{**ALLOW, "Condition": {"DateEquals": {"k": "soon"}}}]},
            "/Statement/0/Condition/DateEquals/k",
            "cannot compare",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(given: Any, pointer: str, says: str) -> None:
    with pytest.raises(MalformedError, match=says) as raised:
        read_policy(given)
    assert [place["pointer"] for place in raised.value.pointers] == [pointer]


def test_a_policy_far_longer_than_aws_takes_is_not_read() -> None:
    with pytest.raises(TooLargeError, match="at most 40960"):
        read_policy({"Statement": [{**ALLOW, "Resource": ["x" * 50_000]}]})
