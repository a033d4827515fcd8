"""`policy test`: what fails is shown with its place and the sets compared, whatever is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from tests.support.rego import FOLDER, edit
from vpce_guard.errors import SourceError


def test_a_new_rule_passes(run_policy_test: Callable[..., Result]) -> None:
    done = run_policy_test()
    assert (done.return_value, done.output) == (0, "13 passed, 0 failed\n")


def test_an_example_that_finds_something_else_shows_both_sets_and_its_line(
    run_policy_test: Callable[..., Result], rego: Path
) -> None:
    edit(
        rego,
        "examples.yaml",
        "ServiceName: NONE}\n    violations: [{path: /request/ServiceName}]",
        "ServiceName: NONE}\n    violations: [{path: /request/VpcId, enforcement_action: inform}]",
    )
    done = run_policy_test()
    assert done.return_value == 1
    assert (
        f"""FAIL gw.my_rule: fail: a service still to be named [embedded]
  {rego}/{FOLDER}/examples.yaml:8: it finds something else
    + violation /request/ServiceName
    - violation /request/VpcId (inform)
(- expected and not found, + found and not expected)
12 passed, 1 failed
"""
        in done.output
    )


def test_a_rego_test_that_fails_shows_its_line_and_what_opa_saw(
    run_policy_test: Callable[..., Result], rego: Path
) -> None:
    edit(rego, "my_rule_test.rego", "the service is NONE", "the service is DONE")
    done = run_policy_test()
    assert done.return_value == 1
    assert f"FAIL gw.my_rule: test_a_todo_is_reported\n  {rego}/{FOLDER}/my_rule_test.rego:8: the test" in done.output
    assert 'rule.deny: {{"message": "the service is NONE"' in done.output


def test_a_rule_that_passes_what_it_cannot_know_fails(run_policy_test: Callable[..., Result], rego: Path) -> None:
    edit(rego, "my_rule.rego", '\tinput.operation == "create"\n', "\tcount(input.context.Subnets) > 0\n")
    done = run_policy_test()
    assert "passes where /context/Subnets is not known" in done.output


def test_a_rule_that_speaks_of_other_operations_fails(run_policy_test: Callable[..., Result], rego: Path) -> None:
    edit(rego, "my_rule.rego", '\tinput.operation == "create"\n', "")
    edit(rego, "my_rule.rego", "#   reads:", "#   operations: [create]\n#   reads:")
    assert "told as modify, which METADATA `operations` does not name, it says something" in run_policy_test().output


def test_too_few_examples_fail(run_policy_test: Callable[..., Result], rego: Path) -> None:
    path = rego / FOLDER / "examples.yaml"
    path.write_text(path.read_text().partition("  - name: the same with tags")[0])
    assert f"{FOLDER}/examples.yaml:1: 1 fail examples of at least 2" in run_policy_test().output


def test_an_example_under_the_wrong_kind_fails(run_policy_test: Callable[..., Result], rego: Path) -> None:
    edit(rego, "examples.yaml", "\n  fail:\n", "\n  undetermined:\n")
    assert "it stands under undetermined and is a fail example" in run_policy_test().output


def test_sources_that_do_not_compile_are_told_with_their_line(
    run_policy_test: Callable[..., Result], rego: Path
) -> None:
    edit(rego, "my_rule.rego", "input.operation", "nothing.operation")
    done = run_policy_test()
    assert isinstance(done.exception, SourceError)
    assert done.exception.exit_code == 2
    assert f"{rego}/{FOLDER}/my_rule.rego:18: rego_unsafe_var_error" in str(done.exception)
