"""POST /v1/audit: endpoints that exist, judged as `vpce-guard audit` judges them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool
from pydantic_core import to_json

from vpce_guard.decisions.question import Decisions
from vpce_guard.errors import MalformedError, Pointer, TooLargeError
from vpce_guard.formats.budget import measure_work
from vpce_guard.formats.document import Document
from vpce_guard.formats.existing import SEND, read_existing
from vpce_guard.formats.existing.inventory import Inventory
from vpce_guard.instants import instant, now
from vpce_guard.model import Decision, Json
from vpce_guard.runtime.guard import Guard
from vpce_guard.surfaces.api.asking import decide_in_turn, guard_of, is_body_large, read_content, validate
from vpce_guard.surfaces.api.http.problems import answer, problem
from vpce_guard.surfaces.api.http.request_id import current_request_id
from vpce_guard.surfaces.api.http.route import Route, accept_body, require_scope
from vpce_guard.surfaces.api.openapi import samples
from vpce_guard.surfaces.api.openapi.schema import problems, response
from vpce_guard.whatif.audit.asking import AskedAudit, ask_audit
from vpce_guard.whatif.audit.drift import read_earlier
from vpce_guard.whatif.audit.types import Audit
from vpce_guard.whatif.consolidation.moves import Centre

router = APIRouter(prefix="/v1/audit", tags=["audit"], route_class=Route)


def _check_time(value: str) -> str:
    if instant(value) is None:
        raise ValueError("must be a time such as 2026-12-31T18:00:00Z")
    return value


class ConsolidationRequest(BaseModel):
    """A central VPC that endpoints of all VPCs are to be put together in, and what is assumed of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    vpc_id: str = Field(description="The VPC; its subnets must be told.")
    gb_per_month: float | None = Field(
        None, ge=0, allow_inf_nan=False, description="GB a month through each endpoint whose data are not told."
    )
    attached: StrictBool = Field(False, description="All VPCs hang on a transit gateway already.")
    tags: dict[str, str] | None = Field(
        None, description="Tags of central endpoints; those that the endpoints have alike if absent."
    )


class AuditRequest(BaseModel):
    """Documents about endpoints that exist; all of them together are one inventory."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    documents: list[Any] = Field(
        min_length=1,
        description="Answers of `aws ec2 describe-*`, configuration items of AWS Config, or Terraform states.",
    )
    context: Json | None = Field(None, description="What is known around the endpoints besides; documents win.")
    since: Json | None = Field(None, description="The answer to an earlier audit, to tell what changed since.")
    at: Annotated[str, AfterValidator(_check_time)] | None = Field(
        None, description="Audit as of this time (RFC 3339); the clock's if absent."
    )
    strict: StrictBool = Field(False, description="Deny what could not be judged.")
    consolidate: ConsolidationRequest | None = Field(
        None, description="Work out what it means to put endpoints of all VPCs together in one."
    )


_NOTES: Any = Field([], description="What was not read; absent where there is nothing.")


class AuditAnswer(BaseModel):
    """The decisions on endpoints that exist, the worst first, and whose they are, how old, and what changed."""

    request_id: str
    allowed: bool
    decisions: list[Decision]
    audit: Audit
    notes: list[str] = _NOTES


@router.post(
    "",
    response_model=AuditAnswer,
    responses={200: response("The audit; violations are an answer.", samples.AUDITED), **problems(503)},
)
@require_scope("decide", large=is_body_large)
@accept_body(AuditRequest, samples.AUDITS)
async def post_audit(request: Request) -> Response:
    """Judge endpoints that exist. Nothing is recorded: nobody asked for a change.

    It takes as many endpoints as a batch. Where none can be judged because the engine fails, all of it is 503.
    """
    guard, request_id = guard_of(request), current_request_id()
    asked = await read_content(request, lambda content: _ask(guard, validate(AuditRequest, content)))
    decided = await decide_in_turn(request, asked.questions(request_id))
    failure = next((one.failure for one in decided if one.failure is not None), None)
    if failure is not None and all(one.failure is not None for one in decided):
        every = [decision for decisions in decided for decision in decisions]
        return answer({**problem(failure, instance=request.url.path), "decisions": every})
    content = await run_sync(_answer, guard, asked, decided, request_id)
    return Response(content, media_type="application/json")


def _ask(guard: Guard, request: AuditRequest) -> AskedAudit:
    """What the documents ask. Raises MalformedError, and TooLargeError for more than a batch may hold."""
    inventory = _read(request.documents)
    most = guard.settings.max_batch
    _check_number(len(inventory.endpoints), "endpoints", most)
    earlier = read_earlier(request.since, name="since") if request.since is not None else None
    contexts = [request.context] if request.context is not None else []
    strict = request.strict or guard.settings.strict
    asked = ask_audit(inventory, contexts, at=request.at or now(), strict=strict, earlier=earlier)
    (document,), made = asked.documents, asked.proposals
    documents = [document]
    if request.consolidate is not None:
        asked = asked.consolidate(Centre(**request.consolidate.model_dump()), guard.bundle.data["services"])
        steps = asked.consolidation
        documents += [Document(drafts=tuple(step.draft for step in steps.steps))] if steps is not None else []
        made += steps.proposals if steps is not None else ()
    _check_number(len(made), "endpoints and steps", most)
    work = measure_work(documents, context={}, all_peers=guard.gives_all_peers)
    guard.check_work(document, work)
    if not guard.gives_all_peers:
        near = guard.measure_near(made, most=guard.settings.max_work - work)
        guard.check_work(document, work + near)
    return asked


def _check_number(number: int, what: str, most: int) -> None:
    if number > most:
        raise TooLargeError(
            f"The documents have {number} {what}; the limit is {most}.",
            advice="Send them in parts, such as one for each account, or raise VPCE_GUARD_MAX_BATCH.",
        )


def _read(documents: Sequence[Any]) -> Inventory:
    """What all documents tell together. Raises MalformedError that says which cannot be read."""
    inventory = Inventory()
    for number, document in enumerate(documents):
        place = f"/documents/{number}"
        try:
            read_existing(document, inventory)
        except MalformedError as error:
            error.pointers = tuple(Pointer({**one, "pointer": place + one["pointer"]}) for one in error.pointers) or (
                Pointer(pointer=place, code=error.code, detail=error.detail),
            )
            raise
    if not inventory.tells_endpoints:
        raise MalformedError("No document tells which endpoints there are.", advice=SEND)
    return inventory


def _answer(guard: Guard, asked: AskedAudit, decided: Sequence[Decisions], request_id: str) -> bytes:
    result = asked.settle(
        decided,
        request_id=request_id,
        org_data=guard.org.current.document,
        services=guard.bundle.data["services"],
    )
    decisions = list(result.decisions)
    found = {
        "request_id": request_id,
        "allowed": all(decision.allowed for decision in decisions),
        "decisions": decisions,
        "audit": result.audit,
    }
    return to_json({**found, "notes": asked.notes} if asked.notes else found)
