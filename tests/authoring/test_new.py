"""`policy new`: what is scaffolded passes its tests and lint as it is, whatever it is said to read."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from vpce_guard.authoring.lint import lint
from vpce_guard.authoring.new import NewRule, scaffold
from vpce_guard.authoring.testing.test import RuleTestOptions
from vpce_guard.authoring.testing.test import run_tests as run_tests
from vpce_guard.errors import SettingsError
from vpce_guard.surfaces.cli.policy import command


def test_a_rule_with_title_severity_and_reads_passes_and_lints_clean(rego: Path, opa: str) -> None:
    new = NewRule(title="Own: subnets", severity="error", reads=("/context/Subnets", "/request/SubnetIds"))
    rule, _, _ = scaffold(rego, "iface", "owned", new)
    assert "#   enforcement_action: deny\n" in rule.read_text()
    assert "#   reads: [/request/ServiceName, /context/Subnets, /request/SubnetIds]\n" in rule.read_text()
    results = run_tests(RuleTestOptions(source=rego, names=["iface.owned"], opa=opa))
    assert [result for result in results if not result.has_passed] == []
    assert [result.name for result in results if "is not known" in result.name and result.check == "example"] == [
        "undetermined: Subnets is not known",
        "undetermined: SubnetIds is not known",
    ]
    assert lint(rego, opa=opa) == []


def test_a_pointer_that_nothing_can_be_scaffolded_for_is_refused(rego: Path) -> None:
    with pytest.raises(SettingsError, match="'/intent/protocols' is no member of request or context"):
        scaffold(rego, "iface", "owned", NewRule(reads=("/intent/protocols",)))


def test_the_command_says_what_to_do_next(rego: Path) -> None:
    done = CliRunner().invoke(command, ["new", "org", "owned", "--source", str(rego)], standalone_mode=False)
    assert done.return_value == 0
    assert f"vpce-guard policy test org.owned --watch --source {rego}" in done.stderr
