"""Policies over a few names, and every request that there is over the same names: what brute force can go through."""

from __future__ import annotations

from random import Random
from typing import Any

from vpce_guard.decisions.reach.answers import AccessRequest

OURS, THEIRS, STRANGE = "111122223333", "444455556666", "777788889999"  # no policy names the last one
PRINCIPALS = (
    "anonymous",
    "a.amazonaws.com",
    f"arn:aws:iam::{OURS}:root",
    f"arn:aws:sts::{OURS}:assumed-role/a/s",
    f"arn:aws:iam::{THEIRS}:user/a",
    f"arn:aws:sts::{THEIRS}:assumed-role/a/s",
    f"arn:aws:iam::{STRANGE}:user/b",
)
ACTIONS = ("x:aa", "x:b", "y:a")  # of services of which nobody knows the resources
RESOURCES = (
    "*",
    "arn:aws:s3:::a",
    "arn:aws:s3:::a/b",
    f"arn:aws:sqs:r:{OURS}:a",
    f"arn:aws:sqs:r:{THEIRS}:a",
    f"arn:aws:sqs:r:{STRANGE}:a",
    f"arn:aws:s3:r:{THEIRS}:b:{OURS}:a",
)
Values = tuple[tuple[str, ...], ...]
FREE: dict[str, Values] = {
    "x:k": ((), ("a",), ("ab",), ("b",), ("A",), ("",)),
    "x:n": ((), ("1",), ("5",), ("7",), ("a",)),
    "x:t": ((), ("true",), ("false",)),
    "x:ip": ((), ("10.0.0.1",), ("10.1.0.0",), ("::1",)),
    "x:d": ((), ("2026-01-01T00:00:00Z",), ("2026-06-01T12:00:00Z",), ("1790000000",)),
    "x:bin": ((), ("YQ==",), ("Yg==",)),
    "x:m": ((), ("a",), ("b",), ("a", "b"), ("ab",), ("a", "ab", "b")),
    "aws:PrincipalTag/t": ((), ("a",), ("b",)),
    "aws:ResourceTag/t": ((), ("a",), ("b",)),
    "aws:SourceVpce": (("vpce-1",), ("vpce-2",)),
    "aws:PrincipalOrgID": ((), ("o-1",), ("o-2",)),
    "aws:ResourceOrgID": ((), ("o-1",), ("o-2",)),
    "aws:ResourceAccount": ((OURS,), (THEIRS,), (STRANGE,)),
    "aws:PrincipalTag/account": ((), (OURS,), (THEIRS,), (STRANGE,)),
}
_PATTERNS = ("a", "a*", "*", "?", "ab", "b", "*b", "?b", "a?")
_ARNS = (
    f"arn:aws:iam::{OURS}:*",
    "arn:aws:iam::*:role/*",
    f"arn:aws:iam::{THEIRS}:role/a",
    "arn:aws:iam::1*:user/?",
    "arn:*:iam::*:root",
)


def make_policy(random: Random, keys: list[str]) -> dict[str, Any]:
    """A policy of one to four statements that names some of the keys."""
    statements = [_make_statement(random, keys) for _ in range(random.choice((1, 2, 2, 3, 4)))]
    if random.random() < 0.5:
        statements[0]["Effect"] = "Allow"
    return {"Version": random.choice(("2012-10-17",) * 4 + ("2008-10-17",)), "Statement": statements}


def pick_keys(random: Random) -> list[str]:
    """Keys for policies, at most two of which are free, so that the requests stay few."""
    return [
        *random.sample(sorted(FREE), random.choice((0, 1, 2, 2))),
        *random.sample(["aws:PrincipalArn", "aws:PrincipalAccount", "aws:PrincipalIsAWSService"], 1),
        *([random.choice(("aws:PrincipalType", "aws:username"))] if random.random() < 0.1 else []),
    ]


def _some(random: Random, values: tuple[str, ...]) -> list[str]:
    return random.sample(values, random.choice((1, 1, 2)))


def _make_statement(random: Random, keys: list[str]) -> dict[str, Any]:
    statement: dict[str, Any] = {"Effect": random.choice(("Allow", "Allow", "Deny"))}
    action = random.choice(("Action", "Action", "Action", "NotAction"))
    statement[action] = _some(random, ("*", "*", "x:*", "x:a*", "x:?b", "X:AA", "y:*", "*:a"))
    resource = random.choice(("Resource", "Resource", "Resource", "NotResource"))
    statement[resource] = _some(
        random,
        (
            *("*", "*", "arn:aws:s3:::a", "arn:aws:s3:::a/*", "arn:aws:s3:::*", f"arn:aws:sqs:*:{OURS}:*"),
            *("arn:aws:sqs:r:*:a", "arn:*:?", "arn:aws:s3:::${aws:PrincipalTag/t}", "arn:aws:s3:::?"),
            "arn:aws:sqs:*:${aws:PrincipalAccount}:*" if random.random() < 0.2 else "arn:aws:sqs:*:7*:*",
        ),
    )
    principal = random.choice(("Principal", "Principal", "Principal", "NotPrincipal"))
    statement[principal] = random.choice(("*", "*", _make_principal(random)))
    tests: dict[str, dict[str, Any]] = {}
    for _ in range(random.choice((0, 0, 1, 1, 2))):
        operator, key, values = _make_test(random, random.choice(keys))
        tests.setdefault(operator, {})[key] = values
    return {**statement, "Condition": tests} if tests else statement


