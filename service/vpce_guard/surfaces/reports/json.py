"""The report as JSON, in the shape of the REST answer."""

from __future__ import annotations

from collections.abc import Iterator

from vpce_guard.model import Json
from vpce_guard.surfaces.frameworks import framework_title
from vpce_guard.surfaces.json_pieces import StreamedItems, json_pieces
from vpce_guard.surfaces.reports import Report


def render(report: Report) -> str:
    """One JSON object, indented."""
    return "".join(pieces(report))


def pieces(report: Report) -> Iterator[str]:
    """The same in pieces."""
    document: Json = {"request_id": report.request_id, "allowed": report.allowed}
    document["decisions"] = StreamedItems(report.decisions)
    if (audit := report.audit) is not None:
        members = {name: getattr(audit, name) for name in type(audit).model_fields}
        listed = {name: StreamedItems(members[name]) for name in ("endpoints", "worth_doing")}
        document["audit"] = members | listed
    if report.framework is not None:
        document["framework"] = {
            "id": report.framework,
            "title": framework_title(report.framework),
            "controls": [one._asdict() for one in report.controls],
        }
    return json_pieces(document)
