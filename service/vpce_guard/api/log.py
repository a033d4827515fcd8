"""GET /v1/decisions and /v1/decisions/{id}: what was decided."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from vpce_guard.api.callers import Caller
from vpce_guard.api.problems import Problem
from vpce_guard.decision_log import queries
from vpce_guard.decision_log.writer import Writer
from vpce_guard.errors import LogError, MalformedError, NotFoundError, Pointer
from vpce_guard.instants import instant
from vpce_guard.logs import Logger
from vpce_guard.model import Decision, Json

log = Logger("vpce_guard.api.log")
_PRUNE_SECONDS = 3600.0
router = APIRouter(prefix="/v1/decisions", tags=["decisions"])

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    code: {"model": Problem, "description": text, "content": {"application/problem+json": {}}}
    for code, text in {
        401: "Credentials missing or wrong",
        404: "There is no such decision, or no log",
        422: "A parameter that is none",
        503: "The log cannot be read",
    }.items()
}
Text = Annotated[str | None, Query(max_length=500)]


class LoggedDecision(BaseModel):
    """A decision as it was answered, who asked, and the input it was made on, without what is never kept."""

    decision: Decision
    requested_by: str | None
    input: Json
    erased: list[str]


class DecisionPage(BaseModel):
    """Decisions, newest first; `cursor` asks for the next page and is null on the last one."""

    decisions: list[LoggedDecision]
    cursor: str | None


@router.get("", response_model=DecisionPage, responses=_PROBLEMS)
async def get_decisions(
    request: Request,
    since: Text = None,
    until: Text = None,
    allowed: bool | None = None,
    rule_id: Text = None,
    vpc_id: Text = None,
    service_name: Text = None,
    label: Annotated[str | None, Query(max_length=800, description="name:value")] = None,
    request_id: Text = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: Text = None,
) -> DecisionPage:
    """Decisions that every given parameter holds for, newest first. Times are RFC 3339; `until` is exclusive."""
    writer = _log(request)
    query = queries.Query(
        since=_time(since, "since"),
        until=_time(until, "until"),
        allowed=allowed,
        rule_id=rule_id,
        vpc_id=vpc_id,
        service_name=service_name,
        label=_label(label),
        request_id=request_id,
        requested_by=_only(request),
    )
    found = await _read(queries.page, writer.engine, query, limit=limit, cursor=cursor)
    return DecisionPage(decisions=[_told(event) for event in found.events], cursor=found.cursor)


@router.get("/{decision_id}", response_model=LoggedDecision, responses=_PROBLEMS)
async def get_decision(request: Request, decision_id: str) -> LoggedDecision:
    """One decision."""
    return _told(await recorded_event(request, decision_id))


async def recorded_event(request: Request, decision_id: str) -> Json:
    """The event of a decision that the caller may read. Raises NotFoundError, also where it may not, and LogError."""
    event: Json | None = await _read(queries.one, _log(request).engine, decision_id)
    if event is None or _only(request) not in (None, event["requested_by"]):
        raise NotFoundError(f"There is no decision {decision_id}.", advice="It may be older than what is kept.")
    return event


async def keep_days(writer: Writer, days: int) -> None:
    """Take decisions away once they are older than so many days, looking every hour, until cancelled."""
    while True:
        before = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        try:
            gone = await run_in_threadpool(queries.prune, writer.engine, before, writer.key)
            log.info("decisions_pruned", before=before, decisions=gone)
        except SQLAlchemyError as error:
            log.error("decisions_not_pruned", error=type(error).__name__)
        await asyncio.sleep(_PRUNE_SECONDS)


def _only(request: Request) -> str | None:
    """Whose decisions the caller may read: its own, or with the scope admin everyone's (None)."""
    caller: Caller = request.state.caller
    return None if caller.may("admin") else caller.name


def _log(request: Request) -> Writer:
    found: Writer | None = request.app.state.guard.decision_log
    if found is None:
        raise NotFoundError("No decision log is kept here.", advice="Set VPCE_GUARD_DECISION_LOG=required.")
    return found


async def _read(work: Any, *arguments: Any, **options: Any) -> Any:
    try:
        return await run_in_threadpool(work, *arguments, **options)
    except SQLAlchemyError as error:
        raise LogError(f"The decision log cannot be read: {type(error).__name__}.", advice="Try again.") from error


def _told(event: Json) -> LoggedDecision:
    return LoggedDecision(
        decision=Decision.model_validate(event["result"]),
        requested_by=event["requested_by"],
        input=event["input"],
        erased=event["erased"],
    )


def _time(text: str | None, name: str) -> str | None:
    """A time as the log spells it. Raises MalformedError for what is none."""
    if text is None:
        return None
    found = instant(text)
    if found is None:
        raise _wrong(name, "is no RFC 3339 time with a zone")
    return re.sub(r"(\.\d{3})\d*Z$", r"\1Z", found) if "." in found else found.replace("Z", ".000Z")


def _label(text: str | None) -> tuple[str, str] | None:
    if text is None:
        return None
    name, colon, value = text.partition(":")
    if not name or not colon:
        raise _wrong("label", "is not name:value")
    return name, value


def _wrong(name: str, detail: str) -> MalformedError:
    return MalformedError(
        f"The parameter {name} {detail}.", places=(Pointer(pointer=f"/{name}", code="parameter", detail=detail),)
    )
