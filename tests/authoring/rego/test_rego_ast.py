"""Names, variables and pieces of expressions as the author wrote them, from the syntax tree."""

from __future__ import annotations

from pathlib import Path

import pytest

from vpce_guard.authoring.rego import rego_ast
from vpce_guard.errors import BundleError
from vpce_guard.model import Json

REGO = """\
package vpce.rules.gw.sample

import data.vpce.lib.zones
import data.vpce.lib.endpoint as kept

deny contains {"path": p} if {
	some i, j
	some id in input.request.SubnetIds
	x := {"a": [i, zones.same(id, j)]}
	not kept.known with input as x
	every s in input.context.Subnets { s.VpcId == id }
	count([y | y := x[_]]) > 1
}

size := 1 if {
	input.a
} else := 2 if {
	input.b["c d"][0]
}
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory, opa: str) -> rego_ast.ParsedFile:
    """The sample, parsed."""
    source = tmp_path_factory.mktemp("rego")
    (source / "vpce").mkdir()
    path = source / "vpce/sample.rego"
    path.write_text(REGO)
    return rego_ast.parse(source, path, opa)


@pytest.fixture
def deny(file: rego_ast.ParsedFile) -> list[Json]:
    """The expressions of the deny."""
    body: list[Json] = file.rules[0]["body"]
    return body


def test_a_file_has_its_package_rules_and_imports(file: rego_ast.ParsedFile) -> None:
    assert (file.file, file.package) == ("vpce/sample.rego", "vpce.rules.gw.sample")
    assert file.imports == {"zones": ("data", "vpce", "lib", "zones"), "kept": ("data", "vpce", "lib", "endpoint")}
    assert [rego_ast.rule_name(rule) for rule in file.rules] == ["deny", "size"]
    assert [rego_ast.line(rule) for rule in file.rules] == [6, 15]


def test_else_branches_are_bodies_too(file: rego_ast.ParsedFile) -> None:
    bodies = list(rego_ast.bodies(file.rules[1]))
    assert [rego_ast.source_text(body["body"][0]) for body in bodies] == ["input.a", 'input.b["c d"][0]']
    (reference,) = rego_ast.arguments(bodies[1]["body"][0])
    assert rego_ast.path(reference) == ("input", "b", "c d", 0)
    assert rego_ast.reference_text(reference["value"]) == 'input.b["c d"][0]'


def test_variables_are_told_by_how_they_are_declared(deny: list[Json]) -> None:
    assert rego_ast.declared_variables(deny[0]) == ["i", "j"]
    assert rego_ast.declared_variables(deny[1]) == []
    assert [term["value"] for term in rego_ast.some_patterns(deny[1])] == ["id"]
    assert [term["value"] for term in rego_ast.assigned_patterns(deny[2])] == ["x"]
    assert rego_ast.variables(rego_ast.arguments(deny[2])[1]) == ["i", "id", "j"]
    assert {"s", "id"} <= rego_ast.all_variables(deny[4])


def test_calls_and_closures_are_found_where_they_stand(deny: list[Json]) -> None:
    assert rego_ast.operator(deny[2]) == ("assign",)
    assert [rego_ast.source_text(call) for call in rego_ast.find_calls(deny[2])][1:] == ["zones.same(id, j)"]
    assert [closure["type"] for closure in rego_ast.closures(deny[4])] == ["every"]
    (closure,) = rego_ast.closures(deny[5])
    assert rego_ast.is_closure(closure)
    assert rego_ast.variables(closure) == []


def test_the_bare_text_has_no_not_and_no_with(deny: list[Json]) -> None:
    assert rego_ast.source_text(deny[3]) == "not kept.known with input as x"
    assert rego_ast.bare_text(deny[3]) == "kept.known"


def test_what_is_no_rego_is_an_error_with_the_words_of_the_compiler(tmp_path: Path, opa: str) -> None:
    (tmp_path / "bad.rego").write_text("package x\n\nfoo := {\n")
    with pytest.raises(BundleError, match="rego_parse_error"):
        rego_ast.parse(tmp_path, tmp_path / "bad.rego", opa)
