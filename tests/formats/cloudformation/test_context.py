"""What a template tells of the network around an endpoint."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.formats import read
from vpce_guard.formats.document import Extras
from vpce_guard.model import Json

VPC = {"Ref": "Vpc"}


def of(kind: str, **properties: Any) -> Json:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def context(given: Extras | None = None, **resources: Json) -> Json:
    document = {
        "Parameters": {"Unknown": {"Type": "String"}},
        "Resources": {
            "Vpc": of("EC2::VPC", CidrBlock="10.0.0.0/16", EnableDnsSupport="True", EnableDnsHostnames="yes"),
            "E": of("EC2::VPCEndpoint", VpcId=VPC),
            **resources,
        },
    }
    (found,) = read(document, given=given or Extras())
    return found.context


def test_attributes_have_the_words_of_yaml_1_1() -> None:
    assert (context()["Vpc"]["EnableDnsSupport"], context()["Vpc"]["EnableDnsHostnames"]) == (True, True)


def test_a_vpc_has_all_its_ranges() -> None:
    found = context(
        Second=of("EC2::VPCCidrBlock", VpcId=VPC, CidrBlock="100.64.0.0/16"),
        Open=of("EC2::VPCCidrBlock", VpcId=VPC, CidrBlock={"Ref": "Unknown"}),
        Other=of("EC2::VPCCidrBlock", VpcId="vpc-1", CidrBlock="172.16.0.0/16"),
    )
    ranges = [association["CidrBlock"] for association in found["Vpc"]["CidrBlockAssociationSet"]]
    assert ranges == ["10.0.0.0/16", "100.64.0.0/16"]


def test_a_group_that_names_no_vpc_is_in_the_default_one() -> None:
    given = context(
        Default=of("EC2::SecurityGroup", GroupDescription="x"),
        Own=of("EC2::SecurityGroup", GroupDescription="x", VpcId=VPC),
        Open=of("EC2::SecurityGroup", GroupDescription="x", VpcId={"Ref": "Unknown"}),
    )
    vpcs = {group["GroupId"]: group.get("VpcId") for group in given["SecurityGroups"]}
    assert vpcs == {"${Default}": "the default VPC", "${Own}": "${Vpc}", "${Open}": None}
    elsewhere = context(
        E=of("EC2::VPCEndpoint", VpcId="vpc-0a1b2c3d"), Default=of("EC2::SecurityGroup", GroupDescription="x")
    )
    assert ["VpcId" in group for group in elsewhere["SecurityGroups"]] == [False]


def zone(**properties: Any) -> Json:
    return of("Route53::HostedZone", Name="sqs.us-east-1.amazonaws.com", **properties)


def test_a_vpc_of_the_template_has_the_private_zones_in_it() -> None:
    assert context()["PrivateHostedZones"] == []
    assert context(Public=zone())["PrivateHostedZones"] == []
    assert context(Elsewhere=zone(VPCs=[{"VPCId": "vpc-1"}]))["PrivateHostedZones"] == []
    assert context(Own=zone(VPCs=[{"VPCId": VPC}]))["PrivateHostedZones"] == [
        {"Name": "sqs.us-east-1.amazonaws.com", "VPCs": [{"VPCId": "${Vpc}"}]}
    ]


def test_zones_that_nobody_can_tell_are_not_told() -> None:
    assert "PrivateHostedZones" not in context(Own=zone(VPCs={"Ref": "Unknown"}))


def test_network_acls_have_their_entries_and_the_default_one_has_the_other_subnets() -> None:
    entry = {"NetworkAclId": {"Ref": "Acl"}, "RuleNumber": "100", "Protocol": 6, "RuleAction": "allow"}
    found = context(
        A=of("EC2::Subnet", VpcId=VPC),
        B=of("EC2::Subnet", VpcId=VPC),
        Acl=of("EC2::NetworkAcl", VpcId=VPC),
        Association=of("EC2::SubnetNetworkAclAssociation", SubnetId={"Ref": "A"}, NetworkAclId={"Ref": "Acl"}),
        In=of("EC2::NetworkAclEntry", **entry, CidrBlock="0.0.0.0/0", PortRange={"From": "443", "To": 443}),
    )["NetworkAcls"]
    assert found[0] == {
        "NetworkAclId": "${Acl}",
        "Associations": [{"SubnetId": "${A}"}],
        "Entries": [
            {
                "Egress": False,
                "Protocol": "6",
                "RuleAction": "allow",
                "RuleNumber": 100,
                "CidrBlock": "0.0.0.0/0",
                "PortRange": {"From": 443, "To": 443},
            }
        ],
    }
    assert found[1]["Associations"] == [{"SubnetId": "${B}"}]
    assert {allowed["Egress"] for allowed in found[1]["Entries"]} == {True, False}


@pytest.mark.parametrize("change", [{"CidrBlock": {"Ref": "Unknown"}}, {"RuleNumber": "x"}])
def test_an_entry_that_is_not_known_leaves_its_network_acl_unknown(change: Json) -> None:
    entry = {"NetworkAclId": {"Ref": "Acl"}, "RuleNumber": 100, "CidrBlock": "0.0.0.0/0", **change}
    (found,) = context(Acl=of("EC2::NetworkAcl", VpcId=VPC), In=of("EC2::NetworkAclEntry", **entry))["NetworkAcls"]
    assert "Entries" not in found


@pytest.mark.parametrize(
    ("servers", "told"),
    [
        (["10.0.0.2"], [{"Key": "domain-name-servers", "Values": [{"Value": "10.0.0.2"}]}]),
        ([], []),
        (None, [{"Key": "domain-name-servers", "Values": [{"Value": "AmazonProvidedDNS"}]}]),
    ],
)
def test_name_servers_are_those_of_the_dhcp_options(servers: Any, told: Any) -> None:
    more = {}
    if servers is not None:
        more = {
            "Options": of("EC2::DHCPOptions", DomainNameServers=servers),
            "Association": of("EC2::VPCDHCPOptionsAssociation", VpcId=VPC, DhcpOptionsId={"Ref": "Options"}),
        }
    assert context(**more)["DhcpOptions"] == {"DhcpConfigurations": told}


def test_name_servers_that_nobody_can_tell_are_not_told() -> None:
    options = of("EC2::DHCPOptions", DomainNameServers=[{"Ref": "Unknown"}])
    association = of("EC2::VPCDHCPOptionsAssociation", VpcId=VPC, DhcpOptionsId={"Ref": "Options"})
    assert "DhcpOptions" not in context(Options=options, Association=association)
    assert "DhcpOptions" not in context(
        Association=of("EC2::VPCDHCPOptionsAssociation", VpcId=VPC, DhcpOptionsId="dopt-1")
    )


def test_prefix_lists_have_their_entries() -> None:
    found = context(
        Clients=of("EC2::PrefixList", PrefixListName="clients", Entries=[{"Cidr": "10.0.0.0/8"}]),
        Open=of("EC2::PrefixList", PrefixListName="open", Entries=[{"Cidr": {"Ref": "Unknown"}}]),
    )["ManagedPrefixLists"]
    assert found == [
        {"PrefixListId": "${Clients}", "PrefixListName": "clients", "Entries": [{"Cidr": "10.0.0.0/8"}]},
        {"PrefixListId": "${Open}", "PrefixListName": "open"},
    ]


def group(side: str, **rule: Any) -> Json:
    return of("EC2::SecurityGroup", VpcId=VPC, **{f"SecurityGroup{side}": [{"IpProtocol": "-1", **rule}]})


def test_addresses_that_are_not_known_are_a_list_whose_entries_are_not() -> None:
    (found,) = context(Group=group("Ingress", CidrIp={"Ref": "Unknown"}))["SecurityGroups"]
    assert found["IpPermissions"] == [{"IpProtocol": "-1", "PrefixListIds": [{"PrefixListId": "{{Unknown}}"}]}]
    (found,) = context(Group=group("Egress", CidrIp={"Ref": "Unknown"}))["SecurityGroups"]
    assert "IpPermissionsEgress" not in found
    (found,) = context(Group=group("Ingress", FromPort={"Ref": "Unknown"}))["SecurityGroups"]
    assert "IpPermissions" not in found


def own(**tags: str) -> Json:
    listed = [{"Key": f"aws:cloudformation:{name.replace('_', '-')}", "Value": value} for name, value in tags.items()]
    return {"VpcEndpointId": "vpce-1", "VpcId": "vpc-1", "Tags": listed}


@pytest.mark.parametrize(
    ("tags", "rivals"),
    [
        ({"stack_name": "net", "logical_id": "E"}, []),
        ({"stack_name": "other", "logical_id": "E"}, ["vpce-1"]),
        ({"stack_name": "net", "logical_id": "Gone"}, ["vpce-1"]),
        ({}, ["vpce-1"]),
    ],
)
def test_an_endpoint_of_the_stack_is_no_rival_of_itself(tags: dict[str, str], rivals: list[str]) -> None:
    tables = [{"RouteTableId": "rtb-1", "Routes": [{"GatewayId": "vpce-1"}, {"GatewayId": "local"}]}]
    given = Extras(parameters={"AWS::StackName": "net"}, context={"VpcEndpoints": [own(**tags)], "RouteTables": tables})
    document = {"Resources": {"E": of("EC2::VPCEndpoint", VpcId="vpc-1")}}
    (found,) = read(document, given=given, context=given.context)
    assert [endpoint["VpcEndpointId"] for endpoint in found.context["VpcEndpoints"]] == rivals
    assert len(found.context["RouteTables"][0]["Routes"]) == (2 if rivals else 1)


def test_an_endpoint_of_a_stack_with_its_vpc_counts_once_for_the_region() -> None:
    others = [{"VpcEndpointId": f"vpce-{n}", "VpcEndpointType": "Gateway", "VpcId": f"vpc-{n}"} for n in "23"]
    listed = [{**own(logical_id="E"), "VpcEndpointType": "Gateway"}, *others]
    resources = {"Vpc": of("EC2::VPC", CidrBlock="10.0.0.0/16"), "E": of("EC2::VPCEndpoint", VpcId=VPC)}
    given = Extras(context={"VpcEndpoints": listed})
    (found,) = read({"Resources": resources}, given=given, context=given.context)
    assert found.context["VpcEndpoints"] == others


@pytest.mark.parametrize(("condition", "is_sure"), [("Always", True), ("Maybe", False)])
def test_what_may_not_be_there_is_not_in_a_list(condition: str, is_sure: bool) -> None:
    def part(kind: str, **properties: Any) -> Json:
        return {**of(kind, **properties), "Condition": condition}

    resources = {
        "Vpc": of("EC2::VPC", CidrBlock="10.0.0.0/16"),
        "Table": of("EC2::RouteTable", VpcId=VPC),
        "Subnet": of("EC2::Subnet", VpcId=VPC),
        "Acl": of("EC2::NetworkAcl", VpcId=VPC),
        "A": part("EC2::SubnetRouteTableAssociation", SubnetId={"Ref": "Subnet"}, RouteTableId={"Ref": "Table"}),
        "R": part("EC2::Route", RouteTableId={"Ref": "Table"}, DestinationCidrBlock="0.0.0.0/0", GatewayId="igw-1"),
        "N": part("EC2::SubnetNetworkAclAssociation", SubnetId={"Ref": "Subnet"}, NetworkAclId={"Ref": "Acl"}),
        "E": of("EC2::VPCEndpoint", VpcId=VPC),
    }
    conditions = {"Always": {"Fn::Equals": [1, 1]}, "Maybe": {"Fn::Equals": [{"Ref": "On"}, 1]}}
    document = {"Parameters": {"On": {"Type": "String"}}, "Conditions": conditions, "Resources": resources}
    (found,) = read(document)
    (table,) = found.context["RouteTables"]
    assert table.keys() & {"Associations", "Routes"} == ({"Associations", "Routes"} if is_sure else set())
    assert [len(acl["Associations"]) for acl in found.context["NetworkAcls"]] == ([1, 0] if is_sure else [0, 0])


FIRST = {"Fn::Select": [0, {"Fn::Cidr": [{"Fn::Select": [0, {"Fn::GetAtt": ["Vpc", "Ipv6CidrBlocks"]}]}, 4, 64]}]}


def ipv6(more: Json | None = None, **properties: Any) -> Any:
    made = {"A": of("EC2::Subnet", VpcId=VPC, **properties), **(more or {})}
    (subnet,) = context(**made)["Subnets"]
    return subnet.get("Ipv6CidrBlockAssociationSet")


def test_a_range_to_come_is_one_and_no_range_is_none() -> None:
    associated = {"Ipv6CidrBlockState": {"State": "associated"}}
    assert ipv6() == []
    assert ipv6(Ipv6CidrBlock=FIRST) == [associated]
    assert ipv6(Ipv6CidrBlock="2001:db8::/64") == [{"Ipv6CidrBlock": "2001:db8::/64", **associated}]
    assert ipv6({"Own": of("EC2::SubnetCidrBlock", SubnetId={"Ref": "A"}, Ipv6CidrBlock=FIRST)}) == [associated]
    assert ipv6({"Other": of("EC2::SubnetCidrBlock", SubnetId="subnet-1", Ipv6CidrBlock=FIRST)}) == []


def test_a_range_that_may_not_be_there_is_open() -> None:
    is_open = {"Fn::If": ["Any", FIRST, {"Ref": "AWS::NoValue"}]}
    document = {
        "Parameters": {"Unknown": {"Type": "String"}},
        "Conditions": {"Any": {"Fn::Equals": [{"Ref": "Unknown"}, "yes"]}},
        "Resources": {
            "A": of("EC2::Subnet", VpcId=VPC, Ipv6CidrBlock=is_open),
            "Vpc": of("EC2::VPC"),
            "E": of("EC2::VPCEndpoint", VpcId=VPC),
        },
    }
    (found,) = read(document)
    assert "Ipv6CidrBlockAssociationSet" not in found.context["Subnets"][0]
    assert ipv6(Ipv6CidrBlock={"Ref": "Unknown"}) is None
    assert ipv6(Ipv6NetmaskLength=64) is None
    assert ipv6({"Some": of("EC2::SubnetCidrBlock", SubnetId={"Fn::GetAZs": ""}, Ipv6CidrBlock=FIRST)}) is None
