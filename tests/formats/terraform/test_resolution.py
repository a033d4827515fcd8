"""Nested blocks that `dynamic` makes, of which a plan's configuration is silent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vpce_guard.formats import read
from vpce_guard.formats.document import Extras
from vpce_guard.formats.terraform.hcl import Configuration
from vpce_guard.model import Json, Proposal

AZS = ("us-east-1a", "us-east-1b")


def created(kind: str, name: str, after: Json, unknown: Json, index: int | None = None) -> Json:
    address = f"{kind}.{name}" + ("" if index is None else f"[{index}]")
    body = {"actions": ["create"], "before": None, "after": after, "after_unknown": {"id": True, **unknown}}
    entry = {"address": address, "mode": "managed", "type": kind, "name": name, "change": body}
    return entry if index is None else {**entry, "index": index}


def proposal(directory: Path, blocks: str, after: list[Json] | None, marks: Any) -> Proposal:
    """The endpoint whose source has these nested blocks, planned so."""
    (directory / "main.tf").write_text(f'resource "aws_vpc_endpoint" "e" {{\n{blocks}\n}}\n')
    values: Json = {"vpc_endpoint_type": "Interface", "service_name": "com.amazonaws.us-east-1.sqs", "vpc_id": "vpc-1"}
    if after is not None:
        values["subnet_configuration"] = after
    written = {"mode": "managed", "type": "aws_vpc_endpoint", "name": "e", "expressions": {}}
    plan = {
        "format_version": "1.2",
        "resource_changes": [
            *(created("aws_subnet", "p", {"availability_zone": zone}, {}, i) for i, zone in enumerate(AZS)),
            created("aws_vpc_endpoint", "e", values, {"subnet_configuration": marks}),
        ],
        "configuration": {"root_module": {"resources": [written]}},
    }
    (found,) = read(plan, given=Extras(configuration=Configuration(directory)))
    return found


@pytest.mark.parametrize(
    "blocks",
    [
        'subnet_configuration {\n ipv4 = "10.0.0.9"\n subnet_id = aws_subnet.p[1].id\n}\n'
        'subnet_configuration {\n ipv4 = "10.0.1.9"\n subnet_id = aws_subnet.p[0].id\n}',
        'dynamic "subnet_configuration" {\n for_each = { 1 = "10.0.0.9", 0 = "10.0.1.9" }\n content {\n'
        " ipv4 = subnet_configuration.value\n subnet_id = aws_subnet.p[subnet_configuration.key].id\n}\n}",
        'dynamic "subnet_configuration" {\n for_each = ["10.0.1.9", "10.0.0.9"]\n iterator = each_one\n content {\n'
        " ipv4 = each_one.value\n subnet_id = aws_subnet.p[each_one.key].id\n}\n}",
    ],
    ids=["literal", "dynamic over a map", "dynamic with an iterator"],
)
def test_a_block_has_the_subnet_that_its_address_belongs_to(tmp_path: Path, blocks: str) -> None:
    planned = [{"ipv4": "10.0.0.9", "ipv6": ""}, {"ipv4": "10.0.1.9", "ipv6": ""}]
    found = proposal(tmp_path, blocks, planned, [{"subnet_id": True}, {"subnet_id": True}])
    assert found.request["SubnetConfigurations"] == [
        {"SubnetId": "aws_subnet.p[1]", "Ipv4": "10.0.0.9"},
        {"SubnetId": "aws_subnet.p[0]", "Ipv4": "10.0.1.9"},
    ]
    assert found.unknown == ()


def test_blocks_that_nothing_tells_apart_have_their_subnets_in_any_order(tmp_path: Path) -> None:
    blocks = "\n".join(f"subnet_configuration {{\n subnet_id = aws_subnet.p[{i}].id\n}}" for i in (0, 1))
    found = proposal(tmp_path, blocks, [{}, {}], [{"subnet_id": True}] * 2)
    assert {one["SubnetId"] for one in found.request["SubnetConfigurations"]} == {"aws_subnet.p[0]", "aws_subnet.p[1]"}
    assert found.unknown == ()


def test_dynamic_blocks_over_nothing_are_left_out(tmp_path: Path) -> None:
    blocks = 'dynamic "subnet_configuration" {\n for_each = []\n content {\n ipv4 = "10.0.0.9"\n}\n}'
    assert proposal(tmp_path, blocks, None, True).unknown == ()


def test_dynamic_blocks_over_what_is_not_known_are_unknown(tmp_path: Path) -> None:
    blocks = (
        'dynamic "subnet_configuration" {\n for_each = aws_subnet.p[0].arn == "" ? [] : ["10.0.0.9"]\n'
        " content {\n ipv4 = subnet_configuration.value\n}\n}"
    )
    assert proposal(tmp_path, blocks, None, True).unknown == ("/request/SubnetConfigurations",)
