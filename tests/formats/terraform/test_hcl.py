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


def test_modules_lie_in_folders_of_folders_behind_links_and_where_init_has_put_them(tmp_path: Path) -> None:
    root, shared = tmp_path / "root", tmp_path / "shared/net"
    for folder in (root / ".terraform/modules/net.vpc", root / "modules/a/b", shared):
        folder.mkdir(parents=True)
    call = 'module "NAME" {\n  source = "SOURCE"\n}\n'
    (root / "linked").symlink_to(shared)
    (root / "main.tf").write_text(
        call.replace("NAME", "deep").replace("SOURCE", "./modules/a/b")
        + call.replace("NAME", "net").replace("SOURCE", "./linked")
    )
    (root / "modules/a/b/main.tf").write_text('resource "aws_vpc" "deep" {}\n')
    (shared / "main.tf").write_text(call.replace("NAME", "vpc").replace("SOURCE", "terraform-aws-modules/vpc/aws"))
    (root / ".terraform/modules/net.vpc/main.tf").write_text('resource "aws_vpc" "installed" {}\n')
    listed = '{"Modules": [{"Key": "net.vpc", "Dir": ".terraform/modules/net.vpc"}]}'
    (root / ".terraform/modules/modules.json").write_text(listed)
    configuration = Configuration(root)
    assert configuration.resource(("deep",), "aws_vpc", "deep") is not None
    assert configuration.resource(("net", "vpc"), "aws_vpc", "installed") is not None
    assert configuration.warnings == ()


@pytest.mark.parametrize(
    ("name", "text", "warning"),
    [
        ("more.tf", 'locals {\n  a = [\n}\n', "more.tf, line 2: what stands there is not understood"),
        ("more.tf.json", '{"locals": ', "more.tf.json is not read: no value on line 1"),
        (
            "more.tf",
            'module "vpc" {\n  source = "terraform-aws-modules/vpc/aws"\n}\n',
            "the source of module vpc (terraform-aws-modules/vpc/aws) is not there: run `terraform init` first",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told(
    configuration: Configuration, tmp_path: Path, name: str, text: str, warning: str
) -> None:
    (tmp_path / name).write_text(text)
    configuration.module(("vpc",))
    assert [told.replace(f"{tmp_path}/", "") for told in configuration.warnings] == [warning]
