"""POST /v1/admission: a validating webhook of Kubernetes, AdmissionReview v1 in and out."""

from __future__ import annotations

from typing import Any

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic_core import to_json

from vpce_guard.api.decisions import PROBLEMS, body, caller_of
from vpce_guard.errors import MalformedError, Pointer
from vpce_guard.formats.text import parse
from vpce_guard.model import Decision, Json
from vpce_guard.wiring import Guard

router = APIRouter(prefix="/v1/admission", tags=["admission"])

_MOST_WARNING = 256  # what the API server passes on of one warning
_SCHEMA: Json = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"type": "object", "required": ["kind", "request"]}}},
    }
}


@router.post("", responses=PROBLEMS, openapi_extra=_SCHEMA)
async def post_admission(request: Request) -> Response:
    """Judge the VPCEndpoint of ACK or Crossplane in an AdmissionReview; anything else is allowed.

    What cannot be decided is not allowed, whatever the webhook's failurePolicy says. A dryRun is not recorded.
    """
    guard: Guard = request.app.state.guard
    review = parse(await body(request, guard), limit=guard.settings.max_body, what="The body")
    asked = review.get("request") if isinstance(review, dict) and review.get("kind") == "AdmissionReview" else None
    uid = asked.get("uid") if isinstance(asked, dict) else None
    if not isinstance(asked, dict) or not isinstance(uid, str) or not uid:
        raise MalformedError(
            "This is no AdmissionReview.",
            advice="Send what the Kubernetes API server sends to a validating webhook.",
            places=(Pointer(pointer="/request/uid", code="missing", detail="must be a string"),),
        )
    structlog.contextvars.bind_contextvars(request_id=uid)
    try:
        question = guard.question(
            review,
            format_name="admission_review",
            request_id=uid,
            record=asked.get("dryRun") is not True,
            requested_by=caller_of(request),
        )
        (decisions,) = await guard.decide([question])
        answer = _answer(decisions)
    except MalformedError as error:
        answer = {"allowed": False, "status": {"code": error.status, "reason": "Invalid", "message": str(error)}}
    review = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": {"uid": uid, **answer}}
    return Response(to_json(review), media_type="application/json")


def _answer(decisions: list[Decision]) -> Json:
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
    return ["not everything could be judged, and that is demanded"]
