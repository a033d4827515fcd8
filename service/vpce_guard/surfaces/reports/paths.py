"""The report as paths: those of clients to each endpoint, hop by hop, and what is around it, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vpce_guard.surfaces.drawing.tables import LEGEND, grid_lines, path_lines
from vpce_guard.surfaces.markdown_text import code
from vpce_guard.surfaces.reports import Report, count_left_out, endpoint_name
from vpce_guard.surfaces.reports.markdown import join_sections


def render(report: Report) -> str:
    """A section for each endpoint, denied ones first; of an audit those with findings."""
    return join_sections(_sections(report))


def _sections(report: Report) -> Iterator[Iterable[str]]:
    yield "## Paths to VPC endpoints", "", LEGEND
    for decision in report.to_draw:
        lines = ["", f"### `{code(endpoint_name(decision))}` {report.verdict(decision)}", ""]
        drawing = report.draw(decision)
        if drawing is None:
            yield [*lines, report.why_not_drawn(decision)]
            continue
        if drawing.paths.paths:
            lines += [*path_lines(drawing.paths), ""]
        yield [*lines, *(grid_lines(drawing.grid) if drawing.grid else ())]
    if left_out := count_left_out(report):
        yield "", f"{left_out}."
