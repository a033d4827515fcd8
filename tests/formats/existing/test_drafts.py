"""Each endpoint that exists is the create that would make it, beside what is known of its own VPC."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.existing import ACCOUNT, gateway, interface, subnet
from vpce_guard.formats.document import Draft
from vpce_guard.formats.existing.drafts import drafts_of
from vpce_guard.formats.existing.inventory import ExistingEndpoint, Inventory
from vpce_guard.model import Json


def draft(endpoint: Json, *parts: Json, given: tuple[Json, ...] = (), **more: Any) -> Draft:
    inventory = Inventory(parts=list(parts))
    inventory.add(ExistingEndpoint(endpoint=endpoint, **more))
    (found,) = drafts_of(inventory, given).drafts
    return found


def test_an_interface_endpoint_is_the_request_that_would_make_it() -> None:
    found = draft(interface())
    assert found.request == {
        "VpcEndpointType": "Interface",
        "VpcId": "vpc-0a000001",
        "ServiceName": "com.amazonaws.us-east-1.sqs",
        "SubnetIds": ["subnet-0a100001", "subnet-0a200001"],
        "SecurityGroupIds": ["sg-0a000001"],
        "PrivateDnsEnabled": True,
        "IpAddressType": "ipv4",
        "DnsOptions": {"DnsRecordIpType": "ipv4"},
        "TagSpecifications": [{"ResourceType": "vpc-endpoint", "Tags": [{"Key": "owner", "Value": "payments"}]}],
    }
    assert found.exists == interface()
    assert (found.operation, found.address) == ("create", "vpce-0a00000000000001a")
    assert (found.context["Region"], found.context["AccountId"]) == ("us-east-1", ACCOUNT)


def test_members_that_a_type_does_not_have_are_not_in_the_request() -> None:
    assert sorted(draft(gateway()).request) == [
        *("DnsOptions", "IpAddressType", "RouteTableIds", "ServiceName", "VpcEndpointType", "VpcId")
    ]
    balancer = interface(VpcEndpointType="GatewayLoadBalancer", DnsOptions={}, PolicyDocument=None, Groups=[], Tags=[])
    assert not {"DnsOptions", "PrivateDnsEnabled", "PolicyDocument"} & draft(balancer).request.keys()


def test_a_policy_of_its_own_is_in_the_request() -> None:
    own = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"*"}]}'
    assert draft(interface(PolicyDocument=own)).request["PolicyDocument"] == own
    assert draft(interface(PolicyDocument="{")).request["PolicyDocument"] == "{"


def test_what_the_document_leaves_out_is_unknown_where_the_type_has_it() -> None:
    silent = {name: value for name, value in interface().items() if name != "PolicyDocument"}
    assert draft(silent, unknown=("PolicyDocument",)).unknown == ("/request/PolicyDocument",)
    balancer = {**silent, "VpcEndpointType": "GatewayLoadBalancer"}
    assert draft(balancer, unknown=("PolicyDocument",)).unknown == ()


def test_things_of_other_vpcs_are_left_out_and_a_list_without_any_of_its_own_says_nothing() -> None:
    own, other = subnet("subnet-0a100001", "a"), subnet("subnet-0b100001", "b", VpcId="vpc-0b000001")
    assert draft(interface(), {"Subnets": [own, other]}).context["Subnets"] == [own]
    assert "Subnets" not in draft(interface(), {"Subnets": [other]}).context


def test_a_security_group_of_another_vpc_that_the_endpoint_has_is_told() -> None:
    shared = {"GroupId": "sg-0a000001", "VpcId": "vpc-0b000001"}
    assert draft(interface(), {"SecurityGroups": [shared]}).context["SecurityGroups"] == [shared]


def test_the_vpc_is_told_with_what_several_files_say_of_it() -> None:
    given = ({"VpcId": "vpc-0a000001", "EnableDnsSupport": {"Value": True}}, {"Vpcs": [{"VpcId": "vpc-0b000001"}]})
    found = draft(interface(), {"Vpcs": [{"VpcId": "vpc-0a000001", "CidrBlock": "10.0.0.0/16"}]}, given=given)
    assert found.context["Vpc"]["CidrBlock"] == "10.0.0.0/16"
    assert found.context["Vpc"]["EnableDnsSupport"] == {"Value": True}
    assert "Vpcs" not in found.context


def test_which_others_there_are_is_known_where_all_are_listed() -> None:
    assert "VpcEndpoints" not in draft(interface()).context
    assert draft(interface(), listed=True).context["VpcEndpoints"] == []


def test_endpoints_of_the_context_are_neighbours_and_not_judged() -> None:
    inventory = Inventory()
    inventory.add(ExistingEndpoint(endpoint=interface()))
    found = drafts_of(inventory, [{"VpcEndpoints": [interface(), gateway()]}])
    assert [one["VpcEndpointId"] for one in found.neighbours] == ["vpce-0a00000000000002a"]
    assert [one.context["VpcEndpoints"] for one in found.drafts] == [[]]


@pytest.mark.parametrize(
    ("endpoint", "region"),
    [
        (interface(), "us-east-1"),
        (gateway(), "us-east-1"),
        (interface(DnsEntries=[], ServiceName="com.amazonaws.eu-west-1.sqs"), None),
        (gateway(ServiceName="com.amazonaws.us-gov-west-1.s3"), "us-gov-west-1"),
    ],
)
def test_the_region_is_that_of_its_own_names_or_of_a_service_that_cannot_be_elsewhere(
    endpoint: Json, region: str
) -> None:
    assert draft(endpoint).context.get("Region") == region


def test_the_zones_of_its_subnets_tell_the_region() -> None:
    assert (
        draft(interface(DnsEntries=[]), {"Subnets": [subnet("subnet-0a100001", "a")]}).context["Region"] == "us-east-1"
    )


def test_endpoints_of_one_vpc_share_their_context() -> None:
    inventory = Inventory(parts=[{"Subnets": [subnet("subnet-0a100001", "a")]}])
    inventory.add(ExistingEndpoint(endpoint=interface()))
    inventory.add(ExistingEndpoint(endpoint=gateway()))
    first, second = drafts_of(inventory, ()).drafts
    assert first.context["Subnets"] is second.context["Subnets"]
