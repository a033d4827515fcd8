"""A document that was pasted into the console: read, judged by the guard, and mended.

The reading and judging are those of `check` and POST /v1/decisions; outcomes.py says how their results are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request
from pydantic import ValidationError
from pydantic_core import from_json

from vpce_guard.errors import MalformedError, VpceGuardError
from vpce_guard.formats import read_drafts
from vpce_guard.formats.document import Extras
from vpce_guard.formats.given_context import combine
from vpce_guard.formats.text import read_text
from vpce_guard.model import Edit, Json
from vpce_guard.runtime.guard import Guard
from vpce_guard.surfaces.api.asking import caller_of, decide_in_turn, guard_of, run_by_size
from vpce_guard.surfaces.api.http.request_id import current_request_id
from vpce_guard.surfaces.console.listing import apply_all
from vpce_guard.surfaces.console.outcomes import CheckOutcome, ReadDocument, digest, put_together
from vpce_guard.whatif.paths.types import path_terms

FILE = "document"


@dataclass(frozen=True, kw_only=True)
class CheckForm:
    """What the form of the check page says. `context` and `parameters` are texts of JSON or YAML, or empty."""

    text: str
    format_name: str = "auto"
    context: str = ""
    parameters: str = ""
    strict: bool = False
    record: bool = True


async def check_document(request: Request, form: CheckForm) -> CheckOutcome:
    """Judge a document as its form says. Raises VpceGuardError where it cannot be read or judged."""
    guard = guard_of(request)
    caller, request_id, size = caller_of(request), current_request_id(), len(form.text)
    read = await run_by_size(
        request, lambda: _read(guard, form, caller=caller, request_id=request_id), size=size, asks=True
    )
    (decisions,) = await decide_in_turn(request, [read.question])
    is_kept = form.record and guard.decision_log is not None and decisions.failure is None
    docs_url = guard.settings.docs_url
    work = size + read.question.work
    terms = path_terms(guard.bundle.catalogue.rules, guard.bundle.data["services"], guard.org.current.document)
    return await run_by_size(
        request,
        lambda: put_together(read, decisions, is_recorded=is_kept, docs_url=docs_url, terms=terms),
        size=work,
    )


def apply_edit(text: str, edit: str) -> str | None:
    """The text with the edit of a violation; None where it was made for another text. Raises MalformedError."""
    try:
        content = from_json(edit)
        made_for, edits = content["of"], [Edit.model_validate(one) for one in content["edits"]]
    except (ValueError, KeyError, TypeError, ValidationError):
        raise MalformedError("The fix that came with the form is none.", advice="Check again.") from None
    return apply_all(text, edits) if made_for == digest(text) else None


def _read(guard: Guard, form: CheckForm, *, caller: str | None, request_id: str) -> ReadDocument:
    settings = guard.settings
    text = read_text(form.text.encode(), file=FILE, limit=settings.max_body, yaml_limit=settings.max_yaml)
    context = _read_context(form.context, guard)
    given = Extras(text=text, context=context, parameters=_read_parameters(form.parameters, guard))
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
    return ReadDocument(form.text, text, document, question)


def _read_context(text: str, guard: Guard) -> Json:
    """A context, or answers of AWS's own commands, one or a list of them. Raises UnreadableError and MalformedError."""
    found = _read_objects(text, "context", guard)
    if found is None:
        raise MalformedError("The context is no object.", advice='Give {"Region": …} or what an AWS command printed.')
    return combine(found)


def _read_parameters(text: str, guard: Guard) -> Json:
    found = _read_objects(text, "parameters", guard)
    if found is None or len(found) > 1:
        raise MalformedError("The parameters are no object.", advice='Give {"Name": "value"}.')
    return found[0] if found else {}


def _read_objects(text: str, what: str, guard: Guard) -> Sequence[Json] | None:
    """The object in a text, or the objects of a list; None for anything else."""
    if not text.strip():
        return []
    settings = guard.settings
    value = read_text(text.encode(), file=what, limit=settings.max_body, yaml_limit=settings.max_yaml).value
    found = value if isinstance(value, list) else [value]
    return found if all(isinstance(one, dict) for one in found) else None
