"""Tests lie where their modules lie: tests/org/test_load.py is about vpce_guard/org/load.py.

A package's own file is about `__init__.py` or about the package as a whole: tests/surfaces/reports/test_reports.py.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parent
PACKAGE = TESTS.parent / "service/vpce_guard"
LITTLE = 15  # statements that do something, up to which a module needs no test of its own

AS_ONE = {  # packages whose modules are parts of one thing that the named test goes through from end to end
    "authoring/lint": "authoring/lint/test_lint.py",  # a finding of each check
    "authoring/probes": "engines/test_probes.py",  # a probe for each body of each rule, asked
    "decisions/reach": "decisions/reach/test_questions.py",  # each question over each kind of condition
    "decision_log/migrations": "decision_log/test_database.py",  # from the oldest shape to the newest
    "formats/cloudformation": "formats/cloudformation/test_template.py",  # beside tests of each thing a module knows
    "formats/kubernetes": "formats/kubernetes/test_documents.py",  # beside tests of each thing a module knows
    "formats/pulumi": "formats/pulumi/test_preview.py",  # previews with each kind of step and value
    "formats/terraform": "formats/terraform/test_references.py",  # sources with each kind of expression
    "surfaces/drawing": "surfaces/drawing/test_drawing.py",  # beside a test of the grid; pictures beside golden files
    "surfaces/reports": "surfaces/reports/test_reports.py",  # each report of check over each kind of finding
    "surfaces/reports/replay": "surfaces/reports/replay/test_replay.py",  # each beside its golden file
    "whatif/paths": "whatif/paths/test_find.py",  # each hop in each state
}


def statements(path: Path) -> int:
    """How many statements of a module do something: no imports, definitions, docstrings or bare annotations."""
    kinds = (ast.Import, ast.ImportFrom, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.AnnAssign)
    nodes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.stmt)]
    texts = [node for node in nodes if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)]
    return sum(not isinstance(node, kinds) for node in nodes) - len(texts)


def place_of(module: Path) -> Path:
    """Where the tests of a module are to be, from tests/."""
    name = module.parent.name if module.stem == "__init__" else module.stem
    return module.parent / f"test_{name}.py"


def modules() -> Iterator[Path]:
    """The modules with logic, from the package's folder."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if statements(path) > LITTLE:
            yield path.relative_to(PACKAGE)


def as_one(module: Path) -> bool:
    """Whether it is a part of a package that is tested as one."""
    return any(module.is_relative_to(package) for package in AS_ONE)


def test_every_module_with_logic_has_its_test() -> None:
    missing = [
        f"{module} wants tests/{place_of(module)}"
        for module in modules()
        if not (TESTS / place_of(module)).is_file() and not as_one(module)
    ]
    assert missing == []


def test_packages_tested_as_one_name_tests_that_are_there() -> None:
    assert [name for name in AS_ONE.values() if not (TESTS / name).is_file()] == []
    assert [package for package in AS_ONE if not (PACKAGE / package).is_dir()] == []
