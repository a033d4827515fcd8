"""The report as a drawing: zones and subnets around each endpoint, paths of clients, and what is wrong, as SVG."""

from __future__ import annotations

from xml.sax.saxutils import escape

from vpce_guard.model import Decision
from vpce_guard.surfaces.drawing.grid import EDGE, HEAD
from vpce_guard.surfaces.drawing.style import STYLE
from vpce_guard.surfaces.drawing.svg import as_svg
from vpce_guard.surfaces.reports import Report, count_left_out, endpoint_name
from vpce_guard.surfaces.reports.text import summary
from vpce_guard.surfaces.visible import visible

_NARROWEST = 640


def render(report: Report) -> str:
    """One SVG with a drawing for each endpoint, denied ones first; of an audit those with findings."""
    parts, top, width = [], EDGE + 2 * HEAD, _NARROWEST
    for decision in report.to_draw:
        parts.append(_title(report, decision, top))
        drawing = report.draw(decision)
        if drawing is None:
            parts.append(f'<text class="note" x="{EDGE}" y="{top + HEAD}">{report.why_not_drawn(decision)}</text>')
            top += 2 * HEAD + EDGE
        else:
            parts.append(f'<g transform="translate({EDGE} {top + EDGE})">{as_svg(drawing)}</g>')
            top += drawing.height + HEAD + 2 * EDGE
            width = max(width, drawing.width + 2 * EDGE)
    if left_out := count_left_out(report):
        parts.append(f'<text class="note" x="{EDGE}" y="{top}">{left_out}</text>')
        top += HEAD
    told = escape(visible(summary(report)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {top}" width="{width}" height="{top}" '
        f'class="drawing">'
        f"<title>{told}</title><style>{STYLE}</style>"
        f'<rect class="paper" width="{width}" height="{top}"/>'
        f'<text class="title" x="{EDGE}" y="{EDGE + 6}">{told}</text>{"".join(parts)}</svg>\n'
    )


def _title(report: Report, decision: Decision, top: int) -> str:
    name = escape(visible(endpoint_name(decision)))
    return (
        f'<text class="title" x="{EDGE}" y="{top}">{name}'
        f'<tspan class="{"allowed" if decision.allowed else "denied"}" dx="8">{report.verdict(decision)}</tspan></text>'
    )
