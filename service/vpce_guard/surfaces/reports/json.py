"""The report as JSON, in the shape of the REST answer."""

from __future__ import annotations

from pydantic_core import to_json

from vpce_guard.model import Json
from vpce_guard.surfaces.frameworks import framework_title
from vpce_guard.surfaces.reports import Report


def render(report: Report) -> str:
    """One JSON object, indented."""
    document: Json = {"request_id": report.request_id, "allowed": report.allowed, "decisions": report.decisions}
    if report.audit is not None:
        document["audit"] = report.audit
    if report.framework is not None:
        document["framework"] = {
            "id": report.framework,
            "title": framework_title(report.framework),
            "controls": [one._asdict() for one in report.controls],
        }
    return to_json(document, indent=2).decode()
