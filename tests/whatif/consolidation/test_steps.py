"""The steps of a move as drafts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.existing import FULL_ACCESS
from tests.support.moving import change, move
from tests.support.organisation import endpoint_of, make_organisation
from vpce_guard.whatif.consolidation.steps import merge_policies, plan_steps

SERVICES: dict[str, Any] = {
    "services": {"sqs": {"private_dns": ["sqs.{region}.{suffix}"]}},
    "partitions": {"aws": {"dns_suffix": "amazonaws.com"}},
}
SQS = ("sqs",)


def statement(action: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": "*", **more}


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def test_the_centre_is_made_first_then_names_move_and_only_then_endpoints_go() -> None:
    found, centre = move()
    steps = plan_steps([found], centre, SERVICES)
    assert [(one.phase, one.draft.operation, one.draft.address) for one in steps] == [
        ("create", "create", "central sqs"),
        ("associate", "modify", endpoint_of(1, 0)),
        ("associate", "modify", endpoint_of(2, 0)),
        ("delete", "delete", endpoint_of(1, 0)),
        ("delete", "delete", endpoint_of(2, 0)),
    ]
    assert "sqs.us-east-1.amazonaws.com" in steps[0].by_hand[0]
    assert steps[1].draft.request == {"VpcEndpointId": endpoint_of(1, 0), "PrivateDnsEnabled": False}
    assert (steps[3].draft.current or {})["PrivateDnsEnabled"] is False


def test_the_new_endpoint_lets_in_clients_of_all_vpcs() -> None:
    found, centre = move()
    made = plan_steps([found], centre, SERVICES)[0].draft
    assert made.request["SecurityGroupIds"] == ["sg-0ce00000"]
    assert made.intent["client_cidrs"] == ["10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16"]
    assert made.request["TagSpecifications"][0]["Tags"] == [{"Key": "owner", "Value": "network"}]
    found, centre = move(tags={"team": "net"})
    tags = plan_steps([found], centre, SERVICES)[0].draft.request["TagSpecifications"][0]["Tags"]
    assert tags == [{"Key": "team", "Value": "net"}]


def test_a_group_that_admits_all_clients_goes_before_others() -> None:
    documents = make_organisation(2, services=SQS)
    narrow = {**documents["SecurityGroups"][0], "GroupId": "sg-00000001"}
    narrow["IpPermissions"] = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.1.0.0/16"}]}]
    documents["SecurityGroups"].append(narrow)
    found, centre = move(documents)
    assert plan_steps([found], centre, SERVICES)[0].draft.request["SecurityGroupIds"] == ["sg-0ce00000"]


@pytest.mark.parametrize(
    "permission",
    [
        {"IpProtocol": "tcp", "FromPort": None, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
        {"IpProtocol": "udp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
        {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
        {"IpProtocol": "-1", "IpRanges": [None, {"CidrIp": "here"}, {}]},
        {"IpProtocol": "-1", "IpRanges": None},
    ],
)
def test_a_group_that_does_not_surely_admit_them_comes_after(permission: dict[str, Any]) -> None:
    documents = make_organisation(2, services=SQS)
    documents["SecurityGroups"].append(
        {**documents["SecurityGroups"][0], "GroupId": "sg-00000001", "IpPermissions": [permission]}
    )
    found, centre = move(documents)
    assert plan_steps([found], centre, SERVICES)[0].draft.request["SecurityGroupIds"] == ["sg-0ce00000"]


def test_where_private_dns_is_off_no_name_moves_and_clients_need_another() -> None:
    found, centre = move(change(make_organisation(2, services=SQS), 0, PrivateDnsEnabled=False))
    steps = plan_steps([found], centre, {"services": {}})
    assert [one.phase for one in steps] == ["create", "associate", "delete", "delete"]
    assert steps[2].by_hand[0].startswith("Its private DNS is off")
    assert "of the private name of sqs" in steps[1].by_hand[1]


@pytest.mark.parametrize(
    ("first", "second", "merged"),
    [
        (FULL_ACCESS, FULL_ACCESS, (None, True)),
        (policy(statement("sqs:*")), policy(statement("sqs:*")), (policy(statement("sqs:*")), True)),
        (
            policy(statement("sqs:*", Sid="One"), statement("sns:*")),
            policy(statement("sqs:*", Sid="Two"), statement("kms:*")),
            (policy(statement("sqs:*"), statement("sns:*"), statement("kms:*")), True),
        ),
        (None, FULL_ACCESS, (None, False)),
        (policy(statement("sqs:*")), "{", (None, False)),
        (policy(statement("sqs:*")), '{"Statement": "all"}', (None, False)),
    ],
    ids=["default", "same", "differ", "not told", "unreadable", "no statements"],
)
def test_policies_are_put_together(first: str | None, second: str, merged: tuple[str | None, bool]) -> None:
    documents = change(make_organisation(2, services=SQS), 0, PolicyDocument=first)
    found, _ = move(change(documents, 1, PolicyDocument=second))
    assert merge_policies(found.endpoints) == merged
