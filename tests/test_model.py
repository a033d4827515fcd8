"""What rules see of a proposal, and what a policy opens in an order that is always the same."""

from __future__ import annotations

from vpce_guard.model import Location, PolicyReach, Proposal, ReachedParty


def test_what_is_absent_is_absent_in_the_input() -> None:
    assert Proposal(operation="create").as_input("aws-2023") == {
        "operation": "create",
        "request": {},
        "context": {},
        "intent": {},
        "labels": {},
        "unknown": (),
        "peers": [],
        "policy": {},
        "profile": "aws-2023",
    }


def test_rules_see_neither_where_it_stands_nor_what_is_sensitive_nor_what_was_before() -> None:
    proposal = Proposal(
        operation="modify",
        current={"VpcEndpointId": "vpce-1"},
        endpoint={"VpcId": "vpc-1"},
        address="a",
        instant="2026-01-01T00:00:00.000000Z",
        defaults={"PrivateDnsEnabled": "aws"},
        depends_on=("b",),
        source=Location(file="main.tf", line=1),
        sensitive=("secret",),
        before={"VpcId": "vpc-1"},
    )
    seen = proposal.as_input("aws-current")
    assert {"source", "sensitive", "before"} & seen.keys() == set()
    assert (seen["current"], seen["endpoint"], seen["address"]) == (
        {"VpcEndpointId": "vpce-1"},
        {"VpcId": "vpc-1"},
        "a",
    )
    assert (seen["instant"], seen["defaults"], seen["depends_on"]) == (
        "2026-01-01T00:00:00.000000Z",
        {"PrivateDnsEnabled": "aws"},
        ("b",),
    )
    assert "secret" not in repr(proposal)


def test_reach_is_sorted_by_statement_and_name() -> None:
    parties = [ReachedParty(statement=at, name=name, conditions=()) for at, name in ((1, "a"), (0, "b"), (0, "a"))]
    reach = PolicyReach(principals=tuple(parties), resources=tuple(parties[:2]), services=("sqs", "s3")).sort()
    assert [(one.statement, one.name) for one in reach.principals] == [(0, "a"), (0, "b"), (1, "a")]
    assert [one.statement for one in reach.resources] == [0, 1]
    assert reach.services == ("s3", "sqs")
