"""`policy new`: what is scaffolded passes its tests as it is, whatever it is said to read, and lint once written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.support.rego import write_out
from vpce_guard.authoring.lint import lint
from vpce_guard.authoring.new import NewRule, scaffold
from vpce_guard.authoring.rego import metadata
from vpce_guard.authoring.testing.test import RuleTestOptions
from vpce_guard.authoring.testing.test import run_tests as run_tests
from vpce_guard.bundle.source_folders import Sources
from vpce_guard.errors import SettingsError, SourceError
from vpce_guard.formats.aws.input_schema import members_of
from vpce_guard.surfaces.cli.policy import command


def test_a_rule_with_title_severity_and_reads_passes_and_lints_clean(rego: Path, opa: str) -> None:
    new = NewRule(title="Own: subnets", severity="error", reads=("/context/Subnets", "/request/SubnetIds"))
    written = scaffold(rego, "iface", "owned", new)
    rule = written.files[0]
    assert "#   enforcement_action: deny\n" in rule.read_text()
    assert "#   reads: [/request/ServiceName, /context/Subnets, /request/SubnetIds]\n" in rule.read_text()
    results = run_tests(RuleTestOptions(source=rego, names=["iface.owned"], opa=opa))
    assert [result for result in results if not result.has_passed] == []
    assert [result.name for result in results if "is not known" in result.name and result.check == "example"] == [
        "undetermined: Subnets is not known",
        "undetermined: SubnetIds is not known",
    ]
    write_out(written.files)
    assert [finding for finding in lint(rego, opa=opa) if finding.path.parent == rule.parent] == []


def test_the_next_free_id_of_the_family_is_proposed(root: Path, tmp_path: Path) -> None:
    rego = tmp_path / "rego"
    shutil.copytree(root / "rego", rego)
    numbers = [int(rule.id[-3:]) for rule in metadata.rules(rego) if rule.id.startswith("VPCE-ORG-")]
    assert scaffold(rego, "org", "one").rule_id == f"VPCE-ORG-{max(numbers) + 1:03}"
    assert scaffold(rego, "org", "two").rule_id == f"VPCE-ORG-{max(numbers) + 2:03}"
    (rego / "retired.yaml").write_text(f"VPCE-ORG-{max(numbers) + 7:03}: merged into another\n")
    assert scaffold(rego, "org", "three").rule_id == f"VPCE-ORG-{max(numbers) + 8:03}"


@pytest.mark.parametrize(
    ("rule_id", "message"),
    [
        ("VPCE-GW-001", "VPCE-GW-001 is taken"),
        ("VPCE-GW-700", "is taken"),
        ("VPCE-ORG-700", "not an id of the family"),
    ],
)
def test_an_id_that_is_not_free_is_refused(rego: Path, rule_id: str, message: str) -> None:
    (rego / "retired.yaml").write_text("VPCE-GW-700: merged into another\n")
    with pytest.raises(SettingsError, match=message):
        scaffold(rego, "gw", "owned", NewRule(rule_id=rule_id))


def test_a_list_of_retired_ids_that_is_none_is_an_error(rego: Path) -> None:
    (rego / "retired.yaml").write_text("- VPCE-GW-700\n")
    with pytest.raises(SourceError, match="does not map ids to reasons"):
        scaffold(rego, "gw", "owned")


def test_a_pointer_that_nothing_can_be_scaffolded_for_is_refused(rego: Path) -> None:
    with pytest.raises(SettingsError, match="'/peers/0' is no member of request, current, context, intent"):
        scaffold(rego, "iface", "owned", NewRule(reads=("/peers/0",)))


def test_the_command_says_what_to_do_next(rego: Path) -> None:
    done = CliRunner().invoke(command, ["new", "org", "owned", "--source", str(rego)], standalone_mode=False)
    assert done.return_value == 0
    assert f"vpce-guard policy test org.owned --watch --source {rego}" in done.stderr
    (made,) = [rule for rule in metadata.rules(rego) if rule.name == "org.owned"]
    assert f"The new rule is {made.id}." in done.stderr


def test_a_rule_of_ones_own_runs_at_once_with_an_id_of_its_family(
    over_built_in: Sources, own_rules: Path, opa: str
) -> None:
    written = scaffold(over_built_in, "general", "owned", NewRule(reads=("/context/Subnets",)))
    assert written.rule_id == "ACME-GENERAL-002"
    assert written.files[0] == own_rules / "acme/rules/general/owned/owned.rego"
    results = run_tests(RuleTestOptions(source=over_built_in, names=["acme.general.owned"], opa=opa))
    assert [result.name for result in results if not result.has_passed] == []
    write_out(written.files)
    assert [f for f in lint(over_built_in, opa=opa) if f.path.parent.name == "owned"] == []


def test_a_family_that_no_source_has_is_refused(over_built_in: Sources, rego: Path) -> None:
    with pytest.raises(SettingsError, match="Your rules have no family iface"):
        scaffold(over_built_in, "iface", "owned")
    with pytest.raises(SettingsError, match="There is no family net of built-in rules"):
        scaffold(rego, "net", "owned")


def test_any_member_of_the_context_can_be_read_and_what_else_a_rule_may_read(over_built_in: Sources, opa: str) -> None:
    members = [member for member in members_of("context") if member not in ("Subnets", "complete_for")]
    every = NewRule(reads=[f"/context/{member}" for member in members])
    scaffold(over_built_in, "general", "every", every)
    others = ("/intent/protocols", "/labels/team", "/org/x-acme", "/current/State", "/context/time")
    written = scaffold(over_built_in, "general", "others", NewRule(reads=others))
    assert f"#   optional: [{', '.join(others)}]" in written.files[0].read_text()
    names = ["acme.general.every", "acme.general.others"]
    results = run_tests(RuleTestOptions(source=over_built_in, names=names, opa=opa))
    assert [(r.name, r.problem) for r in results if not r.has_passed] == []


def test_a_member_that_no_input_has_is_refused_with_the_one_that_was_meant(over_built_in: Sources) -> None:
    with pytest.raises(SettingsError) as raised:
        scaffold(over_built_in, "general", "owned", NewRule(reads=("/context/Subnet",)))
    assert raised.value.advice == "Did you mean /context/Subnets?"
