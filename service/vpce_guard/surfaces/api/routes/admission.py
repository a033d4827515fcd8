"""POST /v1/admission: a validating webhook of Kubernetes, AdmissionReview v1 in and out."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic_core import to_json

from vpce_guard.decisions.question import Question
from vpce_guard.errors import MalformedError, Pointer, VpceGuardError
from vpce_guard.model import Decision, Json
from vpce_guard.surfaces.api.asking import caller_of, decide_in_turn, guard_of, read_content
from vpce_guard.surfaces.api.http.route import Route, accept_body, require_scope
from vpce_guard.surfaces.api.openapi import samples
from vpce_guard.surfaces.api.openapi.schema import response
from vpce_guard.surfaces.reports import strict_refusal

router = APIRouter(prefix="/v1/admission", tags=["integrations"], route_class=Route)

_VERSION = "admission.k8s.io/v1"
_MOST_WARNING = 256  # what the API server passes on of one warning
_REVIEW: Json = {
    "type": "object",
    "required": ["kind", "request"],
    "properties": {
        "apiVersion": {"const": _VERSION},
        "kind": {"const": "AdmissionReview"},
        "request": {
            "type": "object",
            "required": ["uid"],
            "properties": {
                "uid": {"type": "string", "minLength": 1},
                "operation": {"description": "CREATE, UPDATE, DELETE or CONNECT."},
                "object": {"description": "As it will be; what is no object of Kubernetes is not admitted."},
                "oldObject": {"description": "As it is."},
                "dryRun": {"description": "True for a decision that is not recorded."},
            },
        },
    },
}
_REVIEWED: Json = {
    "type": "object",
    "required": ["apiVersion", "kind", "response"],
    "properties": {
        "apiVersion": {"const": _VERSION},
        "kind": {"const": "AdmissionReview"},
        "response": {
            "type": "object",
            "required": ["uid", "allowed"],
            "properties": {
                "uid": {"type": "string"},
                "allowed": {"type": "boolean"},
                "warnings": {"type": "array", "items": {"type": "string", "maxLength": _MOST_WARNING}},
                "auditAnnotations": {"type": "object", "additionalProperties": {"type": "string"}},
                "status": {
                    "type": "object",
                    "required": ["code", "reason", "message"],
                    "properties": {
                        "code": {"enum": [403, 413, 422, 503]},
                        "reason": {"type": "string"},
                        "message": {"type": "string"},
                    },
                },
            },
        },
    },
}


Timeout = Annotated[str | None, Query(max_length=20, description="How long the API server waits, which it adds.")]


@router.post("", responses={200: response("Whether it is admitted.", samples.ADMITTED, schema=_REVIEWED)})
@require_scope("decide")
@accept_body(_REVIEW, samples.REVIEWS)
async def post_admission(request: Request, timeout: Timeout = None) -> Response:  # noqa: ARG001 - theirs
    """Judge the VPCEndpoint of ACK or Crossplane in an AdmissionReview; anything else is allowed.

    What cannot be decided is not allowed, whatever the webhook's failurePolicy says. A dryRun is not recorded.
    """
    guard, caller = guard_of(request), caller_of(request)

    def question(review: Any) -> tuple[str, Question | VpceGuardError]:
        asked, uid = _read_review(review)
        try:
            return uid, guard.question(
                review,
                format_name="admission_review",
                request_id=uid,
                record=asked.get("dryRun") is not True,
                requested_by=caller,
            )
        except VpceGuardError as error:
            return uid, error

    uid, asked = await read_content(request, question, asks=True)
    structlog.contextvars.bind_contextvars(request_id=uid)
    try:
        if isinstance(asked, VpceGuardError):
            raise asked
        (decisions,) = await decide_in_turn(request, [asked])
        answer = _review_answer(decisions)
    except VpceGuardError as error:
        reason = "ServiceUnavailable" if error.status == HTTPStatus.SERVICE_UNAVAILABLE else "Invalid"
        answer = {"allowed": False, "status": {"code": error.status, "reason": reason, "message": str(error)}}
    review = {"apiVersion": _VERSION, "kind": "AdmissionReview", "response": {"uid": uid, **answer}}
    return Response(to_json(review), media_type="application/json")


def _read_review(review: Any) -> tuple[Json, str]:
    """What is asked and its uid. Raises MalformedError for what is no AdmissionReview."""
    of_kind = isinstance(review, dict) and review.get("kind") == "AdmissionReview"
    asked = review.get("request") if of_kind and review.get("apiVersion", _VERSION) == _VERSION else None
    uid = asked.get("uid") if isinstance(asked, dict) else None
    if not isinstance(asked, dict) or not isinstance(uid, str) or not uid:
        raise MalformedError(
            "This is not an AdmissionReview.",
            advice="Send what the Kubernetes API server sends to a validating webhook.",
            pointers=(Pointer(pointer="/request/uid", code="missing", detail="must be a string"),),
        )
    return asked, uid


def _review_answer(decisions: list[Decision]) -> Json:
    allowed = all(decision.allowed for decision in decisions)
    answer: Json = {"allowed": allowed}
    warnings = [
        f"{v.rule_id}: {v.message}"[:_MOST_WARNING]
        for decision in decisions
        for v in decision.violations
        if v.enforcement_action == "warn"
    ]
    if warnings:
        answer["warnings"] = warnings
    if decisions:
        answer["auditAnnotations"] = {"decision_id": ",".join(decision.decision_id for decision in decisions)}
    if not allowed:
        answer["status"] = _status(decisions)
    return answer


def _status(decisions: list[Decision]) -> Json:
    error = next((decision.error for decision in decisions if decision.error is not None), None)
    if error is not None:
        return {"code": 503, "reason": "ServiceUnavailable", "message": f"vpce-guard could not decide: {error}"}
    return {"code": 403, "reason": "Forbidden", "message": "vpce-guard: " + "; ".join(_reasons(decisions))}


def _reasons(decisions: list[Decision]) -> list[Any]:
    denied = [v for decision in decisions for v in decision.violations if v.enforcement_action == "deny"]
    if denied:
        return [f"{v.rule_id} {v.message} ({v.remediation})" for v in denied]
    return [strict_refusal(decisions)]
