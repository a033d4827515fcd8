"""Nested blocks that `dynamic` makes, of which a plan's configuration is silent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.planned import SERVICE, VPC, block, change, endpoint, plan
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


OLD = {"id": "vpce-0a", "vpc_id": VPC, "service_name": SERVICE, "vpc_endpoint_type": "Interface"}


def test_a_null_of_the_source_leaves_an_endpoint_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("""
resource "aws_vpc_endpoint" "this" {
  subnet_ids = try(local.none, null)
  policy     = "{}"
}
""")
    before = {**OLD, "subnet_ids": ["subnet-0a"], "policy": ""}
    after = {**OLD, "policy": "{}"}
    entry = change("aws_vpc_endpoint", "this", ["update"], before=before, after=after, unknown={"subnet_ids": True})
    referring = [block("aws_vpc_endpoint", "this", subnet_ids={"references": ["local.none"]})]
    given = Extras(configuration=Configuration(tmp_path))
    (found,) = read(plan(entry, blocks=referring), given=given)
    assert "/request/AddSubnetIds" in found.unknown  # local.none is not known
    (tmp_path / "main.tf").write_text('resource "aws_vpc_endpoint" "this" {\n  subnet_ids = true ? null : []\n}\n')
    (found,) = read(plan(entry, blocks=referring), given=Extras(configuration=Configuration(tmp_path)))
    assert found.request == {"VpcEndpointId": "vpce-0a", "PolicyDocument": "{}"}
    assert found.unknown == ()


def subnets_of_a_gateway(*references: str, source: Path | None = None) -> Proposal:
    """A gateway endpoint whose configuration gives subnets by these references."""
    document = plan(
        endpoint(vpc_endpoint_type="Gateway", unknown={"subnet_ids": True}),
        blocks=[block("aws_vpc_endpoint", "this", subnet_ids={"references": list(references)})],
    )
    (found,) = read(document, given=Extras(configuration=Configuration(source) if source else None))
    return found


def test_what_the_type_has_not_is_given_where_it_refers_to_resources_only() -> None:
    assert "/request/SubnetIds" in subnets_of_a_gateway("aws_subnet.s").unknown
    assert "/request/SubnetIds" not in subnets_of_a_gateway("var.subnet_ids", "each.value").unknown


def test_what_the_type_has_not_is_given_where_the_source_gives_it(tmp_path: Path) -> None:
    main = tmp_path / "main.tf"
    main.write_text('resource "aws_vpc_endpoint" "this" {\n  subnet_ids = ["subnet-0a"]\n}')
    assert subnets_of_a_gateway("var.s", source=tmp_path).request["SubnetIds"] == ["subnet-0a"]
    main.write_text('resource "aws_vpc_endpoint" "this" {\n  subnet_ids = 1 > 2 ? ["subnet-0a"] : null\n}')
    found = subnets_of_a_gateway("aws_subnet.s", source=tmp_path)
    assert "SubnetIds" not in found.request
    assert "/request/SubnetIds" not in found.unknown
