"""`policy coverage`: its threshold and its reports."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from tests.support.rego import FOLDER


def test_a_line_that_nothing_runs_is_named(run_policy_coverage: Callable[..., Result], rego: Path) -> None:
    path = rego / FOLDER / "my_rule.rego"
    path.write_text(path.read_text() + '\n_never if {\n\tinput.operation == "never"\n}\n')
    done = run_policy_coverage("--threshold", "100")
    assert f"{rego}/{FOLDER}/my_rule.rego:24: no test or example runs this line" in done.output
    assert done.return_value == 1
    done = run_policy_coverage("--threshold", "0")
    assert done.return_value == 0, done.output


def test_lcov_counts_lines(run_policy_coverage: Callable[..., Result], rego: Path) -> None:
    rows = "DA:17,1\nDA:18,1\nDA:19,1\nDA:20,1\nLF:4\nLH:4\nend_of_record"
    assert f"SF:{rego}/{FOLDER}/my_rule.rego\n{rows}" in run_policy_coverage("-o", "lcov").output
