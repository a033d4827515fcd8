"""`policy test`: what fails is shown with its place and the sets compared, whatever is wrong."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xmlschema
from click.testing import CliRunner, Result

from tests.authoring.conftest import FOLDER, edit
from tests.support.waiting import LONGEST
from vpce_guard.authoring.testing.bench import bench, choose_rules
from vpce_guard.authoring.testing.test import RuleTestOptions
from vpce_guard.authoring.testing.watch import rules_concerned, watch_folder
from vpce_guard.errors import SettingsError, SourceError, VpceGuardError
from vpce_guard.surfaces.cli.policy import command


@pytest.fixture
def run(rego: Path, opa: str) -> Callable[..., Result]:
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(
            command,
            ["test", "gw.my_rule", "--source", str(rego), "--opa", opa, *arguments],
            standalone_mode=False,
        )

    return run


def test_a_new_rule_passes(run: Callable[..., Result]) -> None:
    done = run()
    assert (done.return_value, done.output) == (0, "13 passed, 0 failed\n")


def test_an_example_that_finds_something_else_shows_both_sets_and_its_line(
    run: Callable[..., Result], rego: Path
) -> None:
    edit(
        rego,
        "examples.yaml",
        "ServiceName: NONE}\n  violations: [{path: /request/ServiceName}]",
        "ServiceName: NONE}\n  violations: [{path: /request/VpcId, enforcement_action: inform}]",
    )
    done = run()
    assert done.return_value == 1
    assert (
        f"""FAIL gw.my_rule: fail: a service still to be named [embedded]
  {rego}/{FOLDER}/examples.yaml:7: it finds something else
    + violation /request/ServiceName
    - violation /request/VpcId (inform)
