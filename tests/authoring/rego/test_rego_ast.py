"""Names, variables and pieces of expressions as the author wrote them, from the syntax tree."""

from __future__ import annotations

import pytest

from vpce_guard.authoring.rego import rego_ast
from vpce_guard.authoring.rego.parsed import ParsedFile, parse_files
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
def file(tmp_path_factory: pytest.TempPathFactory, opa: str) -> ParsedFile:
    """The sample, parsed."""
    source = tmp_path_factory.mktemp("rego")
    path = source / "sample.rego"
    path.write_text(REGO)
    (file,) = parse_files(source, [path], opa)
    return file


@pytest.fixture
def deny(file: ParsedFile) -> list[Json]:
    """The expressions of the deny."""
    body: list[Json] = file.rules[0]["body"]
    return body


def test_else_branches_are_bodies_too(file: ParsedFile) -> None:
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
