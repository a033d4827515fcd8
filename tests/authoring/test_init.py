"""`policy init`: a repository of own rules that passes its own checks as it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests.support.own_rules import NAME_PREFIX
from vpce_guard.authoring.coverage.lines import line_coverage
from vpce_guard.authoring.init import read_names, write_repository
from vpce_guard.authoring.lint import lint
from vpce_guard.authoring.rego.opa import OPA_VERSION
from vpce_guard.authoring.testing.bench import choose_rules
from vpce_guard.authoring.testing.test import RuleTestOptions, run_tests
from vpce_guard.bundle.source_folders import Sources
from vpce_guard.errors import SettingsError


def test_its_rule_passes_test_lint_and_coverage(over_built_in: Sources, own_rules: Path, opa: str) -> None:
    asked = RuleTestOptions(source=over_built_in, names=choose_rules(over_built_in, []), opa=opa)
    results = run_tests(asked)
    assert [result.name for result in results if not result.has_passed] == []
    assert {result.rule for result in results} == {"acme.general.name_prefix"}
    assert lint(over_built_in, data=[own_rules.parent / "org-data.yaml"], opa=opa) == []
    lines = line_coverage(over_built_in, opa=opa)
    assert {file.path for file in lines.files} == {
        own_rules / NAME_PREFIX / "name_prefix.rego",
        own_rules / "acme/lib/names/names.rego",
    }
    assert lines.percent == 100


def test_it_is_called_as_the_organisation_is(tmp_path: Path) -> None:
    written = write_repository(tmp_path, read_names("big_shop", "SHOP"))
    names = {path.relative_to(tmp_path).as_posix() for path in written}
    assert "rego/big_shop/rules/general/name_prefix/name_prefix.rego" in names
    rule = (tmp_path / "rego/big_shop/rules/general/name_prefix/name_prefix.rego").read_text()
    assert "package big_shop.rules.general.name_prefix" in rule
    assert "id: SHOP-GENERAL-001" in rule
    assert "/org/x-big-shop" in rule
    assert not [path for path in written if "acme" in path.read_text().lower()]


def test_both_pipelines_take_the_pinned_opa(own_rules: Path) -> None:
    for name in (".github/workflows/policies.yml", ".gitlab-ci.yml"):
        text = (own_rules.parent / name).read_text()
        assert yaml.safe_load(text)
        assert f"opa@v{OPA_VERSION}" in text
        assert "make check" in text


def test_settings_of_editors_name_what_make_editor_writes(own_rules: Path) -> None:
    settings = json.loads((own_rules.parent / ".vscode/settings.json").read_text())
    made = (own_rules.parent / "Makefile").read_text()
    named = [settings["opa.schema"].removeprefix("${workspaceFolder}/"), *settings["yaml.schemas"]]
    assert [name for name in named if f"> {name}" not in made] == []
    assert yaml.safe_load((own_rules.parent / ".regal/config.yaml").read_text())["project"] == {"roots": ["rego"]}


def test_this_repository_has_the_same_settings_of_editors(own_rules: Path, root: Path) -> None:
    """But for the files that are org data, and what Regal cannot find there."""
    ours, theirs = (json.loads((one / ".vscode/settings.json").read_text()) for one in (root, own_rules.parent))
    assert {**ours, "yaml.schemas": None} == {**theirs, "yaml.schemas": None}
    assert ours["yaml.schemas"].keys() == theirs["yaml.schemas"].keys()
    for schema, files in ours["yaml.schemas"].items():
        assert (root / schema).is_file()
        assert [pattern for pattern in files if not list(root.glob(pattern))] == []
    extensions = [(one / ".vscode/extensions.json").read_text() for one in (root, own_rules.parent)]
    assert extensions[0] == extensions[1]
    regal = [yaml.safe_load((one / ".regal/config.yaml").read_text()) for one in (root, own_rules.parent)]
    assert regal[0]["project"] == regal[1]["project"]
    assert regal[0]["rules"]["style"] == regal[1]["rules"]["style"]


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    with pytest.raises(SettingsError, match=r"README\.md is there already"):
        write_repository(tmp_path, read_names("acme", None))
    assert [path.name for path in tmp_path.iterdir()] == ["README.md"]


@pytest.mark.parametrize(
    ("root", "prefix", "message"),
    [
        ("vpce", None, "'vpce' cannot be the root: vpce is taken"),
        ("a-b", None, "'a-b' cannot be the root: String should match"),
        ("acme", "vpce", "'vpce' cannot be the prefix: String should match"),
        ("acme", "VPCE", "'VPCE' cannot be the prefix: ids of that prefix"),
    ],
)
def test_a_name_that_cannot_be_is_refused(root: str, prefix: str | None, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        read_names(root, prefix)
