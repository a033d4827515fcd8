"""Accounts that nobody names are alike where policies name whole accounts only: one of them stands for all others."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.decisions.reach import ReachQuestions, ask, read_policy
from vpce_guard.decisions.reach.accounts import are_alike, find_accounts
from vpce_guard.decisions.reach.organisation import Organisation

OURS = "111122223333"
ORGANISATION = Organisation(accounts=(OURS, "444455556666"))
SAME = {"aws:ResourceAccount": "${aws:PrincipalAccount}"}
ALL: dict[str, Any] = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}


def allow(**members: Any) -> dict[str, Any]:
    return {**ALL, **members}


def under(operator: str, **keys: Any) -> dict[str, Any]:
    return {"Condition": {operator: {name.replace("_", ":"): value for name, value in keys.items()}}}


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


OF_OURS = under("StringEquals", aws_PrincipalAccount=[OURS])["Condition"]["StringEquals"]
TO_OURS = under("StringEquals", aws_ResourceAccount=[OURS])["Condition"]["StringEquals"]
OWN_QUEUES = "arn:aws:sqs:*:${aws:PrincipalAccount}:*"


@pytest.mark.parametrize(
    ("statements", "principals", "resources"),
    [
        ([allow(Condition={"StringEquals": SAME})], "refuted", "refuted"),
        ([allow(Condition={"StringEquals": {**SAME, **OF_OURS}})], "proved", "proved"),
        ([allow(Condition={"StringLike": SAME, "StringEquals": TO_OURS})], "proved", "proved"),
        (
            [allow(Condition={"StringEquals": OF_OURS}), allow(Effect="Deny", Condition={"StringNotEquals": SAME})],
            "proved",
            "proved",
        ),
        ([allow(Condition={"StringEquals": OF_OURS}, Resource=OWN_QUEUES)], "proved", "proved"),
        (
            [allow(Condition={"StringEquals": {"aws:PrincipalAccount": "${aws:ResourceAccount}", **TO_OURS}})],
            "proved",
            "proved",
        ),
    ],
)
def test_an_account_that_equals_another_is_decided(
    statements: list[dict[str, Any]], principals: str, resources: str
) -> None:
    asked = ReachQuestions(
        budget=20.0,
        policy=read_policy(policy(*statements)),
        organisation=ORGANISATION,
        prefixes=("sqs",),
        questions=frozenset(("outside_principals", "outside_resources")),
    )
    assert [answer.answer for answer in ask(asked)] == [principals, resources]


def test_the_account_that_is_asked_about_is_named() -> None:
    asked = ReachQuestions(
        budget=20.0,
        policy=read_policy(policy(allow(Condition={"StringEquals": SAME}))),
        can=("999999999999", "sqs:SendMessage", "arn:aws:sqs:us-east-1:999999999999:a"),
        questions=frozenset(("can",)),
    )
    [answer] = ask(asked)
    assert answer.answer == "proved"


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (allow(**under("StringEquals", aws_ResourceAccount="${aws:PrincipalAccount}")), True),
        (allow(**under("StringEquals", aws_ResourceAccount="x${aws:PrincipalAccount}")), False),
        (allow(**under("StringEqualsIgnoreCase", aws_ResourceAccount="${aws:PrincipalAccount}")), False),
        (allow(**under("StringLike", aws_PrincipalArn="arn:aws:iam::1111*:role/a")), False),
        (allow(**under("StringLike", aws_PrincipalArn="arn:aws:iam::*:role/a-2026*")), True),
        (allow(**under("StringLike", aws_ResourceAccount="*3")), False),
        (allow(**under("NumericLessThan", aws_PrincipalAccount="5")), False),
        (allow(**under("StringLike", x_k="1${aws:PrincipalTag/a, '2'}")), False),
        (allow(Resource=OWN_QUEUES), True),
        (allow(Resource="arn:aws:s3:::home-${aws:PrincipalAccount}/*"), False),
        (allow(Resource="arn:aws:sqs:*:${aws:PrincipalAccount, '1'}:*"), False),
        (allow(Principal={"AWS": OURS}), True),
    ],
)
def test_accounts_are_alike_where_no_value_tells_a_part_of_one(statement: dict[str, Any], expected: bool) -> None:
    key = "aws:principalaccount"
    assert are_alike(key, {key, "aws:resourceaccount"}, [read_policy(policy(statement))], ()) is expected


def test_accounts_are_found_wherever_they_are_named() -> None:
    one = allow(
        Principal={"AWS": f"arn:aws:iam::{OURS}:root"},
        Resource="arn:aws:sqs:*:222233334444:*",
        **under("StringLike", aws_PrincipalArn="arn:aws:iam::333344445555:role/*"),
    )
    found = find_accounts([read_policy(policy(one))], ["arn:aws:sqs:r:444455556666:*"])
    assert found == [OURS, "222233334444", "333344445555", "444455556666"]
