"""A document that was pasted into the console: read, judged by the guard, and shown with its lines.

The reading and judging are those of `check` and POST /v1/decisions; here their results are only put together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request
from pydantic import ValidationError
from pydantic_core import from_json, to_json

from vpce_guard.decisions.decide import Decisions, Question
from vpce_guard.errors import MalformedError, VpceGuardError
from vpce_guard.formats import read_drafts
from vpce_guard.formats.document import Document, Draft, Extras
from vpce_guard.formats.given_context import combine
from vpce_guard.formats.text import Text, read_text
from vpce_guard.formats.text_edits import apply
from vpce_guard.model import ENFORCEMENT_ORDER, Decision, Edit, Json, Violation
from vpce_guard.runtime.guard import Guard
from vpce_guard.surfaces.api.asking import caller_of, decide_in_turn, guard_of, run_by_size
from vpce_guard.surfaces.api.http.request_id import current_request_id
from vpce_guard.surfaces.console.listing import DiffLine, Piece, cut_pieces, diff
from vpce_guard.surfaces.gaps import Gap, find_gaps
from vpce_guard.surfaces.reports import Report, add_locations, endpoint_name
from vpce_guard.surfaces.reports.text import describe_cost, describe_step, summary
from vpce_guard.surfaces.visible import visible, visible_decision

FILE = "document"
_MOST_FINDINGS = 200  # on a page: more of them nobody reads
_MOST_READ = 1 << 20  # bytes of text that are read again, once for each fix that is tried as an edit
_MOST_EDITS = 50


@dataclass(frozen=True, kw_only=True)
class CheckForm:
    """What the form of the check page says. `context` and `parameters` are texts of JSON or YAML, or empty."""

    text: str
    format_name: str = "auto"
    context: str = ""
    parameters: str = ""
    strict: bool = False
    record: bool = True


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
    help_url: str


@dataclass(frozen=True)
class JudgedEndpoint:
    """The decision on one endpoint of the document, what denies first. `word` is its answer.

    `left_out` is how many of its violations are not among the findings, where a page would have too many.
    """

    decision: Decision
    name: str
    word: str
    findings: tuple[ShownViolation, ...]
    cost: str
    left_out: int


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


async def check_document(request: Request, form: CheckForm) -> CheckOutcome:
    """Judge a document as its form says. Raises VpceGuardError where it cannot be read or judged."""
    guard = guard_of(request)
    caller, request_id = caller_of(request), current_request_id()

    def read() -> tuple[Text, Document, Question]:
        return _read(guard, form, caller=caller, request_id=request_id)

    text, document, question = await run_by_size(request, read, size=len(form.text))
    (decisions,) = await decide_in_turn(request, [question])
    is_recorded = form.record and guard.decision_log is not None and decisions.failure is None
    return await run_by_size(
        request, lambda: _put_together(guard, form, text, document, decisions, is_recorded), size=len(form.text)
    )


def apply_edit(text: str, edit: str) -> str | None:
    """The text with the edit of a finding; None where it was made for another text. Raises MalformedError."""
    try:
        content = from_json(edit)
        made_for, edits = content["of"], [Edit.model_validate(one) for one in content["edits"]]
    except (ValueError, KeyError, TypeError, ValidationError):
        raise MalformedError("The fix that came with the form is none.", advice="Check again.") from None
    if made_for != _digest(text):
        return None
    return _apply_all(text, edits)


def _apply_all(text: str, edits: Sequence[Edit]) -> str:
    """The text with edits carried out, the last one first, so that the others stay where they are."""
    for edit in sorted(edits, key=lambda found: (found.start_line, found.start_column), reverse=True):
        text = apply(text, edit)
    return text


def _read(guard: Guard, form: CheckForm, *, caller: str | None, request_id: str) -> tuple[Text, Document, Question]:
    settings = guard.settings
    text = read_text(form.text.encode(), file=FILE, limit=settings.max_body, yaml_limit=settings.max_yaml)
    context = _read_context(form.context, guard)
    given = Extras(text=text, context=context, parameters=_read_object(form.parameters, "parameters", guard))
    try:
        document = read_drafts(text.value, format_name=form.format_name, given=given)
        question = guard.question_about(
            document,
            context=context,
            request_id=request_id,
            strict=form.strict,
            record=form.record,
            requested_by=caller,
        )
    except VpceGuardError as error:
        lines = {line for place in error.pointers if (line := text.line(place["pointer"])) is not None}
        error.detail = f"Line {min(lines)}: {error.detail}" if lines else error.detail
        raise
    return text, document, question


def _read_context(text: str, guard: Guard) -> Json:
    """A context, or answers of AWS's own commands, one or a list of them. Raises UnreadableError and MalformedError."""
    if not text.strip():
        return {}
    settings = guard.settings
    value = read_text(text.encode(), file="context", limit=settings.max_body, yaml_limit=settings.max_yaml).value
    files = value if isinstance(value, list) else [value]
    if not all(isinstance(file, dict) for file in files):
        raise MalformedError("The context is no object.", advice='Give {"Region": …} or what an AWS command printed.')
    return combine(files)


