"""Which texts a name stands for, and what is passed over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vpce_guard.errors import UnreadableError
from vpce_guard.settings import load_settings
from vpce_guard.surfaces.cli.finding import Finder, Remarks

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