def _make_principal(random: Random) -> dict[str, Any]:
    kind = random.choice(("AWS", "AWS", "AWS", "Service", "Federated"))
    if kind == "Service":
        return {kind: ["a.amazonaws.com"]}
    if kind == "Federated":
        return {kind: "accounts.google.com"}
    ids = (OURS, THEIRS, f"arn:aws:iam::{OURS}:root", f"arn:aws:iam::{OURS}:role/a", f"arn:aws:iam::{THEIRS}:user/a")
    return {kind: _some(random, (*ids, f"arn:aws:sts::{OURS}:assumed-role/a/s", "*", "AIDAEXAMPLE"))}


def _make_test(random: Random, key: str) -> tuple[str, str, list[str]]:
    if random.random() < 0.15:
        return "Null", key, [random.choice(("true", "false"))]
    if key == "aws:PrincipalArn":
        return (
            _decorate(random, random.choice(("ArnLike", "ArnNotLike", "StringLike", "ArnEquals", "ArnNotEquals"))),
            key,
            _some(random, _ARNS),
        )
    if key in ("x:n", "x:d", "x:ip", "x:bin", "x:t", "aws:PrincipalIsAWSService"):
        return _make_typed(random, key)
    if key in ("aws:PrincipalAccount", "aws:ResourceAccount", "aws:PrincipalTag/account"):
        accounts = (OURS, THEIRS, random.choice(("1*", "7*", "*")), random.choice(("anonymous", _OTHER_ACCOUNT[key])))
        return _decorate(random, random.choice(_TEXT)), key, _some(random, accounts)
    if key.endswith("OrgID"):
        return _decorate(random, random.choice(_TEXT)), key, _some(random, ("o-1", "o-2", "o-*", _VARIABLE))
    if key == "aws:username":
        return _decorate(random, random.choice(_TEXT)), key, _some(random, ("a", "b", "*", "?"))
    if key == "aws:PrincipalType":
        return _decorate(random, random.choice(_TEXT)), key, _some(random, ("User", "A*", "Anonymous"))
    values: tuple[str, ...] = (*_PATTERNS, "${aws:PrincipalTag/t}", "${aws:PrincipalTag/t, 'b'}", "${*}")
    if key == "aws:SourceVpce":
        values = ("vpce-1", "vpce-?", "vpce-2")
    operator = random.choice(_TEXT)
    if key == "x:m":
        operator = f"{random.choice(('ForAllValues', 'ForAnyValue'))}:{operator}"
    return _decorate(random, operator), key, _some(random, values)


_VARIABLE = "${aws:PrincipalOrgID}"
_OTHER_ACCOUNT = {
    "aws:PrincipalAccount": "${aws:PrincipalTag/account}",
    "aws:ResourceAccount": "${aws:PrincipalAccount}",
    "aws:PrincipalTag/account": "${aws:ResourceAccount}",
}
_TEXT = (
    *("StringEquals", "StringEquals", "StringNotEquals", "StringLike", "StringNotLike"),
    *("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"),
)


_ORDERS = ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
_INSTANTS = ("2026-01-01T00:00:00Z", "2026-03-01", "2026-06-01T12:00:00Z")


def _make_typed(random: Random, key: str) -> tuple[str, str, list[str]]:
    if key == "x:n":
        return _decorate(random, f"Numeric{random.choice(_ORDERS)}"), key, _some(random, ("1", "5", "6"))
    if key == "x:d":
        return _decorate(random, f"Date{random.choice(_ORDERS)}"), key, _some(random, _INSTANTS)
    if key == "x:bin":
        return _decorate(random, "BinaryEquals"), key, _some(random, ("YQ==", "Yw=="))
    if key == "x:ip":
        networks = ("10.0.0.0/16", "10.0.0.0/8", "::/0", "10.1.0.0")
        return _decorate(random, random.choice(("IpAddress", "NotIpAddress"))), key, _some(random, networks)
    operator = random.choice(("Bool", "Bool", "StringEquals"))
    return _decorate(random, operator), key, [random.choice(("true", "false"))]


def _decorate(random: Random, operator: str) -> str:
    return f"{operator}IfExists" if random.random() < 0.15 else operator


def make_pair(random: Random) -> list[dict[str, Any]]:
    """Two policies that name the same keys, and often differ in one statement only."""
    keys = pick_keys(random)
    one, other = make_policy(random, keys), make_policy(random, keys)
    if random.random() < 0.3:
        other = {**one, "Statement": [*one["Statement"][:-1], other["Statement"][0]]}
    return [one, other]


def may_be(request: AccessRequest) -> bool:
    """Whether keys that hang together do so: nobody has a tag or an organisation without an account."""
    principal, resource, context = request.principal, request.resource, request.context
    if not principal.startswith("arn:") and any(
        key.startswith(("aws:PrincipalT", "aws:PrincipalO")) for key in context
    ):
        return False
    owner = resource.split(":")[4] if resource != "*" else ""
    account = first_value(request, "aws:ResourceAccount", owner)
    if owner and account != owner:
        return False
    same = principal.startswith("arn:") and principal.split(":")[4] == account != ""
    one, other = context.get("aws:PrincipalOrgID"), context.get("aws:ResourceOrgID")
    return not (same and one is not None and other is not None and one != other)


def first_value(request: AccessRequest, key: str, otherwise: str = "") -> str:
    """The first value of a key of a request."""
    found = request.context.get(key, otherwise)
    return found if isinstance(found, str) else found[0]
