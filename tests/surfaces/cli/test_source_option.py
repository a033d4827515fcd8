"""A folder that holds no policies is told in the same way by each command that takes `--source`."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from vpce_guard.bundle.bundle import PACKAGED
from vpce_guard.errors import SettingsError
from vpce_guard.surfaces.cli import cli

COMMANDS = [
    "policy build",
    "policy test",
    "policy test --watch",
    "policy lint",
    "policy coverage",
    "policy new common a_rule",
    "policy link",
    f"policy diff --no-replay --bundle {PACKAGED}",
    "serve --watch --port 0",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_that_is_none_of_policies_is_told(command: str, tmp_path: Path, opa: str) -> None:
    options = ["--source", str(tmp_path)]
    if "new" not in command and "link" not in command:
        options += ["--opa", opa]
    done = CliRunner().invoke(cli, [*command.split(), *options], standalone_mode=False)
    assert isinstance(done.exception, SettingsError)
    assert str(done.exception) == (
        f"{tmp_path} is not a folder of policies: it has neither source.yaml nor .manifest. "
        "Give the folder rego/ with --source."
    )
