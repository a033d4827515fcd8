"""`vpce-guard policy init`, `new` and `build` with own rules over the built-in ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from click import UsageError
from click.testing import CliRunner

from tests.support.own_rules import NAME_PREFIX
from vpce_guard.bundle.bundle import PACKAGED, open_bundle
from vpce_guard.errors import SettingsError
from vpce_guard.surfaces.cli.policy import command


def run(*arguments: str) -> str:
    result = CliRunner().invoke(command, arguments, standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result.stdout


def test_init_names_each_file_it_writes(tmp_path: Path) -> None:
    told = run("init", str(tmp_path), "--root", "acme")
    assert f"{tmp_path}/rego/{NAME_PREFIX}/name_prefix.rego" in told.splitlines()
    written = {path for path in tmp_path.rglob("*") if path.is_file() or path.is_symlink()}
    assert {Path(line) for line in told.splitlines()} == written


def test_link_is_for_own_rules_alone(own_rules: Path, built_in_rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(own_rules.parent)
    assert run("link") == "rego/vpce\n"
    assert (own_rules / "vpce/lib/words/words.rego").is_file()
    with pytest.raises(UsageError, match="Only rules of your own are linked"):
        run("link", "--source", str(built_in_rules))


def test_what_is_built_goes_beside_the_own_rules_and_never_into_the_package(
    own_rules: Path, built_in_rules: Path, opa: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(own_rules.parent)
    both = ["--source", str(built_in_rules), "--source", "rego"]
    revision = run("build", *both, "--opa", opa).strip()
    built = open_bundle(Path("build/bundle"))
    assert built.revision == revision
    assert [rule.id for rule in built.catalogue.rules] == ["ACME-GENERAL-001", "VPCE-GW-001"]
    with pytest.raises(SettingsError, match="holds the built-in rules of what is installed"):
        run("build", *both, "--opa", opa, "--target", str(PACKAGED))


def test_a_new_rule_goes_into_the_own_source(own_rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(own_rules.parent)
    told = run("new", "general", "two_regions")
    assert told.splitlines()[0] == "rego/acme/rules/general/two_regions/two_regions.rego"
    assert "id: ACME-GENERAL-002" in Path(told.splitlines()[0]).read_text()
    with pytest.raises(SettingsError, match=r"Your rules have no family gw\.") as raised:
        run("new", "gw", "two_regions")
    assert raised.value.advice == "They have general; add one to families in rego/source.yaml."
