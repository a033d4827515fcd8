"""Policies of which a part is known only after apply: the rest of them is judged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from vpce_guard.formats import read
from vpce_guard.formats.document import Extras
from vpce_guard.formats.terraform.hcl import Configuration
from vpce_guard.model import Json, Proposal

ENDPOINT = {
    "address": "aws_vpc_endpoint.e",
    "mode": "managed",
    "type": "aws_vpc_endpoint",
    "name": "e",
    "change": {
        "actions": ["create"],
        "before": None,
        "after": {"vpc_endpoint_type": "Interface", "service_name": "com.amazonaws.us-east-1.sqs", "vpc_id": "vpc-1"},
        "after_unknown": {"id": True, "policy": True},
    },
}
VPC = {
    "address": "aws_vpc.v",
    "mode": "managed",
    "type": "aws_vpc",
    "name": "v",
    "change": {"actions": ["create"], "before": None, "after": {}, "after_unknown": {"id": True, "arn": True}},
}


def document(**statement: Any) -> Json:
    """A data source that is read during apply, with one statement; what is True in it is not known."""
    known: Json = {name: None if value is True else value for name, value in statement.items()}
    hidden: Json = {name: value is True for name, value in statement.items()}
    return {
        "address": "data.aws_iam_policy_document.p",
        "mode": "data",
        "type": "aws_iam_policy_document",
        "name": "p",
        "change": {
            "actions": ["read"],
            "before": None,
            "after": {"statement": [known]},
            "after_unknown": {"json": True, "id": True, "statement": [hidden]},
        },
    }


def only(*changes: Json, references: list[str], source: Path | None = None) -> Proposal:
    expressions = {"policy": {"references": references}}
    blocks = [{"mode": "managed", "type": "aws_vpc_endpoint", "name": "e", "expressions": expressions}]
    plan = {
        "format_version": "1.2",
        "resource_changes": [*changes, ENDPOINT],
        "configuration": {"root_module": {"resources": blocks}},
    }
    (found,) = read(plan, given=Extras(configuration=Configuration(source) if source else None))
    return found


JSON = ["data.aws_iam_policy_document.p.json", "data.aws_iam_policy_document.p"]


def test_the_statements_of_a_data_source_are_known_but_for_what_is_not() -> None:
    given = document(
        effect="Allow",
        actions=["sqs:SendMessage"],
        principals=[{"type": "AWS", "identifiers": ["*"]}],
        resources=True,
        condition=[{"test": "StringEquals", "variable": "aws:PrincipalOrgID", "values": ["o-1"]}],
    )
    found = only(given, references=JSON)
    assert found.request["PolicyDocument"] == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["sqs:SendMessage"],
                "Resource": None,
                "Principal": {"AWS": ["*"]},
                "Condition": {"StringEquals": {"aws:PrincipalOrgID": ["o-1"]}},
            }
        ],
    }
    assert found.unknown == ("/request/PolicyDocument/Statement/0/Resource",)


def test_a_policy_made_of_several_things_is_unknown() -> None:
    found = only(document(actions=["*"]), references=[*JSON, "local.other"])
    assert found.unknown == ("/request/PolicyDocument",)


def test_a_policy_to_be_merged_with_one_that_nobody_knows_has_its_own_statements_at_least() -> None:
    merged = document(actions=["*"])
    merged["change"]["after_unknown"]["source_policy_documents"] = True
    found = only(merged, references=JSON)
    assert found.unknown == ("/request/PolicyDocument/Statement",)
    assert found.request["PolicyDocument"]["Statement"] == [{"Effect": "Allow", "Action": ["*"]}]


def test_documents_are_merged_as_the_provider_does() -> None:
    base = {"Statement": [{"Sid": "A", "Effect": "Deny"}, {"Effect": "Allow", "Action": "s3:*"}]}
    merged = document(sid="A", resources=True)
    merged["change"]["after"]["source_policy_documents"] = [json.dumps(base)]
    merged["change"]["after"]["override_policy_documents"] = [json.dumps({"Statement": {"Sid": "B", "Effect": "Deny"}})]
    assert only(merged, references=JSON).request["PolicyDocument"]["Statement"] == [
        {"Effect": "Allow", "Sid": "A", "Resource": None},
        {"Effect": "Allow", "Action": "s3:*"},
        {"Sid": "B", "Effect": "Deny"},
    ]


def test_what_nobody_knows_may_override_each_statement_that_has_a_sid() -> None:
    merged = document(sid="A", actions=["*"])
    merged["change"]["after_unknown"]["override_policy_documents"] = True
    found = only(merged, references=JSON)
    assert found.unknown == ("/request/PolicyDocument/Statement",)
    assert found.request["PolicyDocument"]["Statement"] == []


def test_with_the_source_jsonencode_is_known_but_for_what_is_not(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("""
resource "aws_vpc_endpoint" "e" {
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "*", Resource = "*", Principal = "*"
      Condition = { StringEquals = { "aws:SourceVpc" = [aws_vpc.v.id], "aws:x/y" = aws_vpc.v.arn } } }]
  })
}
""")
    found = only(VPC, references=["aws_vpc.v.id", "aws_vpc.v"], source=tmp_path)
    (statement,) = found.request["PolicyDocument"]["Statement"]
    assert statement["Principal"] == "*"
    start = "/request/PolicyDocument/Statement/0/Condition/StringEquals"
    assert found.unknown == (f"{start}/aws:SourceVpc/0", f"{start}/aws:x~1y")


def test_of_very_many_parts_that_are_not_known_one_pointer_tells() -> None:
    given = document(actions=["*"])
    statement, mark = given["change"]["after"]["statement"][0], {"resources": True}
    given["change"]["after"]["statement"] = [statement] * 60
    given["change"]["after_unknown"]["statement"] = [mark] * 60
    found = only(given, references=JSON)
    assert found.unknown == ("/request/PolicyDocument",)
    assert len(found.request["PolicyDocument"]["Statement"]) == 60


def test_documents_to_come_are_merged_by_the_source(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("""
data "aws_iam_policy_document" "p" {
  source_policy_documents = [jsonencode({ Statement = [{ Sid = "A", Effect = "Deny", Resource = aws_vpc.v.arn }] })]
  statement {
    actions = ["*"]
  }
}
resource "aws_vpc_endpoint" "e" {
  policy = data.aws_iam_policy_document.p.json
}
""")
    merged = document(actions=["*"])
    merged["change"]["after_unknown"]["source_policy_documents"] = True
    found = only(merged, VPC, references=JSON, source=tmp_path)
    assert found.request["PolicyDocument"]["Statement"] == [
        {"Sid": "A", "Effect": "Deny", "Resource": None},
        {"Effect": "Allow", "Action": ["*"]},
    ]


def test_with_the_source_a_policy_written_as_text_is_known_around_its_values(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        """
resource "aws_vpc_endpoint" "e" {
  policy = <<-EOT
    {"Statement": [{"Effect": "Allow", "Action": ${jsonencode(["sqs:*"])}, "Resource": "${aws_vpc.v.arn}/*"}]}
  EOT
}
"""
    )
    found = only(VPC, references=["aws_vpc.v.arn", "aws_vpc.v"], source=tmp_path)
    assert found.request["PolicyDocument"]["Statement"] == [{"Effect": "Allow", "Action": ["sqs:*"], "Resource": None}]
    assert "/request/PolicyDocument/Statement/0/Resource" in found.unknown
