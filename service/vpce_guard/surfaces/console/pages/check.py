"""/console/check: a document, or a form that makes one, judged; fixes applied to its text and judged again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic_core import to_json

from vpce_guard.errors import VpceGuardError
from vpce_guard.formats import FORMATS
from vpce_guard.formats.document import API_DEFAULTS
from vpce_guard.surfaces.api.asking import guard_of
from vpce_guard.surfaces.api.http.route import Route, accept_body, require_scope
from vpce_guard.surfaces.api.routes.log import recorded_event
from vpce_guard.surfaces.console.documents import CheckForm, apply_edit, check_document
from vpce_guard.surfaces.console.endpoint_form import FIELDS, fields_of, write_proposal
from vpce_guard.surfaces.console.forms import MEDIA_TYPE, read_form
from vpce_guard.surfaces.console.paths import ROOT
from vpce_guard.surfaces.console.rendering import render
from vpce_guard.surfaces.console.rule_examples import open_example

router = APIRouter(route_class=Route, include_in_schema=False)
_FORM = {"type": "object"}
_MOST_FORM = 4 << 20  # bytes: the page gives them back
_MEMBERS = ("operation", "request", "current", "intent", "labels", "unknown", "address", "depends_on")


@router.get(f"{ROOT}/check")
@require_scope("decide")
async def get_check(
    request: Request,
    rule: Annotated[str | None, Query(max_length=100)] = None,
    example: Annotated[int, Query(ge=0, le=10_000)] = 0,
    decision: Annotated[str | None, Query(max_length=100)] = None,
    endpoint_type: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """The empty page, or an example of a rule, or what was decided on before."""
    form, note = CheckForm(text=""), ""
    if rule is not None:
        opened = open_example(guard_of(request).bundle, rule, example)
        form, note = replace(form, text=opened.text, context=opened.context), opened.note
    elif decision is not None:
        form, note = await _open_recorded(request, decision)
    return _page(request, form, note=note, values={"endpoint_type": endpoint_type} if endpoint_type else {})


@router.post(f"{ROOT}/check")
@require_scope("decide")
@accept_body(_FORM, {}, media_type=MEDIA_TYPE, most=_MOST_FORM)
async def post_check(request: Request) -> Response:
    """The page with what was found; a fix that was asked for is applied to the text before."""
    sent = await read_form(request)
    form, note = _check_form(sent), ""
    try:
        if edit := sent.get("apply"):
            fixed = apply_edit(form.text, edit)
            note = "The fix was applied." if fixed is not None else "The text has changed since: no fix was applied."
            form = replace(form, text=form.text if fixed is None else fixed)
        return _page(request, form, note=note, outcome=await check_document(request, form))
    except VpceGuardError as error:
        return _page(request, form, note=note, error=error)


@router.post(f"{ROOT}/check/endpoint")
@require_scope("decide")
@accept_body(_FORM, {}, media_type=MEDIA_TYPE, most=_MOST_FORM)
async def post_endpoint(request: Request) -> Response:
    """What the form about one endpoint describes, as a document and judged."""
    sent = await read_form(request)
    form = _check_form({**sent, "document": ""})
    try:
        form = replace(form, text=write_proposal(sent))
        return _page(request, form, values=sent, outcome=await check_document(request, form))
    except VpceGuardError as error:
        return _page(request, form, values=sent, error=error)


def _check_form(sent: Mapping[str, str]) -> CheckForm:
    return CheckForm(
        text=sent.get("document", ""),
        format_name=sent.get("format", "auto"),
        context=sent.get("context", ""),
        parameters=sent.get("parameters", ""),
        strict=sent.get("strict") == "yes",
        record=sent.get("try") != "yes",
    )


async def _open_recorded(request: Request, decision_id: str) -> tuple[CheckForm, str]:
    """The input of a recorded decision that the caller may read, as a document. Raises NotFoundError."""
    event = await recorded_event(request, decision_id)
    content = event["input"] or {}
    document = {name: value for name in _MEMBERS if (value := content.get(name)) not in (None, [], {})}
    if (defaults := content.get("defaults")) and defaults != API_DEFAULTS:
        document["sender_defaults"] = defaults
    context = {name: value for name, value in content.get("context", {}).items() if name != "time"}
    note = f"Decision {decision_id}, judged again under what is in force now."
    if event["erased"] or event["masked"] or content.get("peers"):
        note += " Not all that was around it is here, so the answer may differ."
    form = CheckForm(text=to_json(document, indent=2).decode(), context=to_json(context, indent=2).decode())
    return form, note


def _page(
    request: Request,
    form: CheckForm,
    *,
    note: str = "",
    values: Mapping[str, str] | None = None,
    outcome: Any = None,
    error: VpceGuardError | None = None,
) -> Response:
    """The page; `values` are those of the form about one endpoint."""
    given = values or {}
    endpoint_type = given.get("endpoint_type") if given.get("endpoint_type") in FIELDS else "Interface"
    return render(
        request,
        "check.html",
        status=error.status if error is not None else 200,
        here="check",
        form=form,
        formats=("auto", *FORMATS),
        note=note,
        outcome=outcome,
        error=error,
        values=given,
        is_form_open=bool(given),
        endpoint_type=endpoint_type,
        endpoint_types=tuple(FIELDS),
        fields=fields_of(str(endpoint_type)),
        keeps_log=guard_of(request).decision_log is not None,
    )
