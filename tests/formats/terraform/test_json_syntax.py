"""Terraform's JSON syntax is read as the native one, and places stay on their lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.terraform import ENDPOINT, SUBNETS, resource, written
from vpce_guard.formats import read
from vpce_guard.formats.document import Extras
from vpce_guard.formats.terraform.hcl import Configuration
from vpce_guard.formats.terraform.json_syntax import as_native

SOURCE = """{
  "//": "a comment",
  "variable": {"zone": {"type": "string", "default": "us-east-1b"}},
  "locals": [{"first": "${aws_subnet.p[0].id}"}, {"none": null}],
  "resource": {
    "aws_vpc_endpoint": {
      "e": {
        "private_dns_enabled": true,
        "subnet_ids": SUBNETS,
        "lifecycle": {"create_before_destroy": true}
      }
    }
  }
}
"""
ENTRY = resource("aws_vpc_endpoint.e", "aws_vpc_endpoint", ENDPOINT, unknown={"subnet_ids": True})


@pytest.mark.parametrize(
    ("subnets", "ids"),
    [
        ("${aws_subnet.p[*].id}", ["aws_subnet.p[0]", "aws_subnet.p[1]"]),
        (["${local.first}", "subnet-1"], ["aws_subnet.p[0]", "subnet-1"]),
        ("${[for s in aws_subnet.p : s.id if s.availability_zone == var.zone]}", ["aws_subnet.p[1]"]),
        ('${[for k, v in {"a}" = aws_subnet.p[1].id} : v]}', ["aws_subnet.p[1]"]),
        (["$${literal}", 'quoted "text"\n'], ["${literal}", 'quoted "text"\n']),
        (["${join(\"-\", [\"${\"a\"}\", \"b\"])}"], ["a-b"]),
    ],
)  # fmt: skip
def test_values_are_templates(tmp_path: Path, subnets: object, ids: list[str]) -> None:
    (tmp_path / "main.tf.json").write_text(SOURCE.replace("SUBNETS", json.dumps(subnets)))
    given = Extras(configuration=Configuration(tmp_path))
    (found,) = read(written({"resources": []}, *SUBNETS, ENTRY), given=given)
    assert (found.request["SubnetIds"], found.unknown) == (ids, ())


def test_places_are_lines_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "main.tf.json").write_text(SOURCE.replace("SUBNETS", "[]"))
    block = Configuration(tmp_path).resource((), "aws_vpc_endpoint", "e")
    assert block is not None
    assert [block.place(name).line for name in ("vpc_id", "private_dns_enabled", "subnet_ids")] == [7, 8, 9]
    assert block.literal("private_dns_enabled") is None  # its columns are those of another text


def test_files_of_both_syntaxes_are_one_module_and_overrides_come_last(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('resource "aws_vpc_endpoint" "e" {\n  subnet_ids = [aws_subnet.p[0].id]\n}\n')
    (tmp_path / "x_override.tf.json").write_text(SOURCE.replace("SUBNETS", '["${aws_subnet.p[1].id}"]'))
    given = Extras(configuration=Configuration(tmp_path))
    (found,) = read(written({"resources": []}, *SUBNETS, ENTRY), given=given)
    assert found.request["SubnetIds"] == ["aws_subnet.p[1]"]


def test_dynamic_blocks_and_types_are_source_as_they_stand() -> None:
    source = {
        "variable": {"v": {"type": "list(string)"}},
        "resource": {
            "a": {"b": {"dynamic": {"c": {"for_each": "${[1]}", "iterator": "i", "content": {"d": "${i.key}"}}}}}
        },
    }
    native = as_native(json.dumps(source))
    assert "type = list(string)" in native
    assert 'dynamic "c" {' in native
    assert "iterator = i\n" in native
    assert 'content { d = "${i.key}"' in native


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": }', '{"a": 1} x', "[" * 100, '{"a" 1}', '{"a": 1 "b": 2}'])
def test_what_is_no_json_object_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        as_native(text)
