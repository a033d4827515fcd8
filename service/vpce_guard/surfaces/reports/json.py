"""The report as JSON, in the shape of the REST answer."""

from __future__ import annotations

from pydantic_core import to_json

from vpce_guard.surfaces.reports import Report


def render(report: Report) -> str:
    """One JSON object, indented."""
    document = {"request_id": report.request_id, "allowed": report.allowed, "decisions": report.decisions}
    return to_json(document, indent=2).decode()
