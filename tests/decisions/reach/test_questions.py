"""Each question over policies of real shape, and each kind of condition in a question."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.decisions.reach import ReachAnswer, ReachQuestions, ask, read_policy
from vpce_guard.decisions.reach.document import EndpointPolicy
from vpce_guard.decisions.reach.organisation import Organisation, read_organisation
from vpce_guard.decisions.reach.questions import are_equal
from vpce_guard.errors import MalformedError

OURS, THEIRS = "111122223333", "444455556666"
ORGANISATION = Organisation(accounts=(OURS, "222233334444"), ids=("o-abc1234567",))
ORG, RESOURCE_ORG = {"aws:PrincipalOrgID": "o-abc1234567"}, {"aws:ResourceOrgID": "o-abc1234567"}


def allow(**members: Any) -> dict[str, Any]:
    rest = {name: "*" for name in ("Principal", "Action", "Resource") if f"Not{name}" not in members}
    return {"Effect": "Allow", **rest, **members}


def deny(**members: Any) -> dict[str, Any]:
    return allow(Effect="Deny", **members)


def when(**tests: Any) -> dict[str, Any]:
    return {"Condition": tests}


def policy(*statements: dict[str, Any]) -> EndpointPolicy:
    return read_policy({"Version": "2012-10-17", "Statement": list(statements)})


def answer(question: str, *statements: dict[str, Any], **members: Any) -> ReachAnswer:
    asked = ReachQuestions(**{"policy": policy(*statements), "organisation": ORGANISATION, "budget": 20.0, **members})
    return next(one for one in ask(asked) if one.question == question)


PERIMETER = allow(**when(StringEquals={**ORG, **RESOURCE_ORG}))
SERVICES = allow(**when(Bool={"aws:PrincipalIsAWSService": "true"}))
BUCKETS = allow(Action="s3:GetObject", Resource="arn:aws:s3:::al2023-repos-*/*")
OUTSIDE = [
    ("proved", [PERIMETER]),
    ("proved", [PERIMETER, SERVICES]),
    ("refuted", [PERIMETER, BUCKETS]),
    ("refuted", [allow()]),
    ("proved", [allow(**when(StringEquals={"aws:PrincipalAccount": OURS}))]),
    ("refuted", [allow(**when(StringEquals={"aws:PrincipalAccount": [OURS, THEIRS]}))]),
    ("refuted", [allow(**when(StringLike={"aws:PrincipalAccount": "1111*"}))]),
    ("proved", [allow(**when(ArnLike={"aws:PrincipalArn": f"arn:aws:iam::{OURS}:role/app-*"}))]),
    ("refuted", [allow(**when(ArnLike={"aws:PrincipalArn": "arn:aws:iam::*:role/app-*"}))]),
    ("proved", [allow(Principal={"AWS": [OURS, "arn:aws:iam::222233334444:root"]})]),
    ("refuted", [allow(Principal={"AWS": f"arn:aws:iam::{THEIRS}:role/x"})]),
    ("proved", [allow(Principal={"Service": "logs.amazonaws.com"})]),
    ("undecided", [allow(Principal={"AWS": "AIDAJQABLZS4A3QDU576Q"})]),
    ("proved", [allow(Action="s3:*"), deny(Action="s3:*", **when(StringNotEquals=ORG))]),
    ("proved", [allow(Action="s3:G*"), deny(Action="S3:*", **when(StringNotEqualsIfExists=ORG))]),
    ("refuted", [allow(Action="s3:*"), deny(Action="s3:Put*", **when(StringNotEquals=ORG))]),
    ("refuted", [allow(), deny(**when(StringNotEquals={**ORG, "aws:SourceVpc": "vpc-1"}))]),
    ("proved", [allow(), deny(NotPrincipal={"AWS": [OURS, "222233334444"]})]),
    ("refuted", [allow(**when(StringEqualsIfExists=ORG))]),
    ("proved", [allow(**when(StringEqualsIfExists=ORG, Null={"aws:PrincipalOrgID": "false"}))]),
    ("proved", [allow(Condition={"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-abc1234567/*"}})]),
    ("refuted", [allow(Condition={"ForAllValues:StringLike": {"aws:PrincipalOrgPaths": "o-abc1234567/*"}})]),
    ("refuted", [allow(Condition={"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-abc*/r-1/*"}})]),
    ("refuted", [allow(**when(StringEquals={"aws:SourceVpc": "vpc-1"}))]),
    ("proved", [allow(**when(IpAddress={"aws:SourceIp": "0.0.0.0/0"}))]),
    ("proved", [allow(**when(StringEquals={"aws:PrincipalType": "User", **ORG}))]),
]


@pytest.mark.parametrize(("expected", "statements"), OUTSIDE, ids=[str(n) for n in range(len(OUTSIDE))])
def test_who_outside_passes(expected: str, statements: list[dict[str, Any]]) -> None:
    assert answer("outside_principals", *statements).answer == expected


@pytest.mark.parametrize(
    ("expected", "statements"),
    [
        ("proved", [PERIMETER, SERVICES]),
        ("refuted", [PERIMETER, BUCKETS]),
        ("refuted", [allow(**when(StringEquals=ORG))]),
        ("proved", [allow(Resource=f"arn:aws:sqs:*:{OURS}:*")]),
        ("refuted", [allow(Resource="arn:aws:sqs:*:*:queue")]),
        ("undecided", [allow(Resource=["arn:aws:s3:::reports", "arn:aws:s3:::reports/*"])]),
        ("proved", [allow(Resource="arn:aws:s3:::reports/*", **when(StringEquals={"aws:ResourceAccount": OURS}))]),
        ("undecided", [allow(Resource=f"arn:aws:s3:*:{OURS}:accesspoint/*")]),
        ("proved", [allow(Resource=f"arn:aws:s3:us-east-1:{OURS}:accesspoint/*")]),
        ("undecided", [allow(**when(StringEqualsIfExists={"aws:ResourceAccount": OURS}))]),
        (
            "proved",
            [allow(**when(StringEquals={**ORG, "aws:ResourceOrgID": "${aws:PrincipalOrgID}"}))],
        ),
    ],
)
def test_what_outside_is_reached(expected: str, statements: list[dict[str, Any]]) -> None:
    assert answer("outside_resources", *statements).answer == expected


def test_exceptions_of_org_data_are_let_out() -> None:
    sections = {
        "org_ids": ["o-abc1234567"],
        "policy": {
            "resource_org_exceptions": ["arn:aws:s3:::al2023-repos-*"],
            "exception_conditions": {"aws:PrincipalTag/dp:exclude": ["true"]},
        },
    }
    organisation = read_organisation(sections)
    tagged = allow(**when(StringEquals={"aws:PrincipalTag/dp:exclude": "true"}))
    assert answer("outside_principals", PERIMETER, BUCKETS, tagged, organisation=organisation).answer == "proved"
    assert answer("outside_resources", PERIMETER, BUCKETS, tagged, organisation=organisation).answer == "proved"


def test_org_data_that_name_nobody_decide_nothing() -> None:
    found = answer("outside_principals", PERIMETER, organisation=Organisation())
    assert (found.answer, found.why) == ("undecided", "The org data name no accounts and no organisation.")


def test_an_account_of_which_nobody_told_is_not_outside() -> None:
    only_ids = Organisation(ids=("o-abc1234567",))
    statement = allow(**when(StringEquals={"aws:PrincipalAccount": THEIRS}))
    assert answer("outside_principals", statement, organisation=only_ids).answer == "undecided"
    assert answer("outside_principals", allow(), organisation=only_ids).answer == "refuted"
    only_accounts = Organisation(accounts=(OURS,))
    assert answer("outside_principals", PERIMETER, organisation=only_accounts).answer == "undecided"


def test_a_refutation_shows_the_smallest_request_that_was_found() -> None:
    found = answer("outside_resources", allow(Action="sqs:*", Resource="arn:aws:sqs:*", **when(StringEquals=ORG)))
    assert found.request is not None
    assert found.request.model_dump() == {
        "principal": "arn:aws:iam::999999999999:root",
        "action": "sqs:GetQueueUrl",
        "resource": "arn:aws:sqs:us-east-1:999999999999:a",
        "context": {"aws:PrincipalOrgID": "o-abc1234567"},
    }


def test_actions_are_those_of_the_service() -> None:
    found = answer("allows_anything", allow(), prefixes=("kms",))
    assert found.request is not None
    assert found.request.action == "kms:GetKeyPolicy"
    assert answer("allows_anything", allow(Action="s3:*"), prefixes=("kms",)).answer == "refuted"


@pytest.mark.parametrize(
    ("new", "old", "expected"),
    [
        ([PERIMETER], [PERIMETER], "proved"),
        ([PERIMETER], [allow()], "proved"),
        ([allow()], [PERIMETER], "refuted"),
        ([allow(Action="s3:Get*")], [allow(Action=["s3:GetObject*", "s3:GetBucket*"])], "refuted"),
        ([allow(Action=["s3:GetObject*", "s3:GetB*"])], [allow(Action="s3:G*")], "proved"),
        ([allow(Action="*")], [allow(Action="s3:*"), allow(NotAction="s3:*")], "proved"),
        ([allow()], [allow(), deny(Action="s3:DeleteBucket")], "refuted"),
        ([allow(), deny(Action="s3:*")], [allow(NotAction="s3:*")], "proved"),
        (
            [allow(**when(NumericLessThan={"s3:max-keys": 10}))],
            [allow(**when(NumericLessThan={"s3:max-keys": 11}))],
            "proved",
        ),
        (
            [allow(**when(NumericLessThan={"s3:max-keys": 11}))],
            [allow(**when(NumericLessThanEquals={"s3:max-keys": 10}))],
            "refuted",
        ),
        (
            [allow(**when(IpAddress={"aws:VpcSourceIp": "10.1.0.0/16"}))],
            [allow(**when(IpAddress={"aws:VpcSourceIp": "10.0.0.0/8"}))],
            "proved",
        ),
        (
            [allow(**when(IpAddress={"aws:VpcSourceIp": "10.0.0.0/8"}))],
            [allow(**when(IpAddress={"aws:VpcSourceIp": ["10.0.0.0/9", "10.128.0.0/9"]}))],
            "proved",
        ),
        (
            [allow(**when(DateLessThan={"aws:CurrentTime": "2026-01-01T00:00:00Z"}))],
            [allow(**when(DateLessThan={"aws:CurrentTime": "2027-01-01T00:00:00Z"}))],
            "proved",
        ),
        (
            [allow(Condition={"ForAllValues:StringEquals": {"x:k": ["a"]}})],
            [allow(Condition={"ForAllValues:StringEquals": {"x:k": ["a", "b"]}})],
            "proved",
        ),
        (
            [allow(Condition={"ForAnyValue:StringEquals": {"x:k": ["a"]}})],
            [allow(Condition={"ForAllValues:StringEquals": {"x:k": ["a"]}})],
            "refuted",
        ),
        (
            [allow(**when(StringEqualsIgnoreCase={"x:k": "a"}))],
            [allow(**when(StringEquals={"x:k": "a"}))],
            "refuted",
        ),
        (
            [allow(Resource="arn:aws:s3:::${aws:username}/*")],
            [allow(Resource="arn:aws:s3:::*")],
            "proved",
        ),
        (
            [allow(Resource="arn:aws:s3:::*")],
            [allow(Resource="arn:aws:s3:::${aws:username}/*")],
            "refuted",
        ),
        (
            [allow(Principal={"CanonicalUser": "79a59df900"})],
            [allow(Principal={"CanonicalUser": "79a59df900"}), allow(Action="s3:*")],
            "proved",
        ),
    ],
)
def test_what_is_newly_allowed(new: list[dict[str, Any]], old: list[dict[str, Any]], expected: str) -> None:
    assert answer("newly_allowed", *new, against=policy(*old)).answer == expected


def test_a_request_that_nobody_can_make_is_not_shown() -> None:
    statements = [allow(Action="kms:*"), deny(NotResource="arn:aws:s3:::*", **when(StringNotEquals=RESOURCE_ORG))]
    found = answer("outside_resources", *statements)
    assert (found.answer, found.request) == ("undecided", None)
    assert "of no kind that IAM lists" in found.why
    assert answer("outside_resources", *statements, allow(Action="s3:GetObject")).answer == "refuted"


def test_two_policies_are_equal_where_neither_allows_more() -> None:
    one = policy(allow(), deny(Action="s3:*"))
    assert [found.answer for found in are_equal(one, policy(allow(NotAction="s3:*")))] == ["proved", "proved"]
    assert [found.answer for found in are_equal(one, policy(allow()))] == ["proved", "refuted"]


def test_a_dead_statement_is_named() -> None:
    found = answer(
        "dead_statements",
        allow(Action="s3:*"),
        allow(Sid="never", Action="s3:Put*", **when(StringEquals={"aws:SourceVpc": "vpc-1"})),
        deny(Action="s3:Put*"),
        deny(Action="sqs:*"),
    )
    assert (found.answer, found.why) == ("refuted", "Without effect: statement 1 (never), statement 3.")
    assert answer("dead_statements", allow(), deny(Action="sqs:*")).answer == "proved"


def test_a_policy_may_allow_nothing() -> None:
    found = answer("allows_anything", allow(**when(StringEquals={"x:k": "a"}, StringNotLike={"x:k": "?"})))
    assert (found.answer, found.request) == ("refuted", None)


@pytest.mark.parametrize(
    ("can", "statements", "expected"),
    [
        ((OURS, "s3:GetObject", "arn:aws:s3:::a/b"), [allow(Action="s3:Get*")], "proved"),
        ((OURS, "s3:PutObject", "arn:aws:s3:::a/b"), [allow(Action="s3:Get*")], "refuted"),
        (
            (f"arn:aws:iam::{OURS}:role/app", "s3:GetObject", "arn:aws:s3:::a"),
            [allow(**when(StringEquals=ORG))],
            "proved",
        ),
        (
            (f"arn:aws:iam::{THEIRS}:role/app", "s3:GetObject", "arn:aws:s3:::a"),
            [allow(**when(StringEquals=ORG))],
            "undecided",
        ),
        ((f"arn:aws:iam::{OURS}:user/a", "sqs:SendMessage", f"arn:aws:sqs:r:{OURS}:q"), [PERIMETER], "proved"),
        (("anonymous", "s3:GetObject", "arn:aws:s3:::a"), [PERIMETER], "refuted"),
        (("logs.amazonaws.com", "s3:PutObject", "arn:aws:s3:::a/b"), [SERVICES], "proved"),
        ((OURS, "s3:ListAllMyBuckets", "*"), [allow(Resource="arn:aws:s3:::*")], "refuted"),
    ],
)
def test_whether_a_request_can_pass(can: tuple[str, str, str], statements: list[dict[str, Any]], expected: str) -> None:
    assert answer("can", *statements, can=can).answer == expected


@pytest.mark.parametrize(
    "can",
    [("me", "s3:GetObject", "*"), (OURS, "s3:*", "*"), (OURS, "GetObject", "*"), (OURS, "s3:GetObject", "bucket")],
)
def test_what_cannot_be_asked_is_told(can: tuple[str, str, str]) -> None:
    with pytest.raises(MalformedError):
        answer("can", allow(), can=can)


def test_a_variable_may_have_a_value_that_only_org_data_name() -> None:
    statement = allow(**when(StringEquals={"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}))
    queue = f"arn:aws:sqs:us-east-1:{OURS}:q"
    assert answer("can", statement, can=(OURS, "sqs:SendMessage", queue)).answer == "proved"
    assert answer("can", statement, can=(OURS, "s3:GetObject", "arn:aws:s3:::a")).answer == "undecided"


def test_a_variable_may_have_a_value_that_nobody_names() -> None:
    statement = allow(**when(StringEquals={"aws:ResourceAccount": "${aws:PrincipalTag/account}", **ORG}))
    assert answer("outside_resources", statement).answer == "undecided"


@pytest.mark.parametrize(
    ("tests", "expected"),
    [
        ({"StringEquals": {"aws:username": "anna"}}, "arn:aws:iam::999999999999:user/anna"),
        ({"StringNotLike": {"aws:username": "*"}}, "arn:aws:iam::999999999999:root"),
        ({"Null": {"aws:username": "false"}}, "arn:aws:iam::999999999999:user/a"),
        (
            {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/team/*"}},
            "arn:aws:sts::999999999999:assumed-role/a/a",
        ),
    ],
)
def test_what_follows_from_the_principal_fits_it(tests: dict[str, Any], expected: str) -> None:
    found = answer("allows_anything", allow(Condition={"Bool": {"aws:PrincipalIsAWSService": "false"}, **tests}))
    assert found.request is not None
    assert found.request.principal == expected


def test_a_question_without_time_is_undecided() -> None:
    hard = [f"arn:aws:s3:::*{letter}*{letter}*" for letter in "abcdefghijklmnop"]
    found = answer(
        "newly_allowed", allow(Resource=hard), against=policy(*(allow(Resource=one) for one in hard)), budget=0.0
    )
    assert (found.answer, found.why) == ("undecided", "The time of 0 ms was used up.")


def test_only_questions_that_are_named_are_answered() -> None:
    asked = ReachQuestions(policy=policy(allow()), organisation=ORGANISATION, questions=frozenset({"allows_anything"}))
    assert [one.question for one in ask(asked)] == ["allows_anything"]
