"""What the manifest of a cloud assembly tells of its stacks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vpce_guard.surfaces.cli.assembly import AssemblyStack, is_manifest, parts_of


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


def test_a_manifest_has_artifacts() -> None:
    assert is_manifest({"version": "36.0.0", "artifacts": {}})
    assert not is_manifest({"name": "some app"})