(- expected and not found, + found and not expected)
12 passed, 1 failed
"""
        in done.output
    )


def test_a_rego_test_that_fails_shows_its_line_and_what_opa_saw(run: Callable[..., Result], rego: Path) -> None:
    edit(rego, "my_rule_test.rego", "the service is NONE", "the service is DONE")
    done = run()
    assert done.return_value == 1
    assert f"FAIL gw.my_rule: test_a_todo_is_reported\n  {rego}/{FOLDER}/my_rule_test.rego:8: the test" in done.output
    assert 'rule.deny: {{"message": "the service is NONE"' in done.output


def test_a_rule_that_passes_what_it_cannot_know_fails(run: Callable[..., Result], rego: Path) -> None:
    edit(rego, "my_rule.rego", '\tinput.operation == "create"\n', "\tcount(input.context.Subnets) > 0\n")
    done = run()
    assert "passes where /context/Subnets is not known" in done.output


def test_a_rule_that_speaks_of_other_operations_fails(run: Callable[..., Result], rego: Path) -> None:
    edit(rego, "my_rule.rego", '\tinput.operation == "create"\n', "")
    edit(rego, "my_rule.rego", "#   reads:", "#   operations: [create]\n#   reads:")
    assert "told as modify, which METADATA `operations` does not name, it says something" in run().output


def test_too_few_examples_fail(run: Callable[..., Result], rego: Path) -> None:
    path = rego / FOLDER / "examples.yaml"
    path.write_text(path.read_text().partition("- name: the same with tags")[0])
    assert f"{FOLDER}/examples.yaml:1: 1 fail examples of at least 2" in run().output


def test_an_example_under_the_wrong_kind_fails(run: Callable[..., Result], rego: Path) -> None:
    edit(rego, "examples.yaml", "\nfail:\n", "\nundetermined:\n")
    assert "it stands under undetermined and is a fail example" in run().output


def test_fail_fast_stops_at_the_first_failure(run: Callable[..., Result], rego: Path) -> None:
    edit(rego, "my_rule_test.rego", "the service is NONE", "the service is DONE")
    edit(rego, "examples.yaml", "path: /request/ServiceName", "path: /request/VpcId")
    done = run("--fail-fast", "-o", "json")
    assert [r["name"] for r in json.loads(done.output)["results"] if not r["passed"]] == ["test_a_todo_is_reported"]


def test_json_tells_what_was_expected_and_found(run: Callable[..., Result], rego: Path) -> None:
    edit(
        rego,
        "examples.yaml",
        "TagSpecifications: []}\n  violations",
        "TagSpecifications: []}\n  missing: [/a]\n  violations",
    )
    (failed,) = [r for r in json.loads(run("-o", "json").output)["results"] if not r["passed"]]
    assert failed == {
        "rule": "gw.my_rule",
        "check": "example",
        "name": "fail: the same with tags",
        "engine": "embedded",
        "passed": False,
        "file": f"{rego}/{FOLDER}/examples.yaml",
        "line": 10,
        "problem": "it finds something else",
        "expected": ["missing /a", "violation /request/ServiceName"],
        "found": ["violation /request/ServiceName"],
    }


def test_junit_is_valid_and_counts(run: Callable[..., Result], rego: Path, schemas: Path) -> None:
    edit(rego, "my_rule_test.rego", "the service is NONE", "the service is DONE")
    done = run("-o", "junit")
    xmlschema.XMLSchema(str(schemas / "junit-10.xsd")).validate(done.output)
    assert '<testsuite name="gw.my_rule" tests="13" failures="1" errors="0">' in done.output


def test_both_engines_are_asked(run: Callable[..., Result]) -> None:
    done = run("--engine", "both", "-o", "json")
    results = json.loads(done.output)["results"]
    assert [r["engine"] for r in results if r["name"] == "fail: the same with tags" and r["check"] == "example"] == [
        "embedded",
        "opa",
    ]
    assert done.return_value == 0


def test_sources_that_do_not_compile_are_told_with_their_line(run: Callable[..., Result], rego: Path) -> None:
    edit(rego, "my_rule.rego", "input.operation", "nothing.operation")
    done = run()
    assert isinstance(done.exception, SourceError)
    assert done.exception.exit_code == 2
    assert f"{rego}/{FOLDER}/my_rule.rego:18: rego_unsafe_var_error" in str(done.exception)


def test_a_malformed_example_is_told_with_its_line(run: Callable[..., Result], rego: Path) -> None:
    edit(rego, "examples.yaml", "- name: and one more", "- name: and one more\n  colour: red")
    with pytest.raises(SourceError, match=rf"{FOLDER}/examples.yaml:4: pass example 2 is wrong: colour"):
        raise run().exception or AssertionError


def test_rules_are_chosen_by_id_name_family_and_folder(rego: Path) -> None:
    assert choose_rules(rego, []) is None
    for one in ("VPCE-GW-900", "gw.my_rule", "gw/my_rule", f"{rego}/{FOLDER}/"):
        assert choose_rules(rego, [one]) == {"gw.my_rule"}
    assert len(choose_rules(rego, ["gwlb"]) or ()) == len(list((rego / "vpce/rules/gwlb").iterdir()))
    with pytest.raises(SettingsError, match=r"There is no rule 'gw\.your_rule'"):
        choose_rules(rego, ["gw.your_rule"])


def test_what_is_unchanged_is_not_built_again(rego: Path, opa: str) -> None:
    with bench(rego, names=["gw.my_rule"], opa=opa) as first:
        once = first.directory
    edit(rego, "my_rule_test.rego", "the service is NONE", "the service is DONE")
    with bench(rego, names=["gw.my_rule"], opa="/there/is/no/opa") as again:
        assert again.directory == once
    edit(rego, "my_rule.rego", "the service is", "this service is")
    with bench(rego, names=["gw.my_rule"], opa=opa) as changed:
        assert changed.directory != once


def test_an_edit_concerns_its_rule_and_one_of_a_library_all(rego: Path) -> None:
    rule, library = rego / FOLDER / "examples.yaml", rego / "vpce/lib/cidr/cidr.rego"
    assert rules_concerned(rego, [rule], None) == {"gw.my_rule"}
    assert rules_concerned(rego, [rule, library], None) is None
    assert rules_concerned(rego, [library], {"gw.my_rule"}) == {"gw.my_rule"}
    assert rules_concerned(rego, [rego / "vpce/rules/gw/gone/gone.rego"], None) is None


def test_watching_tells_a_broken_edit_and_goes_on(rego: Path, opa: str) -> None:
    told: list[Any] = []
    heard, stop = threading.Semaphore(0), threading.Event()

    def tell(results: Any, names: frozenset[str] | None, seconds: float) -> None:  # noqa: ARG001
        told.append((names, results if isinstance(results, VpceGuardError) else all(r.has_passed for r in results)))
        heard.release()

    asked = RuleTestOptions(source=rego, names=choose_rules(rego, ["gw.my_rule"]), opa=opa)
    thread = threading.Thread(target=watch_folder, args=(asked, tell), kwargs={"stop": stop})
    thread.start()
    assert heard.acquire(timeout=LONGEST)
    edit(rego, "my_rule.rego", "input.operation", "nothing.operation")
    assert heard.acquire(timeout=LONGEST)
    edit(rego, "my_rule.rego", "nothing.operation", "input.operation")
    assert heard.acquire(timeout=LONGEST)
    stop.set()
    thread.join(10)
    assert [names for names, _ in told] == [{"gw.my_rule"}] * 3
    assert (told[0][1], told[2][1]) == (True, True)
    assert "rego_unsafe_var_error" in str(told[1][1])
