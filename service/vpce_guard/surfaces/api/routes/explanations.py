"""GET /v1/decisions/{id}/explanation and POST /v1/explanations: why each rule fired or not."""

from __future__ import annotations

import os
import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, StrictBool
from pydantic_core import to_json
from starlette.concurrency import run_in_threadpool

from vpce_guard.bundle.bundle import Bundle
from vpce_guard.decisions.fair_queue import FairQueue
from vpce_guard.decisions.question import Question
from vpce_guard.errors import TooLargeError
from vpce_guard.formats import FORMATS
from vpce_guard.model import Json, Proposal
from vpce_guard.runtime.guard import Guard
from vpce_guard.runtime.wiring import explainer_of
from vpce_guard.surfaces.api.asking import guard_of, read_content, take_turn, validate
from vpce_guard.surfaces.api.http.route import Route, accept_body, require_scope
from vpce_guard.surfaces.api.openapi import samples
from vpce_guard.surfaces.api.openapi.schema import problems, response
from vpce_guard.surfaces.api.routes.log import DecisionId, recorded_event
from vpce_guard.whatif.explain.explainer import Explainer
from vpce_guard.whatif.explain.recorded import find_bundle_and_terms, read_decision
from vpce_guard.whatif.explain.types import Explanation

router = APIRouter(prefix="/v1", tags=["explanations"], route_class=Route)
T = TypeVar("T")
_AT_ONCE = max(1, (os.cpu_count() or 1) // 2)  # explanations made at the same time: each keeps a processor busy
_BUNDLES = 2  # whose explainers are kept
_MOST = 20  # endpoints of one document
Rule = Annotated[str | None, Query(max_length=40, description="Id of the one rule to explain.")]
Flip = Annotated[bool, Query(description="Look for the smallest change that turns the answer.")]
Current = Annotated[bool, Query(description="Explain under the bundle and org data at hand, whatever they were.")]


class ExplanationRequest(BaseModel):
    """A document to explain, read as for POST /v1/decisions. Nothing is recorded."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    document: Any = Field(description="As for POST /v1/decisions.")
    format: str = Field(
        "auto", description="As for POST /v1/decisions.", json_schema_extra={"enum": ["auto", *FORMATS]}
    )
    context: Json | None = Field(None, description="Context for every proposal; the document's own values win.")
    labels: dict[str, str] | None = Field(None, description="Labels for every proposal.")
    parameters: Json | None = Field(None, description="Parameters of a CloudFormation template.")
    strict: StrictBool = Field(False, description="Deny what could not be judged.")
    rule_id: str | None = Field(None, max_length=40, description="Id of the one rule to explain.")
    flip: StrictBool = Field(True, description="Look for the smallest change that turns the answer.")


class ExplanationAnswer(BaseModel):
    """An explanation of each endpoint of the document."""

    explanations: list[Explanation]


class ExplainerPool:
    """What explains, loaded when first asked, for the bundles asked for last; off the event loop, in fair turns."""

    def __init__(self) -> None:
        self._explainers: OrderedDict[str, Explainer] = OrderedDict()
        self._in_use: Counter[str] = Counter()
        self._turns = FairQueue(_AT_ONCE)

    async def run(self, request: Request, bundle: Bundle, work: Callable[[Explainer], T]) -> T:
        """The result of work with the explainer of a bundle, once it is the caller's turn. Raises OverloadedError."""
        revision = bundle.revision
        async with take_turn(request, self._turns):
            explainer = self._explainers.setdefault(revision, explainer_of(bundle, guard_of(request).settings))
            self._explainers.move_to_end(revision)
            self._in_use[revision] += 1
            try:
                await self._forget()
                return await run_in_threadpool(work, explainer)
            finally:
                self._in_use[revision] -= 1

    async def close(self) -> None:
        """Stop the engines."""
        for explainer in self._explainers.values():
            await run_in_threadpool(explainer.close)

    async def _forget(self) -> None:
        """Let go of those that were used longest ago and are not in use."""
        for revision in list(self._explainers)[:-_BUNDLES]:
            if not self._in_use[revision]:
                del self._in_use[revision]
                await run_in_threadpool(self._explainers.pop(revision).close)


@router.get(
    "/decisions/{decision_id}/explanation",
    response_model=Explanation,
    responses={200: response("Why it was decided so.", samples.EXPLANATION), **problems(404, 409, 503)},
)
@require_scope("read")
async def get_explanation(
    request: Request, decision_id: DecisionId, rule_id: Rule = None, flip: Flip = True, current: Current = False
) -> Response:
    """Why each rule fired or not in a recorded decision, and the smallest change that would turn it."""
    told = await explain_decision(request, decision_id, rule_id=rule_id, flip=flip, current=current)
    return Response(to_json(told), media_type="application/json")


async def explain_decision(
    request: Request, decision_id: str, *, rule_id: str | None = None, flip: bool = True, current: bool = False
) -> Explanation:
    """A recorded decision that the caller may read, explained. Raises NotFoundError, ConflictError and LogError."""
    guard = guard_of(request)
    event, policy = await recorded_event(request, decision_id), guard.policy
    bundle, terms = policy.bundle, policy.terms(guard.settings.profile)
    if guard.decision_log is not None and not current:
        bundle, terms = await run_in_threadpool(
            find_bundle_and_terms, event, bundle, terms, guard.decision_log.database
        )
    found = read_decision(event, terms, current=current)
    explaining: ExplainerPool = request.app.state.explaining
    return await explaining.run(request, bundle, lambda e: e.explain_recorded(found, terms, only=rule_id, flip=flip))


@router.post(
    "/explanations",
    response_model=ExplanationAnswer,
    responses={200: response("Why it would be.", {"explanations": [samples.EXPLANATION]}), **problems(404, 503)},
)
@require_scope("decide")
@accept_body(ExplanationRequest, samples.EXPLAINED)
async def post_explanation(request: Request) -> Response:
    """Why each rule fires or not for a document that is not recorded."""
    guard = guard_of(request)
    asked, question = await read_content(request, lambda content: _question(guard, content), asks=True)
    policy = guard.policy
    terms = policy.terms(guard.settings.profile)
    explaining: ExplainerPool = request.app.state.explaining
    told: list[Explanation] = []
    had = 0.0

    def explain(explainer: Explainer, proposal: Proposal) -> Explanation:
        nonlocal had
        began = time.monotonic()
        try:
            return explainer.explain(proposal, terms, strict=question.strict, only=asked.rule_id, flip=asked.flip)
        finally:
            had += time.monotonic() - began

    for proposal in question.proposals:  # a turn for each, so that others wait for one at most
        if had > (most := guard.settings.request_timeout):
            raise TooLargeError(
                f"To explain {len(told)} of {len(question.proposals)} endpoints took longer than {most:g} s.",
                advice="Send fewer, name one rule, or set flip to false.",
            )
        told.append(await explaining.run(request, policy.bundle, partial(explain, proposal=proposal)))
    return Response(to_json({"explanations": told}), media_type="application/json")


def _question(guard: Guard, content: Any) -> tuple[ExplanationRequest, Question]:
    asked = validate(ExplanationRequest, content)
    question = guard.question(
        asked.document,
        format_name=asked.format,
        context=asked.context,
        labels=asked.labels,
        parameters=asked.parameters,
        request_id="explanation",
        strict=asked.strict,
        record=False,
    )
    if len(question.proposals) > _MOST:
        raise TooLargeError(
            f"The document has {len(question.proposals)} endpoints; at most {_MOST} are explained at once.",
            advice="Send fewer, or a part of the document.",
        )
    return asked, question
