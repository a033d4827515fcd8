"""Endpoints that exist, as AWS's own tools would print them; every id is made up."""

from __future__ import annotations

from typing import Any

ACCOUNT = "111122223333"
VPC = "vpc-0a000001"
FULL_ACCESS = (
    '{\n  "Statement": [\n    {\n      "Action": "*", \n      "Effect": "Allow", \n      "Principal": "*", \n'
    '      "Resource": "*"\n    }\n  ]\n}'
)


def interface(identity: str = "vpce-0a00000000000001a", **more: Any) -> dict[str, Any]:
    """An interface endpoint to SQS as describe-vpc-endpoints prints it."""
    return {
        "VpcEndpointId": identity,
        "VpcEndpointType": "Interface",
        "VpcId": VPC,
        "ServiceName": "com.amazonaws.us-east-1.sqs",
        "State": "available",
        "PolicyDocument": FULL_ACCESS,
        "RouteTableIds": [],
        "SubnetIds": ["subnet-0a200001", "subnet-0a100001"],
        "Groups": [{"GroupId": "sg-0a000001", "GroupName": "endpoints"}],
        "IpAddressType": "ipv4",
        "DnsOptions": {"DnsRecordIpType": "ipv4"},
        "PrivateDnsEnabled": True,
        "RequesterManaged": False,
        "NetworkInterfaceIds": ["eni-0a000001", "eni-0a000002"],
        "DnsEntries": [{"DnsName": f"{identity}-0abcdef1.sqs.us-east-1.vpce.amazonaws.com", "HostedZoneId": "Z1"}],
        "CreationTimestamp": "2024-03-01T10:00:00.123000+00:00",
        "Tags": [{"Key": "owner", "Value": "payments"}, {"Key": "aws:cloudformation:stack-name", "Value": "net"}],
        "OwnerId": ACCOUNT,
        "ServiceRegion": "us-east-1",
        **more,
    }


def gateway(identity: str = "vpce-0a00000000000002a", **more: Any) -> dict[str, Any]:
    """A gateway endpoint to S3 as describe-vpc-endpoints prints it."""
    return {
        "VpcEndpointId": identity,
        "VpcEndpointType": "Gateway",
        "VpcId": VPC,
        "ServiceName": "com.amazonaws.us-east-1.s3",
        "State": "available",
        "PolicyDocument": '{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*",'
        '"Resource":"*"}]}',
        "RouteTableIds": ["rtb-0a000001"],
        "SubnetIds": [],
        "Groups": [],
        "IpAddressType": "ipv4",
        "DnsOptions": {"DnsRecordIpType": "service-defined"},
        "PrivateDnsEnabled": False,
        "RequesterManaged": False,
        "NetworkInterfaceIds": [],
        "DnsEntries": [],
        "CreationTimestamp": "2022-03-01T10:00:00+00:00",
        "Tags": [],
        "OwnerId": ACCOUNT,
        "ServiceRegion": "us-east-1",
        **more,
    }


def subnet(identity: str, zone: str, **more: Any) -> dict[str, Any]:
    """A subnet of the VPC as describe-subnets prints it; the zone is a letter."""
    return {
        "SubnetId": identity,
        "VpcId": VPC,
        "AvailabilityZone": f"us-east-1{zone}",
        "AvailabilityZoneId": f"use1-az{ord(zone) - 96}",
        "CidrBlock": f"10.0.{ord(zone)}.0/24",
        "OwnerId": ACCOUNT,
        "AvailableIpAddressCount": 0,
        "Ipv6CidrBlockAssociationSet": [],
        "Tags": [],
        **more,
    }


def config_item(endpoint: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A configuration item of an endpoint as a snapshot of AWS Config holds it: no policy, state as an object."""
    recorded = ("VpcEndpointId", "VpcEndpointType", "VpcId", "ServiceName", "RouteTableIds", "SubnetIds", "Groups")
    members = (*recorded, "PrivateDnsEnabled", "RequesterManaged", "NetworkInterfaceIds", "DnsEntries", "OwnerId")
    configuration: dict[str, Any] = {_lower(name): _lower_all(endpoint[name]) for name in members}
    configuration["state"] = {"value": endpoint["State"]}
    configuration["creationTimestamp"] = endpoint["CreationTimestamp"]
    return {
        "configurationItemCaptureTime": "2026-11-29T00:00:00.000Z",
        "configurationItemStatus": "OK",
        "resourceType": "AWS::EC2::VPCEndpoint",
        "resourceId": endpoint["VpcEndpointId"],
        "awsRegion": "us-east-1",
        "awsAccountId": ACCOUNT,
        "tags": {tag["Key"]: tag["Value"] for tag in endpoint["Tags"]},
        "configuration": configuration,
        **more,
    }


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]


def _lower_all(value: Any) -> Any:
    if isinstance(value, dict):
        return {_lower(name): _lower_all(item) for name, item in value.items()}
    return [_lower_all(item) for item in value] if isinstance(value, list) else value
