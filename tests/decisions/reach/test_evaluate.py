"""One request against a policy: a case for each sentence of AWS's documents, which stands beside it with its page."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from vpce_guard.decisions.reach import AccessRequest, read_policy
from vpce_guard.decisions.reach.evaluate import all_true, any_true, derive_keys, evaluate, readings_of

IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
LOGIC, PRINCIPAL = f"{IAM}reference_policies_evaluation-logic.html", f"{IAM}reference_policies_elements_principal.html"
NOT_PRINCIPAL = f"{IAM}reference_policies_elements_notprincipal.html"
ACTION, RESOURCE = f"{IAM}reference_policies_elements_action.html", f"{IAM}reference_policies_elements_resource.html"
CONDITION, OPERATORS = (
    f"{IAM}reference_policies_elements_condition.html",
    f"{IAM}reference_policies_elements_condition_operators.html",
)
SETS = f"{IAM}reference_policies_condition-single-vs-multi-valued-context-keys.html"
VARIABLES, KEYS = f"{IAM}reference_policies_variables.html", f"{IAM}reference_policies_condition-keys.html"

ROLE = "arn:aws:iam::111122223333:role/app"
SESSION = "arn:aws:sts::111122223333:assumed-role/app/s"
USER = "arn:aws:iam::111122223333:user/anna"
ROOT = "arn:aws:iam::111122223333:root"
OBJECT = "arn:aws:s3:::reports/2026/a.csv"


class Sentence(NamedTuple):
    """What a page says, and a statement with a request that it is about."""

    page: str
    says: str
    expected: bool | None
    members: dict[str, Any]
    principal: str = SESSION
    action: str = "s3:GetObject"
    resource: str = OBJECT
    context: dict[str, Any] = {}  # noqa: RUF012 - never changed


def under(operator: str, key: str, *values: Any) -> dict[str, Any]:
    return {"Condition": {operator: {key: list(values)}}}


def aws(*ids: str) -> dict[str, Any]:
    return {"Principal": {"AWS": list(ids)}}


def but(*ids: str) -> dict[str, Any]:
    return {"NotPrincipal": {"AWS": list(ids)}}


TAG = "aws:PrincipalTag/t"
SENTENCES = [
    Sentence(PRINCIPAL, "* is everyone", True, {}),
    Sentence(PRINCIPAL, "* is also anonymous users", True, {}, principal="anonymous"),
    Sentence(PRINCIPAL, 'for anonymous users {"AWS": "*"} is the same', True, aws("*"), principal="anonymous"),
    Sentence(PRINCIPAL, "an account's number stands for all its principals", True, aws("111122223333")),
    Sentence(PRINCIPAL, "the ARN of its root does the same", True, aws(ROOT)),
    Sentence(PRINCIPAL, "an account is not another one", False, aws("999999999999")),
    Sentence(PRINCIPAL, "an account is nobody anonymous", False, aws("111122223333"), principal="anonymous"),
    Sentence(PRINCIPAL, "a role stands for its sessions", True, aws(ROLE)),
    Sentence(PRINCIPAL, "a role is not another one", False, aws(f"{ROLE}2")),
    Sentence(
        PRINCIPAL,
        "a role has its path in its ARN",
        True,
        aws("arn:aws:iam::111122223333:role/team/app"),
        context={"aws:PrincipalArn": "arn:aws:iam::111122223333:role/team/app"},
    ),
    Sentence(PRINCIPAL, "a session is named by role and session", True, aws(SESSION)),
    Sentence(PRINCIPAL, "a session is not another one of the role", False, aws(f"{SESSION}2")),
    Sentence(PRINCIPAL, "a user is named by its ARN", True, aws(USER), principal=USER),
    Sentence(PRINCIPAL, "names of users are case sensitive", False, aws(f"{USER[:-4]}Anna"), principal=USER),
    Sentence(PRINCIPAL, "several principals are an or", True, aws("999999999999", USER), principal=USER),
    Sentence(
        PRINCIPAL,
        "a service is named by its principal",
        True,
        {"Principal": {"Service": "logs.amazonaws.com"}},
        principal="logs.amazonaws.com",
    ),
    Sentence(PRINCIPAL, "a service is nobody else", False, {"Principal": {"Service": "logs.amazonaws.com"}}),
    Sentence(PRINCIPAL, "whose id it is nobody tells", None, aws("AIDAJQABLZS4A3QDU576Q")),
    Sentence(PRINCIPAL, "whose canonical id it is nobody tells", None, {"Principal": {"CanonicalUser": "79a59df900"}}),
    Sentence(PRINCIPAL, "who came by a provider nobody tells", None, {"Principal": {"Federated": "www.amazon.com"}}),
    Sentence(NOT_PRINCIPAL, "all are meant but those that are named", True, but("999999999999")),
    Sentence(NOT_PRINCIPAL, "those that are named with their account are not", False, but(USER, ROOT), principal=USER),
    Sentence(NOT_PRINCIPAL, "named without the account they might be", None, but(USER), principal=USER),
    Sentence(NOT_PRINCIPAL, "a session wants its role named too", None, but(SESSION, ROOT)),
    Sentence(NOT_PRINCIPAL, "with its role and account it is not meant", False, but(SESSION, ROLE, ROOT)),
    Sentence(NOT_PRINCIPAL, "anonymous users are meant", True, but(ROOT), principal="anonymous"),
    Sentence(ACTION, "prefix and name are case insensitive", True, {"Action": "S3:getobject"}),
    Sentence(ACTION, "* is all actions of a service", True, {"Action": "s3:*"}),
    Sentence(ACTION, "* may stand in a name", True, {"Action": "s3:*Object"}),
    Sentence(ACTION, "? is one character", True, {"Action": "s3:?etObject"}),
    Sentence(ACTION, "the name has to match", False, {"Action": "s3:GetObjectAcl"}),
    Sentence(ACTION, "NotAction is all but those", False, {"NotAction": ["s3:Get*"]}),
    Sentence(ACTION, "NotAction is all others", True, {"NotAction": ["s3:Put*"]}),
    Sentence(RESOURCE, "* takes in slashes", True, {"Resource": "arn:aws:s3:::reports/*"}),
    Sentence(RESOURCE, "ARNs are case sensitive", False, {"Resource": "arn:aws:s3:::Reports/*"}),
    Sentence(RESOURCE, "? is one character", False, {"Resource": "arn:aws:s3:::reports/?"}),
    Sentence(RESOURCE, "NotResource is all but those", False, {"NotResource": "arn:aws:s3:::reports/*"}),
    Sentence(
        RESOURCE,
        "* stands within its part of the ARN, or beyond: it is open",
        None,
        {"Resource": "arn:aws:s3:*:111122223333:accesspoint/*"},
        resource="arn:aws:s3:::b/k:111122223333:accesspoint/a",
    ),
    Sentence(RESOURCE, "where there are no resources only * is one", False, {"Resource": "arn:*"}, resource="*"),
    Sentence(CONDITION, "several values are an or", True, under("StringEquals", TAG, "b", "a"), context={TAG: "a"}),
    Sentence(
        CONDITION,
        "names of keys are not case sensitive",
        True,
        under("StringEquals", "AWS:principaltag/T", "a"),
        context={TAG: "a"},
    ),
    Sentence(
        CONDITION,
        "several keys are an and",
        False,
        {"Condition": {"StringEquals": {TAG: "a", "aws:SourceVpc": "vpc-1"}}},
        context={TAG: "a", "aws:SourceVpc": "vpc-2"},
    ),
    Sentence(OPERATORS, "StringEquals is case sensitive", False, under("StringEquals", TAG, "A"), context={TAG: "a"}),
    Sentence(OPERATORS, "StringEquals knows no wildcards", False, under("StringEquals", TAG, "*"), context={TAG: "a"}),
    Sentence(OPERATORS, "IgnoreCase ignores case", True, under("StringEqualsIgnoreCase", TAG, "A"), context={TAG: "a"}),
    Sentence(OPERATORS, "StringLike has * and ?", True, under("StringLike", TAG, "a*c?"), context={TAG: "abbcd"}),
    Sentence(OPERATORS, "StringLike is case sensitive", False, under("StringLike", TAG, "A*"), context={TAG: "ab"}),
    Sentence(OPERATORS, "an absent key does not match", False, under("StringEquals", TAG, "a")),
    Sentence(OPERATORS, "negated, an absent key matches", True, under("StringNotEquals", TAG, "a")),
    Sentence(
        OPERATORS, "negated, no value may match", False, under("StringNotLike", TAG, "b", "a*"), context={TAG: "ab"}
    ),
    Sentence(OPERATORS, "IfExists holds without the key", True, under("StringEqualsIfExists", TAG, "a")),
    Sentence(OPERATORS, "IfExists looks at a key", False, under("StringEqualsIfExists", TAG, "a"), context={TAG: "b"}),
    Sentence(OPERATORS, "Null true: the key is absent", True, under("Null", TAG, "true")),
    Sentence(OPERATORS, "Null false: the key is there", True, under("Null", TAG, False), context={TAG: "a"}),
    Sentence(
        OPERATORS,
        "each part of an ARN is checked separately",
        False,
        under("ArnLike", "aws:SourceArn", "arn:aws:someservice:*:111122223333:finance/*"),
        context={"aws:SourceArn": "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/d.txt"},
    ),
    Sentence(
        OPERATORS,
        "StringLike takes an ARN as a whole",
        True,
        under("StringLike", "aws:SourceArn", "arn:aws:someservice:*:111122223333:finance/*"),
        context={"aws:SourceArn": "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/d.txt"},
    ),
    Sentence(OPERATORS, "ArnEquals is ArnLike", True, under("ArnEquals", "aws:PrincipalArn", f"{ROLE[:-3]}*")),
    Sentence(
        OPERATORS,
        "numbers are compared as numbers",
        True,
        under("NumericLessThan", "s3:max-keys", 10),
        context={"s3:max-keys": "9"},
    ),
    Sentence(
        OPERATORS,
        "a number equals its other spellings",
        True,
        under("NumericEquals", "s3:max-keys", "10"),
        context={"s3:max-keys": "10.0"},
    ),
    Sentence(
        OPERATORS,
        "what is no number does not match",
        False,
        under("NumericLessThan", "s3:max-keys", 10),
        context={"s3:max-keys": "x"},
    ),
    Sentence(
        OPERATORS,
        "dates are ISO 8601 or seconds since 1970",
        True,
        under("DateGreaterThan", "aws:CurrentTime", "2026-01-01T00:00:00Z"),
        context={"aws:CurrentTime": "1798761600"},
    ),
    Sentence(
        OPERATORS,
        "an address lies in a range",
        True,
        under("IpAddress", "aws:VpcSourceIp", "10.0.0.0/8"),
        context={"aws:VpcSourceIp": "10.1.2.3"},
    ),
    Sentence(
        OPERATORS,
        "a range of IPv6 has none of IPv4",
        False,
        under("IpAddress", "aws:VpcSourceIp", "::/0"),
        context={"aws:VpcSourceIp": "10.1.2.3"},
    ),
    Sentence(
        OPERATORS,
        "without a prefix it is one address",
        False,
        under("IpAddress", "aws:VpcSourceIp", "10.0.0.1"),
        context={"aws:VpcSourceIp": "10.0.0.2"},
    ),
    Sentence(
        OPERATORS,
        "NotIpAddress is all others",
        True,
        under("NotIpAddress", "aws:VpcSourceIp", "10.0.0.0/8"),
        context={"aws:VpcSourceIp": "192.0.2.1"},
    ),
    Sentence(
        OPERATORS,
        "Bool is true or false",
        True,
        under("Bool", "aws:SecureTransport", "true"),
        context={"aws:SecureTransport": "true"},
    ),
    Sentence(
        OPERATORS,
        "BinaryEquals compares base64",
        True,
        under("BinaryEquals", "x:b", "QmluYXJ5"),
        context={"x:b": "QmluYXJ5"},
    ),
    Sentence(
        SETS,
        "ForAllValues: each value matches",
        False,
        under("ForAllValues:StringEquals", "aws:TagKeys", "a"),
        context={"aws:TagKeys": ("a", "b")},
    ),
    Sentence(SETS, "ForAllValues holds without the key", True, under("ForAllValues:StringEquals", "aws:TagKeys", "a")),
    Sentence(
        SETS,
        "ForAllValues holds for an empty text",
        True,
        under("ForAllValues:StringEquals", "aws:TagKeys", "a"),
        context={"aws:TagKeys": ""},
    ),
    Sentence(
        SETS,
        "ForAnyValue: one value matches",
        True,
        under("ForAnyValue:StringEquals", "aws:TagKeys", "a"),
        context={"aws:TagKeys": ("a", "b")},
    ),
    Sentence(
        SETS, "ForAnyValue fails without the key", False, under("ForAnyValue:StringNotEquals", "aws:TagKeys", "a")
    ),
    Sentence(
        SETS,
        "ForAnyValue with IfExists and no key is open",
        None,
        under("ForAnyValue:StringEqualsIfExists", "aws:TagKeys", "a"),
    ),
    Sentence(
        SETS,
        "several values want a set operator",
        None,
        under("StringEquals", "aws:TagKeys", "a"),
        context={"aws:TagKeys": ("a", "b")},
    ),
    Sentence(
        VARIABLES,
        "a variable has the value of its key",
        True,
        {"Resource": f"arn:aws:s3:::reports/${{{TAG}}}/*"},
        context={TAG: "2026"},
    ),
    Sentence(VARIABLES, "without a value nothing is equal", False, {"Resource": f"arn:aws:s3:::reports/${{{TAG}}}/*"}),
    Sentence(
        VARIABLES,
        "without a value everything is unequal",
        True,
        under("StringNotEquals", "aws:SourceVpc", f"${{{TAG}}}"),
        context={"aws:SourceVpc": "vpc-1"},
    ),
    Sentence(VARIABLES, "a default stands in", True, {"Resource": f"arn:aws:s3:::${{{TAG}, 'reports'}}/*"}),
    Sentence(VARIABLES, "${*} is a star", False, under("StringLike", TAG, "${*}"), context={TAG: "a"}),
    Sentence(KEYS, "aws:PrincipalArn of a session is its role", True, under("StringEquals", "aws:PrincipalArn", ROLE)),
    Sentence(
        KEYS,
        "an anonymous request has no aws:PrincipalArn",
        True,
        under("Null", "aws:PrincipalArn", True),
        principal="anonymous",
    ),
    Sentence(
        KEYS,
        "an anonymous account is called so",
        True,
        under("StringEquals", "aws:PrincipalAccount", "anonymous"),
        principal="anonymous",
    ),
    Sentence(
        KEYS,
        "a service is one of AWS",
        True,
        under("Bool", "aws:PrincipalIsAWSService", "true"),
        principal="logs.amazonaws.com",
    ),
    Sentence(KEYS, "a role is no service", True, under("Bool", "aws:PrincipalIsAWSService", "false")),
]


@pytest.mark.parametrize("sentence", SENTENCES, ids=[sentence.says for sentence in SENTENCES])
def test_a_statement_matches_as_the_page_says(sentence: Sentence) -> None:
    replaced = {member.removeprefix("Not") for member in sentence.members}
    rest = {"Principal": "*", "Action": "*", "Resource": "*"}
    members = {name: value for name, value in rest.items() if name not in replaced} | sentence.members
    policy = read_policy({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **members}]})
    request = AccessRequest(
        principal=sentence.principal, action=sentence.action, resource=sentence.resource, context=sentence.context
    )
    assert evaluate(policy, request) is sentence.expected, sentence.page


EVERYTHING: dict[str, Any] = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
REQUEST = AccessRequest(principal=SESSION, action="s3:GetObject", resource=OBJECT, context={TAG: "a"})


def test_what_nothing_allows_is_denied() -> (
    None
):  # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    assert evaluate(read_policy({"Statement": []}), REQUEST) is False


def test_a_deny_beats_every_allow() -> None:
    policy = read_policy({"Statement": [EVERYTHING, {**EVERYTHING, "Effect": "Deny", "Action": "s3:Get*"}, EVERYTHING]})
    assert evaluate(policy, REQUEST) is False


def test_a_deny_that_does_not_match_denies_nothing() -> None:
    policy = read_policy({"Statement": [EVERYTHING, {**EVERYTHING, "Effect": "Deny", "Action": "s3:Put*"}]})
    assert evaluate(policy, REQUEST) is True


def test_an_older_version_takes_variables_literally() -> None:
    test = {"StringEquals": {TAG: f"${{{TAG}}}"}}
    assert evaluate(read_policy({"Version": "2012-10-17", "Statement": {**EVERYTHING, "Condition": test}}), REQUEST)
    assert not evaluate(read_policy({"Version": "2008-10-17", "Statement": {**EVERYTHING, "Condition": test}}), REQUEST)
    assert not evaluate(read_policy({"Statement": {**EVERYTHING, "Condition": test}}), REQUEST)


def test_what_is_open_stays_so_unless_the_rest_settles_it() -> None:
    assert (all_true([True, None]), all_true([None, False]), any_true([None, True])) == (None, False, True)


def test_policies_without_anything_open_have_one_reading() -> None:
    assert len(readings_of([read_policy({"Statement": EVERYTHING})])) == 1
    spared = {k: v for k, v in EVERYTHING.items() if k != "Principal"} | {"NotPrincipal": {"AWS": ROOT}}
    assert len(readings_of([read_policy({"Statement": spared})])) == 2


def test_keys_follow_from_the_principal() -> None:
    assert derive_keys(SESSION) == {
        "aws:principalarn": (ROLE,),
        "aws:principalaccount": ("111122223333",),
        "aws:principalisawsservice": ("false",),
        "aws:principaltype": ("AssumedRole",),
    }
    assert derive_keys("who") == {}
