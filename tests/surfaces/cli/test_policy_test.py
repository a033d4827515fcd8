"""`policy test`: its reports, its engines and when it stops."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import xmlschema
from click.testing import Result

from tests.support.rego import FOLDER, edit


def test_fail_fast_stops_at_the_first_failure(run_policy_test: Callable[..., Result], rego: Path) -> None:
    edit(rego, "my_rule_test.rego", "the service is NONE", "the service is DONE")
    edit(rego, "examples.yaml", "path: /request/ServiceName", "path: /request/VpcId")
    done = run_policy_test("--fail-fast", "-o", "json")
    assert [r["name"] for r in json.loads(done.output)["results"] if not r["passed"]] == ["test_a_todo_is_reported"]


def test_json_tells_what_was_expected_and_found(run_policy_test: Callable[..., Result], rego: Path) -> None:
    edit(
        rego,
        "examples.yaml",
        "TagSpecifications: []}\n    violations",
        "TagSpecifications: []}\n    missing: [/a]\n    violations",
    )
    (failed,) = [r for r in json.loads(run_policy_test("-o", "json").output)["results"] if not r["passed"]]
    assert failed == {
        "rule": "gw.my_rule",
        "check": "example",
        "name": "fail: the same with tags",
        "engine": "embedded",
        "passed": False,
        "file": f"{rego}/{FOLDER}/examples.yaml",
        "line": 11,
        "problem": "it finds something else",
        "expected": ["missing /a", "violation /request/ServiceName"],
        "found": ["violation /request/ServiceName"],
    }


def test_junit_is_valid_and_counts(run_policy_test: Callable[..., Result], rego: Path, schemas: Path) -> None:
    edit(rego, "my_rule_test.rego", "the service is NONE", "the service is DONE")
    done = run_policy_test("-o", "junit")
    xmlschema.XMLSchema(str(schemas / "junit-10.xsd")).validate(done.output)
    assert '<testsuite name="gw.my_rule" tests="13" failures="1" errors="0">' in done.output


def test_both_engines_are_asked(run_policy_test: Callable[..., Result]) -> None:
    done = run_policy_test("--engine", "both", "-o", "json")
    results = json.loads(done.output)["results"]
    assert [r["engine"] for r in results if r["name"] == "fail: the same with tags" and r["check"] == "example"] == [
        "embedded",
        "opa",
    ]
    assert done.return_value == 0
