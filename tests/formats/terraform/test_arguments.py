"""Nested blocks of an endpoint and of policy documents, dynamic ones as they come out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.terraform import ENDPOINT, SUBNETS, resource, written
from vpce_guard.formats import read
from vpce_guard.formats.document import Extras
from vpce_guard.formats.terraform.hcl import Configuration
from vpce_guard.model import Json, Proposal


def proposal(folder: Path, blocks: str, unknown: Json, *more: Json) -> Proposal:
    (folder / "main.tf").write_text(blocks)
    entry = resource("aws_vpc_endpoint.e", "aws_vpc_endpoint", ENDPOINT, unknown=unknown)
    given = Extras(configuration=Configuration(folder))
    return read(written({"resources": []}, *SUBNETS, entry, *more), given=given)[0]


@pytest.mark.parametrize(
    ("inside", "subnets"),
    [
        ("subnet_configuration { subnet_id = aws_subnet.p[0].id }", ["aws_subnet.p[0]"]),
        (
            'dynamic "subnet_configuration" {\n    for_each = aws_subnet.p\n    content {\n'
            "      subnet_id = subnet_configuration.value.id\n    }\n  }",
            ["aws_subnet.p[0]", "aws_subnet.p[1]"],
        ),
        (
            'dynamic "subnet_configuration" {\n    for_each = { a = aws_subnet.p[1].id }\n    iterator = it\n'
            "    content {\n      subnet_id = it.value\n    }\n  }\n"
            '  subnet_configuration { subnet_id = "subnet-1" }',
            ["aws_subnet.p[1]", "subnet-1"],
        ),
    ],
)  # fmt: skip
def test_subnets_of_nested_blocks_are_followed(tmp_path: Path, inside: str, subnets: list[str]) -> None:
    source = f'resource "aws_vpc_endpoint" "e" {{\n  {inside}\n}}\n'
    found = proposal(tmp_path, source, {"subnet_configuration": True})
    assert [block["SubnetId"] for block in found.request["SubnetConfigurations"]] == subnets
    assert found.unknown == ()


def test_a_dynamic_block_over_something_unknown_is_unknown(tmp_path: Path) -> None:
    source = """resource "aws_vpc_endpoint" "e" {
  dynamic "subnet_configuration" {
    for_each = terraform_data.late.output
    content { subnet_id = subnet_configuration.value }
  }
}
"""
    late = resource("terraform_data.late", "terraform_data", {}, unknown={"output": True})
    found = proposal(tmp_path, source, {"subnet_configuration": True}, late)
    assert found.unknown == ("/request/SubnetConfigurations",)


def test_dynamic_statements_of_a_policy_document_come_out(tmp_path: Path) -> None:
    source = """resource "aws_vpc_endpoint" "e" { policy = data.aws_iam_policy_document.p.json }
data "aws_iam_policy_document" "p" {
  dynamic "statement" {
    for_each = toset(["a", "b"])
    content {
      sid       = statement.key
      actions   = ["sqs:*"]
      resources = [aws_sqs_queue.q.arn]
      principals {
        type        = "AWS"
        identifiers = ["*"]
      }
    }
  }
}
"""
    document = {
        "address": "data.aws_iam_policy_document.p",
        "mode": "data",
        "type": "aws_iam_policy_document",
        "name": "p",
        "change": {
            "actions": ["read"],
            "before": None,
            "after": {},
            "after_unknown": {"json": True, "statement": True},
        },
    }
    found = proposal(tmp_path, source, {"policy": True}, document)
    statements = found.request["PolicyDocument"]["Statement"]
    assert [(one["Sid"], one["Principal"], one["Resource"]) for one in statements] == [
        ("a", {"AWS": ["*"]}, [None]),
        ("b", {"AWS": ["*"]}, [None]),
    ]


def test_a_nested_block_of_an_override_replaces_those_of_its_kind(tmp_path: Path) -> None:
    over = 'resource "aws_vpc_endpoint" "e" {\n  subnet_configuration { subnet_id = aws_subnet.p[1].id }\n}\n'
    (tmp_path / "override.tf").write_text(over)
    source = 'resource "aws_vpc_endpoint" "e" {\n  subnet_configuration { subnet_id = aws_subnet.p[0].id }\n}\n'
    found = proposal(tmp_path, source, {"subnet_configuration": True})
    assert found.request["SubnetConfigurations"] == [{"SubnetId": "aws_subnet.p[1]"}]
