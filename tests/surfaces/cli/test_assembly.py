"""What the manifest of a cloud assembly tells of its stacks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.support.command import run
from vpce_guard.formats.document import Extras
from vpce_guard.settings import load_settings
from vpce_guard.surfaces.cli.assembly import AssemblyStack, is_manifest, parts_of
from vpce_guard.surfaces.cli.documents import Reader


def stack(environment: str, **properties: Any) -> dict[str, Any]:
    return {"type": "aws:cloudformation:stack", "environment": environment, "properties": properties}


def test_a_stack_has_its_name_its_parameters_and_its_own_region(tmp_path: Path) -> None:
    artifacts = {
        "Net": stack("aws://111122223333/eu-west-1", templateFile="Net.json", stackName="net", parameters={"A": "b"}),
        "App": stack("aws://unknown-account/us-east-1", templateFile="App.json"),
        "Stage": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Stage"}},
        "Tree": {"type": "cdk:tree"},
    }
    (tmp_path / "Inner.nested.template.json").touch()
    assert list(parts_of({"artifacts": artifacts}, tmp_path)) == [
        AssemblyStack(
            tmp_path / "Net.json",
            {"AWS::StackName": "net", "A": "b"},
            {"AWS::AccountId": "111122223333", "AWS::Region": "eu-west-1"},
        ),
        AssemblyStack(tmp_path / "App.json", {"AWS::StackName": "App"}, {"AWS::Region": "us-east-1"}),
        tmp_path / "assembly-Stage",
        AssemblyStack(tmp_path / "Inner.nested.template.json", {}, {}),
    ]


def test_the_app_of_the_examples_is_judged_from_what_it_synthesises_to(root: Path) -> None:
    """Two stages with two stacks and a nested one each, which import the network from each other."""
    reader = Reader(load_settings(flags={}), format_name="auto", given=Extras())
    found = {Path(name).name: document for name, document in reader.read([str(root / "examples/cdk")])}
    assert reader.problems == reader.notes == []
    services = {
        name: sorted(str(d.request.get("ServiceName", d.request["VpcEndpointType"])) for d in document.drafts)
        for name, document in found.items()
        if name.startswith("Prod")
    }
    assert list(services.values()) == [
        ["com.amazonaws.eu-west-1.dynamodb", "com.amazonaws.eu-west-1.s3", "com.amazonaws.eu-west-1.sqs"],
        [
            "Resource",
            "ServiceNetwork",
            "com.amazonaws.eu-west-1.kms",
            "com.amazonaws.eu-west-1.ssm",
            "com.amazonaws.vpce.eu-west-1.vpce-svc-0718293a4b5c6d7e8",
            "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718",
        ],
    ]
    (endpoints,) = (document for name, document in found.items() if name.startswith("ProdEndpoints"))
    assert {draft.context["Vpc"]["CidrBlock"] for draft in endpoints.drafts} == {"10.20.0.0/16"}
    assert [n["ServiceName"].rpartition(".")[2] for n in endpoints.neighbours] == ["s3", "dynamodb", "sqs"]


def test_a_manifest_has_artifacts() -> None:
    assert is_manifest({"version": "36.0.0", "artifacts": {}})
    assert not is_manifest({"name": "some app"})


def test_stacks_with_the_same_logical_ids_are_kept_apart_when_combined(tmp_path: Path) -> None:
    endpoint = {
        "VpcId": {"Ref": "Vpc"},
        "ServiceName": "com.amazonaws.eu-west-1.s3",
        "RouteTableIds": [{"Ref": "Table"}],
    }
    resources = {
        "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16", "EnableDnsHostnames": True}},
        "Table": {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": {"Ref": "Vpc"}}},
        "S3": {"Type": "AWS::EC2::VPCEndpoint", "Properties": endpoint},
    }
    artifacts = {}
    for name, parameters in (("One", {}), ("Two", {"Team": {"Type": "String"}})):
        properties = {"templateFile": f"{name}.template.json", "stackName": f"net-{name.lower()}"}
        artifacts[name] = {"type": "aws:cloudformation:stack", "environment": "aws://111122223333/eu-west-1"}
        artifacts[name] |= {"properties": properties}
        template = {"Parameters": parameters, "Resources": resources}
        (tmp_path / f"{name}.template.json").write_text(json.dumps(template))
    (tmp_path / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": artifacts}))
    done = run("check", str(tmp_path), "--combine", "--strict", "--parameters", "Team=net", "-o", "json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(json.loads(done.stdout)["decisions"]) == 2
