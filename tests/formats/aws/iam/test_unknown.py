"""Names in an endpoint policy that IAM does not know."""

import time
from typing import Any

import pytest

from vpce_guard.formats.aws import policy
from vpce_guard.formats.aws.iam import unknown_names


def _policy(**members: Any) -> dict[str, Any]:
    return {"Statement": [{"Effect": "Allow", "Principal": "*", **members}]}


def _found(**members: Any) -> list[tuple[str, str, list[str]]]:
    return [(one["kind"], one["value"], one["nearest"]) for one in unknown_names(_policy(**members))]


@pytest.mark.parametrize(
    "action",
    ["*", "sqs:*", "sqs:SendMessage", "SQS:sendmessage", "s3:Get*", "s3:*Object?", "ec2messages:GetMessages", "s*:Get"],
)
def test_actions_that_exist_are_known(action: str) -> None:
    assert _found(Action=action) == []
    assert _found(NotAction=[action]) == []


@pytest.mark.parametrize(
    ("action", "nearest"),
    [
        ("sqs:SendMesage", ["sqs:SendMessage"]),
        ("s3:GetObjct", ["s3:GetObject"]),
        ("lambda:Invokefunctoin", ["lambda:InvokeFunction"]),
        ("sqs:Snd*", []),
        ("sqs:Xyzzy", []),
    ],
)
def test_a_misspelt_action_is_found_with_the_nearest(action: str, nearest: list[str]) -> None:
    assert _found(Action=["sqs:ReceiveMessage", action]) == [("action", action, nearest)]
    assert unknown_names(_policy(NotAction=action))[0]["at"] == "NotAction"


def test_a_prefix_that_no_service_has_is_found() -> None:
    assert _found(Action="sqss:SendMessage") == [("prefix", "sqss:SendMessage", ["sqs"])]


@pytest.mark.parametrize(
    "key",
    [
        "aws:PrincipalOrgID",
        "AWS:principalorgid",
        "aws:PrincipalTag/team",
        "s3:ExistingObjectTag/a",
        "kms:ViaService",
        "ec2:SourceInstanceARN",
        "token.actions.githubusercontent.com:sub",
        "saml:aud",
    ],
)
def test_condition_keys_that_exist_are_known(key: str) -> None:
    assert _found(Action="*", Condition={"StringEquals": {key: "x"}}) == []


@pytest.mark.parametrize(
    ("key", "nearest"),
    [
        ("aws:PrincipleOrgID", ["aws:PrincipalOrgID"]),
        ("SourceVpc", ["aws:SourceVpc"]),
        ("s3:prefx", ["s3:prefix"]),
        ("nonesuch:Key", []),
    ],
)
def test_a_misspelt_condition_key_is_found(key: str, nearest: list[str]) -> None:
    assert _found(Action="*", Condition={"StringEquals": {key: "x"}}) == [("key", key, nearest)]


@pytest.mark.parametrize(
    "arn",
    [
        "*",
        "arn:aws:s3:::bucket",
        "arn:aws:s3:::bucket/*",
        "arn:*:s3:::*",
        "arn:aws:s3*",
        "arn:aws-cn:sqs:cn-north-1:111122223333:queue",
        "arn:aws:sqs:*:*:*",
        "arn:aws:dynamodb:us-east-1:111122223333:table/t/index/*",
        "arn:aws:ssm:us-east-1::document/AWS-RunShellScript",
        "arn:aws:execute-api:us-east-1:111122223333:abc123/prod/GET/*",
        "arn:aws:s3:::${aws:PrincipalAccount}-logs/*",
        "arn:aws:logs:us-east-1:111122223333:log-group:/x:*",
        "arn:aws:ecr:us-east-1:111122223333:repository/a/b",
    ],
)
def test_arns_that_resources_can_have_are_known(arn: str) -> None:
    assert _found(Action="*", Resource=arn) == []
    assert _found(Action="*", NotResource=[arn]) == []


@pytest.mark.parametrize(
    ("arn", "why"),
    [
        ("queue", "is not an ARN: it has fewer than six parts"),
        ("am:aws:sqs:us-east-1:111122223333:q", "is not an ARN: it does not start with arn:"),
        ("arn:awz:s3:::bucket", "names the partition awz, which AWS does not have"),
        ("arn:aws:s4:::bucket", "names the service s4, which ARNs do not have"),
        ("arn:aws:sqs:::queue", "has no form that ARNs of sqs have"),
        ("arn:aws:s3:us-east-1:111122223333:bucket", "has no form that ARNs of s3 have"),
        ("arn:aws:s3::111122223333:bucket/*", "has no form that ARNs of s3 have"),
        ("arn:aws:dynamodb:us-east-1:111122223333:tabel/t", "has no form that ARNs of dynamodb have"),
    ],
)
def test_an_impossible_arn_is_found(arn: str, why: str) -> None:
    [found] = unknown_names(_policy(Action="*", Resource=arn))
    assert (found["kind"], found["value"], found["why"]) == ("arn", arn, why)


def test_places_are_pointers_below_the_statement() -> None:
    document = {"Statement": [{}, {"Action": ["sqs:X1", "sqs:X2"], "Condition": {"A/b": {"aws:Q~": 1}}}]}
    assert [(one["statement"], one["at"]) for one in unknown_names(document)] == [
        (1, "Action/0"),
        (1, "Action/1"),
        (1, "Condition/A~1b/aws:Q~0"),
    ]


@pytest.mark.parametrize("document", [None, [], "text", {}, {"Statement": 1}, {"Statement": [1, {"Action": 5}]}])
def test_what_is_no_policy_is_passed_over(document: Any) -> None:
    assert unknown_names(document) == []


def test_a_crowd_of_unknown_names_is_cut() -> None:
    assert len(unknown_names(_policy(Action=[f"sqs:Nonesuch{number}" for number in range(90)]))) == 50


def test_patterns_made_to_be_slow_are_not() -> None:
    unknown_names(_policy(Action="ec2:*"))  # loads the names
    began = time.thread_time()
    unknown_names(_policy(Action=[f"ec2:{'*a' * 20}{number}*" for number in range(400)]))
    assert time.thread_time() - began < 5


def test_the_policy_of_the_request_carries_them_and_the_current_one_does_not() -> None:
    wrong, right = _policy(Action="sqs:SendMesage"), _policy(Action="sqs:SendMessage")
    read = policy.read({"PolicyDocument": wrong}, {"PolicyDocument": wrong})
    assert [one["value"] for one in read["request"]["unknown_names"]] == ["sqs:SendMesage"]
    assert "unknown_names" not in read["current"]
    assert "unknown_names" not in policy.read({"PolicyDocument": right}, None)["request"]


def test_a_policy_longer_than_aws_takes_is_not_looked_through() -> None:
    long = _policy(Action="sqs:SendMesage", Sid="x" * 20_480)
    assert "unknown_names" not in policy.read({"PolicyDocument": long}, None)["request"]
