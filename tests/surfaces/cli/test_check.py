"""`vpce-guard check`: directories, several files, several reports, source and a remote service."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import run
from vpce_guard.surfaces.reports import report_names

TEMPLATE = """\
Parameters:
  Subnets: {Type: CommaDelimitedList}
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16, EnableDnsHostnames: true}}
  Sqs:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcId: !Ref Vpc
      VpcEndpointType: Gateway
      ServiceName: !Sub com.amazonaws.${AWS::Region}.sqs
"""
GATEWAY = {"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.s3", "RouteTableIds": ["rtb-0a000001"]}
REGION = ("--parameters", "AWS::Region=us-east-1")


def answer(*arguments: str, **more: Any) -> Any:
    return json.loads(run("check", "-o", "json", *arguments, **more).stdout)


VPC = "vpc-0a1b2c3d"


def test_a_template_is_judged_with_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(TEMPLATE)
    (decision,) = answer(str(path), *REGION)["decisions"]
    assert decision["allowed"] is False
    assert decision["subject"]["source"] == {"file": str(path), "line": 5}
    found = {v["rule_id"]: v["location"]["line"] for v in decision["violations"]}
    assert found["VPCE-GW-001"] == 10


def test_a_directory_is_everything_in_it_that_is_about_endpoints(tmp_path: Path) -> None:
    (tmp_path / "deep/er").mkdir(parents=True)
    (tmp_path / "deep/er/t.yaml").write_text(TEMPLATE)
    (tmp_path / "request.json").write_text(json.dumps(GATEWAY))
    (tmp_path / "package.json").write_text('{"name": "x"}')
    (tmp_path / "chart.yaml").write_text("a: {{ .Values.x }}\n")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden/t.yaml").write_text(TEMPLATE)
    done = run("check", str(tmp_path), "-o", "json", *REGION)
    found = [d["subject"]["source"]["file"] for d in json.loads(done.stdout)["decisions"]]
    assert found == [str(tmp_path / "deep/er/t.yaml"), str(tmp_path / "request.json")]
    assert done.stderr == b""


def test_what_is_about_endpoints_and_cannot_be_read_is_2(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(TEMPLATE + "  broken: [")
    done = run("check", str(tmp_path))
    assert done.returncode == 2
    assert b"t.yaml:" in done.stderr


def test_a_directory_without_endpoints_is_2(tmp_path: Path) -> None:
    done = run("check", str(tmp_path))
    assert done.returncode == 2
    assert b"is about VPC endpoints" in done.stderr


def test_others_are_skipped_on_demand(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"name": "x"}')
    assert run("check", str(tmp_path / "a.json")).returncode == 2
    assert run("check", "--skip-others", str(tmp_path / "a.json")).returncode == 0


def test_a_mistake_in_a_template_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(TEMPLATE.replace("!Ref Vpc", "!Ref Vpv"))
    done = run("check", str(path), *REGION)
    assert done.returncode == 2
    assert f"{path}:8: ".encode() in done.stderr


def test_endpoints_of_several_files_see_each_other_when_combined(tmp_path: Path) -> None:
    interface = {
        "VpcEndpointType": "Interface",
        "VpcId": "vpc-0a000001",
        "ServiceName": "com.amazonaws.us-east-1.sqs",
        "PrivateDnsEnabled": True,
    }
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text(json.dumps(interface))
    files = (str(tmp_path / "a.json"), str(tmp_path / "b.json"))
    assert "VPCE-IFACE-017" not in fired(answer(*files))
    assert "VPCE-IFACE-017" in fired(answer(*files, "--combine"))


def fired(document: Any) -> set[str]:
    return {v["rule_id"] for d in document["decisions"] for v in d["violations"]}


def test_several_reports_at_once(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(TEMPLATE)
    written = [f"-o{name}={tmp_path / name}" for name in ("sarif", "junit", "markdown", "json")]
    done = run("check", str(path), *REGION, "-o", "github", *written)
    assert done.returncode == 1
    assert done.stdout.startswith(b"::error file=")
    assert json.loads((tmp_path / "sarif").read_text())["version"] == "2.1.0"
    assert (tmp_path / "junit").read_text().startswith("<?xml")
    assert (tmp_path / "markdown").read_text().startswith("## VPC endpoints: denied")
    assert json.loads((tmp_path / "json").read_text())["allowed"] is False


def test_findings_are_told_by_the_controls_of_a_framework(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(TEMPLATE)
    done = run("check", str(path), *REGION, "-o", "json", "--framework", "pci-dss-4")
    told = json.loads(done.stdout)["framework"]
    assert told["title"] == "PCI DSS v4.0.1"
    assert told["controls"][0].keys() == {"control", "state", "rules"}


def test_reports_are_listed_with_what_they_are() -> None:
    done = run("check", "-o", "help")
    assert done.returncode == 0
    lines = [line.split(maxsplit=1) for line in done.stdout.decode().splitlines()]
    assert [name for name, _ in lines] == list(report_names())
    assert all(what.startswith("The report") for _, what in lines)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("-o", "text", "-o", "json"), b"Only one report"),
        (("-o", "xml"), b"there is no report 'xml'"),
        (("-o", "junit", "--framework", "cis"), b"adds to the reports text, markdown and json"),
        (("-o", "json=/nowhere/x"), b"cannot be written"),
        (("--label", "x"), b"NAME=VALUE"),
        (("--parameters", "/nowhere.json"), b"cannot be read"),
        (("--source", "/nowhere"), b"There is no Terraform source in"),
        (("--remote", "http://127.0.0.1:1", "--data", "x.yaml"), b"cannot be used together"),
    ],
)
def test_wrong_usage_is_2(arguments: tuple[str, ...], says: bytes) -> None:
    done = run("check", *arguments, stdin=json.dumps(GATEWAY).encode())
    assert done.returncode == 2
    assert says in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_cloud_assembly_is_its_stacks_with_their_environments(tmp_path: Path) -> None:
    stack = {
        "type": "aws:cloudformation:stack",
        "environment": "aws://111122223333/eu-west-1",
        "properties": {"templateFile": "A.template.json"},
    }
    nested = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Stage"}}
    other = {**stack, "environment": "aws://unknown-account/unknown-region"}
    template = {
        "Resources": {
            "E": {
                "Type": "AWS::EC2::VPCEndpoint",
                "Properties": {
                    "VpcId": "vpc-0a000001",
                    "ServiceName": {"Fn::Join": ["", ["com.amazonaws.", {"Ref": "AWS::Region"}, ".s3"]]},
                },
            }
        }
    }
    inner = tmp_path / "assembly-Stage"
    inner.mkdir()
    for directory, artifacts in ((tmp_path, {"A": stack, "S": nested}), (inner, {"A": other})):
        (directory / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": artifacts}))
        (directory / "A.template.json").write_text(json.dumps(template))
    (tmp_path / "N.nested.template.json").write_text(json.dumps(template))
    found = answer(str(tmp_path))["decisions"]
    assert [d["subject"]["service_name"] for d in found] == [
        "com.amazonaws.eu-west-1.s3",
        "com.amazonaws.${AWS::Region}.s3",
        "com.amazonaws.eu-west-1.s3",
    ]


def test_source_puts_findings_on_the_line_of_the_argument(root: Path) -> None:
    folder = root / "tests/formats/terraform/plans/nested-modules"
    found = answer(str(folder / "plan.json"), "--source", str(folder))
    by_rule = {v["rule_id"]: v["location"] for d in found["decisions"] for v in d["violations"]}
    place = by_rule["VPCE-GW-023"]
    assert place["file"] == str(folder / "main.tf")
    assert "route_table_ids" in Path(place["file"]).read_text().splitlines()[place["line"] - 1]


def test_what_awss_commands_print_settles_what_is_not_known(tmp_path: Path) -> None:
    ids = ["subnet-0a1b2c31", "subnet-0a1b2c32"]
    request = {"VpcEndpointType": "Interface", "VpcId": VPC, "ServiceName": "com.amazonaws.us-east-1.sqs"}
    subnet = {
        "VpcId": VPC,
        "AvailabilityZone": "us-east-1a",
        "AvailabilityZoneId": "use1-az1",
        "OwnerId": "111122223333",
    }
    subnet |= {"CidrBlock": "10.0.0.0/24", "AvailableIpAddressCount": 200, "Ipv6Native": False}
    subnet |= {"Ipv6CidrBlockAssociationSet": []}
    ranges = {"CidrBlock": "10.0.0.0/16", "CidrBlockAssociationSet": [{"CidrBlock": "10.0.0.0/16"}]}
    for name, content in {
        "proposal.json": {"operation": "create", "request": {**request, "SubnetIds": ids}},
        "subnets.json": {"Subnets": [{**subnet, "SubnetId": one} for one in ids]},
        "endpoints.json": {"VpcEndpoints": []},
        "vpcs.json": {"Vpcs": [{"VpcId": VPC, **ranges}, {"VpcId": "vpc-0a1b2c3e"}]},
    }.items():
        (tmp_path / name).write_text(json.dumps(content))
    before = run("check", str(tmp_path / "proposal.json"))
    assert b"aws ec2 describe-subnets --subnet-ids subnet-0a1b2c31 subnet-0a1b2c32 > subnets.json" in before.stdout
    files = [str(tmp_path / name) for name in ("subnets.json", "endpoints.json", "vpcs.json")]
    after = run("check", str(tmp_path / "proposal.json"), *(part for file in files for part in ("--context", file)))
    assert b"VPCE-IFACE-002  One subnet per" in after.stdout
    for command in (b"describe-subnets", b"describe-vpc-endpoints ", b"describe-vpcs"):
        assert command in before.stdout
        assert command not in after.stdout
