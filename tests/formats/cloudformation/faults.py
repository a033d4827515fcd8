"""Templates as people write them, without a Region given, and single faults put into them: how many are found.

`make faults` prints the table. Every template is one choice of each of the ways in which templates differ; a template
without a fault must not be denied.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from itertools import product

import click

from vpce_guard.decisions.question import Question
from vpce_guard.formats import read
from vpce_guard.model import Decision, Json
from vpce_guard.runtime.wiring import make_guard
from vpce_guard.settings import load_settings

REGION = {"Ref": "AWS::Region"}
NAMES: dict[str, Callable[[str], Json]] = {
    "sub": lambda service: {"Fn::Sub": f"com.amazonaws.${{AWS::Region}}.{service}"},
    "join": lambda service: {"Fn::Join": [".", ["com.amazonaws", REGION, service]]},
}
ZONES: dict[str, Callable[[int], Json | None]] = {
    "all zones": lambda i: {"Fn::Select": [i, {"Fn::GetAZs": ""}]},
    "zones of the Region": lambda i: {"Fn::Select": [str(i), {"Fn::GetAZs": REGION}]},
    "parameters": lambda i: {"Ref": f"Zone{i}"},
    "map": lambda i: {"Fn::FindInMap": ["Zones", REGION, f"zone{i}"]},
    "suffix": lambda i: {"Fn::Sub": "${AWS::Region}" + "ab"[i]},
}
CLIENTS: dict[str, Json] = {
    "range": {"CidrIp": "10.0.0.0/16"},
    "range of the VPC": {"CidrIp": {"Fn::GetAtt": ["Vpc", "CidrBlock"]}},
    "parameter": {"CidrIp": {"Ref": "Clients"}},
    "group": {"SourceSecurityGroupId": {"Ref": "ClientGroup"}},
}
_AT_ONCE = 50  # documents, which the engine judges well within its time
VPCS = ("own", "parameter", "either")
TABLES: dict[str, Json | list[Json]] = {
    "own": [{"Ref": "Table0"}, {"Ref": "Table1"}],
    "parameters": [{"Ref": "TableId0"}, {"Ref": "TableId1"}],
    "list with a pattern": {"Ref": "SomeTables"},
    "import": {"Fn::Split": [",", {"Fn::ImportValue": "route-tables"}]},
    "list where there are tables": {"Ref": "Tables"},
    "list that may be empty": {"Ref": "Tables"},
}


def templates() -> Iterator[tuple[str, Json]]:
    """Name and template of each way of writing one that fits together."""
    for vpc, name, zone, clients, tables in product(VPCS, NAMES, ZONES, CLIENTS, TABLES):
        if vpc == "own" or clients != "range of the VPC":
            yield ", ".join((vpc, name, zone, clients, tables)), _template(vpc, name, zone, clients, tables)


def _template(vpc: str, name: str, zone: str, clients: str, tables: str) -> Json:
    vpc_id: Json = {"Ref": "Vpc"} if vpc == "own" else {"Ref": "VpcId"}
    if vpc == "either":
        vpc_id = {"Fn::If": ["MakeVpc", {"Ref": "Vpc"}, {"Ref": "VpcId"}]}
    attributes = {"CidrBlock": "10.0.0.0/16", "EnableDnsSupport": True, "EnableDnsHostnames": True}
    made: Json = {"Type": "AWS::EC2::VPC", "Properties": attributes}
    resources: Json = (
        {} if vpc == "parameter" else {"Vpc": {**made, **({"Condition": "MakeVpc"} if vpc == "either" else {})}}
    )
    for i in range(2):
        subnet = {"VpcId": vpc_id, "CidrBlock": f"10.0.{i}.0/24", "AvailabilityZone": ZONES[zone](i)}
        resources[f"Subnet{i}"] = {"Type": "AWS::EC2::Subnet", "Properties": subnet}
        if tables == "own":
            resources[f"Table{i}"] = {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": vpc_id}}
    rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, **CLIENTS[clients]}
    group = {"VpcId": vpc_id, "GroupDescription": "clients", "SecurityGroupIngress": [rule]}
    resources["Group"] = {"Type": "AWS::EC2::SecurityGroup", "Properties": group}
    if clients == "group":
        other = {"VpcId": vpc_id, "GroupDescription": "x"}
        resources["ClientGroup"] = {"Type": "AWS::EC2::SecurityGroup", "Properties": other}
    resources["Interface"] = _endpoint(
        VpcId=vpc_id,
        VpcEndpointType="Interface",
        ServiceName=NAMES[name]("sqs"),
        SubnetIds=[{"Ref": "Subnet0"}, {"Ref": "Subnet1"}],
        SecurityGroupIds=[{"Ref": "Group"}],
        PrivateDnsEnabled=True,
    )
    resources["Gateway"] = _endpoint(VpcId=vpc_id, ServiceName=NAMES[name]("s3"), RouteTableIds=TABLES[tables])
    if tables == "list where there are tables":
        resources["Gateway"]["Condition"] = "HasTables"
    used = json.dumps(resources)
    declared = {n: body for n, body in _PARAMETERS.items() if f'"Ref": "{n}"' in used and n not in resources}
    zones = {f"zone{i}": f"us-east-1{'ab'[i]}" for i in range(2)}
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Parameters": {**declared, "VpcId": {"Type": "String"}},
        "Mappings": {
            "Zones": {"us-east-1": zones, "eu-west-1": {n: z.replace("us-east", "eu-west") for n, z in zones.items()}}
        },
        "Conditions": {
            "MakeVpc": {"Fn::Equals": [{"Ref": "VpcId"}, ""]},
            **({"HasTables": _HAS_TABLES} if "Tables" in declared else {}),
        },
        "Resources": resources,
    }


_PARAMETERS: Json = {
    **{f"Zone{i}": {"Type": "AWS::EC2::AvailabilityZone::Name"} for i in range(2)},
    **{f"TableId{i}": {"Type": "String"} for i in range(2)},
    "Tables": {"Type": "CommaDelimitedList"},
    "SomeTables": {"Type": "CommaDelimitedList", "AllowedPattern": "rtb-[0-9a-f]+"},
    "Clients": {"Type": "String"},
}


_HAS_TABLES: Json = {"Fn::Not": [{"Fn::Equals": [{"Fn::Join": ["", {"Ref": "Tables"}]}, ""]}]}


def _endpoint(**properties: object) -> Json:
    return {"Type": "AWS::EC2::VPCEndpoint", "Properties": properties}


def _twice(name: str) -> Callable[[Json], None]:
    def put(resources: Json) -> None:
        resources["Again"] = deepcopy(resources[name])

    return put


def _gateway_for_sqs(resources: Json) -> None:
    resources["Gateway"]["Properties"]["ServiceName"] = resources["Interface"]["Properties"]["ServiceName"]


def _wrong_port(resources: Json) -> None:
    resources["Group"]["Properties"]["SecurityGroupIngress"][0] |= {"FromPort": 80, "ToPort": 80}


def _one_zone(resources: Json) -> None:
    first, second = (resources[f"Subnet{i}"]["Properties"] for i in range(2))
    second["AvailabilityZone"] = first["AvailabilityZone"]


FAULTS: dict[str, tuple[Callable[[Json], None], str]] = {
    "interface endpoint twice with private DNS": (_twice("Interface"), "VPCE-IFACE-017"),
    "gateway endpoint twice": (_twice("Gateway"), "VPCE-GW-004"),
    "gateway endpoint for SQS": (_gateway_for_sqs, "VPCE-COMMON-005"),
    "wrong port": (_wrong_port, "VPCE-IFACE-012"),
    "second subnet of one zone": (_one_zone, "VPCE-IFACE-002"),
}


def judge(documents: list[Json]) -> list[list[Decision]]:
    """The decisions on each of some templates, made as the command line makes them."""
    guard = make_guard(load_settings(flags={"timeout": 60}))  # as many as these are no request
    questions = [
        Question(proposals=read(d), request_id=str(n), strict=False, record=False) for n, d in enumerate(documents)
    ]

    async def decide() -> list[list[Decision]]:
        try:
            return [
                decisions
                for start in range(0, len(questions), _AT_ONCE)
                for decisions in await guard.decide(questions[start : start + _AT_ONCE])
            ]
        finally:
            await guard.engine.close()

    return asyncio.run(decide())


def has(decisions: list[Decision], rule_id: str) -> bool:
    return any(v.rule_id == rule_id for d in decisions for v in d.violations)


def can_be_told(fault: str, template: Json) -> bool:
    """Whether a fault is one whatever the parameters are: a list of route tables that may be empty may be no fault."""
    gateway = template["Resources"]["Gateway"]
    may_be_empty = gateway["Properties"]["RouteTableIds"] == {"Ref": "Tables"} and "Condition" not in gateway
    return fault != "gateway endpoint twice" or not may_be_empty


def main() -> int:
    """Print how many of each fault are found; 1 where a sound template is denied or a fault is missed too often."""
    named = dict(templates())
    sound = judge(list(named.values()))
    wrong = [name for name, found in zip(named, sound, strict=True) if not all(d.allowed for d in found)]
    click.echo(f"{len(named)} templates without a fault, {len(wrong)} denied")
    for name in wrong[:5]:
        click.echo(f"  denied: {name}")
    worst = 1.0
    for fault, (put, rule_id) in FAULTS.items():
        broken = {name: deepcopy(template) for name, template in named.items() if can_be_told(fault, template)}
        for template in broken.values():
            put(template["Resources"])
        hits = [has(found, rule_id) for found in judge(list(broken.values()))]
        click.echo(f"{fault:<45} {sum(hits):>4} of {len(hits)}")
        for name in [name for name, hit in zip(broken, hits, strict=True) if not hit][:3]:
            click.echo(f"  missed: {name}")
        worst = min(worst, sum(hits) / len(hits))
    return 1 if wrong or worst < 0.97 else 0


if __name__ == "__main__":
    sys.exit(main())
