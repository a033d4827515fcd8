"""A service that stands in for AWS (moto) as a real endpoint in this process, for the tests of the inventory."""

from __future__ import annotations

import os
import urllib.request
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

REGION = "us-east-1"
OWN = "123456789012"  # of moto's credentials, unless a role of another account is taken on
OTHER = "111122223333"
UNKNOWN = "ResourceConfigurations,SecurityGroupVpcAssociations"  # kinds that moto does not know


@cache
def _create_loader(_: object) -> Any:
    """One loader for all sessions: each would read the descriptions of services again, which are large."""
    from botocore.loaders import Loader

    return Loader()


@pytest.fixture(scope="session")
def _moto_server() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def moto_url(_moto_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty AWS; boto3 asks it, also in processes that a test starts."""
    monkeypatch.setattr("botocore.loaders.create_loader", _create_loader)
    urllib.request.urlopen(urllib.request.Request(f"{_moto_server}/moto-api/reset", method="POST")).close()
    values = {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": _moto_server,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return _moto_server


def ec2(region: str = REGION) -> Any:
    """A client for EC2 in the own account."""
    import boto3

    return boto3.client("ec2", region_name=region)


def make_endpoints(count: int, *, region: str = REGION) -> tuple[str, list[str]]:
    """A VPC of its own with a gateway endpoint and so many interface endpoints: its id, and theirs."""
    client = ec2(region)
    vpc = client.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    subnet = client.create_subnet(VpcId=vpc, CidrBlock="10.7.1.0/24", AvailabilityZone=f"{region}a")["Subnet"]
    made = [
        client.create_vpc_endpoint(
            VpcId=vpc,
            VpcEndpointType="Interface",
            ServiceName=f"com.amazonaws.{region}.{service}",
            SubnetIds=[subnet["SubnetId"]],
        )
        for service in ("sqs", "sns", "kms", "logs")[:count]
    ]
    made.append(client.create_vpc_endpoint(VpcId=vpc, ServiceName=f"com.amazonaws.{region}.s3"))
    return vpc, [one["VpcEndpoint"]["VpcEndpointId"] for one in made]
