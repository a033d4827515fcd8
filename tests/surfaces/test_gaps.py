"""What is not known, each thing once, and the commands that fetch it."""

from __future__ import annotations

import re
import shlex
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.surfaces.reports.test_reports import decision
from vpce_guard.formats.document import Draft
from vpce_guard.model import Decision, Undetermined
from vpce_guard.surfaces.gaps import ROWS, Gap, find_gaps

VPC, OTHER = "vpc-0a000000000000001", "vpc-0a000000000000002"


def unsure(number: int, *missing: str, rule: str = "VPCE-IFACE-002", reason: str = "not known") -> Decision:
    return decision(decision_id=str(number), undetermined=(Undetermined(rule_id=rule, reason=reason, missing=missing),))


def draft(region: str | None = "us-east-1", **request: Any) -> Draft:
    return Draft(operation="create", request=request, context={"Region": region} if region else {})


def gap(decisions: list[Decision], **drafts: Draft) -> Gap:
    (found,) = find_gaps(decisions, {name[1:]: one for name, one in drafts.items()})
    return found


def commands(found: Gap) -> list[str]:
    return [f"{fetch.command} > {fetch.file}" for fetch in found.fetches]


def test_one_command_fetches_a_thing_for_all_endpoints() -> None:
    found = gap(
        [unsure(1, "/context/Subnets"), unsure(2, "/context/Subnets", rule="VPCE-IFACE-004")],
        _1=draft(SubnetIds=["subnet-0a1b2c3d", "subnet-0b1b2c3d"]),
        _2=draft(SubnetIds=["subnet-0b1b2c3d", "subnet-0c1b2c3d", "aws_subnet.new", None]),
    )
    assert commands(found) == [
        "aws ec2 describe-subnets --subnet-ids subnet-0a1b2c3d subnet-0b1b2c3d subnet-0c1b2c3d --region us-east-1"
        " > subnets.json"
    ]
    assert found.rules == ("VPCE-IFACE-002", "VPCE-IFACE-004")
    assert found.endpoints == ("1", "2")


def test_each_region_is_asked_by_itself() -> None:
    found = find_gaps(
        [unsure(1, "/context/RouteTables"), unsure(2, "/context/RouteTables")],
        {"1": draft(VpcId=VPC), "2": draft("eu-west-1", VpcId=OTHER)},
    )
    assert [command for one in found for command in commands(one)] == [
        f"aws ec2 describe-route-tables --filters Name=vpc-id,Values={VPC} --region us-east-1 > route-tables.json",
        f"aws ec2 describe-route-tables --filters Name=vpc-id,Values={OTHER} --region eu-west-1 > route-tables-2.json",
    ]


def test_what_takes_one_id_is_asked_once_for_each() -> None:
    found = gap(
        [unsure(1, "/context/PrivateHostedZones"), unsure(2, "/context/PrivateHostedZones")],
        _1=draft(None, VpcId=VPC),
        _2=draft(None, VpcId=OTHER),
    )
    assert [fetch.file for fetch in found.fetches] == ["hosted-zones.json", "hosted-zones-2.json"]
    assert shlex.split(found.fetches[0].command)[3:] == [
        *("--vpc-id", VPC, "--query"),
        f"{{PrivateHostedZones: HostedZoneSummaries[].{{Name: Name, Owner: Owner, VPCs: [{{VPCId: '{VPC}'}}]}}}}",
        *("--vpc-region", "$AWS_REGION"),
    ]


def test_endpoints_of_a_vpc_that_has_no_id_yet_are_looked_for_everywhere() -> None:
    found = gap(
        [unsure(1, "/context/VpcEndpoints"), unsure(2, "/current/PolicyDocument")],
        _1=draft(VpcId=VPC),
        _2=draft(VpcId="aws_vpc.new"),
    )
    assert commands(found) == ["aws ec2 describe-vpc-endpoints --region us-east-1 > endpoints.json"]


def test_for_a_gateway_endpoint_those_of_the_whole_region_are_looked_for_as_they_share_a_quota() -> None:
    found = gap([unsure(1, "/context/VpcEndpoints")], _1=draft(VpcId=VPC, VpcEndpointType="Gateway"))
    assert commands(found) == ["aws ec2 describe-vpc-endpoints --region us-east-1 > endpoints.json"]


def test_without_an_id_there_is_advice_and_no_command() -> None:
    found = gap([unsure(1, "/context/Subnets")], _1=draft(SubnetIds=["aws_subnet.new"]))
    assert found.fetches == ()
    assert "not known yet" in found.advice


