"""Which texts a name stands for, and what is passed over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vpce_guard.errors import MalformedError, Pointer, UnreadableError
from vpce_guard.settings import load_settings
from vpce_guard.surfaces.cli.finding import Finder, Remarks, keep_problem

TEMPLATE = {"Resources": {"E": {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"VpcId": "vpc-1"}}}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "node_modules").mkdir()
    for name in ("b.json", "a.template", "node_modules/c.json", ".hidden.json"):
        (tmp_path / name).write_text(json.dumps(TEMPLATE))
    (tmp_path / "package.json").write_text('{"name": "x"}')
    (tmp_path / "notes.txt").write_text("AWS::EC2::VPCEndpoint")
    return tmp_path


def make_finder(told: Remarks, *, skip_others: bool = False, many: bool = True) -> Finder:
    return Finder(load_settings(flags={}), told, skip_others=skip_others, many=many)


def find(finder: Finder, name: Path) -> list[str]:
    return [Path(one.text.file).name for one in finder.find(str(name))]


def test_of_a_directory_it_is_what_surely_is_of_a_known_format(folder: Path) -> None:
    told = Remarks()
    assert find(make_finder(told), folder) == ["a.template", "b.json"]
    assert told == Remarks()


def test_what_mentions_an_endpoint_and_cannot_be_read_is_told(folder: Path) -> None:
    (folder / "c.yaml").write_text("Type: AWS::EC2::VPCEndpoint\n  broken: [")
    told = Remarks()
    assert find(make_finder(told), folder) == ["a.template", "b.json"]
    assert len(told.problems) == 1


def test_a_file_alone_that_cannot_be_read_is_an_error(folder: Path) -> None:
    with pytest.raises(UnreadableError, match=r"gone\.json"):
        find(make_finder(Remarks(), many=False), folder / "gone.json")


def test_others_are_skipped_where_that_is_asked_for(folder: Path) -> None:
    finder = make_finder(Remarks(), skip_others=True)
    assert find(finder, folder / "package.json") == []
    assert finder.skipped == [str(folder / "package.json")]


def test_an_assembly_is_its_stacks(folder: Path) -> None:
    (folder / "cdk.out").mkdir()
    stack = {"type": "aws:cloudformation:stack", "environment": "aws://1/eu-west-1"}
    artifacts = {name: {**stack, "properties": {"templateFile": f"{name}.json"}} for name in ("Net", "Gone")}
    (folder / "cdk.out/manifest.json").write_text(json.dumps({"artifacts": artifacts}))
    (folder / "cdk.out/Net.json").write_text(json.dumps(TEMPLATE))
    told = Remarks()
    (found,) = make_finder(told).find(str(folder / "cdk.out"))
    assert found.stack is not None
    assert found.stack.environment["AWS::Region"] == "eu-west-1"
    assert len(told.problems) == 1


USAGE = {
    "apiVersion": "protection.crossplane.io/v1beta1",
    "kind": "Usage",
    "spec": {"of": {"apiVersion": "ec2.aws.m.upbound.io/v1beta1", "kind": "VPCEndpoint", "resourceRef": {"name": "a"}}},
}


def test_an_object_that_only_names_an_endpoint_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "usage.json").write_text(json.dumps(USAGE))
    told = Remarks()
    assert find(make_finder(told), tmp_path) == []
    assert told == Remarks()


def test_an_endpoint_of_an_unknown_group_is_told(tmp_path: Path) -> None:
    claim = {"apiVersion": "example.org/v1", "kind": "VPCEndpoint", "spec": {"service": "kms"}}
    (tmp_path / "claim.json").write_text(json.dumps(claim))
    told = Remarks()
    assert find(make_finder(told), tmp_path) == []
    assert len(told.problems) == 1


def test_what_is_said_not_to_be_read_is_told_whatever_the_file_looks_like(tmp_path: Path) -> None:
    error = MalformedError("not read", pointers=(Pointer(pointer="/spec", code="not_read", detail="a text"),))
    told = Remarks()
    assert keep_problem(tmp_path / "kcl.yaml", b'kind = "VPCEndpoint"', None, error, told)
    assert told.problems == [error]
