"""POST /mcp/check: what the tool `check` asks. POST /v1/decisions for agents, who also learn what to fetch.

The reading, judging and recording are those of POST /v1/decisions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, StrictBool
from pydantic_core import to_json

from vpce_guard.decisions.question import Question
from vpce_guard.formats import FORMATS, read_drafts
from vpce_guard.formats.document import Draft, Extras
from vpce_guard.formats.given_context import combine
from vpce_guard.formats.text import read_text
from vpce_guard.model import Decision, Json
from vpce_guard.runtime.guard import Guard
from vpce_guard.surfaces.api.asking import caller_of, decide_in_turn, guard_of, read_content, run_by_size, validate
from vpce_guard.surfaces.api.http.problems import answer, problem
from vpce_guard.surfaces.api.http.request_id import current_request_id
from vpce_guard.surfaces.api.http.route import Route, accept_body, require_scope
from vpce_guard.surfaces.api.routes.decisions import DecisionAnswer
from vpce_guard.surfaces.gaps import find_gaps
from vpce_guard.surfaces.reports import add_locations

router = APIRouter(route_class=Route, include_in_schema=False)
PATH = "/mcp/check"
_FILE = "document"


class AgentCheckRequest(BaseModel):
    """A document to judge, and how."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    document: Any = Field(
        description="A Terraform plan (terraform show -json), CloudFormation template, Pulumi preview, Kubernetes"
        " object, AWS request or proposal: as an object, or as the text of its file, JSON or YAML."
    )
    format: str = Field(
        "auto",
        description="What the document is; auto: by its content.",
        json_schema_extra={"enum": ["auto", *FORMATS]},
    )
    context: Json | list[Json] = Field(
        {},
        description="What is known of the surroundings: Region, Vpc, Subnets, … Or a list of what AWS's describe"
        " commands print, as they print it.",
    )
    labels: dict[str, str] | None = Field(None, description="Labels for every endpoint, such as team or environment.")
    parameters: Json | None = Field(None, description="Parameters of a CloudFormation template, also AWS::Region.")
    strict: StrictBool = Field(False, description="Deny what could not be judged.")
    dry_run: StrictBool = Field(False, description="Judge without recording. For tries while a fix is sought.")


class FetchCommand(BaseModel):
    """Something that is not known: what it is, where it belongs, which rules wait for it, and what tells it."""

    what: str
    pointers: list[str]
    rules: list[str]
    commands: list[str] = Field(description="Commands of AWS's own tool, which only read.")
    advice: str = Field(
        description="What to do where no command tells it. --context, --label and --parameters of the command line are"
        " context, labels and parameters of this tool."
    )


class CheckAnswer(DecisionAnswer):
    """The decisions on a document, and what to fetch for the rules that could not be judged."""

    to_fetch: list[FetchCommand]


@router.post(PATH)
@require_scope("decide")
@accept_body(AgentCheckRequest, {})
async def post_check(request: Request) -> Response:
    """Judge one document, and say what to fetch."""
    guard, caller = guard_of(request), caller_of(request)
    drafts, question = await read_content(request, lambda content: _read(guard, content, caller), asks=True)
    (decisions,) = await decide_in_turn(request, [question])
    if decisions.failure is not None:
        return answer({**problem(decisions.failure, instance=PATH), "decisions": decisions})
    size = len(await request.body()) + question.work
    content = await run_by_size(request, lambda: _tell(question, drafts, decisions), size=size)
    return Response(content, media_type="application/json")


def _tell(question: Question, drafts: Sequence[Draft], decisions: Sequence[Decision]) -> bytes:
    """The answer, with the lines of a text; to find those it is read again."""
    located = [add_locations(one, draft) for one, draft in zip(decisions, drafts, strict=True)]
    gaps = find_gaps(located, {one.decision_id: draft for one, draft in zip(located, drafts, strict=True)})
    told = CheckAnswer(
        request_id=question.request_id,
        allowed=all(one.allowed for one in located) and not (question.strict and question.notes),
        decisions=located,
        notes=list(question.notes),
        to_fetch=[
            FetchCommand(
                what=gap.what,
                pointers=list(gap.pointers),
                rules=list(gap.rules),
                commands=[fetch.command for fetch in gap.fetches],
                advice="" if gap.fetches else gap.advice,
            )
            for gap in gaps
        ],
    )
    return to_json(told)


def _read(guard: Guard, content: Any, caller: str | None) -> tuple[Sequence[Draft], Question]:
    """What a document asks, and the drafts that it is about, in the same order. Raises VpceGuardError."""
    asked = validate(AgentCheckRequest, content)
    settings, parsed, text = guard.settings, asked.document, None
    if isinstance(parsed, str):
        text = read_text(parsed.encode(), file=_FILE, limit=settings.max_body, yaml_limit=settings.max_yaml)
        parsed = text.value
    context = combine(asked.context if isinstance(asked.context, list) else [asked.context])
    given = Extras(text=text, parameters=asked.parameters or {}, context=context)
    found = read_drafts(parsed, format_name=asked.format, given=given)
    question = guard.question_about(
        found,
        context=context,
        labels=asked.labels,
        request_id=current_request_id(),
        strict=asked.strict,
        record=not asked.dry_run,
        requested_by=caller,
    )
    return found.drafts, question
