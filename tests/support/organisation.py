"""A fictional organisation whose VPCs have the same interface endpoints each, as describe documents of all accounts."""

from __future__ import annotations

from typing import Any

from tests.support.existing import interface

CENTRE = "vpc-0ce00000"
SERVICES = (
    *("sqs", "sns", "kms", "logs", "monitoring", "ecr.api", "ecr.dkr", "ssm", "ssmmessages", "sts", "secretsmanager"),
    "events",
)
TAGS = [{"Key": "owner", "Value": "network"}]
ZONES = ("a", "b")


def make_organisation(vpcs: int, *, services: tuple[str, ...] = SERVICES, **more: Any) -> dict[str, list[Any]]:
    """VPCs in accounts of their own with an endpoint in two zones for each service, and an empty central VPC."""
    found: dict[str, list[Any]] = {"Vpcs": [], "Subnets": [], "SecurityGroups": [], "VpcEndpoints": []}
    for number in range(vpcs + 1):
        _add_vpc(found, number)
        for at, service in enumerate(services if number else ()):
            endpoint = _make_endpoint(number, at, service)
            found["VpcEndpoints"].append({**endpoint, **more})
    return found


def vpc_of(number: int) -> str:
    """The id of a VPC by its number; that of the centre is 0."""
    return f"vpc-0ce{number:05x}"


def endpoint_of(number: int, service: int) -> str:
    """The id of the endpoint of a VPC for a service, both by number."""
    return f"vpce-0e{number:04x}{service:011x}"


def _add_vpc(found: dict[str, list[Any]], number: int) -> None:
    vpc, account, block = vpc_of(number), f"{number + 100:012d}", f"10.{number}.0.0/16"
    options = {"EnableDnsSupport": True, "EnableDnsHostnames": True, "Tags": []}
    found["Vpcs"].append({"VpcId": vpc, "OwnerId": account, "CidrBlock": block, **options})
    found["SecurityGroups"].append(
        {
            "GroupId": f"sg-0ce{number:05x}",
            "GroupName": "endpoints",
            "VpcId": vpc,
            "OwnerId": account,
            "IpPermissions": [
                {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
            ],
            "IpPermissionsEgress": [],
        }
    )
    for at, zone in enumerate(ZONES):
        found["Subnets"].append(
            {
                "SubnetId": _subnet(number, at),
                "VpcId": vpc,
                "OwnerId": account,
                "AvailabilityZone": f"us-east-1{zone}",
                "AvailabilityZoneId": f"use1-az{at + 1}",
                "CidrBlock": f"10.{number}.{at}.0/24",
                "AvailableIpAddressCount": 200,
                "Ipv6CidrBlockAssociationSet": [],
                "Tags": [],
            }
        )


def _subnet(number: int, zone: int) -> str:
    return f"subnet-0ce{number:04x}{zone}"


def _make_endpoint(number: int, at: int, service: str) -> dict[str, Any]:
    return interface(
        endpoint_of(number, at),
        VpcId=vpc_of(number),
        OwnerId=f"{number + 100:012d}",
        ServiceName=f"com.amazonaws.us-east-1.{service}",
        SubnetIds=[_subnet(number, zone) for zone in range(len(ZONES))],
        Groups=[{"GroupId": f"sg-0ce{number:05x}", "GroupName": "endpoints"}],
        NetworkInterfaceIds=[],
        DnsEntries=[],
        Tags=TAGS,
    )
