"""Files of describe answers and snapshots: by account and Region, and refused where they do not tell all there is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.existing import ACCOUNT, VPC, config_item, gateway, interface, subnet
from vpce_guard.errors import MalformedError
from vpce_guard.inventory.files import Files
from vpce_guard.inventory.kinds import KINDS

ENDPOINTS = {"VpcEndpoints": [interface(), gateway()]}
LISTS = {"PrefixLists": [{"PrefixListId": "pl-1", "PrefixListName": "com.amazonaws.us-east-1.s3"}]}


def test_what_one_file_says_of_its_place_holds_for_those_that_do_not_say() -> None:
    attribute = {"VpcId": VPC, "EnableDnsSupport": {"Value": True}}
    vpcs = {"Vpcs": [{"VpcId": VPC, "CidrBlock": "10.0.0.0/16"}]}
    files = Files([("endpoints.json", ENDPOINTS), ("lists.json", LISTS), ("dns.json", attribute), ("vpcs.json", vpcs)])
    assert files.places() == [(ACCOUNT, "us-east-1")]
    assert list(files.kinds) == ["Vpcs", "VpcEndpoints", "ManagedPrefixLists"]
    place = files.place(*files.places()[0])
    assert place.read(KINDS["ManagedPrefixLists"]) == LISTS["PrefixLists"]
    (vpc,) = place.read(KINDS["Vpcs"])
    assert (vpc["CidrBlock"], vpc["EnableDnsSupport"]) == ("10.0.0.0/16", {"Value": True})


def test_a_snapshot_of_config_tells_its_places_by_itself() -> None:
    items = [config_item(interface()), config_item(gateway(), awsRegion="eu-west-1")]
    files = Files([("snapshot.json", {"configSnapshotId": "s", "configurationItems": items})])
    assert files.places() == [(ACCOUNT, "eu-west-1"), (ACCOUNT, "us-east-1")]
    (endpoint,) = files.place(ACCOUNT, "us-east-1").read(KINDS["VpcEndpoints"])
    assert endpoint["VpcEndpointId"] == "vpce-0a00000000000001a"
    assert files.place(ACCOUNT, "us-east-1").read(KINDS["Subnets"]) == []


def test_what_is_given_says_where_things_are_and_what_a_file_says_wins() -> None:
    beside = {"Region": "eu-west-1", "AccountId": "444455556666", "Subnets": [subnet("subnet-1", "a")]}
    files = Files([("a.json", LISTS), ("b.json", beside)], account=ACCOUNT, region="us-east-1")
    assert files.places() == [(ACCOUNT, "us-east-1"), ("444455556666", "eu-west-1")]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (LISTS, r"x\.json does not tell its account"),
        ({**LISTS, "AccountId": ACCOUNT}, r"x\.json does not tell its Region"),
        ({**ENDPOINTS, "NextToken": "t"}, "was cut off"),
        ({"configurationItems": [config_item(interface())]}, "single configuration items"),
        ({"Resources": {}}, "nothing that rules look at"),
        (5, "tells of nothing"),
        ({"VpcEndpoints": [interface(SubnetIds="x")]}, "/context/VpcEndpoints/0/SubnetIds must be a list"),
    ],
)
def test_what_does_not_tell_all_there_is_or_where_is_refused(document: Any, said: str) -> None:
    with pytest.raises(MalformedError, match=said):
        Files([("x.json", document)])


def test_what_no_file_tells_of_a_place_is_not_none_of_it_there() -> None:
    other = {**LISTS, "AccountId": "444455556666", "Region": "eu-west-1"}
    files = Files([("endpoints.json", {**ENDPOINTS, "AccountId": ACCOUNT, "Region": "us-east-1"}), ("b.json", other)])
    assert files.place(ACCOUNT, "us-east-1").read(KINDS["ManagedPrefixLists"]) is None
    assert files.place("444455556666", "eu-west-1").read(KINDS["VpcEndpoints"]) is None


def test_what_comes_from_config_says_so_because_config_does_not_tell_all_members() -> None:
    snapshot = {"configSnapshotId": "s", "configurationItems": [config_item(interface())]}
    assert Files([("snapshot.json", snapshot)]).name == "config"
    assert Files([("endpoints.json", ENDPOINTS)]).name == "files"