@pytest.mark.parametrize("name", ["com.amazonaws.us-east-1.sqs; rm -rf /", "$(id)", "`id`", "a b", "-x\n"])
def test_a_name_that_is_none_gets_into_no_command(name: str) -> None:
    found = gap([unsure(1, "/context/ServiceDetails")], _1=draft("us-east-1; id", ServiceName=name))
    assert commands(found) == ["aws ec2 describe-vpc-endpoint-services > services.json"]


def test_what_is_sensitive_gets_into_no_command() -> None:
    one = Draft(operation="create", request={"SubnetIds": ["subnet-0a1b2c3d"]}, sensitive=("subnet-0a1b2c3d",))
    assert gap([unsure(1, "/context/Subnets")], _1=one).fetches == ()


def test_what_is_fetched_comes_first_and_what_most_rules_wait_for() -> None:
    found = find_gaps(
        [
            unsure(1, "/request/PolicyDocument", "/context/VpcEndpoints"),
            unsure(2, "/context/ManagedPrefixLists", "/context/VpcEndpoints", rule="VPCE-GW-021"),
        ],
        {},
    )
    assert [one.what for one in found] == ["endpoints of the VPC", "prefix lists", "values of the request"]


def test_what_names_no_pointer_or_an_odd_one_is_told_all_the_same() -> None:
    found = gap([unsure(1), unsure(2, "/endpoint/State", rule="ACME-NET-001")])
    assert (found.what, found.pointers) == ("something else", ("/endpoint/State",))
    assert found.rules == ("ACME-NET-001", "VPCE-IFACE-002")


def test_a_reason_is_told_where_all_rules_say_the_same() -> None:
    same = [unsure(1, "/context/Subnets", reason="r"), unsure(2, "/context/Subnets", reason="r")]
    assert gap(same).reason == "r"
    assert gap([*same, unsure(3, "/context/Subnets", reason="s")]).reason is None


@cache
def pointers_of_rules(root: Path) -> set[str]:
    """Pointers that rules may give as missing: all that stand in their source and in their examples, up to an index."""
    pointer = r"/(?:context|current|intent|org|request)\b(?:/[A-Za-z]+)*"
    found: set[str] = set()
    for path in (root / "rego/vpce").rglob("*"):
        if path.name == "examples.yaml":
            found.update(re.findall(rf"(?:- |\[|, )[\"']?({pointer})", path.read_text()))
        elif path.suffix == ".rego" and not path.name.endswith("_test.rego"):
            found.update(re.findall(f'"({pointer})', path.read_text()))
    return found


def test_every_pointer_of_a_rule_has_a_row(root: Path) -> None:
    """A row of its own, or one that stands for the part of the proposal as a whole, as `/request` does."""
    pointers = pointers_of_rules(root)
    assert {"/context/Subnets", "/current/PolicyDocument", "/request/SubnetIds", "/org/cost/prices"} <= pointers
    members = {"/".join(pointer.split("/")[:3]) for pointer in pointers if pointer.startswith("/context/")}
    assert members - {"/context/time"} <= ROWS.keys()  # the clock tells the time
    assert {"/" + pointer.split("/")[1] for pointer in pointers} <= ROWS.keys()


def test_no_row_is_for_nothing(root: Path) -> None:
    pointers = pointers_of_rules(root)
    assert {row for row in ROWS if row.startswith("/context/")} <= pointers


def test_files_of_rows_are_their_own() -> None:
    files = [row.file for row in set(ROWS.values()) if row.file]
    assert len(files) == len(set(files))


@pytest.mark.parametrize(
    ("pointer", "advice"),
    [
        (
            "/request/SubnetIds",
            "Known later, or with more given: what it refers to and its associations in the same file.",
        ),
        ("/context/SecurityGroups", "Give the object in the same file, or a --context file with it."),
        ("/context/Vpc/EnableDnsSupport", "Give the object in the same file, or a --context file with it."),
        ("/context/PrivateHostedZones", "Give a --context file with it."),
        ("/context/Region", 'Give a --context file with it: {"Region": "us-east-1"}.'),
    ],
)
def test_advice_for_manifests_is_what_helps_with_manifests(pointer: str, advice: str) -> None:
    of_cluster = Draft(operation="create", context={"Kubernetes": {}})
    assert gap([unsure(1, pointer)], _1=of_cluster).advice == advice
