"""The report as JSON, in the shape of the REST answer."""

from __future__ import annotations

from pydantic_core import to_json

from vpce_guard.surfaces.reports import Report

NAME = "json"


def render(report: Report, *, color: bool) -> str:  # noqa: ARG001 - every report takes the same arguments
    """One JSON object, indented."""
    document = {"request_id": report.request_id, "allowed": report.allowed, "decisions": report.decisions}
    return to_json(document, indent=2).decode()
