"""Terraform source: blocks, where their arguments stand, and literals that an edit may replace."""

from __future__ import annotations

from pathlib import Path

import pytest

from vpce_guard.errors import UnreadableError
from vpce_guard.formats.terraform.hcl import Configuration

SOURCE = """resource "aws_vpc_endpoint" "s3" {
  vpc_id              = aws_vpc.main.id
  private_dns_enabled = true
}

module "inner" {
  source = "./inner"
}
"""


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    (tmp_path / "main.tf").write_text(SOURCE)
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner/main.tf").write_text('resource "aws_vpc" "main" {}\n')
    return Configuration(tmp_path)


def test_an_argument_stands_on_its_line_and_a_missing_one_on_that_of_its_block(configuration: Configuration) -> None:
    block = configuration.resource((), "aws_vpc_endpoint", "s3")
    assert block is not None
    assert [block.place(name).line for name in ("private_dns_enabled", "subnet_ids")] == [3, 1]


def test_only_a_literal_may_be_replaced(configuration: Configuration) -> None:
    block = configuration.resource((), "aws_vpc_endpoint", "s3")
    assert block is not None
    literal = block.literal("private_dns_enabled")
    assert literal is not None
    assert literal.text == "true"
    assert block.literal("vpc_id") is None


def test_modules_are_followed_by_their_names(configuration: Configuration) -> None:
    assert configuration.resource(("inner",), "aws_vpc", "main") is not None
    assert configuration.module(("other",)) is None


def test_a_folder_without_source_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError):
        Configuration(tmp_path / "nowhere")
