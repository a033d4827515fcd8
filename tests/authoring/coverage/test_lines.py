"""`policy coverage`: tests and examples together, and every line that neither runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from click.testing import Result

from tests.support.rego import FOLDER, edit
from vpce_guard.errors import SourceError


def of_rule(run_policy_coverage: Callable[..., Result]) -> dict[str, Any]:
    files = json.loads(run_policy_coverage("-o", "json").output)["lines"]["files"]
    return next({"covered": f["covered"], "missed": f["missed"]} for f in files if f["file"].endswith("/my_rule.rego"))


def test_a_line_that_only_an_example_runs_is_covered(run_policy_coverage: Callable[..., Result], rego: Path) -> None:
    path = rego / FOLDER / "my_rule_test.rego"
    path.write_text(path.read_text().partition("test_a_todo")[0])
    assert of_rule(run_policy_coverage) == {"covered": 4, "missed": []}
    examples = rego / FOLDER / "examples.yaml"
    examples.write_text(examples.read_text().partition("  fail:")[0])
    assert of_rule(run_policy_coverage) == {"covered": 0, "missed": [17, 18, 19, 20]}


def test_a_failing_test_is_told(run_policy_coverage: Callable[..., Result], rego: Path) -> None:
    edit(rego, "my_rule_test.rego", "the service is NONE", "the service is DONE")
    assert isinstance(run_policy_coverage().exception, SourceError)
