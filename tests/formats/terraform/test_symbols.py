"""What the names of a configuration stand for, where its source is at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.terraform import ENDPOINT, SUBNETS, block, proposals, refers, resource, written
from vpce_guard.formats import read
from vpce_guard.formats.document import Extras
from vpce_guard.formats.terraform.hcl import Configuration


def test_source_says_that_the_list_is_all() -> None:
    found = proposals("all-unknown-subnets", source=True)["aws_vpc_endpoint.sqs"]
    assert found.request["SubnetIds"] == ["aws_subnet.new[0]", "aws_subnet.new[1]"]
    assert found.unknown == ()


def test_source_shows_literals_beside_references() -> None:
    found = proposals("partly-unknown-subnets", source=True)["aws_vpc_endpoint.sqs"]
    assert found.request["SubnetIds"] == ["subnet-0a000000000000001", "aws_subnet.c"]
    assert found.unknown == ()


def test_the_region_and_overrides_are_read_from_the_source(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("""
locals { region = "eu-west-1" }
provider "aws" {
  alias  = "other"
  region = "us-east-1"
}
provider "aws" { region = local.region }
resource "aws_vpc_endpoint" "e" { subnet_ids = aws_subnet.p[*].id }
""")
    over = 'resource "aws_vpc_endpoint" "e" {\n  subnet_ids = [aws_subnet.p[1].id]\n}\n'
    (tmp_path / "main_override.tf").write_text(over)
    root = {"resources": [block("aws_vpc_endpoint", "e", subnet_ids=refers("aws_subnet.p"))]}
    endpoint = resource("aws_vpc_endpoint.e", "aws_vpc_endpoint", ENDPOINT, unknown={"subnet_ids": True})
    (found,) = read(written(root, *SUBNETS, endpoint), given=Extras(configuration=Configuration(tmp_path)))
    assert found.request["SubnetIds"] == ["aws_subnet.p[1]"]
    assert found.context["Region"] == "eu-west-1"


SOURCE = """
locals {
  chosen = [for key, s in aws_subnet.m : s.id]
}
resource "aws_vpc_endpoint" "e" {
  vpc_id     = aws_vpc.v.id
  subnet_ids = EXPRESSION
  dns_options {
    dns_record_ip_type = "ipv4"
  }
}
module "net" {
  source = "./net"
  given  = [aws_subnet.p[1].id]
}
"""


NETWORK = """
variable "given" {}
output "passed" { value = var.given }
"""


@pytest.mark.parametrize(
    ("expression", "ids"),
    [
        ('[aws_subnet.p[0].id, aws_subnet.m["k"].id]', ["aws_subnet.p[0]", 'aws_subnet.m["k"]']),
        ("aws_subnet.p[*].id", ["aws_subnet.p[0]", "aws_subnet.p[1]"]),
        ("aws_subnet.p.*.id", ["aws_subnet.p[0]", "aws_subnet.p[1]"]),
        ("[for s in aws_subnet.p : s.id]", ["aws_subnet.p[0]", "aws_subnet.p[1]"]),
        ("values(aws_subnet.m)[*].id", ['aws_subnet.m["k"]']),
        ("local.chosen", ['aws_subnet.m["k"]']),
        ("slice(aws_subnet.p[*].id, 0, 1)", ["aws_subnet.p[0]"]),
        ('concat(aws_subnet.p[*].id, ["subnet-1"])', ["aws_subnet.p[0]", "aws_subnet.p[1]", "subnet-1"]),
        ("module.net.passed", ["aws_subnet.p[1]"]),
        ("[aws_subnet.p[count.index].id]", ["aws_subnet.p[1]"]),
        ('[for s in aws_subnet.p : s.id if s.availability_zone == "us-east-1b"]', ["aws_subnet.p[1]"]),
        ("true ? aws_subnet.p[*].id : []", ["aws_subnet.p[0]", "aws_subnet.p[1]"]),
        ("[element(aws_subnet.p[*].id, 5)]", ["aws_subnet.p[1]"]),
        ("[aws_subnet.p[9].id]", None),
        ("local.none", None),
        ("[", None),
    ],
)
def test_expressions_are_followed_or_left_alone(tmp_path: Path, expression: str, ids: list[str] | None) -> None:
    (tmp_path / "main.tf").write_text(SOURCE.replace("EXPRESSION", expression))
    (tmp_path / "net").mkdir()
    (tmp_path / "net/main.tf").write_text(NETWORK)
    keyed = resource('aws_subnet.m["k"]', "aws_subnet", {}, index="k")
    endpoint = resource("aws_vpc_endpoint.e[1]", "aws_vpc_endpoint", ENDPOINT, unknown={"subnet_ids": True}, index=1)
    root = {"resources": [block("aws_vpc_endpoint", "e", subnet_ids=refers("local.unseen"))]}
    document = written(root, *SUBNETS, keyed, endpoint)
    (found,) = read(document, given=Extras(configuration=Configuration(tmp_path)))
    assert found.request.get("SubnetIds") == ids
    assert ("/request/SubnetIds" in found.unknown) is (ids is None)


@pytest.mark.parametrize("expression", ["[aws_subnet.none.id]", "[aws_subnet.p[0].arn]"])
def test_a_member_that_nobody_can_tell_is_a_member_all_the_same(tmp_path: Path, expression: str) -> None:
    (tmp_path / "main.tf").write_text(SOURCE.replace("EXPRESSION", f"concat({expression}, [aws_subnet.p[1].id])"))
    endpoint = resource("aws_vpc_endpoint.e", "aws_vpc_endpoint", ENDPOINT, unknown={"subnet_ids": True})
    root = {"resources": [block("aws_vpc_endpoint", "e", subnet_ids=refers("local.unseen"))]}
    (found,) = read(written(root, *SUBNETS, endpoint), given=Extras(configuration=Configuration(tmp_path)))
    assert found.request["SubnetIds"] == ["aws_subnet.p[1]", None]
    assert found.unknown == ("/request/SubnetIds/1",)


def test_what_was_given_to_an_ephemeral_variable_is_not_its_default(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("""
variable "region" {
  default   = "us-east-1"
  ephemeral = true
}
provider "aws" { region = var.region }
resource "aws_vpc_endpoint" "e" { service_name = "com.amazonaws.us-east-1.sqs" }
""")
    document = written({"resources": []}, resource("aws_vpc_endpoint.e", "aws_vpc_endpoint", ENDPOINT))
    (found,) = read(document, given=Extras(configuration=Configuration(tmp_path)))
    assert "Region" not in found.context