def _read_object(text: str, what: str, guard: Guard) -> Json:
    if not text.strip():
        return {}
    settings = guard.settings
    value = read_text(text.encode(), file=what, limit=settings.max_body, yaml_limit=settings.max_yaml).value
    if not isinstance(value, dict):
        raise MalformedError(f"The {what} are no object.", advice='Give {"Name": "value"}.')
    return value


def _put_together(
    guard: Guard, form: CheckForm, text: Text, document: Document, decisions: Decisions, is_recorded: bool
) -> CheckOutcome:
    pairs = list(zip(decisions, document.drafts, strict=True))
    located = {decision.decision_id: add_locations(decision, draft) for decision, draft in pairs}
    report = Report(
        request_id="", decisions=tuple(located.values()), docs_url=guard.settings.docs_url, unread=len(document.notes)
    )
    room = _Room(form.text)
    denied_first = sorted(pairs, key=lambda pair: pair[0].allowed)
    endpoints = [
        _describe_endpoint(located[decision.decision_id], draft, room, report) for decision, draft in denied_first
    ]
    shown = [endpoint.decision for endpoint in endpoints]
    marks = _marks(endpoints)
    return CheckOutcome(
        allowed=report.allowed and not (document.notes and form.strict),
        summary=summary(report),
        endpoints=tuple(endpoints),
        gaps=tuple(find_gaps(shown, {decision.decision_id: draft for decision, draft in pairs})),
        notes=tuple(visible(note) for note in (*document.notes, *text.warnings, *document.warnings)),
        pieces=tuple(cut_pieces(form.text, marks)) if marks else (),
        is_recorded=is_recorded and bool(endpoints),
    )


class _Room:
    """What there is room for on a page: so many findings, and fewer fixes as edits, each of which is proved anew."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._findings = _MOST_FINDINGS
        self._edits = min(_MOST_EDITS, _MOST_READ // max(1, len(text)))

    def take_findings(self, wanted: int) -> int:
        """How many findings of those that are wanted there is room for; at least one of each endpoint."""
        taken = min(wanted, max(1, self._findings))
        self._findings -= taken
        return taken

    def find_edits(self, fix: Sequence[Json], draft: Draft) -> tuple[Edit, ...]:
        """The edits that carry out a fix; none where none surely do, or where others were tried before."""
        if draft.locations is None or self._edits <= 0:
            return ()
        self._edits -= 1
        return draft.locations.find_edits(fix)


def _describe_endpoint(decision: Decision, draft: Draft, room: _Room, report: Report) -> JudgedEndpoint:
    told = visible_decision(decision)
    pairs = sorted(
        zip(decision.violations, told.violations, strict=True),
        key=lambda pair: ENFORCEMENT_ORDER[pair[0].enforcement_action],
    )
    taken = room.take_findings(len(pairs))
    findings = tuple(_show_violation(own, shown, draft, room, report) for own, shown in pairs[:taken])
    word = "No decision" if decision.error else "Allowed" if decision.allowed else "Denied"
    return JudgedEndpoint(told, endpoint_name(told), word, findings, describe_cost(told), len(pairs) - taken)


def _show_violation(own: Violation, shown: Violation, draft: Draft, room: _Room, report: Report) -> ShownViolation:
    """A violation as it was found (`own`) and as it may be `shown`."""
    edits = room.find_edits(own.fix, draft) if own.fix else ()
    text = room.text
    return ShownViolation(
        violation=shown,
        line=own.location.line if own.location else None,
        steps=tuple(visible(describe_step(step)) for step in own.fix or ()),
        diff=tuple(diff(text, _apply_all(text, edits))) if edits else (),
        edit=to_json({"of": _digest(text), "edits": edits}).decode() if edits else None,
        help_url=report.help_url(own.rule_id),
    )


def _marks(endpoints: Sequence[JudgedEndpoint]) -> Mapping[int, list[Violation]]:
    """What is wrong by the line it stands in."""
    found: dict[int, list[Violation]] = {}
    for finding in (finding for endpoint in endpoints for finding in endpoint.findings):
        if finding.line is not None:
            found.setdefault(finding.line, []).append(finding.violation)
    return found


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:32]
