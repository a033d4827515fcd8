"""From rego/ to a bundle: fresh, reproducible, and wrong METADATA is told with its place."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support.rego import copy_rego
from vpce_guard.authoring.new import scaffold
from vpce_guard.authoring.rego.build import build
from vpce_guard.authoring.testing.examples import cases
from vpce_guard.bundle.bundle import PACKAGED
from vpce_guard.bundle.derived import COMMITTED
from vpce_guard.errors import BundleError, SettingsError


def test_the_build_results_are_there() -> None:
    """That they are fresh, `policy build --check` shows, which `make test` runs."""
    assert all((PACKAGED / name).is_file() for name in COMMITTED)


def test_a_scaffolded_rule_is_formatted_and_has_examples_of_each_kind(root: Path, tmp_path: Path, opa: str) -> None:
    rego = copy_rego(root, tmp_path / "rego", rules=("gw/*",))
    scaffold(rego, "gw", "my_rule")
    subprocess.run([opa, "fmt", "--fail", "--list", rego / "vpce/rules/gw/my_rule"], check=True)
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
    rego = copy_rego(root, tmp_path / "rego", rules=("eni/*",))
    path = rego / "vpce/rules/eni/one_subnet_per_az/one_subnet_per_az.rego"
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(BundleError, match=message):
        build(rego, tmp_path / "bundle", opa=opa)
