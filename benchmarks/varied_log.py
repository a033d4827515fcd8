"""Makes a decision log as an organisation would have it: through the real decide() into the real log.

Accounts with VPCs of their own, each with its subnets, tables, groups and a growing list of endpoints; changes of all
kinds and types, most of them planned several times before they are made, as pipelines do. Times pass.
"""

from __future__ import annotations

import asyncio
import json
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from vpce_guard.decision_log.terms import keep_bundle, keep_org
from vpce_guard.runtime.wiring import make_guard, open_log
from vpce_guard.settings import Settings

ROOT = Path(__file__).parents[1]
ORG_DATA = ROOT / "examples/org-data/landing-zone.yaml"
ACCOUNTS = ("111122223333", "444455556666", "999900001111", *(f"{n:012}" for n in range(200000000001, 200000000038)))
TEAMS = ("payments", "search", "data", "platform", "identity", "risk")
SERVICES = (
    *("sqs", "sns", "kms", "logs", "sts", "ssm", "ec2", "ecr.api", "ecr.dkr", "secretsmanager", "monitoring", "events"),
    *("lambda", "states", "glue", "athena", "kinesis-streams", "execute-api", "email-smtp", "elasticloadbalancing"),
)
ZONES = (("us-east-1a", "use1-az1"), ("us-east-1b", "use1-az2"), ("us-east-1c", "use1-az4"))
FIREWALL = "com.amazonaws.vpce.us-east-1.vpce-svc-0a000000000000001"
START = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass
class Network:
    """A VPC of an account and what is in it."""

    account: str
    vpc_id: str
    context: dict[str, Any]
    endpoints: list[dict[str, Any]] = field(default_factory=list)


def write(url: str, *, records: int, seed: int = 7) -> None:
    """Write so many decisions into the log at a URL, under the packaged bundle and org data of two layers."""
    asyncio.run(_write(url, records, random.Random(seed)))  # noqa: S311


async def _write(url: str, records: int, chance: random.Random) -> None:
    settings = Settings(database_url=url, org_data=(ORG_DATA,), timeout=60)
    writer = open_log(settings)
    assert writer is not None
    guard = replace(make_guard(settings), decision_log=writer)
    keep_bundle(writer.database, guard.bundle, keys=writer.keys)
    keep_org(writer.database, guard.org.current.revision, guard.org.current.document, keys=writer.keys)
    documents = islice(proposals(chance), records)
    while together := list(islice(documents, 50)):
        await guard.decide([guard.question(document, request_id=str(uuid.uuid4())) for document in together])
    await guard.engine.close()
    await writer.close()


def proposals(chance: random.Random) -> Iterator[dict[str, Any]]:
    """Proposals without end, at rising times; one that is planned again differs in nothing but its time."""
    networks = [_network(account, number, chance) for account in ACCOUNTS for number in range(3)]
    waiting: list[tuple[float, dict[str, Any]]] = []
    hours = 0.0
    while True:
        network = chance.choice(networks)
        change = _change(network, chance)
        plans = chance.choice((1, 1, 2, 3, 5))
        waiting += [(hours + chance.random() * 24, change) for _ in range(plans)]
        waiting.sort(key=lambda plan: plan[0])
        while waiting and (len(waiting) > 200):
            when, planned = waiting.pop(0)
            time = (START + timedelta(hours=when)).isoformat().replace("+00:00", "Z")
            yield {**planned, "context": {**planned["context"], "time": time}}
        hours += 0.05


