"""Explanations as JSON, in the shape of the REST answer."""

from __future__ import annotations

from pydantic_core import to_json

from vpce_guard.surfaces.reports.explanation import ExplanationReport


def render(report: ExplanationReport) -> str:
    """One JSON object, indented."""
    return to_json({"explanations": report.explanations}, indent=2).decode()
