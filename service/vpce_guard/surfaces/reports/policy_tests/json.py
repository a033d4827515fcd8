"""The results of tests as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic_core import to_json

from vpce_guard.authoring.testing.checks import Result


def render(results: Sequence[Result]) -> str:
    """One JSON object, indented."""
    failed = sum(not result.has_passed for result in results)
    told = {
        "passed": len(results) - failed,
        "failed": failed,
        "results": [
            {
                "rule": result.rule,
                "check": result.check,
                "name": result.name,
                "engine": result.engine or None,
                "passed": result.has_passed,
                **({} if result.has_passed else _details(result)),
            }
            for result in results
        ],
    }
    return to_json(told, indent=2).decode()


def _details(result: Result) -> dict[str, object]:
    return {
        "file": str(result.file),
        "line": result.line,
        "problem": result.problem,
        "expected": [line.text for line in result.diff if line.where != "found"],
        "found": [line.text for line in result.diff if line.where != "expected"],
    }
