"""What is documented is what there is."""

from __future__ import annotations

import re
from pathlib import Path

from vpce_guard.authoring.build import RESULTS, stale
from vpce_guard.authoring.examples import cases
from vpce_guard.authoring.new import scaffold
from vpce_guard.bundle import PACKAGED
from vpce_guard.settings import Settings


def test_every_setting_is_documented(root: Path) -> None:
    documented = set(re.findall(r"^\| (\w+) \|", (root / "docs/settings.md").read_text(), re.MULTILINE))
    assert documented - {"setting"} == set(Settings.model_fields)


def test_the_build_results_are_fresh_and_reproducible(root: Path, opa: str) -> None:
    assert all((PACKAGED / name).is_file() for name in RESULTS)
    assert stale(root / "rego", PACKAGED, opa=opa) == []


def test_a_scaffolded_rule_has_examples_that_can_be_read(root: Path, tmp_path: Path) -> None:
    context = tmp_path / "vpce/testing/context.yaml"
    context.parent.mkdir(parents=True)
    context.write_text((root / "rego/vpce/testing/context.yaml").read_text())
    scaffold(tmp_path, "iface", "my_rule")
    assert [case.kind for case in cases(tmp_path)] == ["pass", "pass", "fail", "fail"]
