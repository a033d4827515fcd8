"""What is of Terraform and no plan as JSON is refused in words that say what it is and what to send."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from vpce_guard.errors import MalformedError, UnreadableError
from vpce_guard.formats import read
from vpce_guard.formats.text import read_text

PLANS = Path(__file__).parent / "plans"
LOG = {"@level": "info", "@message": "aws_vpc_endpoint.x: Plan to create", "type": "planned_change"}
TEXT = """
Terraform will perform the following actions:

  # aws_vpc_endpoint.x will be created
  + resource "aws_vpc_endpoint" "x" {
      + id = (known after apply)
    }

Plan: 1 to add, 0 to change, 0 to destroy.
"""
ENDPOINT = {"x": {"vpc_id": "vpc-1", "service_name": "com.amazonaws.us-east-1.s3"}}


def text(data: bytes) -> Any:
    return read_text(data, file="it", limit=1 << 20, yaml_limit=1 << 20).value


def plan_text() -> bytes:
    return json.dumps(json.loads((PLANS / "create-one-interface/plan.json").read_text())).encode()


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (LOG, "the log that `terraform plan -json` prints"),
        (json.loads((PLANS / "update-policy/prior.tfstate").read_text()), "a Terraform state file"),
        ({"format_version": "1.0", "values": {"root_module": {}}}, "a Terraform state, not a plan"),
        ({"format_version": "1.0", "terraform_version": "1.11.4"}, "a Terraform state, not a plan"),
        ({"//": {}, "resource": {"aws_vpc_endpoint": ENDPOINT}}, "source as JSON"),
        ({"module": {"endpoints": {"source": "./endpoints"}}}, "source as JSON"),
    ],
)
def test_a_document_that_is_no_plan_is_named(document: Any, message: str) -> None:
    with pytest.raises(MalformedError, match=message):
        read(document)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK\x03\x04\x14\x00tfplan", "a zip archive, as a saved plan of Terraform is"),
        (TEXT.encode(), "the text that `terraform plan` prints for people"),
        ((json.dumps(LOG) + "\n" + json.dumps(LOG)).encode(), "the log that `terraform plan -json` prints"),
        ((PLANS / "create-one-interface/main.tf").read_bytes(), "Terraform's source"),
        (b'include "root" {\n  path = find_in_parent_folders()\n}\ninputs = {\n  a = 1\n}\n', "Terraform's source"),
        (plan_text() + b"\n" + plan_text(), "several Terraform plans"),
    ],
)
def test_a_text_that_is_no_plan_is_named(data: bytes, message: str) -> None:
    with pytest.raises(UnreadableError, match=message):
        text(data)


def test_lines_of_a_log_around_a_plan_are_left_out() -> None:
    wrapped = b"Initializing modules...\ntime=10:00 level=info\n" + plan_text() + b"\ntime=10:01 done\n"
    assert [p.address for p in read(text(wrapped))] == ["aws_vpc_endpoint.sqs"]


def test_source_inside_a_yaml_document_is_no_terraform() -> None:
    assert text(b'kind: ConfigMap\ndata:\n  main.tf: |\n    resource "a" "b" {\n    }\n')["kind"] == "ConfigMap"
