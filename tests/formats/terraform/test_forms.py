"""What is of Terraform and no plan as JSON is refused in words that say what it is and what to send."""

from __future__ import annotations

import gzip
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


def pretty_plan() -> bytes:
    return json.dumps(json.loads(plan_text()), indent=2).encode()


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (LOG, "the log that `terraform plan -json` prints"),
        (json.loads((PLANS / "update-policy/prior.tfstate").read_text()), "a Terraform state file"),
        ({"format_version": "1.0", "values": {"root_module": {}}}, "a Terraform state, not a plan"),
        ({"format_version": "1.0", "terraform_version": "1.11.4"}, "a Terraform state, not a plan"),
        ({"//": {}, "resource": {"aws_vpc_endpoint": ENDPOINT}}, "source as JSON"),
        ({"module": {"endpoints": {"source": "./endpoints"}}}, "source as JSON"),
        ({"version": 4, "terraform_version": "1.9.0", "resources": []}, "a Terraform state file"),
        ([LOG], "the log that `terraform plan -json` prints"),
        ([{"format_version": "1.2", "resource_changes": []}], "a list of Terraform plans"),
        ({"net": {"format_version": "1.2", "resource_changes": []}}, "a Terraform plan inside, as its member 'net'"),
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
        (b'unit "vpce" {\n  source = "../vpc-endpoints"\n}\n', "Terraform's source"),
        (b"resource aws_vpc_endpoint x {\n}\n", "Terraform's source"),
        (plan_text() + b"\n" + plan_text(), "several Terraform plans"),
        (plan_text() + plan_text(), "several Terraform plans"),
        (pretty_plan() + b"\n" + pretty_plan(), "several Terraform plans"),
        (b"[net/a] " + plan_text() + b"\n[net/b] " + plan_text(), "several Terraform plans"),
        (gzip.compress(plan_text()), "compressed with gzip"),
    ],
)
def test_a_text_that_is_no_plan_is_named(data: bytes, message: str) -> None:
    with pytest.raises(UnreadableError, match=message):
        text(data)


COMMAND = b"[command]/opt/terraform-bin show -json plan.bin\n"


@pytest.mark.parametrize(
    "data",
    [
        b"Initializing modules...\ntime=10:00 level=info\n" + plan_text() + b"\ntime=10:01 done\n",
        b"Initializing modules...\n" + pretty_plan() + b"\ntime=10:01 done\n",
        plan_text() + b"\nReleasing state lock.\n",
        pretty_plan() + b"\nReleasing state lock.\n",
        b"[INFO] begin\n" + plan_text(),
        b"{level=info} begin\n" + plan_text(),
        b"stdout: " + plan_text(),
        b"\x1b[0m" + plan_text(),
        COMMAND + plan_text() + b"\n::set-output name=exitcode::0\n",
        COMMAND + pretty_plan(),
        b"\xef\xbb\xbf" + COMMAND + plan_text(),
        b"\n  " + COMMAND + plan_text(),
        (COMMAND + plan_text()).decode().encode("utf-16"),
        b"\xef\xbb\xbf" + plan_text(),
        plan_text().decode().encode("utf-16"),
        plan_text().decode().encode("utf-16-le"),
        plan_text().decode().encode("utf-16-be"),
    ],
    ids=range(17),
)
def test_a_plan_is_read_whatever_its_bytes_and_what_is_printed_around_it(data: bytes) -> None:
    assert [p.address for p in read(text(data))] == ["aws_vpc_endpoint.sqs"]


@pytest.mark.parametrize("other", [b'{"operation": "create"}', b'[{"operation": "create"}]', b'{\n  "a": 1\n}'])
def test_another_document_beside_a_plan_is_no_log(other: bytes) -> None:
    for data in (plan_text() + b"\n" + other, other + b"\n" + plan_text()):
        with pytest.raises(UnreadableError, match="several documents"):
            text(data)


def test_source_inside_a_yaml_document_is_no_terraform() -> None:
    assert text(b'kind: ConfigMap\ndata:\n  main.tf: |\n    resource "a" "b" {\n    }\n')["kind"] == "ConfigMap"
