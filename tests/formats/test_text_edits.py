"""Fixes as edits of the text: what is edited, what is left alone, and that an edit is the fix."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonpatch import apply_patch

from tests.support.command import run
from vpce_guard.formats.text import Text, read_text
from vpce_guard.formats.text_edits import apply

YAML = """\
# a comment
Properties:
  VpcId: vpc-1  # kept
  PrivateDnsEnabled: true
  SubnetIds:
    - subnet-1
    - subnet-2  # the second
  Flow: [a, b, c]
  Map: {x: 1, y: two}
  Chosen: [!Ref A, !If [C, !Ref B, !Ref AWS::NoValue], !Ref D]
  Joined: !Split [",", x]
  Policy:
    Statement:
      - Effect: Allow
        Principal: "*"
"""


def text(content: str) -> Text:
    return read_text(content.encode(), file="t", limit=1 << 20, yaml_limit=1 << 20)


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        (
            ("replace", "/Properties/PrivateDnsEnabled", False),
            ("  PrivateDnsEnabled: true", "  PrivateDnsEnabled: false"),
        ),
        (("replace", "/Properties/VpcId", "vpc-2"), ("VpcId: vpc-1  # kept", 'VpcId: "vpc-2"  # kept')),
        (("remove", "/Properties/SubnetIds/1"), ("    - subnet-2  # the second\n", "")),
        (("remove", "/Properties/SubnetIds/0"), ("    - subnet-1\n", "")),
        (("remove", "/Properties/Flow/1"), ("[a, b, c]", "[a, c]")),
        (("remove", "/Properties/Flow/0"), ("[a, b, c]", "[b, c]")),
        (("remove", "/Properties/Map/y"), ("{x: 1, y: two}", "{x: 1}")),
        (("remove", "/Properties/VpcId"), ("  VpcId: vpc-1  # kept\n", "")),
        (("add", "/Properties/New", {"a": [1]}), ("  VpcId", '  New: {"a":[1]}\n  VpcId')),
        (("add", "/Properties/SubnetIds/-", "subnet-3"), ("# the second\n", '# the second\n    - "subnet-3"\n')),
        (("add", "/Properties/Flow/-", "d"), ("[a, b, c]", '[a, b, c, "d"]')),
        (("replace", "/Properties/Policy/Statement/0/Principal", "x"), ('Principal: "*"', 'Principal: "x"')),
    ],
)
def test_an_edit_changes_only_what_the_fix_changes(operation: tuple[Any, ...], expected: tuple[str, str]) -> None:
    patch = dict(zip(("op", "path", "value"), operation, strict=False))
    edit = text(YAML).edit(patch, patch["path"])
    assert edit is not None
    assert apply(YAML, edit) == YAML.replace(*expected)


@pytest.mark.parametrize(
    "operation",
    [
        ("remove", "/Properties/Chosen/2"),  # the second may not be there
        ("replace", "/Properties/Chosen/0", "x"),
        ("remove", "/Properties/Joined/0"),
        ("replace", "/Properties/Joined", "x"),
        ("replace", "/Properties/Policy", {}),
        ("remove", "/Properties/Policy"),
        ("remove", "/Properties/None"),
        ("add", "/Nowhere/x", 1),
        ("replace", "", {}),
    ],
)
def test_what_is_not_certain_is_left_to_a_person(operation: tuple[Any, ...]) -> None:
    patch = dict(zip(("op", "path", "value"), operation, strict=False))
    assert text(YAML).edit(patch, patch["path"]) is None


VALUES = st.recursive(
    st.one_of(st.booleans(), st.integers(-9, 9), st.text("ab ", max_size=3)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("xyz"), inner, max_size=3)),
    max_leaves=8,
)


def pointers(value: Any, pointer: str = "") -> list[str]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [p for key, item in items for p in (f"{pointer}/{key}", *pointers(item, f"{pointer}/{key}"))]


@settings(max_examples=200, deadline=None)
@given(value=st.dictionaries(st.sampled_from("abc"), VALUES, min_size=1), data=st.data())
def test_an_edit_is_the_patch_in_json_of_any_layout(value: Any, data: st.DataObject) -> None:
    content = json.dumps(value, indent=data.draw(st.sampled_from([None, 1, 4])))
    op = data.draw(st.sampled_from(["remove", "replace", "add"]))
    path = data.draw(st.sampled_from(pointers(value))) if op != "add" else "/new"
    patch = {"op": op, "path": path, **({} if op == "remove" else {"value": data.draw(VALUES)})}
    edit = text(content).edit(patch, path)
    if edit is not None:
        assert json.loads(apply(content, edit)) == apply_patch(value, [patch])
    elif op == "remove":
        raise AssertionError(f"{path} of {content} can be removed")


def test_sarif_has_the_edit_that_mends_a_template(tmp_path: Path) -> None:
    template = """\
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16, EnableDnsHostnames: true}}
  A: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, AvailabilityZone: us-east-1a, CidrBlock: 10.0.0.0/24}}
  B: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, AvailabilityZone: us-east-1a, CidrBlock: 10.0.1.0/24}}
  E:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcId: !Ref Vpc
      VpcEndpointType: Interface
      ServiceName: com.amazonaws.us-east-1.sqs
      SubnetIds:
        - !Ref A
        - !Ref B
"""
    path = tmp_path / "t.yaml"
    path.write_text(template)
    (log,) = json.loads(run("check", str(path), "-o", "sarif").stdout)["runs"]
    (found,) = [r for r in log["results"] if r["ruleId"] == "VPCE-IFACE-002"]
    ((change,),) = [fix["artifactChanges"] for fix in found["fixes"]]
    (replacement,) = change["replacements"]
    region = replacement["deletedRegion"]
    assert (region["startLine"], region["endLine"], replacement["insertedContent"]["text"]) == (13, 14, "")
    path.write_text(template.replace("        - !Ref B\n", ""))
    mended = json.loads(run("check", str(path), "-o", "json").stdout)["decisions"][0]
    assert "VPCE-IFACE-002" not in {v["rule_id"] for v in mended["violations"]}


def test_sarif_has_the_edit_of_a_terraform_literal(root: Path, tmp_path: Path) -> None:
    folder = root / "tests/formats/terraform/plans/create-one-interface"
    context = tmp_path / "context.json"
    vpc = {"VpcId": "vpc-0a000000000000001", "EnableDnsSupport": False, "EnableDnsHostnames": False}
    context.write_text(json.dumps({"Vpc": vpc}))
    document = json.loads((folder / "plan.json").read_text())
    for change in [*document["resource_changes"], *document["prior_state"]["values"]["root_module"]["resources"]]:
        values = change.get("values") or change["change"]["after"]
        if change["type"] == "aws_vpc":
            values |= {"enable_dns_support": False, "enable_dns_hostnames": False}
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps(document))
    (log,) = json.loads(run("check", str(plan), "--source", str(folder), "-o", "sarif").stdout)["runs"]
    fixes = [fix for result in log["results"] for fix in result.get("fixes", [])]
    inserted = [c["replacements"][0] for fix in fixes for c in fix["artifactChanges"]]
    lines = (folder / "main.tf").read_text().splitlines()
    for replacement in inserted:
        region = replacement["deletedRegion"]
        old = lines[region["startLine"] - 1][region["startColumn"] - 1 : region["endColumn"] - 1]
        assert (old, replacement["insertedContent"]["text"]) == ("true", "false")
    assert inserted
