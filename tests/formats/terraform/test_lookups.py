"""What data sources and other resources tell of services, endpoints, hosted zones and prefix lists."""

from __future__ import annotations

from tests.support.planned import SERVICE, VPC, block, change, data, endpoint, new_vpc, only, plan
from vpce_guard.model import Json


def test_a_data_source_tells_a_service() -> None:
    service = data(
        "aws_vpc_endpoint_service",
        "s",
        service_name=SERVICE,
        service_type="Interface",
        availability_zones=["us-east-1a"],
        private_dns_name="",
        vpc_endpoint_policy_supported=False,
        supported_ip_address_types=["ipv4"],
    )
    assert only(plan(endpoint(), state=[service])).context["ServiceDetails"] == [
        {
            "ServiceName": SERVICE,
            "ServiceType": [{"ServiceType": "Interface"}],
            "AvailabilityZones": ["us-east-1a"],
            "VpcEndpointPolicySupported": False,
            "SupportedIpAddressTypes": ["ipv4"],
            "without_other_types": True,
        }
    ]


def test_a_data_source_tells_another_endpoint() -> None:
    other = data(
        "aws_vpc_endpoint", "other", id="vpce-0b", vpc_id=VPC, service_name=SERVICE, private_dns_enabled=True,
        vpc_endpoint_type="Interface", dns_entry=[{"dns_name": "sqs.us-east-1.amazonaws.com", "hosted_zone_id": "Z1"}],
    )  # fmt: skip
    (peer,) = only(plan(endpoint(), state=[other])).peers
    assert peer["address"] == "data.aws_vpc_endpoint.other"
    assert peer["DnsEntries"] == [{"DnsName": "sqs.us-east-1.amazonaws.com", "HostedZoneId": "Z1"}]


def test_an_endpoint_of_another_state_is_as_its_data_source_says() -> None:
    other = data("aws_vpc_endpoint", "other", id="vpce-0b", vpc_id=VPC, subnet_ids=["subnet-0a"], service_name=SERVICE)
    added = {"vpc_endpoint_id": "vpce-0b", "subnet_id": "subnet-0c"}
    more = change("aws_vpc_endpoint_subnet_association", "m", ["create"], after=added)
    found = only(plan(more, state=[other]), "aws_vpc_endpoint_subnet_association.m", "modify")
    assert found.current is not None
    assert found.current["SubnetIds"] == ["subnet-0a"]
    assert found.endpoint is not None
    assert found.endpoint["SubnetIds"] == ["subnet-0a", "subnet-0c"]
    assert found.peers == ()


def test_hosted_zones_of_the_plan_are_those_of_a_new_vpc() -> None:
    changes, blocks = new_vpc()
    made = {"name": "example.com", "vpc": [{}]}
    zone = change("aws_route53_zone", "z", ["create"], after=made, unknown={"vpc": [{"vpc_id": True}]})
    referring = block("aws_route53_zone", "z", vpc=[{"vpc_id": {"references": ["aws_vpc.v.id", "aws_vpc.v"]}}])
    context = only(plan(*changes, zone, blocks=[*blocks, referring])).context
    assert context["PrivateHostedZones"] == [{"Name": "example.com", "VPCs": [{"VPCId": "aws_vpc.v"}]}]
    hidden = block("aws_route53_zone", "z", vpc=[{"vpc_id": {"references": ["local.vpc"]}}])
    assert "PrivateHostedZones" not in only(plan(*changes, zone, blocks=[*blocks, hidden])).context


def test_entries_of_a_new_prefix_list_are_told_where_each_range_is_known() -> None:
    after = {"name": "clients", "entry": [{"cidr": "10.0.0.0/8", "description": ""}]}
    made = change("aws_ec2_managed_prefix_list", "p", ["create"], after=after, unknown={"id": True, "entry": [{}]})
    (told,) = only(plan(endpoint(), made)).context["ManagedPrefixLists"]
    assert told["Entries"] == [{"Cidr": "10.0.0.0/8"}]


def zones_with(*, vpc: str, zone_id: Json) -> Json:
    """The context of an endpoint in a new VPC, with an association of a zone that is another VPC's."""
    changes, blocks = new_vpc()
    other = change("aws_vpc", "o", ["create"], after={}, unknown={"id": True})
    made = {"name": "sqs.us-east-1.amazonaws.com", "vpc": [{"vpc_id": "vpc-0b"}]}
    zone = change("aws_route53_zone", "z", ["create"], after=made, unknown={"zone_id": True})
    tied = change("aws_route53_zone_association", "a", ["create"], after={}, unknown={"zone_id": True, "vpc_id": True})
    of_vpc = {"references": [f"{vpc}.id", vpc]}
    blocks = [*blocks, block("aws_route53_zone_association", "a", zone_id=zone_id, vpc_id=of_vpc)]
    return only(plan(*changes, other, zone, tied, blocks=blocks)).context


def test_a_hosted_zone_is_that_of_the_vpcs_it_is_associated_with() -> None:
    of_zone = {"references": ["aws_route53_zone.z.zone_id", "aws_route53_zone.z"]}
    assert zones_with(vpc="aws_vpc.v", zone_id=of_zone)["PrivateHostedZones"] == [
        {"Name": "sqs.us-east-1.amazonaws.com", "VPCs": [{"VPCId": "aws_vpc.v"}]}
    ]
    assert zones_with(vpc="aws_vpc.o", zone_id=of_zone)["PrivateHostedZones"] == []


def test_with_a_zone_or_a_vpc_that_is_not_known_the_zones_are_not_told() -> None:
    nobody = {"references": ["local.zone"]}
    assert "PrivateHostedZones" not in zones_with(vpc="aws_vpc.v", zone_id=nobody)
    assert "PrivateHostedZones" not in zones_with(vpc="local.vpc", zone_id=nobody)
