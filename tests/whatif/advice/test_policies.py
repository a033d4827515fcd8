"""Endpoint policies to begin with: no rule objects to them, for any service that takes policies."""

from __future__ import annotations

import asyncio

import pytest

from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.errors import NotFoundError, SettingsError
from vpce_guard.runtime.guard import Guard
from vpce_guard.whatif.advice.policies import PolicyTemplate, make_policy_template

SERVICES = open_bundle().data["services"]
WITH_POLICY = sorted(
    name
    for name, facts in SERVICES["services"].items()
    if facts.get("policy") and facts.get("iam") and "retired" not in facts
)
ACCOUNT = "111122223333"


async def made(
    guard: Guard, *services: str, region: str = "us-east-1", account: str | None = ACCOUNT
) -> list[PolicyTemplate]:
    judge, terms = guard.judge_for_advice()
    return [
        await make_policy_template(one, region=region, account=account, judge=judge, terms=terms, services=SERVICES)
        for one in services
    ]


def test_no_rule_objects_whatever_the_service(free: Guard, bound: Guard) -> None:
    assert len(WITH_POLICY) > 90
    for guard in (free, bound):
        found = asyncio.run(made(guard, *WITH_POLICY))
        assert {one.service_name: one.objections for one in found if one.objections} == {}


def test_without_an_organisation_it_is_for_the_account(free: Guard) -> None:
    (found,) = asyncio.run(made(free, "ecr.api", region="eu-west-1"))
    assert found.service_name == "com.amazonaws.eu-west-1.ecr.api"
    (statement,) = found.policy["Statement"]
    assert (statement["Action"], statement["Resource"]) == (["ecr:*"], "*")
    assert statement["Condition"] == {
        "StringEquals": {"aws:PrincipalAccount": [ACCOUNT], "aws:ResourceAccount": [ACCOUNT]}
    }


def test_with_org_data_it_is_for_the_organisation(bound: Guard) -> None:
    (found,) = asyncio.run(made(bound, "sqs", account=None))
    assert found.policy["Statement"][0]["Condition"]["StringEquals"]["aws:PrincipalOrgID"] == ["o-abc1234567"]


@pytest.mark.parametrize(
    ("service", "account", "error", "said"),
    [
        ("sqss", ACCOUNT, NotFoundError, "does not know sqss"),
        ("apprunner.requests", ACCOUNT, NotFoundError, "takes no endpoint policies"),
        ("arsenal-discovery", ACCOUNT, NotFoundError, "actions of arsenal-discovery are not known"),
        ("sqs", None, SettingsError, "whom the policy is for"),
    ],
)
def test_where_there_is_none_it_says_why(
    free: Guard, service: str, account: str | None, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        asyncio.run(made(free, service, account=account))
