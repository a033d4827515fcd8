"""What other objects of the same document tell of an endpoint's surroundings."""

from __future__ import annotations

from typing import Any

import pytest

from tests.formats.kubernetes.test_objects import composition
from tests.support.kubernetes import SUBNETS, VPC_ID, ack, annotated, crossplane
from vpce_guard.formats import read
from vpce_guard.formats.document import Extras
from vpce_guard.model import Json

VPC = {"from": {"name": "main"}}
ENDPOINT = ack(serviceName="com.amazonaws.us-east-1.sqs", vpcEndpointType="Interface", vpcRef=VPC)


def test_objects_that_have_no_id_yet_go_by_kind_and_name() -> None:
    subnet = ack("one", kind="Subnet", availabilityZone="us-east-1a", cidrBlock="10.0.1.0/24", vpcRef=VPC)
    endpoint = {**ENDPOINT, "spec": {**ENDPOINT["spec"], "subnetRefs": [{"from": {"name": "one"}}]}}
    (found,) = read([ack("main", kind="VPC", cidrBlocks=["10.0.0.0/16"]), subnet, endpoint])
    assert found.request["VpcId"] == "VPC/net/main"
    assert found.request["SubnetIds"] == ["Subnet/net/one"]
    assert found.unknown == ()
    assert found.context["Vpc"] == {
        "VpcId": "VPC/net/main",
        "CidrBlock": "10.0.0.0/16",
        "EnableDnsSupport": True,
        "EnableDnsHostnames": False,
    }
    assert found.context["Subnets"] == [
        {
            "SubnetId": "Subnet/net/one",
            "VpcId": "VPC/net/main",
            "AvailabilityZone": "us-east-1a",
            "CidrBlock": "10.0.1.0/24",
            "Ipv6CidrBlockAssociationSet": [],
        }
    ]
    assert "VpcEndpoints" not in found.context


def test_objects_of_which_the_status_tells_the_id_go_by_it() -> None:
    vpc = {**ack("main", kind="VPC", enableDNSHostnames=True), "status": {"vpcID": VPC_ID}}
    (found,) = read([vpc, ENDPOINT])
    assert found.request["VpcId"] == VPC_ID
    assert found.context["Vpc"]["EnableDnsHostnames"] is True


def test_objects_of_crossplane_tell_the_same() -> None:
    items = [
        {**crossplane("main", kind="VPC", cidrBlock="10.0.0.0/16", enableDnsHostnames=True)},
        crossplane("one", kind="Subnet", availabilityZone="us-east-1a", vpcIdSelector={"matchControllerRef": True}),
        crossplane(vpcIdRef={"name": "main"}, serviceName="com.amazonaws.us-east-1.sqs", vpcEndpointType="Interface"),
        crossplane(
            "a", kind="VPCEndpointSubnetAssociation", subnetIdRef={"name": "one"}, vpcEndpointIdRef={"name": "sqs"}
        ),
    ]
    (found,) = read(items)
    assert found.request["VpcId"] == "VPC/main"
    assert found.request["SubnetIds"] == ["Subnet/one"]
    assert found.context["Vpc"]["EnableDnsHostnames"] is True
    assert found.context["Subnets"][0]["VpcId"] == "VPC/main"


def test_rules_of_a_security_group_and_routes_are_told_where_they_are_all_known() -> None:
    rule = {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "ipRanges": [{"cidrIP": "10.0.0.0/16"}]}
    other = {"ipProtocol": "tcp", "userIDGroupPairs": [{"groupRef": {"from": {"name": "elsewhere"}}}]}
    items: list[Json] = [
        ack("open", kind="SecurityGroup", ingressRules=[rule], vpcRef=VPC),
        ack("unsure", kind="SecurityGroup", ingressRules=[rule, other], vpcRef=VPC),
        ack(
            "table", kind="RouteTable", routes=[{"destinationCIDRBlock": "0.0.0.0/0", "gatewayID": "igw-1"}], vpcRef=VPC
        ),
        ENDPOINT,
    ]
    (found,) = read(items)
    groups = {group["GroupId"]: group for group in found.context["SecurityGroups"]}
    assert groups["SecurityGroup/net/open"]["IpPermissions"] == [
        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}
    ]
    assert "IpPermissions" not in groups["SecurityGroup/net/unsure"]
    assert found.context["RouteTables"][0]["Routes"] == [{"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1"}]


