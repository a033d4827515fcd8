"""AWS itself, as moto's server answers in its place: what is read, through which role, and what is said of a denial."""

from __future__ import annotations

from typing import Any
from unittest.mock import Mock

import pytest

from tests.support.moto_aws import OTHER, OWN, make_endpoints
from vpce_guard.errors import SettingsError
from vpce_guard.inventory.aws import Accounts, ReadError
from vpce_guard.inventory.kinds import KINDS


@pytest.mark.usefixtures("moto_url")
def test_things_are_read_as_aws_describes_them_with_what_has_calls_of_its_own() -> None:
    vpc, endpoints = make_endpoints(2)
    accounts = Accounts()
    place = accounts.place(OWN, "us-east-1")
    found = {one["VpcEndpointId"]: one for one in place.read(KINDS["VpcEndpoints"])}
    assert (accounts.own, accounts.partition, accounts.region) == (OWN, "aws", "us-east-1")
    assert found.keys() == set(endpoints)
    assert found[endpoints[0]]["VpcId"] == vpc
    assert isinstance(found[endpoints[0]]["CreationTimestamp"], str)
    own = next(one for one in place.read(KINDS["Vpcs"]) if one["VpcId"] == vpc)
    assert (own["EnableDnsSupport"], own["EnableDnsHostnames"], own["Tags"]) == (True, False, [])
    names = {one["ServiceName"] for one in place.read(KINDS["ServiceDetails"])}
    assert "com.amazonaws.us-east-1.sqs" in names
    assert place.read(KINDS["ManagedPrefixLists"])


@pytest.mark.usefixtures("moto_url")
def test_hosted_zones_are_read_by_vpc() -> None:
    import boto3

    vpc, _ = make_endpoints(0)
    told = {"VPCRegion": "us-east-1", "VPCId": vpc}
    route53 = boto3.client("route53")
    route53.create_hosted_zone(
        Name="sqs.us-east-1.amazonaws.com", CallerReference="1", VPC=told, HostedZoneConfig={"PrivateZone": True}
    )
    (zone,) = Accounts().place(OWN, "us-east-1").read(KINDS["PrivateHostedZones"])
    assert (zone["Name"], zone["VpcId"], zone["VPCs"]) == ("sqs.us-east-1.amazonaws.com.", vpc, [{"VPCId": vpc}])


@pytest.mark.usefixtures("moto_url")
def test_another_account_is_read_through_its_role_and_not_without_one() -> None:
    make_endpoints(1)
    accounts = Accounts(role="reader")
    own, other = (accounts.place(account, "us-east-1").read(KINDS["VpcEndpoints"]) for account in (OWN, OTHER))
    assert (len(own), len(other)) == (2, 0)
    with pytest.raises(ReadError, match="no role is named"):
        Accounts().place(OTHER, "us-east-1")


@pytest.mark.usefixtures("moto_url")
def test_the_accounts_of_an_organisation_and_the_regions_of_an_account_are_found() -> None:
    import boto3

    client = boto3.client("organizations", region_name="us-east-1")
    client.create_organization(FeatureSet="ALL")
    made = client.create_account(Email="a@example.com", AccountName="a")["CreateAccountStatus"]["AccountId"]
    accounts = Accounts()
    assert accounts.of_organisation() == sorted([OWN, made])
    assert "eu-west-1" in accounts.find_regions(OWN)


class Refusing:
    """A client of boto3 whose calls AWS answers with an error."""

    def __init__(self, code: str) -> None:
        self._code = code

    def get_paginator(self, operation: str) -> Any:
        from botocore.exceptions import ClientError

        raise ClientError({"Error": {"Code": self._code, "Message": "You shall not.\nMore."}}, operation)


@pytest.mark.usefixtures("moto_url")
@pytest.mark.parametrize(
    ("code", "action", "said"),
    [
        ("UnauthorizedOperation", "ec2:DescribeSubnets", "UnauthorizedOperation: ec2:DescribeSubnets is not allowed"),
        ("AccessDeniedException", "ec2:DescribeSubnets", "AccessDeniedException: ec2:DescribeSubnets is not allowed"),
        ("RequestLimitExceeded", None, "ec2:DescribeSubnets failed: RequestLimitExceeded: You shall not."),
    ],
)
def test_what_is_denied_names_the_action_that_lacks(code: str, action: str | None, said: str) -> None:
    place: Any = Accounts().place(OWN, "us-east-1")
    place._clients["ec2"] = Refusing(code)
    with pytest.raises(ReadError) as failed:
        place.read(KINDS["Subnets"])
    assert (failed.value.detail, failed.value.action) == (said, action)


@pytest.mark.usefixtures("moto_url")
def test_of_two_calls_the_one_that_is_denied_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.exceptions import ClientError

    place: Any = Accounts().place(OWN, "us-east-1")
    denied = ClientError({"Error": {"Code": "UnauthorizedOperation"}}, "DescribeVpcAttribute")
    monkeypatch.setattr(place, "_with_attributes", Mock(side_effect=denied))
    with pytest.raises(ReadError) as failed:
        place.read(KINDS["Vpcs"])
    assert failed.value.action == "ec2:DescribeVpcAttribute"


def test_without_credentials_it_says_so(moto_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert moto_url
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(SettingsError, match="does not say who asks"):
        Accounts()
