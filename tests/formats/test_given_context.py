"""Context from several files and from answers of AWS, and what of it counts beside what a document says."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.formats import read
from vpce_guard.formats.given_context import combine, put_under


@pytest.mark.parametrize(
    ("files", "context"),
    [
        ([], {}),
        ([{"Region": "us-east-1"}, {"Subnets": [1]}, {"Subnets": [2]}], {"Region": "us-east-1", "Subnets": [1, 2]}),
        ([{"Subnets": [], "NextToken": "x"}], {"Subnets": []}),
        ([{"PrefixLists": [{"PrefixListId": "pl-1"}]}], {"ManagedPrefixLists": [{"PrefixListId": "pl-1"}]}),
        ([{"UserId": "U", "Account": "1", "Arn": "arn:a"}], {"AccountId": "1", "principal": "arn:a"}),
        (
            [{"Vpcs": [{"VpcId": "vpc-1"}]}, {"VpcId": "vpc-1", "EnableDnsSupport": {"Value": True}}],
            {"Vpc": {"VpcId": "vpc-1", "Tags": [], "EnableDnsSupport": {"Value": True}}},
        ),
        (
            [{"VpcId": "vpc-1", "EnableDnsSupport": {"Value": True}}, {"Vpcs": [{"VpcId": "vpc-2"}]}],
            {"Vpcs": [{"VpcId": "vpc-1", "EnableDnsSupport": {"Value": True}}, {"VpcId": "vpc-2", "Tags": []}]},
        ),
        (
            [{"Vpc": {"VpcId": "vpc-1", "CidrBlock": "c"}}, {"Vpcs": [{"VpcId": "vpc-1"}]}],
            {"Vpc": {"VpcId": "vpc-1", "Tags": [], "CidrBlock": "c"}},
        ),
    ],
)
def test_files_are_one_context(files: list[Any], context: Any) -> None:
    assert combine(files) == context


def test_what_the_document_does_not_tell_of_is_added() -> None:
    given = {"Subnets": [{"SubnetId": "a", "VpcId": "given"}, {"SubnetId": "b"}], "Region": "given"}
    document = {"Subnets": [{"SubnetId": "a", "VpcId": "told"}], "Region": "told"}
    assert put_under(given, document, None) == {
        "Subnets": [{"SubnetId": "a", "VpcId": "told"}, {"SubnetId": "b"}],
        "Region": "told",
    }


def test_workloads_are_told_apart_by_their_names() -> None:
    given = {"Workloads": [{"Name": "a", "SubnetIds": ["given"]}, {"Name": "b"}]}
    document = {"Workloads": [{"Name": "a", "SubnetIds": ["told"]}]}
    assert put_under(given, document, None) == {"Workloads": [{"Name": "a", "SubnetIds": ["told"]}, {"Name": "b"}]}


@pytest.mark.parametrize("name", ["Subnets", "VpcEndpoints"])
def test_an_empty_list_of_the_document_is_known_to_be_none(name: str) -> None:
    assert put_under({name: [{"SubnetId": "a"}]}, {name: []}, None) == {name: []}


def test_gateway_endpoints_of_other_vpcs_count_where_the_document_tells_those_of_one() -> None:
    def one(number: str, **more: str) -> dict[str, str]:
        return {"VpcEndpointId": f"vpce-{number}", "VpcEndpointType": "Gateway", "VpcId": f"vpc-{number}", **more}

    unsure = {"VpcEndpointId": "vpce-5", "VpcEndpointType": "Gateway"}
    given = {"VpcEndpoints": [one("2"), one("3", VpcId="vpc-1"), one("4", VpcEndpointType="Interface"), unsure]}
    document = {"VpcEndpoints": [one("1")], "complete_for": "vpc"}
    assert put_under(given, document, "vpc-1") == {**document, "VpcEndpoints": [one("1"), one("2")]}
    assert put_under(given, {"VpcEndpoints": None, "complete_for": "vpc"}, "vpc-1")["VpcEndpoints"] is None


def test_each_endpoint_gets_its_own_vpc() -> None:
    given = {"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "1"}, {"VpcId": "vpc-2", "CidrBlock": "2"}]}
    assert put_under(given, {}, "vpc-2") == {"Vpc": {"VpcId": "vpc-2", "CidrBlock": "2"}}
    assert put_under(given, {"Vpc": {"VpcId": "vpc-2", "CidrBlock": "told"}}, "vpc-2")["Vpc"]["CidrBlock"] == "told"
    assert put_under(given, {}, "vpc-3") == {}


def test_members_of_the_current_endpoint_that_are_not_told_come_from_the_context() -> None:
    document = {"operation": "modify", "request": {"VpcEndpointId": "vpce-0a1b2c3d"}, "current": {"State": "available"}}
    there = {"VpcEndpointId": "vpce-0a1b2c3d", "State": "failed", "VpcId": "vpc-0a1b2c3d"}
    (proposal,) = read(document, context={"VpcEndpoints": [there]})
    assert proposal.current == {**there, "State": "available"}