def test_what_the_caller_tells_stays_told_beside_it() -> None:
    told: Json = {"Subnets": [{"SubnetId": SUBNETS[0], "VpcId": VPC_ID}]}
    items = [ack("one", kind="Subnet", vpcRef=VPC), ENDPOINT]
    (found,) = read(items, context=told, given=Extras(context=told))
    assert [subnet["SubnetId"] for subnet in found.context["Subnets"]] == [SUBNETS[0], "Subnet/net/one"]


def test_a_name_that_two_objects_have_is_not_resolved() -> None:
    items = [
        {**ack("main", kind="VPC"), "metadata": {"name": "main"}},
        {**ack("main", kind="VPC"), "metadata": {"name": "main"}},
    ]
    (found,) = read([*items, ENDPOINT], context=None)
    assert "Vpc" not in found.context


def test_a_reference_to_nothing_leaves_the_rest_told() -> None:
    subnet = ack("one", kind="Subnet", availabilityZone="us-east-1a", vpcRef=[])
    (found,) = read([subnet, ENDPOINT])
    assert found.context["Subnets"] == [{"SubnetId": "Subnet/net/one", "AvailabilityZone": "us-east-1a"}]


def ipv6_of(subnet: Json) -> Any:
    (found,) = read([ENDPOINT, subnet])
    return found.context["Subnets"][0].get("Ipv6CidrBlockAssociationSet", "not told")


def test_a_subnet_that_is_made_without_an_ipv6_range_has_none() -> None:
    assert ipv6_of(ack("one", kind="Subnet", cidrBlock="10.0.1.0/24")) == []
    assert ipv6_of(crossplane("one", kind="Subnet", cidrBlock="10.0.1.0/24")) == []


@pytest.mark.parametrize(
    "subnet",
    [
        annotated(crossplane("one", kind="Subnet", cidrBlock="10.0.1.0/24"), external_name=SUBNETS[0]),
        {**ack("one", kind="Subnet", cidrBlock="10.0.1.0/24"), "status": {"subnetID": SUBNETS[0]}},
        crossplane("one", kind="Subnet"),
        crossplane("one", kind="Subnet", cidrBlock="10.0.1.0/24", ipv6IpamPoolId="pool"),
        crossplane(
            "one",
            kind="Subnet",
            cidrBlock="10.0.1.0/24",
            spec={"initProvider": {"ipv6CidrBlock": "2001:db8::/64"}, "forProvider": {"cidrBlock": "10.0.1.0/24"}},
        ),
    ],
    ids=["imported", "there", "no-range", "pool", "initial"],
)
def test_whether_any_other_subnet_has_one_is_not_told(subnet: Json) -> None:
    assert ipv6_of(subnet) == "not told"


def test_what_patches_fill_into_other_objects_is_not_told() -> None:
    base = {**crossplane(kind="Subnet", availabilityZone="us-east-1a", cidrBlock="10.0.1.0/24"), "metadata": {}}
    patches = [{"toFieldPath": "spec.forProvider.availabilityZone"}, {"toFieldPath": "spec.forProvider.ipv6CidrBlock"}]
    endpoint = {**crossplane(vpcId=VPC_ID), "metadata": {}}
    (found,) = read(composition({"name": "one", "base": base, "patches": patches}, {"name": "e", "base": endpoint}))
    assert found.context["Subnets"] == [{"SubnetId": "Composition/network: Subnet/one", "CidrBlock": "10.0.1.0/24"}]
