"""GET /v1/decisions and /v1/decisions/{id}: what was decided."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from pydantic_core import to_json
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from vpce_guard.decision_log import queries, request_keys, retention
from vpce_guard.decision_log.links import DecisionLink, find_links
from vpce_guard.decision_log.writer import Writer
from vpce_guard.errors import LogError, NotFoundError
from vpce_guard.instants import format_milliseconds
from vpce_guard.logs import Logger
from vpce_guard.model import Decision, Json
from vpce_guard.surfaces.api.http.callers import Caller
from vpce_guard.surfaces.api.http.route import Route, require_scope
from vpce_guard.surfaces.api.openapi import samples
from vpce_guard.surfaces.api.openapi.schema import problems, response
from vpce_guard.surfaces.api.reading import read_log

log = Logger("vpce_guard.api.log")
_PRUNE_SECONDS = 3600.0
_KEY_DAYS = 1  # that a request may be sent again under its key
_PIECE = 20  # decisions of a page that are held at once
router = APIRouter(prefix="/v1/decisions", tags=["decisions"], route_class=Route)

DecisionId = Annotated[str, Path(max_length=100, description="The id of a decision.")]
_LINKS = {
    "decision": {
        "operationId": "get_decision",
        "parameters": {"decision_id": "$response.body#/decisions/0/decision/decision_id"},
        "description": "Each decision by its id.",
    },
    "next": {
        "operationId": "get_decisions",
        "parameters": {"cursor": "$response.body#/cursor"},
        "description": "The next page, unless cursor is null; with the other parameters as they were.",
    },
}


def _text_parameter(description: str, *, most: int = 500, **schema: str) -> Any:
    return Query(max_length=most, description=description, json_schema_extra={**schema})


class LoggedDecision(BaseModel):
    """A decision as it was answered, who asked, and the input it was made on, without what is never kept.

    `erased` and `masked` are JSON Pointers to what was taken out and to texts in which something was. `became` is what
    `vpce-guard inventory link` found last, beside the record; null where it found nothing yet.
    """

    decision: Decision
    requested_by: str | None
    input: Json
    erased: list[str]
    masked: list[str]
    became: DecisionLink | None


class ListedDecision(BaseModel):
    """Those members of a decision in the log that were asked for; without `fields` all but its input."""

    decision: Decision | None = None
    requested_by: str | None = None
    input: Json | None = None
    erased: list[str] | None = None
    masked: list[str] | None = None
    became: DecisionLink | None = None


class _Piece(NamedTuple):
    """Some entries of a page as JSON, how many they are, and the cursor of what follows."""

    entries: bytes
    size: int
    cursor: str | None


class DecisionPage(BaseModel):
    """Decisions, newest first; `cursor` asks for the next page and is null on the last one."""

    decisions: list[ListedDecision]
    cursor: str | None


async def _is_page_large(request: Request) -> bool:
    """Whether a page takes longer to make than others should wait."""
    limit = request.query_params.get("limit", "")
    return limit.isdecimal() and int(limit) > _PIECE


@router.get(
    "",
    response_model=DecisionPage,
    responses={200: response("A page of decisions.", samples.PAGE, links=_LINKS), **problems(404, 503)},
)
@require_scope("read", large=_is_page_large)
async def get_decisions(
    request: Request,
    since: Annotated[str | None, _text_parameter("From this time on, RFC 3339.", format="date-time")] = None,
    until: Annotated[str | None, _text_parameter("Before this time, RFC 3339.", format="date-time")] = None,
    allowed: Annotated[bool | None, Query(description="What was decided.")] = None,
    rule_id: Annotated[str | None, _text_parameter("Rule that was violated, waived or not judged.")] = None,
    vpc_id: Annotated[str | None, _text_parameter("VPC of the endpoint.")] = None,
    service_name: Annotated[str | None, _text_parameter("Service of the endpoint.")] = None,
    account_id: Annotated[str | None, _text_parameter("Account of the context.")] = None,
    label: Annotated[str | None, _text_parameter("name:value", most=800, pattern="^[^:]+:")] = None,
    request_id: Annotated[str | None, _text_parameter("Request that was answered.")] = None,
    limit: Annotated[int, Query(ge=1, le=500, description="Decisions of a page.")] = 50,
    cursor: Annotated[str | None, _text_parameter("That of the page before, unchanged.")] = None,
    fields: Annotated[str | None, _text_parameter("Members of each, by commas; all but input if absent.")] = None,
) -> Response:
    """Decisions that every given parameter holds for, newest first. Times are RFC 3339; `until` is exclusive.

    The page is sent as it is read.
    """
    writer = log_of(request)
    query = queries.Query(
        since=queries.parse_time(since, "since"),
        until=queries.parse_time(until, "until"),
        allowed=allowed,
        rule_id=rule_id,
        vpc_id=vpc_id,
        service_name=service_name,
        account_id=account_id,
        label=queries.parse_label(label),
        request_id=request_id,
        requested_by=readable_caller(request),
    )
    members = _listed_members(fields)

    def read_piece(limit: int, cursor: str | None) -> _Piece:
        options: Any = {"limit": limit, "cursor": cursor, "with_input": "input" in members}
        found = queries.page(writer.database, query, **options)
        ids = [event["decision_id"] for event in found.events] if "became" in members else []
        links = find_links(writer.database, ids)
        entries = [
            logged_decision(event, links.get(event["decision_id"])).model_dump_json(include=members)
            for event in found.events
        ]
        return _Piece(",".join(entries).encode(), len(entries), found.cursor)

    async def read(limit: int, cursor: str | None) -> _Piece:
        found: _Piece = await read_log(writer, read_piece, limit, cursor)
        return found

    first = await read(min(limit, _PIECE), cursor)  # what is wrong is told by the status
    return StreamingResponse(_send_page(first, read, limit), media_type="application/json")


async def _send_page(
    piece: _Piece, read: Callable[[int, str | None], Awaitable[_Piece]], limit: int
) -> AsyncIterator[bytes]:
    """A page of so many decisions, of which the first few are read, as JSON."""
    yield b'{"decisions":['
    left = limit
    while True:
        yield (b"," if piece.size and left < limit else b"") + piece.entries
        left -= piece.size
        if not left or piece.cursor is None:
            break
        piece = await read(min(left, _PIECE), piece.cursor)
    yield b'],"cursor":' + to_json(piece.cursor) + b"}"


def _listed_members(fields: str | None) -> set[str]:
    """The members that are asked for. Raises MalformedError for one that there is not."""
    known = list(LoggedDecision.model_fields)
    if fields is None:
        return {member for member in known if member != "input"}
    asked = set(fields.split(","))
    if not asked <= set(known):
        raise queries.parameter_error("fields", f"is not a list of {', '.join(known)}")
    return asked


@router.get(
    "/{decision_id}",
    response_model=LoggedDecision,
    responses={200: response("The decision.", samples.LOGGED), **problems(404, 503)},
)
@require_scope("read")
async def get_decision(request: Request, decision_id: DecisionId) -> LoggedDecision:
    """One decision."""
    return logged_decision(await recorded_event(request, decision_id), await found_link(request, decision_id))


async def recorded_event(request: Request, decision_id: str) -> Json:
    """The event of a decision that the caller may read. Raises NotFoundError, also where it may not, and LogError."""
    writer = log_of(request)
    event: Json | None = await read_log(writer, queries.find_event, writer.database, decision_id)
    if event is None or readable_caller(request) not in (None, event["requested_by"]):
        raise NotFoundError(f"There is no decision {decision_id}.", advice="It may be older than the log keeps.")
    return event


async def found_link(request: Request, decision_id: str) -> DecisionLink | None:
    """What came to be of a decision that the caller may read. Raises LogError."""
    writer = log_of(request)
    found: dict[str, DecisionLink] = await read_log(writer, find_links, writer.database, [decision_id])
    return found.get(decision_id)


async def keep_days(writer: Writer, days: int, *, sink: str | None = None) -> None:
    """Take decisions away once they are older than so many days and the sink has them, every hour, until cancelled."""
    while True:
        before = format_milliseconds(datetime.now(UTC) - timedelta(days=days))
        try:
            gone = await run_in_threadpool(retention.prune, writer.database, before, writer.keys, sink=sink)
            log.info("decisions_pruned", before=before, decisions=gone)
        except (SQLAlchemyError, LogError) as error:
            log.error("decisions_not_pruned", error=type(error).__name__)
        await asyncio.sleep(_PRUNE_SECONDS)


async def forget_old_keys(writer: Writer) -> None:
    """Take keys of requests away once they are older than a day, every hour, until cancelled."""
    while True:
        before = format_milliseconds(datetime.now(UTC) - timedelta(days=_KEY_DAYS))
        try:
            await run_in_threadpool(request_keys.forget_keys, writer.database, before)
        except SQLAlchemyError as error:
            log.error("request_keys_not_forgotten", error=type(error).__name__)
        await asyncio.sleep(_PRUNE_SECONDS)


def readable_caller(request: Request) -> str | None:
    """Whose decisions the caller may read: its own, or with the scope admin everyone's (None)."""
    caller: Caller = request.state.caller
    return None if caller.has_scope("admin") else caller.name


def log_of(request: Request) -> Writer:
    """The decision log. Raises NotFoundError where the service keeps none."""
    found: Writer | None = request.app.state.guard.decision_log
    if found is None:
        raise NotFoundError("This service keeps no decision log.", advice="Set VPCE_GUARD_DECISION_LOG=required.")
    return found


def logged_decision(event: Json, became: DecisionLink | None = None) -> LoggedDecision:
    """A decision out of its event, with what came to be of it."""
    return LoggedDecision(
        decision=Decision.model_validate(event["result"]),
        requested_by=event["requested_by"],
        input=event["input"] or {},
        erased=event["erased"],
        masked=event["masked"],
        became=became,
    )
