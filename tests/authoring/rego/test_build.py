"""From rego/ to a bundle: fresh, reproducible, and wrong METADATA is told with its place."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from vpce_guard.authoring.new import scaffold
from vpce_guard.authoring.rego.build import build, find_stale
from vpce_guard.authoring.testing.examples import cases
from vpce_guard.bundle.bundle import PACKAGED
from vpce_guard.bundle.derived import COMMITTED
from vpce_guard.errors import BundleError, SettingsError


def test_the_build_results_are_fresh_and_reproducible(root: Path, opa: str) -> None:
    assert all((PACKAGED / name).is_file() for name in COMMITTED)
    assert find_stale(root / "rego", PACKAGED, opa=opa) == []


def test_a_scaffolded_rule_builds_and_its_tests_run(root: Path, tmp_path: Path, opa: str) -> None:
    rego = tmp_path / "rego"
    shutil.copytree(root / "rego", rego)
    scaffold(rego, "gw", "my_rule")
    build(rego, tmp_path / "bundle", opa=opa)
    subprocess.run([opa, "fmt", "--fail", "--list", rego], check=True)
    done = subprocess.run(
        [opa, "test", "--bundle", rego, "--run", "my_rule"], capture_output=True, text=True, check=True
    )
    assert "PASS: 2/2" in done.stdout
    assert [c.kind for c in cases(rego) if c.rule == "gw.my_rule"] == ["pass", "pass", "fail", "fail"]
    with pytest.raises(SettingsError, match="exists"):
        scaffold(rego, "gw", "my_rule")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("#   severity: error", "#   severity: dire", r"one_subnet_per_az.rego:\d+: METADATA is wrong: severity"),
        ("#   severity: error\n", "", "severity: Field required"),
        ("#   severity: error", "#   severity: error\n#   colour: red", "colour: Extra inputs"),
        ("VPCE-IFACE-002", "VPCE-IFACE-001", "is also the id of"),
    ],
)
def test_metadata_that_breaks_its_schema_is_an_error_with_file_and_line(
    root: Path, tmp_path: Path, opa: str, old: str, new: str, message: str
) -> None:
    rego = tmp_path / "rego"
    shutil.copytree(root / "rego", rego)
    path = rego / "vpce/rules/eni/one_subnet_per_az/one_subnet_per_az.rego"
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(BundleError, match=message):
        build(rego, tmp_path / "bundle", opa=opa)
