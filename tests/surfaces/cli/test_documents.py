"""Documents on the command line: directories, what is passed over, and parameters."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.command import run

PLAN = "tests/formats/terraform/plans/create-one-interface/plan.json"


def test_what_is_not_about_endpoints_is_passed_over_in_a_directory(root: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.json").write_text('{"nothing": "about them"}')
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules/plan.json").write_bytes((root / PLAN).read_bytes())
    (tmp_path / "plan.json").write_bytes((root / PLAN).read_bytes())
    done = run("check", str(tmp_path), "-o", "json")
    assert len(json.loads(done.stdout)["decisions"]) == 1
