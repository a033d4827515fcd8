"""/console/decisions: what was decided, by filters that are all in the address; one decision with its reasons."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Path, Query, Request, Response
from pydantic_core import to_json

from vpce_guard.decision_log import queries
from vpce_guard.decision_log.links import LinkCertainty
from vpce_guard.errors import LogError
from vpce_guard.model import Json, Subject
from vpce_guard.surfaces.api.asking import guard_of
from vpce_guard.surfaces.api.http.route import Route, require_scope
from vpce_guard.surfaces.api.reading import read_log
from vpce_guard.surfaces.api.routes.explanations import explain_decision
from vpce_guard.surfaces.api.routes.log import found_link, log_of, logged_decision, readable_caller, recorded_event
from vpce_guard.surfaces.console.chart import Chart, choose_span, make_chart
from vpce_guard.surfaces.console.filters import FILTERS, PARAMETERS, Filters
from vpce_guard.surfaces.console.paths import ROOT
from vpce_guard.surfaces.console.rendering import render
from vpce_guard.surfaces.drawing import draw
from vpce_guard.surfaces.reports import endpoint_name, name_endpoint
from vpce_guard.surfaces.reports.explanation import FOLDED, HEADINGS, split_rules
from vpce_guard.surfaces.reports.text import describe_cost, describe_step
from vpce_guard.surfaces.visible import visible, visible_decision
from vpce_guard.whatif.paths.types import path_terms

router = APIRouter(route_class=Route, include_in_schema=False)
_PLACE = f"{ROOT}/decisions"
_ON_A_PAGE = 50
_IN_A_FILE = 500
_COUNT_SHARE = 0.4  # of the time an answer may wait for the log: for the bars, which some filters make long to count
_CSV_COLUMNS = (
    *("timestamp", "allowed", "operation", "endpoint", "endpoint_type", "service_name", "vpc_id", "requested_by"),
    *("violated", "waived", "not_judged", "decision_id", "request_id"),
)
_LINK_WORDS: Mapping[LinkCertainty, str] = {
    "tag": "by the tag with the id of this decision",
    "request": "by the request that CloudTrail recorded",
    "only one": "as the only one of its VPC, type and service in time",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
DecisionId = Annotated[str, Path(max_length=100)]
_Text = Annotated[str, Query(max_length=500)]


@router.get(_PLACE)
@router.get(f"{_PLACE}.json")
@router.get(f"{_PLACE}.csv")
@require_scope("read")
async def get_decisions(
    request: Request,
    outcome: _Text = "",
    rule_id: _Text = "",
    account_id: _Text = "",
    vpc_id: _Text = "",
    service_name: _Text = "",
    label: Annotated[str, Query(max_length=800)] = "",
    requested_by: _Text = "",
    request_id: _Text = "",
    since: _Text = "",
    until: _Text = "",
    cursor: _Text = "",
) -> Response:
    """Decisions that every filter holds for, newest first: as a page, or as a file of the same address."""
    filters = Filters({name: value for name, value in locals().items() if name in PARAMETERS})
    writer, query = log_of(request), filters.query(readable=readable_caller(request))
    ending = request.url.path.removeprefix(_PLACE)
    limit = _IN_A_FILE if ending else _ON_A_PAGE

    def read() -> queries.EventPage:
        return queries.page(writer.database, query, limit=limit, cursor=cursor or None, with_input=False)

    if ending:  # so many decisions are written in the thread that reads them: nobody else waits for that
        return await read_log(writer, lambda: _FILES[ending](read()))
    page = await read_log(writer, read)
    span = choose_span(query.since, query.until, now=datetime.now(UTC))
    try:
        counted = queries.count_by_time, writer.database, query, span.edges
        chart = make_chart(span, await read_log(writer, *counted, within=_COUNT_SHARE * writer.timeout))
    except LogError:  # the decisions are there, and the page says that their number is not
        chart = None
    return _as_page(request, filters, page, chart, cursor)


@router.get(f"{_PLACE}/{{decision_id}}")
@require_scope("read")
async def get_decision(request: Request, decision_id: DecisionId) -> Response:
    """One decision with its reasons and the input it was made on."""
    logged = logged_decision(await recorded_event(request, decision_id))
    decision, guard = visible_decision(logged.decision), guard_of(request)
    terms = path_terms(guard.bundle.catalogue.rules, guard.bundle.data["services"], guard.org.current.document)
    return render(
        request,
        "decision.html",
        here="decisions",
        decision=decision,
        name=endpoint_name(decision),
        requested_by=logged.requested_by,
        steps=[[visible(describe_step(step)) for step in one.fix or ()] for one in logged.decision.violations],
        cost=describe_cost(decision),
        input=visible_json(logged.input),
        erased=logged.erased,
        masked=logged.masked,
        link_words=_LINK_WORDS,
        became=await found_link(request, decision_id),
        account=(logged.input.get("context") or {}).get("AccountId"),
        labels=logged.input.get("labels") or {},
        drawing=await run_sync(draw, logged.input, logged.decision.violations, terms),
    )


@router.get(f"{_PLACE}/{{decision_id}}/explanation")
@require_scope("read")
async def get_explanation(request: Request, decision_id: DecisionId) -> Response:
    """Why each rule fired or not in a decision, and the smallest change that turns the answer."""
    explanation = await explain_decision(request, decision_id)
    decided, others = split_rules(explanation)
    return render(
        request,
        "explanation.html",
        here="decisions",
        explanation=explanation,
        decided=decided,
        others=others,
        headings=HEADINGS,
        folded=FOLDED,
    )


def visible_json(value: Json) -> str:
    """A value as JSON over several lines, without characters that act."""
    return "\n".join(map(visible, to_json(value, indent=2).decode().split("\n")))


def _as_page(
    request: Request,
    filters: Filters,
    page: queries.EventPage,
    chart: Chart | None,
    cursor: str,
) -> Response:
    rows = []
    for logged in map(logged_decision, page.events):
        decision = visible_decision(logged.decision)
        rows.append({"decision": decision, "name": endpoint_name(decision), "requested_by": logged.requested_by})
    return render(
        request,
        "decisions.html",
        here="decisions",
        filters=filters,
        fields=FILTERS,
        rows=rows,
        chart=chart,
        count_seconds=f"{_COUNT_SHARE * log_of(request).timeout:.2g}",
        cursor=cursor,
        next_page=filters.address(_PLACE, cursor=page.cursor) if page.cursor else None,
        first_page=filters.address(_PLACE),
        files={kind: filters.address(f"{_PLACE}.{kind}", cursor=cursor) for kind in ("json", "csv")},
    )


def _as_json(page: queries.EventPage) -> Response:
    """The decisions as they were recorded, which is what was answered."""
    entries = [
        {"decision": event["result"], **{name: event[name] for name in ("requested_by", "erased", "masked")}}
        for event in page.events
    ]
    return Response(to_json({"decisions": entries, "cursor": page.cursor}), media_type="application/json")


def _as_csv(page: queries.EventPage) -> Response:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_CSV_COLUMNS)
    for event in page.events:
        writer.writerow([_cell(value) for value in _row(event)])
    headers = {"content-disposition": 'attachment; filename="decisions.csv"'}
    return Response(text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


_FILES: Mapping[str, Callable[[queries.EventPage], Response]] = {".json": _as_json, ".csv": _as_csv}


def _row(event: Json) -> tuple[object, ...]:
    """A decision as it was recorded, by columns; no model of it is made, which takes longer than to read it."""
    decision = event["result"]
    subject = Subject.model_validate(decision["subject"])
    told = (decision["violations"], decision["waived"], decision["undetermined"])
    return (
        *(decision["timestamp"], "allowed" if decision["allowed"] else "denied", decision["operation"]),
        *(name_endpoint(subject), subject.endpoint_type, subject.service_name, subject.vpc_id, event["requested_by"]),
        *(" ".join(dict.fromkeys(one["rule_id"] for one in found)) for found in told),
        *(decision["decision_id"], decision["request_id"]),
    )


def _cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula. Source: OWASP, CSV Injection."""
    text = visible(str(value)) if value is not None else ""
    return f"'{text}" if text.startswith(_FORMULA) else text
