"""`policy coverage`: tests and examples together, and every line that neither runs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.authoring.conftest import FOLDER, edit
from vpce_guard.errors import SourceError
from vpce_guard.surfaces.cli.policy import command


@pytest.fixture
def run(rego: Path, opa: str) -> Callable[..., Result]:
    for folder in (rego / "vpce/rules").glob("*/*/"):
        if folder.name != "my_rule":
            shutil.rmtree(folder)
    (rego / "coverage.yaml").unlink()
    (rego / "vpce/main/main_test.rego").unlink()  # it asks rules that are gone

    def run(*arguments: str) -> Result:
        ask = ["coverage", "--source", str(rego), "--opa", opa, "--no-conditions", *arguments]
        return CliRunner().invoke(command, ask, standalone_mode=False)

    return run


def of_rule(run: Callable[..., Result]) -> dict[str, Any]:
    files = json.loads(run("-o", "json").output)["lines"]["files"]
    return next({"covered": f["covered"], "missed": f["missed"]} for f in files if f["file"].endswith("/my_rule.rego"))


def test_a_line_that_only_an_example_runs_is_covered(run: Callable[..., Result], rego: Path) -> None:
    path = rego / FOLDER / "my_rule_test.rego"
    path.write_text(path.read_text().partition("test_a_todo")[0])
    assert of_rule(run) == {"covered": 4, "missed": []}
    examples = rego / FOLDER / "examples.yaml"
    examples.write_text(examples.read_text().partition("fail:")[0])
    assert of_rule(run) == {"covered": 0, "missed": [17, 18, 19, 20]}


def test_a_line_that_nothing_runs_is_named(run: Callable[..., Result], rego: Path) -> None:
    path = rego / FOLDER / "my_rule.rego"
    path.write_text(path.read_text() + '\n_never if {\n\tinput.operation == "never"\n}\n')
    done = run("--threshold", "100")
    assert f"{rego}/{FOLDER}/my_rule.rego:24: no test or example runs this line" in done.output
    assert done.return_value == 1
    assert run("--threshold", "50").return_value == 0


def test_lcov_counts_lines(run: Callable[..., Result], rego: Path) -> None:
    rows = "DA:17,1\nDA:18,1\nDA:19,1\nDA:20,1\nLF:4\nLH:4\nend_of_record"
    assert f"SF:{rego}/{FOLDER}/my_rule.rego\n{rows}" in run("-o", "lcov").output


def test_a_failing_test_is_told(run: Callable[..., Result], rego: Path) -> None:
    edit(rego, "my_rule_test.rego", "the service is NONE", "the service is DONE")
    assert isinstance(run().exception, SourceError)
