"""Values of which each way they may turn out is known: every way is read, and a rule denies where all of them fail."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.support.terraform import ENDPOINT, resource, written
from vpce_guard.decisions.question import Question
from vpce_guard.formats import proposal as own_format
from vpce_guard.formats import proposals, read, read_drafts
from vpce_guard.formats.document import MOST_POSSIBILITIES, Extras
from vpce_guard.formats.terraform.hcl import Configuration
from vpce_guard.formats.terraform.possibilities import Choices, explore
from vpce_guard.model import Decision, Json
from vpce_guard.runtime.guard import Guard

LATE = resource("terraform_data.late", "terraform_data", {}, unknown={"output": True})
ZONES = ["a", "b", "a"]
DOCUMENT = written(
    {"resources": []},
    LATE,
    resource("aws_vpc.v", "aws_vpc", {"cidr_block": "10.0.0.0/16"}),
    resource("aws_vpc.w", "aws_vpc", {"cidr_block": "10.1.0.0/16"}),
    *(
        resource(
            f"aws_subnet.{name}[{at}]",
            "aws_subnet",
            {"availability_zone": f"us-east-1{zone}"},
            unknown={"vpc_id": True},
            index=at,
        )
        for name in ("p", "foreign")
        for at, zone in enumerate(ZONES)
    ),
    resource("aws_vpc_endpoint.e", "aws_vpc_endpoint", ENDPOINT, unknown={"subnet_ids": True, "vpc_id": True}),
)
SOURCE = """
locals {
  late   = terraform_data.late.output
  tiers  = { a = [aws_subnet.p[0].id, aws_subnet.p[1].id], b = [aws_subnet.p[2].id, aws_subnet.p[1].id] }
  doubly = { a = aws_subnet.p[*].id, b = reverse(aws_subnet.p[*].id) }
}
resource "aws_subnet" "p" { vpc_id = aws_vpc.v.id }
resource "aws_subnet" "foreign" { vpc_id = aws_vpc.w.id }
resource "aws_vpc_endpoint" "e" {
  vpc_id     = VPC
  subnet_ids = SUBNETS
}
"""
P = [f"aws_subnet.p[{at}]" for at in range(3)]


def given(folder: Path, subnets: str, vpc: str = "aws_vpc.v.id") -> Extras:
    (folder / "main.tf").write_text(SOURCE.replace("VPC", vpc).replace("SUBNETS", subnets))
    return Extras(configuration=Configuration(folder))


def ways(folder: Path, subnets: str, vpc: str = "aws_vpc.v.id") -> list[Json]:
    (draft,) = read_drafts(DOCUMENT, given=given(folder, subnets, vpc)).drafts
    return [{m: way.request.get(m) for m in ("VpcId", "SubnetIds")} for way in draft.possibilities]


@pytest.mark.parametrize(
    ("expression", "lists"),
    [
        ("local.late ? [aws_subnet.p[0].id] : [aws_subnet.p[1].id]", [[P[0]], [P[1]]]),
        ("local.late ? [] : [aws_subnet.p[1].id]", [None, [P[1]]]),
        ("[element(aws_subnet.p[*].id, local.late)]", [[P[0]], [P[1]], [P[2]]]),
        ("local.tiers[local.late]", [[P[0], P[1]], [P[2], P[1]]]),
        ('lookup(local.tiers, local.late, [aws_subnet.p[0].id])', [[P[0], P[1]], [P[2], P[1]], [P[0]]]),
        ('try(local.tiers[local.late], [aws_subnet.p[0].id])', [[P[0], P[1]], [P[2], P[1]], [P[0]]]),
        ("slice(sort(aws_subnet.p[*].id), 0, 2)", [[P[0], P[1]], [P[0], P[2]], [P[1], P[2]]]),
        ("[sort(aws_subnet.p[*].id)[0]]", [[P[0]], [P[1]], [P[2]]]),
        (
            "concat(local.late ? [aws_subnet.p[0].id] : [], local.late ? [aws_subnet.p[1].id] : [])",
            [[P[0], P[1]], None],
        ),
    ],
)  # fmt: skip
def test_each_way_a_list_may_turn_out_is_read(tmp_path: Path, expression: str, lists: list[Json | None]) -> None:
    assert [way["SubnetIds"] for way in ways(tmp_path, expression)] == lists


def test_what_is_about_the_same_thing_turns_out_alike(tmp_path: Path) -> None:
    found = ways(
        tmp_path,
        "local.late ? aws_subnet.p[*].id : aws_subnet.foreign[*].id",
        "local.late ? aws_vpc.v.id : aws_vpc.w.id",
    )  # fmt: skip
    assert [(way["VpcId"], way["SubnetIds"][0]) for way in found] == [
        ("aws_vpc.v", "aws_subnet.p[0]"),
        ("aws_vpc.w", "aws_subnet.foreign[0]"),
    ]


def test_ways_that_come_to_the_same_are_no_possibilities(tmp_path: Path) -> None:
    (found,) = read(
        DOCUMENT, given=given(tmp_path, "tolist(local.late ? aws_subnet.p[*].id : [for s in aws_subnet.p : s.id])")
    )
    assert (found.request["SubnetIds"], found.unknown, found.possibilities) == (P, (), ())


def test_there_is_a_bound_to_the_ways() -> None:
    def run(choices: Choices) -> list[int | None]:
        return [choices.choose(3, None) for _ in range(4)]

    found = explore(run)
    assert len(found) == 9
    assert len(found) <= MOST_POSSIBILITIES
    assert found[0] == [0, 0, None, None]


def test_another_vpce_guard_reads_the_same_possibilities(tmp_path: Path) -> None:
    document = read_drafts(DOCUMENT, given=given(tmp_path, "local.late ? [aws_subnet.p[0].id] : []"))
    (here,), (there,) = proposals([document], at="2026-01-01T00:00:00Z"), read(
        own_format.write(document), at="2026-01-01T00:00:00Z"
    )  # fmt: skip
    assert len(here.possibilities) == 2
    assert there.possibilities == here.possibilities


def decision(guard: Guard, folder: Path, subnets: str) -> Decision:
    asked = Question(proposals=read(DOCUMENT, given=given(folder, subnets)), request_id="r")
    ((found,),) = asyncio.run(guard.decide([asked]))
    return found


def about(found: Decision, rule_id: str) -> tuple[list[str], list[str]]:
    """Where a rule is violated, and what it misses."""
    paths = [violation.path for violation in found.violations if violation.rule_id == rule_id]
    return paths, [pointer for one in found.undetermined if one.rule_id == rule_id for pointer in one.missing]


@pytest.mark.parametrize(
    ("expression", "rule_id", "paths", "missing"),
    [
        ("local.doubly[local.late]", "VPCE-IFACE-002", ["/request/SubnetIds"], []),
        ("local.tiers[local.late]", "VPCE-IFACE-002", [], []),
        ("local.late ? aws_subnet.p[*].id : [aws_subnet.p[0].id]", "VPCE-IFACE-002", [], ["/request/SubnetIds"]),
        ("[element(aws_subnet.foreign[*].id, local.late)]", "VPCE-IFACE-004", ["/request/SubnetIds/0"], []),
        (
            "[local.late ? aws_subnet.p[0].id : aws_subnet.foreign[0].id]",
            "VPCE-IFACE-004",
            [],
            ["/request/SubnetIds/0"],
        ),
    ],
)
def test_a_rule_denies_where_every_way_fails(
    guard: Guard, tmp_path: Path, expression: str, rule_id: str, paths: list[str], missing: list[str]
) -> None:
    found = decision(guard, tmp_path, expression)
    assert about(found, rule_id) == (paths, missing)
