"""What came of a check, as the console shows it: what denies first, with lines, fixes and the surroundings."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pydantic_core import to_json

from vpce_guard.decisions.question import Decisions, Question
from vpce_guard.formats.document import Document, Draft
from vpce_guard.formats.text import Text
from vpce_guard.model import ENFORCEMENT_ORDER, Decision, Edit, Json, Proposal, Violation
from vpce_guard.surfaces.console.listing import DiffLine, Piece, apply_all, cut_pieces, diff
from vpce_guard.surfaces.drawing import Drawing, draw_around
from vpce_guard.surfaces.gaps import Gap, find_gaps
from vpce_guard.surfaces.reports import Report, add_locations, endpoint_name
from vpce_guard.surfaces.reports.text import describe_cost, describe_step, summary
from vpce_guard.surfaces.visible import visible, visible_decision
from vpce_guard.whatif.paths.types import PathTerms

_MOST_VIOLATIONS = 200  # on a page: more of them nobody reads
_MOST_READ = 1 << 20  # bytes of text that are read again, once for each fix that is tried as an edit
_MOST_EDITS = 50
_MOST_DRAWINGS = 5


class ReadDocument(NamedTuple):
    """A document: its text as it was sent and as it was read, what it holds, and what it asks."""

    sent: str
    text: Text
    document: Document
    question: Question


@dataclass(frozen=True)
class ShownViolation:
    """A violation with its line in the text, and its fix: in words, and as a change of the text where it is one.

    `edit` is what the page sends back to have it applied.
    """

    violation: Violation
    line: int | None
    steps: tuple[str, ...]
    diff: tuple[DiffLine, ...]
    edit: str | None


@dataclass(frozen=True)
class JudgedEndpoint:
    """The decision on one endpoint of the document, what denies first. `word` is its answer.

    `left_out` is how many of its violations are not shown, where a page would have too many. `drawing` has what is
    around it, where something of that is told.
    """

    decision: Decision
    name: str
    word: str
    violations: tuple[ShownViolation, ...]
    cost: str
    left_out: int
    drawing: Drawing | None


@dataclass(frozen=True)
class CheckOutcome:
    """All that a check found, with what was denied first. `pieces` are the lines of the text around what is marked."""

    allowed: bool
    summary: str
    endpoints: tuple[JudgedEndpoint, ...]
    gaps: tuple[Gap, ...]
    notes: tuple[str, ...]
    pieces: tuple[Piece, ...]
    is_recorded: bool


def put_together(
    read: ReadDocument, decisions: Decisions, *, is_recorded: bool, docs_url: str, terms: PathTerms
) -> CheckOutcome:
    """The outcome of a check; the decisions are in the order of the document's drafts."""
    document, question = read.document, read.question
    drafts = {decision.decision_id: draft for decision, draft in zip(decisions, document.drafts, strict=True)}
    located = [add_locations(decision, drafts[decision.decision_id]) for decision in decisions]
    report = Report(request_id="", decisions=tuple(located), docs_url=docs_url, unread=len(document.notes))
    room = _Room(read.sent, terms)
    judged = zip(located, document.drafts, question.proposals, strict=True)
    endpoints = [_describe_endpoint(*one, room=room) for one in sorted(judged, key=lambda one: one[0].allowed)]
    marks = _marks(endpoints)
    return CheckOutcome(
        allowed=report.allowed and not (document.notes and question.strict),
        summary=summary(report),
        endpoints=tuple(endpoints),
        gaps=tuple(find_gaps([endpoint.decision for endpoint in endpoints], drafts)),
        notes=tuple(visible(note) for note in (*document.notes, *read.text.warnings, *document.warnings)),
        pieces=tuple(cut_pieces(read.sent, marks)) if marks else (),
        is_recorded=is_recorded and bool(endpoints),
    )


def digest(text: str) -> str:
    """What tells the text that an edit was made for from others."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:32]


class _Room:
    """What there is room for on a page: violations, drawings, and fixes as edits, each of which is proved anew."""

    def __init__(self, text: str, terms: PathTerms) -> None:
        self.text = text
        self._terms = terms
        self._violations = _MOST_VIOLATIONS
        self._edits = min(_MOST_EDITS, _MOST_READ // max(1, len(text)))
        self._drawings = _MOST_DRAWINGS

    def take_violations(self, wanted: int) -> int:
        """How many violations of those that are wanted there is room for; at least one of each endpoint."""
        taken = min(wanted, max(1, self._violations))
        self._violations -= taken
        return taken

    def find_edits(self, fix: Sequence[Json], draft: Draft) -> tuple[Edit, ...]:
        """The edits that carry out a fix; none where none surely do, or where others were tried before."""
        if draft.locations is None or self._edits <= 0:
            return ()
        self._edits -= 1
        return draft.locations.find_edits(fix)

    def draw(self, decision: Decision, draft: Draft, proposal: Proposal) -> Drawing | None:
        """The surroundings of an endpoint, without what nobody is shown."""
        if self._drawings <= 0:
            return None
        self._drawings -= 1
        return draw_around(proposal, decision.violations, draft.sensitive, self._terms)


def _describe_endpoint(decision: Decision, draft: Draft, proposal: Proposal, *, room: _Room) -> JudgedEndpoint:
    told = visible_decision(decision)
    pairs = sorted(
        zip(decision.violations, told.violations, strict=True),
        key=lambda pair: ENFORCEMENT_ORDER[pair[0].enforcement_action],
    )
    taken = room.take_violations(len(pairs))
    return JudgedEndpoint(
        decision=told,
        name=endpoint_name(told),
        word="No decision" if decision.error else "Allowed" if decision.allowed else "Denied",
        violations=tuple(_show_violation(own, shown, draft, room) for own, shown in pairs[:taken]),
        cost=describe_cost(told),
        left_out=len(pairs) - taken,
        drawing=room.draw(decision, draft, proposal),
    )


def _show_violation(own: Violation, shown: Violation, draft: Draft, room: _Room) -> ShownViolation:
    """A violation as it was found (`own`) and as it may be `shown`."""
    edits = room.find_edits(own.fix, draft) if own.fix else ()
    text = room.text
    return ShownViolation(
        violation=shown,
        line=own.location.line if own.location else None,
        steps=tuple(visible(describe_step(step)) for step in own.fix or ()),
        diff=tuple(diff(text, apply_all(text, edits))) if edits else (),
        edit=to_json({"of": digest(text), "edits": edits}).decode() if edits else None,
    )


def _marks(endpoints: Sequence[JudgedEndpoint]) -> Mapping[int, list[Violation]]:
    """What is wrong by the line it stands in."""
    found: dict[int, list[Violation]] = {}
    for one in (one for endpoint in endpoints for one in endpoint.violations):
        if one.line is not None:
            found.setdefault(one.line, []).append(one.violation)
    return found
