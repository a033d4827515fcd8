"""Documents on the command line: directories, what is passed over, and parameters."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from tests.support.command import run

PLAN = "tests/formats/terraform/plans/create-one-interface/plan.json"


def test_what_is_not_about_endpoints_is_passed_over_in_a_directory(root: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.json").write_text('{"nothing": "about them"}')
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules/plan.json").write_bytes((root / PLAN).read_bytes())
    (tmp_path / "plan.json").write_bytes((root / PLAN).read_bytes())
    done = run("check", str(tmp_path), "-o", "json")
    assert len(json.loads(done.stdout)["decisions"]) == 1


ENDPOINT = """\
Parameters: {Stage: {Type: String, Default: dev}}
Resources:
  S3:
    Type: AWS::EC2::VPCEndpoint
    Properties: {VpcId: vpc-0a1b2c3d, ServiceName: com.amazonaws.us-east-1.s3, RouteTableIds: [rtb-0a1b2c3d]}
"""
MACRO = ENDPOINT.replace("Parameters", "Transform: OwnMacro\nParameters")


def test_what_cannot_be_read_is_told_and_the_rest_is_judged(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(MACRO)
    (tmp_path / "b.yaml").write_text(ENDPOINT)
    (tmp_path / "c.yaml").write_text(ENDPOINT.replace("s3", "sqs"))
    (tmp_path / "d.yaml").write_text("stacks:\n  " + ENDPOINT.replace("\n", "\n  "))
    done = run("check", str(tmp_path), "-o", "json")
    assert [d["allowed"] for d in json.loads(done.stdout)["decisions"]] == [True, True, False]
    assert done.returncode == 1
    assert b"a.yaml: the macro OwnMacro may change every resource" in done.stderr
    assert b"d.yaml" in done.stderr
    (tmp_path / "c.yaml").unlink()
    assert run("check", str(tmp_path)).returncode == 2


def test_each_of_several_files_stands_alone(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: [")
    (tmp_path / "b.yaml").write_text(ENDPOINT)
    (tmp_path / "c.yaml").write_text(ENDPOINT.replace("[rtb-0a1b2c3d]", "{x: 1}"))
    done = run("check", *(str(tmp_path / name) for name in ("a.yaml", "b.yaml", "c.yaml")), "-o", "json")
    assert len(json.loads(done.stdout)["decisions"]) == 1
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 2


def test_parameters_go_to_the_templates_that_have_them(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(ENDPOINT)
    (tmp_path / "b.yaml").write_text(ENDPOINT.replace("Stage", "Size"))
    assert run("check", str(tmp_path), "--parameters", "Stage=prod").returncode == 0
    done = run("check", str(tmp_path), "--parameters", "Stagee=prod")
    assert done.returncode == 2
    assert b"None of the templates has a parameter 'Stagee'" in done.stderr


def test_skipped_files_are_listed(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"ServiceName": "billing"}')
    done = run("check", "--skip-others", str(tmp_path / "a.json"))
    assert done.returncode == 0
    assert done.stderr == f"vpce-guard: skipped, not about VPC endpoints: {tmp_path / 'a.json'}.\n".encode()


def test_a_helm_template_is_passed_over_with_a_word(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(ENDPOINT)
    (tmp_path / "b.yaml").write_text("{{- if .Values.on }}\nkind: VPCEndpoint\n{{ end }}")
    done = run("check", str(tmp_path))
    assert done.returncode == 0
    assert b"b.yaml is not read: it is a Helm template" in done.stderr


PLAYBOOK = "- hosts: all\n  tasks:\n  - amazon.aws.ec2_vpc_endpoint:\n      service: com.amazonaws.us-east-1.s3\n"


def test_what_another_tool_makes_endpoints_of_is_told_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(ENDPOINT)
    (tmp_path / "playbook.yml").write_text(PLAYBOOK)
    (tmp_path / "Pulumi.yaml").write_text("runtime: yaml\nresources:\n  s3:\n    type: aws:ec2:VpcEndpoint\n")
    done = run("check", str(tmp_path))
    assert done.returncode == 2
    assert b"playbook.yml is an Ansible playbook" in done.stderr
    assert b"Pulumi.yaml is a Pulumi program. Send what `pulumi preview --json` prints." in done.stderr
    for name in ("playbook.yml", "Pulumi.yaml"):
        alone = run("check", str(tmp_path / name))
        assert (alone.returncode, alone.stderr.count(b"\n")) == (2, 1)
        assert alone.stderr.strip() in done.stderr


def test_a_helm_template_alone_is_refused_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("{{- if .Values.on }}\nkind: VPCEndpoint\n{{ end }}")
    done = run("check", str(tmp_path / "b.yaml"))
    assert done.returncode == 2
    assert b"b.yaml is a Helm template. Send what `helm template` prints." in done.stderr


def test_source_beside_a_plan_is_told_in_one_line(root: Path, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_bytes((root / PLAN).read_bytes())
    for name in ("a.tf", "b.tofu"):
        (tmp_path / name).write_text('resource "aws_vpc_endpoint" "s3" {}')
    (tmp_path / "c.tf").write_text('resource "aws_vpc" "main" {}')
    told = run("check", str(tmp_path)).stderr
    assert f"{tmp_path / 'a.tf'}, {tmp_path / 'b.tofu'} are not read; give the plan".encode() in told
    assert b"c.tf" not in told


def test_a_state_in_a_directory_is_told_with_the_way_to_a_plan(tmp_path: Path) -> None:
    state = {"version": 4, "terraform_version": "1.9.0", "lineage": "x", "resources": [{"type": "aws_vpc_endpoint"}]}
    (tmp_path / "terraform.tfstate.json").write_text(json.dumps(state))
    done = run("check", str(tmp_path))
    assert done.returncode == 2
    assert b"terraform show -json" in done.stderr


def test_a_directory_with_nothing_but_source_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('resource "aws_vpc_endpoint" "s3" {}\n')
    done = run("check", str(tmp_path))
    assert done.returncode == 2
    assert done.stderr.endswith(b"main.tf is not read; give the plan: `terraform show -json PLAN`.\n")


def test_a_saved_plan_is_told_where_no_json_lies_beside_it(root: Path, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    for folder in ("a", "b"):
        (tmp_path / folder / "out").write_bytes(b"PK\x03\x04" + b"\0" * 26 + b"tfplan" + b"\0" * 40)
    (tmp_path / "a/plan.json").write_bytes((root / PLAN).read_bytes())
    done = run("check", str(tmp_path), "-o", "json")
    assert len(json.loads(done.stdout)["decisions"]) == 1
    assert done.stderr.count(b"is a saved plan") == 1
    assert b"b/out is a saved plan, not read" in done.stderr


def test_what_is_compressed_is_told_in_a_directory(root: Path, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(gzip.compress((root / PLAN).read_bytes()))
    (tmp_path / "b.json").write_bytes((root / PLAN).read_bytes())
    done = run("check", str(tmp_path))
    assert done.returncode == 2
    assert b"a.json is compressed with gzip" in done.stderr


def test_nothing_to_judge_is_said_only_where_that_is_sure(tmp_path: Path) -> None:
    stack = "{Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: https://bucket/x.yaml}}"
    (tmp_path / "a.yaml").write_text("Resources: {Net: " + stack + "}")
    done = run("check", str(tmp_path / "a.yaml"))
    assert b"othing to judge" not in done.stdout
    assert b"the nested stack Net" in done.stderr
    assert done.returncode == 0
    assert run("check", "--strict", str(tmp_path / "a.yaml")).returncode == 2


def test_a_template_is_judged_alone_where_the_one_that_nests_it_cannot_be_read(tmp_path: Path) -> None:
    nesting = "Resources: {Net: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml}}}\n"
    (tmp_path / "child.yaml").write_text(ENDPOINT)
    judged = []
    for rules in ("", "Rules: {R: {Assertions: [{Assert: !Equals [a, b]}]}}"):
        (tmp_path / "parent.yaml").write_text(nesting + rules)
        found = json.loads(run("check", str(tmp_path), "-o", "json").stdout)
        judged.append([decision["subject"]["address"] for decision in found["decisions"]])
    assert judged == [["Net: S3"], ["S3"]]


def test_a_cloud_assembly_is_found_in_the_folder_around_it(tmp_path: Path) -> None:
    inner = tmp_path / "cdk.out"
    inner.mkdir()
    stack = {
        "type": "aws:cloudformation:stack",
        "environment": "aws://111122223333/eu-west-1",
        "properties": {"templateFile": "A.template.json"},
    }
    (inner / "manifest.json").write_text(json.dumps({"artifacts": {"A": stack}}))
    (inner / "A.template.json").write_text(ENDPOINT)
    done = run("check", str(tmp_path), "-o", "json")
    (found,) = json.loads(done.stdout)["decisions"]
    assert "VPCE-COMMON-006" in [v["rule_id"] for v in found["violations"]]


def test_a_key_given_twice_outside_of_endpoints_is_a_warning(tmp_path: Path) -> None:
    queue = "  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: a, QueueName: b}}\n"
    (tmp_path / "a.yaml").write_text(ENDPOINT + queue)
    done = run("check", str(tmp_path / "a.yaml"))
    assert done.returncode == 0
    assert b"line 6: /Resources/Queue/Properties/QueueName is given twice; the last one counts" in done.stderr
    for change in (
        ("VpcId: vpc-0a1b2c3d,", "VpcId: vpc-0a1b2c3d, VpcId: vpc-0b1b2c3d,"),
        ("Resources:\n", "Resources: {}\nResources:\n"),
        ("  S3:\n", "  S3: {Type: AWS::SQS::Queue}\n  S3:\n"),
    ):
        (tmp_path / "a.yaml").write_text(ENDPOINT.replace(*change))
        assert run("check", str(tmp_path / "a.yaml")).returncode == 2, change


def endpoint_in(vpc: object) -> dict[str, object]:
    properties = {"VpcId": vpc, "ServiceName": "com.amazonaws.eu-west-1.s3"}
    return {"Type": "AWS::EC2::VPCEndpoint", "Properties": properties}


def decide(*arguments: str) -> dict[str, str]:
    """The VPC of each decision, by its address."""
    done = run("check", *arguments, "-o", "json")
    return {d["subject"]["address"]: d["subject"]["vpc_id"] for d in json.loads(done.stdout)["decisions"]}


def test_a_template_that_a_parent_nests_is_not_read_alone(tmp_path: Path) -> None:
    child = {"Parameters": {"Vpc": {"Type": "String"}}, "Resources": {"E": endpoint_in({"Ref": "Vpc"})}}
    properties = {"TemplateURL": "../shared/child.json", "Parameters": {"Vpc": "vpc-1"}}
    parent = {"Resources": {"Net": {"Type": "AWS::CloudFormation::Stack", "Properties": properties}}}
    for folder, name, document in (("shared", "child", child), ("stacks", "parent", parent)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{name}.json").write_text(json.dumps(document))
    assert decide(str(tmp_path)) == {"Net: E": "vpc-1"}
    assert decide(str(tmp_path / "shared/child.json")) == {"E": "{{Vpc}}"}


def test_templates_of_a_directory_import_from_each_other(tmp_path: Path) -> None:
    vpc = {"Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}}
    exported = {"Value": {"Ref": "Vpc"}, "Export": {"Name": "net-vpc"}}
    (tmp_path / "net.json").write_text(json.dumps({"Resources": vpc, "Outputs": {"V": exported}}))
    endpoint = endpoint_in({"Fn::ImportValue": {"Fn::Sub": "${Stack}-vpc"}})
    app = {"Parameters": {"Stack": {"Type": "String", "Default": "net"}}, "Resources": {"E": endpoint}}
    (tmp_path / "app.json").write_text(json.dumps(app))
    assert decide(str(tmp_path)) == {"E": f"${{{tmp_path}/net.json:Vpc}}"}
    assert decide(str(tmp_path / "app.json")) == {"E": "{{ImportValue(net-vpc)}}"}


def test_the_fragment_of_a_module_is_found_by_its_schema(tmp_path: Path) -> None:
    (tmp_path / "module/fragments").mkdir(parents=True)
    (tmp_path / "module/schema.json").write_text(json.dumps({"typeName": "My::Net::Ends::MODULE"}))
    fragment = {"Parameters": {"V": {"Type": "String"}}, "Resources": {"E": endpoint_in({"Ref": "V"})}}
    (tmp_path / "module/fragments/ends.json").write_text(json.dumps(fragment))
    use = {"Type": "My::Net::Ends::MODULE", "Properties": {"V": "vpc-1"}}
    (tmp_path / "app.json").write_text(json.dumps({"Resources": {"Net": use}}))
    assert decide(str(tmp_path)) == {"NetE": "vpc-1"}
