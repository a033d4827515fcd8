"""`vpce-guard policy diff`: rules that are others; the replay is shown in tests/e2e/test_own_rules.py."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.support.own_rules import NAME_PREFIX, edit_own
from vpce_guard.authoring.rego.build import build
from vpce_guard.bundle.source_folders import Sources
from vpce_guard.surfaces.cli.policy import command


@pytest.fixture
def before(over_built_in: Sources, tmp_path: Path, opa: str) -> Path:
    """A bundle of the own rules over a few built-in ones."""
    build(over_built_in, tmp_path / "before", opa=opa, explained=False)
    return tmp_path / "before"


def diff(before: Path, over_built_in: Sources, opa: str, *arguments: str) -> Result:
    sources = [
        part for folder in (over_built_in.built_in, *over_built_in.folders) for part in ("--source", str(folder))
    ]
    ask = ["diff", "--bundle", str(before), *sources, "--opa", opa, *arguments]
    result = CliRunner().invoke(command, ask, standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result


def test_rules_that_differ_are_named_with_what_differs(
    before: Path, over_built_in: Sources, own_rules: Path, opa: str
) -> None:
    edit_own(own_rules, f"{NAME_PREFIX}/name_prefix.rego", "enforcement_action: deny", "enforcement_action: warn")
    lib = over_built_in.built_in / "vpce/lib/org/org.rego"
    lib.write_text(lib.read_text().replace("now := input.instant", "now := input.instant if true"))
    told = diff(before, over_built_in, opa, "--no-replay").stdout.splitlines()
    assert told[3:] == [
        "changed  ACME-GENERAL-001   Name begins with the prefix of the account: enforcement_action deny -> warn, may "
        "answer otherwise"
    ]
    assert told[0].startswith("now:   ")
    assert "2 rules, over built-in rules of 0.1.0" in told[0]


def test_where_there_is_no_log_the_rules_are_compared_alone(
    before: Path, over_built_in: Sources, opa: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VPCE_GUARD_DATABASE_URL")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    result = diff(before, over_built_in, opa, "-o", "json")
    told = json.loads(result.stdout)
    assert (told["rules"], told["replay"], result.return_value) == ([], None, 0)
    assert told["now"] == told["anew"]
    assert told["now"]["built_in"]["version"] == "0.1.0"
    assert "nothing is replayed" in result.stderr


def test_without_own_rules_it_is_the_installed_ones(
    before: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ask = ["diff", "--bundle", str(before), "--no-replay", "-o", "json"]
    told = json.loads(CliRunner().invoke(command, ask, standalone_mode=False).stdout)
    assert {c["rule_id"] for c in told["rules"] if c["kind"] == "gone"} == {"ACME-GENERAL-001"}
