"""The least open endpoint policies: no rule objects to them, and they leave open what workloads need, and no more."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.errors import MalformedError, NotFoundError, SettingsError
from vpce_guard.model import Json
from vpce_guard.runtime.guard import Guard
from vpce_guard.runtime.wiring import make_guard
from vpce_guard.settings import Settings
from vpce_guard.whatif.advice import Advice, Need
from vpce_guard.whatif.advice.need import AdvisedPolicy
from vpce_guard.whatif.advice.policies import make_policy

DATA = open_bundle().data
WITH_POLICY = sorted(
    name
    for name, facts in DATA["services"]["services"].items()
    if facts.get("policy") and facts.get("iam") and "retired" not in facts
)
ACCOUNT = "111122223333"


async def made(
    guard: Guard, *services: str, region: str = "us-east-1", account: str | None = ACCOUNT
) -> list[AdvisedPolicy]:
    judge, terms = guard.judge_for_advice()
    return [
        await make_policy(one, region=region, account=account, judge=judge, terms=terms, data=DATA) for one in services
    ]


def advised(guard: Guard, **need: object) -> Advice:
    asked = {"policy": True, "region": "us-east-1", "account": ACCOUNT, **need}
    return asyncio.run(guard.advise(Need.model_validate(asked), request_id="r"))


def statements(advice: Advice, at: int = 0) -> dict[str, Json]:
    return {statement["Sid"]: statement for statement in advice.policies[at].document["Statement"]}


def test_no_rule_objects_whatever_the_service(free: Guard, bound: Guard) -> None:
    assert len(WITH_POLICY) > 90
    for guard in (free, bound):
        found = asyncio.run(made(guard, *WITH_POLICY))
        assert {one.service_name: one.objections for one in found if one.objections} == {}


def test_without_an_organisation_it_is_for_the_account(free: Guard) -> None:
    (found,) = asyncio.run(made(free, "ecr.api", region="eu-west-1"))
    assert found.service_name == "com.amazonaws.eu-west-1.ecr.api"
    (statement,) = found.document["Statement"]
    assert (statement["Action"], statement["Resource"]) == (["ecr:*"], "*")
    assert statement["Condition"] == {
        "StringEquals": {"aws:PrincipalAccount": [ACCOUNT], "aws:ResourceAccount": [ACCOUNT]}
    }


def test_with_org_data_it_is_for_the_organisation(bound: Guard) -> None:
    (found,) = asyncio.run(made(bound, "sqs", account=None))
    assert found.document["Statement"][0]["Condition"]["StringEquals"]["aws:PrincipalOrgID"] == ["o-abc1234567"]


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


LAYERS = "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*"


def test_what_workloads_need_is_open_and_nothing_else_of_aws(free: Guard) -> None:
    found = advised(free, service="s3", workloads=["ecr"], actions=["s3:GetObject", "s3:PutObject"])
    (policy,) = found.policies
    assert (policy.admissible, policy.objections) == (True, ())
    assert statements(found) == {
        "OwnPrincipalsToOwnResources": {
            "Sid": "OwnPrincipalsToOwnResources",
            "Effect": "Allow",
            "Principal": "*",
            "Action": ["s3:GetObject", "s3:PutObject"],
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:PrincipalAccount": [ACCOUNT], "aws:ResourceAccount": [ACCOUNT]}},
        },
        "BucketsOfAWSForEcr": {
            "Sid": "BucketsOfAWSForEcr",
            "Effect": "Allow",
            "Principal": "*",
            "Action": ["s3:GetObject"],
            "Resource": [LAYERS],
        },
    }
    assert [(one.workload, one.resources) for one in policy.opens] == [("ecr", (LAYERS,))]
    assert [(one.question, one.answer) for one in policy.proofs] == [
        ("outside_principals", "proved"),
        ("outside_resources", "proved"),
    ]
    assert policy.opens[0].source == "https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html"
    assert (found.endpoint_type, found.proposals, found.needs) == (None, (), ())


@pytest.mark.parametrize("region", ["us-east-1", "me-south-1", "me-central-1", "mx-central-1", "us-gov-west-1"])
def test_no_rule_finds_anything_that_a_workload_lacks(free: Guard, region: str) -> None:
    names = sorted(DATA["buckets"]["workloads"])
    found = advised(free, service="s3", region=region, workloads=names)
    assert [one.objections for one in found.policies] == [()]
    if region == "us-east-1":
        assert set(DATA["buckets"]["endpoints"].values()) <= {one.workload for one in found.policies[0].opens}


def test_without_a_statement_the_rule_would_object(free: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "vpce_guard.whatif.advice.policies._opening",
        lambda _: {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::own/*",
        },
    )
    found = advised(free, service="s3", workloads=["ecr"])
    assert [one.rule_id for one in found.policies[0].objections] == ["VPCE-COMMON-039"]
    assert found.policies[0].proofs[0].answer == "refuted"
    assert not found.policies[0].admissible


def test_endpoints_of_the_vpc_show_what_is_needed(free: Guard) -> None:
    context = {
        "Vpc": {"VpcId": "vpc-1"},
        "VpcEndpoints": [
            {"VpcEndpointId": "vpce-1", "VpcId": "vpc-1", "ServiceName": "com.amazonaws.us-east-1.ssm"},
            {"VpcEndpointId": "vpce-2", "VpcId": "vpc-2", "ServiceName": "com.amazonaws.us-east-1.mgn"},
            {"VpcEndpointId": "vpce-3", "VpcId": "vpc-1", "ServiceName": "com.amazonaws.us-west-2.drs"},
        ],
    }
    found = advised(free, service="com.amazonaws.us-east-1.s3", context=context)
    assert [one.workload for one in found.policies[0].opens] == ["ssm"]


def test_workloads_of_the_vpc_show_what_is_needed(free: Guard) -> None:
    context = {
        "Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1"}, {"SubnetId": "subnet-2", "VpcId": "vpc-2"}],
        "Workloads": [
            {"Name": "cluster", "ResourceType": "AWS::EKS::Cluster", "SubnetIds": ["subnet-1", "subnet-3"]},
            {"Name": "emr", "ResourceType": "AWS::EMR::Cluster", "SubnetIds": ["subnet-2"]},
            {"Name": "untold", "ResourceType": "AWS::ImageBuilder::InfrastructureConfiguration"},
        ],
    }
    of_one = advised(free, service="com.amazonaws.us-east-1.s3", context={**context, "Vpc": {"VpcId": "vpc-1"}})
    assert [one.workload for one in of_one.policies[0].opens] == ["ecr"]
    of_any = advised(free, service="com.amazonaws.us-east-1.s3", context=context)
    assert {one.workload for one in of_any.policies[0].opens} >= {"ecr", "emr", "imagebuilder"}


def test_a_purpose_has_a_policy_for_each_endpoint(free: Guard) -> None:
    found = advised(free, purpose="images")
    assert [one.service_name.removeprefix("com.amazonaws.us-east-1.") for one in found.policies] == [
        "ecr.api",
        "ecr.dkr",
        "s3",
    ]
    assert [bool(one.opens) for one in found.policies] == [False, False, True]
    assert found.why == "pull container images from private subnets"


def test_services_without_policies_are_noted_beside_those_with(free: Guard) -> None:
    found = advised(free, service="sqs", services=["apprunner.requests"])
    assert [one.service_name for one in found.policies] == ["com.amazonaws.us-east-1.sqs"]
    assert found.notes == ("apprunner.requests takes no endpoint policies. Leave PolicyDocument out.",)
    nothing = advised(free, service="apprunner.requests")
    assert (nothing.policies, nothing.notes) == ((), ())
    assert nothing.why.startswith("apprunner.requests takes no endpoint policies.")


def test_an_organisation_that_excepts_no_buckets_of_aws_objects(tmp_path: Path) -> None:
    data = tmp_path / "org.yaml"
    policy = {"require_principal_org": True, "require_resource_org": True}
    data.write_text(json.dumps({"org_ids": ["o-abc1234567"], "policy": policy}))
    guard = make_guard(Settings(timeout=60, org_data=(data,)))
    found = advised(guard, service="s3", account=None, workloads=["ecr"])
    assert {one.rule_id for one in found.policies[0].objections} == {"VPCE-ORG-009"}
    policy |= {"resource_org_exceptions": [LAYERS]}
    data.write_text(json.dumps({"org_ids": ["o-abc1234567"], "policy": policy}))
    guard = make_guard(Settings(timeout=60, org_data=(data,)))
    assert advised(guard, service="s3", account=None, workloads=["ecr"]).policies[0].admissible


@pytest.mark.parametrize(
    ("left_out", "member"),
    [("service", "service"), ("region", "region"), ("account", "account")],
)
def test_what_nobody_tells_is_asked_for(free: Guard, left_out: str, member: str) -> None:
    found = advised(free, **{"service": "s3", left_out: None})
    assert [fact.member for fact in found.needs] == [member]
    assert found.policies == ()


def test_a_workload_that_nobody_knows_is_refused_with_those_there_are(free: Guard) -> None:
    with pytest.raises(MalformedError, match=r"ecs: no such workload\. There are .*ecr"):
        advised(free, service="s3", workloads=["ecs"])
