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
    "decision_log/migrations": "decision_log/test_database.py",  # from the oldest shape to the newest
    "formats/cloudformation": "formats/cloudformation/test_template.py",  # beside tests of each thing a module knows
    "formats/kubernetes": "formats/kubernetes/test_documents.py",  # beside tests of each thing a module knows
    "formats/pulumi": "formats/pulumi/test_preview.py",  # previews with each kind of step and value
    "formats/terraform": "formats/terraform/test_references.py",  # sources with each kind of expression
    "surfaces/reports": "surfaces/reports/test_reports.py",  # each report of check over each kind of finding
    "surfaces/reports/replay": "surfaces/reports/replay/test_replay.py",  # each beside its golden file
}
ELSEWHERE = {  # modules that do nothing alone: the test that goes through them
    "bundle/sources.py": "bundle/test_derived.py",
    "authoring/rego/build.py": "test_docs.py",  # needs opa and all sources
    "authoring/rego/rego_ast.py": "engines/test_probes.py",  # the syntax trees of all rules
    "authoring/testing/bench.py": "authoring/testing/test_test.py",
    "authoring/testing/examples.py": "e2e/test_examples.py",  # reads every example there is
    "authoring/testing/watch.py": "authoring/testing/test_test.py",
    "decision_log/appending.py": "decision_log/test_writer.py",  # the writer's other half
    "decisions/verdicts.py": "decisions/test_decide.py",  # the steps of decide()
    "engines/__init__.py": "engines/test_guarded.py",  # what every engine's answer must be
    "formats/document.py": "formats/test_formats.py",
    "model.py": "decisions/test_judge.py",
    "org/files.py": "org/test_load.py",
    "org/shape.py": "org/test_load.py",
    "org/tighter.py": "org/test_layers.py",  # a table with a row for each member
    "runtime/guard.py": "surfaces/api/test_api.py",
    "runtime/rollout/beside.py": "surfaces/api/routes/test_bundles.py",
    "runtime/rollout/in_force.py": "surfaces/api/routes/test_bundles.py",  # needs a service and signed bundles
    "runtime/rollout/source_reload.py": "e2e/test_edits_in_force.py",
    "runtime/rollout/store.py": "surfaces/api/routes/test_bundles.py",
    "runtime/rollout/trial.py": "surfaces/api/routes/test_bundles.py",
    "runtime/telemetry/observer.py": "surfaces/api/routes/test_metrics.py",
    "runtime/wiring.py": "engines/test_guarded.py",
    "surfaces/api/admission_door.py": "e2e/test_admission_door.py",  # real connections
    "surfaces/api/asking.py": "surfaces/api/test_api.py",
    "surfaces/api/http/connection.py": "e2e/test_slow_clients.py",  # real connections
    "surfaces/api/http/requests.py": "test_logs.py",
    "surfaces/api/http/server.py": "e2e/test_server.py",  # a process and its signals
    "surfaces/api/parts.py": "surfaces/api/test_api.py",
    "surfaces/api/replay_job.py": "surfaces/api/routes/test_replays.py",
    "surfaces/api/routes/decisions.py": "surfaces/api/test_api.py",
    "surfaces/api/routes/health.py": "surfaces/api/test_api.py",
    "surfaces/api/routes/replaying.py": "surfaces/api/routes/test_replays.py",
    "surfaces/cli/beside.py": "surfaces/cli/test_documents.py",  # folders with files that name each other
    "surfaces/cli/finding.py": "surfaces/cli/test_documents.py",
    "surfaces/cli/judging.py": "surfaces/cli/test_check.py",
    "surfaces/cli/policy_coverage.py": "authoring/coverage/test_lines.py",
    "surfaces/cli/policy_test.py": "authoring/testing/test_test.py",
    "surfaces/cli/template_parameters.py": "surfaces/cli/test_check.py",
    "whatif/advice/proposals.py": "whatif/advice/test_advise.py",
    "whatif/explain/conditions.py": "whatif/explain/test_explaining.py",
    "whatif/explain/explainer.py": "whatif/explain/test_explaining.py",
    "whatif/explain/recorded.py": "surfaces/api/routes/test_explanations.py",
    "whatif/replay/asking.py": "whatif/replay/test_affected.py",
    "whatif/replay/library.py": "whatif/replay/test_affected.py",
    "whatif/replay/request.py": "whatif/replay/test_run.py",
    "whatif/replay/sources.py": "whatif/replay/test_alike.py",
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
        if not (TESTS / place_of(module)).is_file() and str(module) not in ELSEWHERE and not as_one(module)
    ]
    assert missing == []


def test_exceptions_are_needed_and_name_tests_that_are_there() -> None:
    assert [name for name in (*AS_ONE.values(), *ELSEWHERE.values()) if not (TESTS / name).is_file()] == []
    assert [package for package in AS_ONE if not (PACKAGE / package).is_dir()] == []
    needed = {str(module) for module in modules() if not (TESTS / place_of(module)).is_file() and not as_one(module)}
    assert sorted(ELSEWHERE.keys() - needed) == []
