"""What a large inventory costs a decision: 100,000 endpoints against 100, asked of two services in turn.

Each VPC has 50 endpoints, four subnets, route tables and security groups. A request names a VPC only. Against the large
inventory it names another one each time, so that nothing is in memory yet; and once more the same few, as callers do.
Traffic goes to 127.0.0.1 only.
"""

from __future__ import annotations

import http.client
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from gates import hold
from processes import process

from vpce_guard.decision_log.database import open_database
from vpce_guard.inventory.kinds import KINDS
from vpce_guard.inventory.store import Unit, write_unit

PER_VPC, VPCS_PER_ACCOUNT, ROUNDS, CALLS = 50, 20, 7, 60
SERVICES = ("sqs", "sns", "kms", "logs", "sts", "ssm", "ec2", "monitoring", "events", "secretsmanager")
REGION, SNAPSHOT = "us-east-1", "2026-11-30T00:00:00.000Z"


def main() -> None:
    """Fill two inventories and ask two services."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ports = {}
        for name, count in (("100", 100), ("100,000", 100_000)):
            url = f"sqlite:///{folder}/{count}.db"
            fill(url, count)
            environment = {
                "VPCE_GUARD_DATABASE_URL": url,
                "VPCE_GUARD_INVENTORY": "true",
                "VPCE_GUARD_LOG_LEVEL": "error",
            }
            serve = [sys.executable, "-m", "vpce_guard", "serve"]
            ports[name] = stack.enter_context(process(serve, "--port", "/readyz", environment=environment))
        times = measure(ports)
    for name, each in times.items():
        print(f"{name:<28}{statistics.median(each):8.2f} ms")
    few = times["100"]
    hold(
        "inventory",
        {
            "100,000 endpoints against 100": [b / a for a, b in zip(few, times["100,000"], strict=True)],
            "the same with VPCs not asked for before": [b / a for a, b in zip(few, times["other VPCs"], strict=True)],
        },
    )


def vpcs(count: int) -> list[tuple[str, str]]:
    """The accounts and VPCs of so many endpoints."""
    return [
        (f"{100_000_000_000 + number // VPCS_PER_ACCOUNT}", f"vpc-{number:017x}") for number in range(count // PER_VPC)
    ]


def fill(url: str, count: int) -> None:
    """An inventory with so many endpoints."""
    database = open_database(url)
    by_account: dict[str, list[str]] = {}
    for account, vpc in vpcs(count):
        by_account.setdefault(account, []).append(vpc)
    for account, each in by_account.items():
        things: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS}
        for vpc in each:
            for kind, thing in things_of(account, vpc):
                things[kind].append(thing)
        names = [f"com.amazonaws.{REGION}.{name}" for name in SERVICES]
        things["ServiceDetails"] = [
            {"ServiceName": one, "ServiceType": [{"ServiceType": "Interface"}]} for one in names
        ]
        for kind, listed in things.items():
            write_unit(database, Unit(account, REGION, kind), listed, snapshot=SNAPSHOT, source="aws")
    database.dispose()


def things_of(account: str, vpc: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is in a VPC, by kind."""
    own = {"VpcId": vpc, "OwnerId": account}
    dns = {"EnableDnsSupport": True, "EnableDnsHostnames": True, "Tags": []}
    yield "Vpcs", {**own, **dns, "CidrBlock": "10.0.0.0/16"}
    for number in range(4):
        subnet = f"subnet-{vpc[-12:]}{number:05x}"
        zone = {"AvailabilityZone": f"{REGION}{'abcd'[number]}", "AvailabilityZoneId": f"use1-az{number + 1}"}
        yield (
            "Subnets",
            {**own, **zone, "SubnetId": subnet, "CidrBlock": f"10.0.{number}.0/24", "AvailableIpAddressCount": 99},
        )
        route = {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"}
        association = {"Main": number == 0, "SubnetId": subnet}
        yield "RouteTables", {**own, "RouteTableId": f"rtb-{number}", "Associations": [association], "Routes": [route]}
        permission = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
        yield "SecurityGroups", {**own, "GroupId": f"sg-{vpc[-12:]}{number:05x}", "IpPermissions": [permission]}
    for number in range(PER_VPC):
        service = SERVICES[number % len(SERVICES)]
        yield (
            "VpcEndpoints",
            {
                **own,
                "VpcEndpointId": f"vpce-{vpc[-12:]}{number:05x}",
                "VpcEndpointType": "Interface",
                "ServiceName": f"com.amazonaws.{REGION}.{service}",
                "State": "available",
                "PrivateDnsEnabled": False,
                "SubnetIds": [f"subnet-{vpc[-12:]}00000"],
                "Groups": [{"GroupId": f"sg-{vpc[-12:]}00000"}],
                "Tags": [{"Key": "owner", "Value": "net"}],
            },
        )


def measure(ports: dict[str, int]) -> dict[str, list[float]]:
    """The p50 of each round in milliseconds, by what was asked; they are asked in turn, so that noise falls on all."""
    others = iter(random.Random(1).sample(vpcs(100_000)[100:], ROUNDS * CALLS))  # noqa: S311 - no secrets
    few = [vpc for _, vpc in vpcs(100)]
    with ExitStack() as stack:
        small, large = (
            stack.enter_context(closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)))
            for port in ports.values()
        )
        for _ in range(5):
            for vpc in few:
                ask(small, vpc)
                ask(large, vpc)
        found: dict[str, list[float]] = {"100": [], "100,000": [], "other VPCs": []}
        for _ in range(ROUNDS):
            times: dict[str, list[float]] = {name: [] for name in found}
            for number in range(CALLS):
                times["100"].append(ask(small, few[number % 2]))
                times["100,000"].append(ask(large, few[number % 2]))
                times["other VPCs"].append(ask(large, next(others)[1]))
            for name, each in times.items():
                found[name].append(statistics.median(each))
    return found


def ask(connection: http.client.HTTPConnection, vpc: str) -> float:
    """Milliseconds that the decision on an endpoint in a VPC takes."""
    request = {
        "VpcEndpointType": "Interface",
        "VpcId": vpc,
        "ServiceName": f"com.amazonaws.{REGION}.lambda",
        "SubnetIds": [f"subnet-{vpc[-12:]}00000", f"subnet-{vpc[-12:]}00001"],
        "SecurityGroupIds": [f"sg-{vpc[-12:]}00000"],
    }
    began = time.perf_counter()
    connection.request("POST", "/v1/decisions", json.dumps({"document": request}))
    answer = json.load(connection.getresponse())
    taken = (time.perf_counter() - began) * 1000
    (decision,) = answer["decisions"]
    assert decision["inventory"]["taken"], decision
    assert not any("/context/Subnets" in one["missing"] for one in decision["undetermined"]), decision
    return taken


if __name__ == "__main__":
    main()
