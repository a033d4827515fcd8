"""Context files that commands take, and the reports that are asked for."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest

from vpce_guard.errors import UnreadableError
from vpce_guard.settings import Settings
from vpce_guard.surfaces.cli.outputs import read_context, read_contexts, read_targets


def test_contexts_are_read_as_they_stand_and_put_together(tmp_path: Path) -> None:
    path = tmp_path / "context.json"
    path.write_text(json.dumps([{"Region": "us-east-1"}, {"Vpcs": [{"VpcId": "vpc-1", "Tags": []}]}]))
    assert read_contexts([str(path)], Settings()) == [
        {"Region": "us-east-1"},
        {"Vpcs": [{"VpcId": "vpc-1", "Tags": []}]},
    ]
    assert read_context([str(path)], Settings()) == {"Region": "us-east-1", "Vpc": {"VpcId": "vpc-1", "Tags": []}}


def test_a_context_that_is_no_object_is_refused(tmp_path: Path) -> None:
    (tmp_path / "context.json").write_text("[1]")
    with pytest.raises(UnreadableError, match="does not hold an object"):
        read_contexts([str(tmp_path / "context.json")], Settings())


def test_reports_go_to_files_and_one_to_standard_output() -> None:
    assert read_targets(["text", "sarif=a.sarif"], framework=None) == [("text", None), ("sarif", "a.sarif")]


@pytest.mark.parametrize(
    ("outputs", "framework", "said"),
    [
        (["foo"], None, "there is no report 'foo'"),
        (["text", "json"], None, "Only one report"),
        (["sarif"], "prowler", "--framework adds to"),
    ],
)
def test_reports_that_cannot_be_are_wrong_usage(outputs: list[str], framework: str | None, said: str) -> None:
    with pytest.raises(click.UsageError, match=said):
        read_targets(outputs, framework=framework)
