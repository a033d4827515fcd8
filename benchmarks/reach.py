"""How long questions about endpoint policies take, over policies of the shapes that people write.

    python benchmarks/reach.py [POLICIES]

Each policy is asked every question there is, against a policy that differs from it in one statement. Each question has
50 ms. The largest policy that AWS takes is asked too: it is answered in time, or not decided.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections import Counter
from random import Random
from typing import Any

from gates import hold

from vpce_guard.decisions.reach import ReachAnswer, ReachQuestions, ask, read_policy
from vpce_guard.decisions.reach.organisation import Organisation

POLICIES = 600
BUDGET = 0.05
LARGEST = 20_480  # characters
ACCOUNTS = [f"{number:012}" for number in range(111122223333, 111122223393)]
ORGANISATION = Organisation(accounts=tuple(ACCOUNTS[:40]), ids=("o-abc1234567",))
NAMES = ("billing", "orders", "reports", "search", "web", "batch", "data", "audit", "mail", "auth")
OWNED_BY_AWS = [
    *("arn:aws:s3:::al2023-repos-*/*", "arn:aws:s3:::amazonlinux-2-repos-*/*", "arn:aws:s3:::aws-ssm-*/*"),
    *("arn:aws:s3:::patch-baseline-snapshot-*/*", "arn:aws:s3:::prod-*-starport-layer-bucket/*"),
    *("arn:aws:s3:::aws-windows-downloads-*/*", "arn:aws:s3:::cloudformation-custom-resource-response-*/*"),
]
SERVICES = {
    "s3": ["GetObject", "PutObject", "ListBucket", "Get*", "List*", "DeleteObject*", "*"],
    "sqs": ["SendMessage", "ReceiveMessage", "DeleteMessage", "*"],
    "kms": ["Decrypt", "Encrypt", "GenerateDataKey*", "Describe*"],
    "dynamodb": ["GetItem", "PutItem", "Query", "Batch*", "*"],
    "secretsmanager": ["GetSecretValue", "DescribeSecret", "List*"],
}


def main() -> None:
    """Print the distribution of times and check the gates."""
    random = Random(25)  # noqa: S311 - the same policies each time
    many = int(sys.argv[1]) if len(sys.argv) > 1 else POLICIES
    times: list[float] = []
    answers: Counter[str] = Counter()
    warm = make_policy(random)
    ask_all(warm, warm, lambda _: None)
    for _ in range(many):
        policy = make_policy(random)
        changed = {**policy, "Statement": [*policy["Statement"][:-1], make_statement(random)]}
        for answer in ask_all(policy, changed, times.append):
            answers[f"{answer.question} {answer.answer}"] += 1
    decided = 1 - sum(n for name, n in answers.items() if name.endswith("undecided")) / answers.total()
    times.sort()
    p50, p99 = statistics.median(times), times[int(len(times) * 0.99)]
    largest: list[float] = []
    found = ask_all(make_largest(random), make_largest(random), largest.append)
    print(*(f"{name:<32}{n:>6}" for name, n in sorted(answers.items())), sep="\n")
    print(f"{many} policies, a question: p50 {p50:.2f} ms, p99 {p99:.1f} ms, most {times[-1]:.1f} ms")
    print(f"decided {decided:.1%}; {LARGEST} characters: {max(largest):.0f} ms, {', '.join(a.answer for a in found)}")
    hold("reach", {"p50 ms": p50, "p99 ms": p99, "decided": decided, "the largest policy, ms": max(largest)})


def ask_all(policy: dict[str, Any], against: dict[str, Any], keep: Any) -> list[ReachAnswer]:
    """The answers to all five questions, timed with reading the policies, in time of the processor for each."""
    started = time.process_time()
    found = ask(
        ReachQuestions(
            policy=read_policy(policy),
            organisation=ORGANISATION,
            against=read_policy(against),
            budget=BUDGET,
        )
    )
    keep((time.process_time() - started) * 1000 / len(found))
    return found


def make_policy(random: Random) -> dict[str, Any]:
    """A policy of one to eight statements, the first of which mostly lets the organisation in."""
    count = random.choice((1, 1, 2, 2, 3, 3, 4, 6, 8))
    first = random.choice((perimeter, perimeter, open_to_all, of_service))(random)
    statements = [first, *(make_statement(random) for _ in range(count - 1))]
    return {"Version": "2012-10-17", "Statement": statements}


def make_statement(random: Random) -> dict[str, Any]:
    """One statement of a kind."""
    kinds = (perimeter, services, repositories, of_service, of_service, by_principal, deny_others, deny_actions, tagged)
    return random.choice(kinds)(random)


def statement(effect: str = "Allow", **members: Any) -> dict[str, Any]:
    rest = {name: "*" for name in ("Principal", "Action", "Resource") if f"Not{name}" not in members}
    return {"Effect": effect, **rest, **members}


def perimeter(random: Random) -> dict[str, Any]:
    test: dict[str, Any] = {"aws:PrincipalOrgID": "o-abc1234567", "aws:ResourceOrgID": "o-abc1234567"}
    if random.random() < 0.3:
        test = {"aws:PrincipalAccount": random.sample(ACCOUNTS, random.randint(1, 20))}
    if random.random() < 0.2:
        return statement(
            Condition={
                "StringEquals": {"aws:PrincipalOrgID": "o-abc1234567"},
                "ForAnyValue:StringLike": {"aws:ResourceOrgPaths": "o-abc1234567/r-ab12/ou-ab12-*/*"},
            }
        )
    return statement(Condition={"StringEquals": test})


def open_to_all(random: Random) -> dict[str, Any]:
    return statement(Action=random.choice(("*", "s3:*", "kms:*")))


def services(random: Random) -> dict[str, Any]:
    return statement(Condition={random.choice(("Bool", "BoolIfExists")): {"aws:PrincipalIsAWSService": "true"}})


def repositories(random: Random) -> dict[str, Any]:
    return statement(Action="s3:GetObject", Resource=random.sample(OWNED_BY_AWS, random.randint(1, len(OWNED_BY_AWS))))


def _resources(random: Random, service: str) -> list[str]:
    names = random.sample(NAMES, random.randint(1, 6))
    if service == "s3":
        return [arn for name in names for arn in (f"arn:aws:s3:::acme-{name}", f"arn:aws:s3:::acme-{name}/*")]
    kinds = {"kms": "key/", "dynamodb": "table/", "secretsmanager": "secret:", "sqs": ""}
    account = random.choice(ACCOUNTS)
    start = f"arn:aws:{service}:{random.choice(('*', 'us-east-1'))}:{account}:{kinds[service]}"
    return [f"{start}{name}*" for name in names]


def of_service(random: Random) -> dict[str, Any]:
    service = random.choice(sorted(SERVICES))
    actions = random.sample(SERVICES[service], random.randint(1, 3))
    members: dict[str, Any] = {"Action": [f"{service}:{action}" for action in actions]}
    if random.random() < 0.7:
        members["Resource"] = _resources(random, service)
    if random.random() < 0.5:
        members["Condition"] = {"StringEquals": {"aws:PrincipalOrgID": "o-abc1234567"}}
    return statement(**members)


def by_principal(random: Random) -> dict[str, Any]:
    names = random.sample(NAMES, random.randint(1, 5))
    arns = [f"arn:aws:iam::{random.choice(ACCOUNTS)}:role/{name}" for name in names]
    if random.random() < 0.5:
        return statement(Principal={"AWS": arns}, Action="sqs:*")
    return statement(Condition={"ArnLike": {"aws:PrincipalArn": [f"{arn}-*" for arn in arns]}})


def deny_others(random: Random) -> dict[str, Any]:
    key = random.choice(("aws:PrincipalOrgID", "aws:ResourceOrgID"))
    spared = {"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}} if random.random() < 0.5 else {}
    return statement("Deny", Condition={"StringNotEqualsIfExists": {key: "o-abc1234567"}, **spared})


def deny_actions(random: Random) -> dict[str, Any]:
    service = random.choice(sorted(SERVICES))
    if random.random() < 0.3:
        return statement("Deny", NotAction=[f"{service}:{action}" for action in SERVICES[service]])
    return statement("Deny", Action=[f"{service}:{random.choice(('Delete*', 'Put*', 'Schedule*'))}"])


def tagged(random: Random) -> dict[str, Any]:
    tests: dict[str, Any] = {"StringEquals": {"aws:PrincipalTag/team": random.sample(NAMES, 2)}}
    if random.random() < 0.4:
        tests["IpAddress"] = {"aws:VpcSourceIp": ["10.0.0.0/8", "192.168.0.0/16"]}
    if random.random() < 0.3:
        tests["StringNotLike"] = {"aws:SourceVpce": "vpce-0a*"}
    return statement(Condition=tests)


def make_largest(random: Random) -> dict[str, Any]:
    """A policy as long as AWS takes, of statements of all kinds."""
    policy: dict[str, Any] = {"Version": "2012-10-17", "Statement": [perimeter(random)]}
    while len(json.dumps(longer := {**policy, "Statement": [*policy["Statement"], make_statement(random)]})) < LARGEST:
        policy = longer
    return policy


if __name__ == "__main__":
    main()
