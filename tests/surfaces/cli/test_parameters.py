"""Parameters of templates on the command line: one by one, and files as the tools of AWS take them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from vpce_guard.errors import UnreadableError
from vpce_guard.settings import Settings
from vpce_guard.surfaces.cli.parameters import read_parameters

SUBNETS = {"Subnets": "subnet-1,subnet-2", "AWS::Region": "us-east-1"}


@pytest.mark.parametrize(
    "content",
    [
        SUBNETS,
        [{"ParameterKey": name, "ParameterValue": value} for name, value in SUBNETS.items()],
        {"Parameters": SUBNETS},
    ],
)
def test_files_come_in_the_shapes_of_the_tools(tmp_path: Path, content: Any) -> None:
    file = tmp_path / "p.json"
    file.write_text(json.dumps(content))
    assert read_parameters([str(file)], Settings()) == SUBNETS


def test_a_later_value_wins(tmp_path: Path) -> None:
    file = tmp_path / "p.json"
    file.write_text(json.dumps(SUBNETS))
    found = read_parameters([str(file), "AWS::Region=eu-west-1", "Filter=a=b"], Settings())
    assert found == {**SUBNETS, "AWS::Region": "eu-west-1", "Filter": "a=b"}


def test_a_file_without_parameters_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "p.json"
    file.write_text("[1]")
    with pytest.raises(UnreadableError, match="There are no parameters in"):
        read_parameters([str(file)], Settings())
    with pytest.raises(UnreadableError, match=r"none\.json cannot be read: No such file"):
        read_parameters([str(tmp_path / "none.json")], Settings())