def _network(account: str, number: int, chance: random.Random) -> Network:
    tail = f"{int(account) % 10**6:06x}{number}"
    vpc_id, block = f"vpc-{tail:0>8}", f"10.{chance.randrange(250)}"
    subnets = [
        {
            "SubnetId": f"subnet-{zone}{tier}{tail}",
            "VpcId": vpc_id,
            "AvailabilityZone": ZONES[zone][0],
            "AvailabilityZoneId": ZONES[zone][1],
            "CidrBlock": f"{block}.{zone * 16 + tier}.0/24",
            "AvailableIpAddressCount": chance.choice((0, 12, 200, 240)),
            "OwnerId": account,
            "Ipv6Native": False,
            "Ipv6CidrBlockAssociationSet": [],
        }
        for zone in range(3)
        for tier in range(2)
    ]
    local = {"DestinationCidrBlock": f"{block}.0.0/16", "GatewayId": "local", "State": "active"}
    tables = [
        {
            "RouteTableId": f"rtb-{at}{tail}",
            "VpcId": vpc_id,
            "Associations": [{"Main": at == 0, **({"SubnetId": subnets[at]["SubnetId"]} if at else {})}],
            "Routes": [local],
        }
        for at in range(4)
    ]
    groups = [
        {
            "GroupId": f"sg-{at}{tail}",
            "GroupName": name,
            "VpcId": vpc_id,
            "IpPermissions": [
                {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": f"{block}.0.0/16"}]}
                for port in ports
            ],
        }
        for at, (name, ports) in enumerate((("endpoints", (443,)), ("web", (80, 443)), ("closed", ())))
    ]
    vpc = {
        "VpcId": vpc_id,
        "CidrBlock": f"{block}.0.0/16",
        "OwnerId": account,
        "CidrBlockAssociationSet": [{"CidrBlock": f"{block}.0.0/16", "CidrBlockState": {"State": "associated"}}],
        "EnableDnsSupport": True,
        "EnableDnsHostnames": chance.random() < 0.9,
        "Tags": [{"Key": "Environment", "Value": chance.choice(("prod", "test", "dev"))}],
    }
    context = {
        "Region": "us-east-1",
        "AccountId": account,
        "Partition": "aws",
        "principal": f"arn:aws:iam::{account}:role/deployer",
        "Vpc": vpc,
        "Subnets": subnets,
        "RouteTables": tables,
        "SecurityGroups": groups,
        "ManagedPrefixLists": [{"PrefixListId": "pl-63a5400a", "PrefixListName": "com.amazonaws.us-east-1.s3"}],
    }
    return Network(account, vpc_id, context)


def _change(network: Network, chance: random.Random) -> dict[str, Any]:
    kind = chance.choices(("Interface", "Gateway", "GatewayLoadBalancer"), (72, 22, 6))[0]
    operation = chance.choices(("create", "modify", "delete"), (78, 16, 6))[0]
    request, service = _request(kind, network, chance)
    change: dict[str, Any] = {
        "operation": "create",
        "request": request,
        "context": {**network.context, "VpcEndpoints": list(network.endpoints), "ServiceDetails": [service]},
        "labels": {"team": chance.choice(TEAMS), "pipeline": f"p-{chance.randrange(60)}"},
    }
    if operation != "create" and network.endpoints:
        current = chance.choice(network.endpoints)
        added = chance.choice(network.context["Subnets"])["SubnetId"]
        change |= {"operation": operation, "current": current}
        change["request"] = {"VpcEndpointId": current["VpcEndpointId"]}
        if operation == "modify":
            change["request"] |= chance.choice(({"AddSubnetIds": [added]}, {"PrivateDnsEnabled": True}))
    elif len(network.endpoints) < 12 and chance.random() < 0.3:
        endpoint_id = f"vpce-{chance.randrange(16**8):08x}"
        made = {name: value for name, value in request.items() if name != "TagSpecifications"}
        made |= {"VpcEndpointId": endpoint_id, "State": "available", "OwnerId": network.account}
        network.endpoints.append(made)
    return json.loads(json.dumps(change))  # a copy of its own, as a request would be


def _request(kind: str, network: Network, chance: random.Random) -> tuple[dict[str, Any], dict[str, Any]]:
    subnets = [subnet["SubnetId"] for subnet in network.context["Subnets"]]
    request: dict[str, Any] = {"VpcEndpointType": kind, "VpcId": network.vpc_id}
    if chance.random() < 0.6:
        tags = [{"Key": "Owner", "Value": chance.choice(TEAMS)}]
        request["TagSpecifications"] = [{"ResourceType": "vpc-endpoint", "Tags": tags}]
    if kind == "Gateway":
        request["ServiceName"] = f"com.amazonaws.us-east-1.{chance.choice(('s3', 'dynamodb', 's3', 'kms'))}"
        tables = [table["RouteTableId"] for table in network.context["RouteTables"]]
        request["RouteTableIds"] = chance.sample(tables, chance.randint(1, len(tables)))
    elif kind == "Interface":
        request["ServiceName"] = f"com.amazonaws.us-east-1.{chance.choice(SERVICES)}"
        request["SubnetIds"] = chance.sample(subnets, chance.randint(1, 3))
        request["SecurityGroupIds"] = [chance.choice(network.context["SecurityGroups"])["GroupId"]]
        request["PrivateDnsEnabled"] = chance.random() < 0.7
    else:
        request |= {"ServiceName": FIREWALL, "SubnetIds": chance.sample(subnets, chance.choice((1, 1, 1, 2)))}
    if kind != "GatewayLoadBalancer" and chance.random() < 0.5:
        request["PolicyDocument"] = _policy(network.account, chance)
    name = request["ServiceName"].rpartition(".")[2]
    return request, {
        "ServiceName": request["ServiceName"],
        "ServiceType": [{"ServiceType": "Interface" if name == "kms" else kind}],
        "Owner": "777788889999" if kind == "GatewayLoadBalancer" else "amazon",
        "VpcEndpointPolicySupported": kind != "GatewayLoadBalancer",
        "AcceptanceRequired": kind == "GatewayLoadBalancer",
        "PrivateDnsName": f"{name}.us-east-1.amazonaws.com",
        "SupportedIpAddressTypes": ["ipv4"],
        "AvailabilityZones": [zone for zone, _ in ZONES],
    }


def _policy(account: str, chance: random.Random) -> dict[str, Any]:
    principal = chance.choice(("*", {"AWS": f"arn:aws:iam::{account}:root"}, {"AWS": "arn:aws:iam::123456789012:root"}))
    statement: dict[str, Any] = {"Effect": "Allow", "Principal": principal, "Action": "*", "Resource": "*"}
    if chance.random() < 0.4:
        statement["Condition"] = {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
    return {"Version": "2012-10-17", "Statement": [statement]}
