"""The report as a drawing: zones and subnets around each endpoint, what it touches, and what is wrong, as SVG."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from xml.sax.saxutils import escape

from vpce_guard.model import Decision
from vpce_guard.surfaces.drawing import EDGE, HEAD, Drawing, as_svg, draw_around
from vpce_guard.surfaces.reports import Report, endpoint_name
from vpce_guard.surfaces.reports.text import summary
from vpce_guard.surfaces.visible import visible

_MOST = 50  # drawings
_NARROWEST = 640
_STYLE = """
svg { --text: #17212b; --soft: #55626e; --card: #fff; --sunk: #eef1f3; --line: #d5dbe0; --know: #274f87;
  --good: #17663a; --good-back: #e6f4ea; --deny: #a8201a; --deny-back: #fdeceb }
@media (prefers-color-scheme: dark) { svg { --text: #e4eaef; --soft: #a1aeb9; --card: #192128; --sunk: #131a20;
  --line: #333f49; --know: #9cc2f7; --good: #80d6a0; --good-back: #15301f; --deny: #ff9c94; --deny-back: #3a1c1b } }
text { font: 12px system-ui, sans-serif; fill: var(--text) }
.note, .caption { fill: var(--soft); font-size: 11px }
.title, .caption, .vpc + .name { font-weight: 600 }
.denied { fill: var(--deny) }
.allowed { fill: var(--good) }
.vpc { fill: var(--sunk); stroke: var(--soft) }
.box rect { fill: var(--card); stroke: var(--line) }
.there rect { stroke: var(--know); stroke-width: 2 }
.added rect { stroke: var(--good); stroke-width: 2; fill: var(--good-back) }
.removed rect { stroke: var(--soft); stroke-dasharray: 5 4 }
.wrong rect { stroke: var(--deny); stroke-width: 2.5; fill: var(--deny-back) }
.dot { fill: var(--know) }
.added .dot { fill: var(--good) }
.removed .dot { fill: none; stroke: var(--soft) }
.wrong .dot { fill: var(--deny) }
"""


def render(report: Report) -> str:
    """One SVG with a drawing for each endpoint, one below the other, denied ones first."""
    ordered = [one for is_allowed in (False, True) for one in _choose_first(report.decisions, allowed=is_allowed)]
    parts, top, width = [], EDGE + 2 * HEAD, _NARROWEST
    for decision in ordered[:_MOST]:
        parts.append(_title(decision, top))
        drawing = _draw(report, decision)
        if drawing is None:
            parts.append(f'<text class="note" x="{EDGE}" y="{top + HEAD}">{_nothing(report, decision)}</text>')
            top += 2 * HEAD + EDGE
        else:
            parts.append(f'<g transform="translate({EDGE} {top + EDGE})">{as_svg(drawing)}</g>')
            top += drawing.height + HEAD + 2 * EDGE
            width = max(width, drawing.width + 2 * EDGE)
    if len(report.decisions) > _MOST:
        left = len(report.decisions) - _MOST
        parts.append(f'<text class="note" x="{EDGE}" y="{top}">{left} more are not drawn</text>')
        top += HEAD
    told = escape(visible(summary(report)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {top}" width="{width}" height="{top}">'
        f"<title>{told}</title><style>{_STYLE}</style>"
        f'<text class="title" x="{EDGE}" y="{EDGE + 6}">{told}</text>{"".join(parts)}</svg>\n'
    )


def _choose_first(decisions: Iterable[Decision], *, allowed: bool) -> Iterator[Decision]:
    """As many of the denied, or the allowed ones, as are drawn at most."""
    return islice((one for one in decisions if one.allowed is allowed), _MOST)


def _title(decision: Decision, top: int) -> str:
    word = "could not decide" if decision.error else "allowed" if decision.allowed else "denied"
    name = escape(visible(endpoint_name(decision)))
    return (
        f'<text class="title" x="{EDGE}" y="{top}">{name}'
        f'<tspan class="{"allowed" if decision.allowed else "denied"}" dx="8">{word}</tspan></text>'
    )


def _draw(report: Report, decision: Decision) -> Drawing | None:
    proposal, draft = report.proposals.get(decision.decision_id), report.drafts.get(decision.decision_id)
    if proposal is None:
        return None
    return draw_around(proposal, decision.violations, draft.sensitive if draft else ())


def _nothing(report: Report, decision: Decision) -> str:
    if decision.decision_id in report.proposals:
        return "Nothing is told of what is around it: give --context."
    return "Only what vpce-guard check judges itself is drawn."
