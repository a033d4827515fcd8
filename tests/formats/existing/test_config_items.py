"""Configuration items of AWS Config: the newest counts, and what Config does not record is not known."""

from __future__ import annotations

import json

import pytest

from tests.support.existing import ACCOUNT, config_item, interface
from vpce_guard.errors import MalformedError
from vpce_guard.formats.existing.config_items import detect, read
from vpce_guard.formats.existing.inventory import Inventory
from vpce_guard.model import Json


def read_items(document: Json) -> Inventory:
    inventory = Inventory()
    read(document, inventory)
    return inventory


def test_an_item_of_a_snapshot_is_an_endpoint_as_ec2_describes_it() -> None:
    found = read_items({"configSnapshotId": "s", "configurationItems": [config_item(interface())]})
    (one,) = found.endpoints.values()
    expected = {name: value for name, value in interface().items() if name not in one.unknown}
    assert one.endpoint == expected
    assert (one.region, one.account, one.listed) == ("us-east-1", ACCOUNT, True)
    assert one.unknown == ("PolicyDocument", "DnsOptions", "IpAddressType", "ServiceRegion")


def test_a_command_prints_the_configuration_as_text_and_the_account_by_another_name() -> None:
    item = config_item(interface())
    item |= {"configuration": json.dumps(item["configuration"]), "accountId": item.pop("awsAccountId")}
    (one,) = read_items({"baseConfigurationItems": [item], "unprocessedResourceKeys": []}).endpoints.values()
    assert (one.endpoint_id, one.account, one.listed) == ("vpce-0a00000000000001a", ACCOUNT, False)


def test_the_newest_item_of_a_history_counts() -> None:
    old = config_item(interface(VpcId="vpc-0old0001"), configurationItemCaptureTime="2020-01-01T00:00:00Z")
    for items in ([config_item(interface()), old], [old, config_item(interface())]):
        (one,) = read_items({"configurationItems": items}).endpoints.values()
        assert one.endpoint["VpcId"] == "vpc-0a000001"


def test_an_endpoint_whose_newest_item_says_deleted_is_gone() -> None:
    gone = {"resourceType": "AWS::EC2::VPCEndpoint", "resourceId": "vpce-0a00000000000001a"}
    gone |= {"configurationItemStatus": "ResourceDeleted", "configurationItemCaptureTime": "2026-11-30T00:00:00Z"}
    found = read_items({"configurationItems": [config_item(interface()), gone]})
    assert (found.endpoints, found.deleted) == ({}, {"vpce-0a00000000000001a"})


def test_what_stands_around_is_context_in_ec2_words() -> None:
    permission = {"ipProtocol": "tcp", "ipv4Ranges": [{"cidrIp": "10.0.0.0/8"}], "ipRanges": ["10.0.0.0/8"]}
    group = {"resourceType": "AWS::EC2::SecurityGroup", "resourceId": "sg-1", "tags": {"a": "b"}}
    group |= {"configuration": {"groupId": "sg-1", "vpcId": "vpc-1", "ipPermissions": [permission]}}
    bucket = {"resourceType": "AWS::S3::Bucket", "resourceId": "b", "configuration": {"name": "b"}}
    found = read_items({"configurationItems": [group, bucket]})
    ((told,),) = (part["SecurityGroups"] for part in found.parts)
    assert told["IpPermissions"][0]["IpRanges"] == [{"CidrIp": "10.0.0.0/8"}]
    assert told["Tags"] == [{"Key": "a", "Value": "b"}]
    assert found.tells_endpoints is False


def test_keys_that_config_left_out_are_told() -> None:
    found = read_items({"baseConfigurationItems": [], "unprocessedResourceKeys": [{"resourceId": "vpce-1"}]})
    assert found.notes == ["AWS Config left 1 resources out (unprocessedResourceKeys)"]


@pytest.mark.parametrize("configuration", ["{", "[]", None, 1, '{"a": 1e999}'])
def test_a_configuration_that_is_no_object_is_refused(configuration: object) -> None:
    with pytest.raises(MalformedError) as refused:
        read_items({"configurationItems": [config_item(interface(), configuration=configuration)]})
    assert refused.value.pointers[0]["pointer"] == "/configurationItems/0/configuration"


def test_an_item_without_a_type_is_refused() -> None:
    with pytest.raises(MalformedError, match="/configurationItems/0"):
        read_items({"configurationItems": [{"resourceId": "x"}]})


def test_an_item_alone_is_recognised() -> None:
    assert detect(config_item(interface()))
    assert not detect({"configurationItems": {}})
