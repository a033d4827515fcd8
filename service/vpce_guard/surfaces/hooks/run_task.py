"""Run tasks of HCP Terraform and Terraform Enterprise: the signature, the plan and the answer.

Source: HashiCorp, Run tasks integration API.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import uuid
from typing import Any
from urllib.parse import urlsplit

import httpx2

from vpce_guard.decisions.fair_queue import FairQueue
from vpce_guard.errors import CredentialsError, MalformedError, TooLargeError, VpceGuardError
from vpce_guard.formats.text import parse
from vpce_guard.logs import Logger
from vpce_guard.model import Decision, Json
from vpce_guard.runtime.guard import Guard
from vpce_guard.surfaces.reports import Report, endpoint_name
from vpce_guard.surfaces.reports.markdown import render
from vpce_guard.surfaces.reports.text import summary

log = Logger("vpce_guard.run_task")

SIGNATURE = "x-tfc-task-signature"
MEDIA_TYPE = "application/vnd.api+json"
_LEVELS = {"deny": "error", "warn": "warning", "inform": "info"}
_ATTEMPTS = 3
_SECONDS = 30.0
_CALLER = "run-task"  # all of them together take turns with the callers of the service


def check_signed(signature: str | None) -> None:
    """Raise CredentialsError for what is no signature of any body, before there is one."""
    if signature is None or not re.fullmatch("[0-9a-fA-F]{128}", signature.strip()):
        raise _signature_error()


def verify(body: bytes, signature: str | None, key: str) -> None:
    """Raise CredentialsError unless the body is signed with the key (HMAC-SHA512, in hex)."""
    expected = hmac.new(key.encode(), body, hashlib.sha512).hexdigest()
    if signature is None or not hmac.compare_digest(expected.encode(), signature.strip().lower().encode()):
        raise _signature_error()


def _signature_error() -> CredentialsError:
    return CredentialsError(
        "The signature is missing or wrong.", advice="Set the run task's HMAC key to that of this service."
    )


def read_payload(content: Any, guard: Guard) -> Json | None:
    """A payload that asks for a plan to be judged; None for the trial HCP Terraform makes when a task is set up.

    Raises MalformedError, also for addresses of another host than the one that is set.
    """
    if not isinstance(content, dict) or content.get("payload_version") != 1:
        raise MalformedError("This is not a run task of payload version 1.")
    if content.get("access_token") == "test-token" or content.get("stage") == "test":
        return None
    if content.get("stage") not in ("post_plan", "pre_apply"):
        raise MalformedError(
            f"There is no plan to judge at stage {content.get('stage')}.", advice="Run the task after the plan."
        )
    for member in ("plan_json_api_url", "task_result_callback_url"):
        url = content.get(member)
        if not isinstance(url, str) or _origin(url) != _origin(guard.settings.run_task_url):
            raise MalformedError(
                f"{member} is not at {guard.settings.run_task_url}.", advice="Set VPCE_GUARD_RUN_TASK_URL to its host."
            )
    return content


async def carry_out(task: Json, guard: Guard, queue: FairQueue) -> None:
    """Fetch the plan, judge it in its turn and report the outcome; what goes wrong is reported as failed."""
    request_id = str(task.get("run_id") or uuid.uuid4())
    headers = {"authorization": f"Bearer {task.get('access_token')}"}
    async with httpx2.AsyncClient(timeout=_SECONDS, headers=headers, follow_redirects=True) as client:
        try:
            document = await _plan(client, task["plan_json_api_url"], guard.settings.max_body)
            question = guard.question(
                document, format_name="terraform_plan", request_id=request_id, labels=_labels(task)
            )
            async with queue.turn(_CALLER) as end_turn:
                (decisions,) = await guard.decide([question], judged=end_turn)
            answer = _answer(
                Report(request_id=request_id, decisions=tuple(decisions), docs_url=guard.settings.docs_url)
            )
        except (VpceGuardError, httpx2.HTTPError) as error:
            log.error("run_task_failed", request_id=request_id, error=str(error))
            answer = _result("failed", f"vpce-guard could not decide: {error}"[:500])
        await _report(client, task["task_result_callback_url"], answer, request_id)


async def _plan(client: httpx2.AsyncClient, url: str, limit: int) -> Any:
    async with client.stream("GET", url) as response:
        response.raise_for_status()
        chunks, size = [], 0
        async for chunk in response.aiter_bytes():
            size += len(chunk)
            if size > limit:
                raise TooLargeError(f"The plan has more than {limit} bytes.", advice="Raise VPCE_GUARD_MAX_BODY.")
            chunks.append(chunk)
    return parse(b"".join(chunks), limit=limit, what="The plan")


async def _report(client: httpx2.AsyncClient, url: str, answer: Json, request_id: str) -> None:
    """Tell the outcome; untold, HCP Terraform takes the task as errored after ten minutes."""
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            response = await client.patch(url, json=answer, headers={"content-type": MEDIA_TYPE})
            response.raise_for_status()
        except httpx2.HTTPError as error:
            log.error("run_task_not_reported", request_id=request_id, attempt=attempt, error=str(error))
        else:
            return


def _answer(report: Report) -> Json:
    status = "passed" if report.allowed and not report.has_failed else "failed"
    return _result(
        status, summary(report), [_outcome(d, report.docs_url) for d in report.decisions if d.violations or d.error]
    )


def _outcome(decision: Decision, docs_url: str) -> Json:
    report = Report(request_id=decision.request_id, decisions=(decision,), docs_url=docs_url)
    worst = next((a for a in _LEVELS if any(v.enforcement_action == a for v in decision.violations)), "deny")
    status = {"label": "Allowed" if decision.allowed else "Denied", "level": "info" if decision.allowed else "error"}
    return {
        "type": "task-result-outcomes",
        "attributes": {
            "outcome-id": decision.decision_id,
            "description": f"{decision.operation} {endpoint_name(decision)}",
            "body": render(report),
            "tags": {"Status": [status], "Severity": [{"label": worst, "level": _LEVELS[worst]}]},
        },
    }


def _result(status: str, message: str, outcomes: list[Json] | None = None) -> Json:
    data: Json = {"type": "task-results", "attributes": {"status": status, "message": message}}
    if outcomes:
        data["relationships"] = {"outcomes": {"data": outcomes}}
    return {"data": data}


def _labels(task: Json) -> dict[str, str]:
    names = {"workspace": "workspace_name", "organization": "organization_name"}
    return {label: task[member] for label, member in names.items() if isinstance(task.get(member), str)}


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc
