"""One rule as JSON, with its examples."""

from __future__ import annotations

from pydantic_core import to_json

from vpce_guard.surfaces.reports.rules import RuleReport


def render(report: RuleReport) -> str:
    """The METADATA of the rule with its examples, indented."""
    return to_json({**report.rule.model_dump(), "examples": report.examples}, indent=2).decode()
