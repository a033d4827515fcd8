"""Run tasks of HCP Terraform and Terraform Enterprise: the signature, the plan with its source, and the answer.

Source: HashiCorp, Run tasks integration API (the payload, outcomes) and Configuration Versions API (the archive, which
is behind a redirect to another host; the token goes only to the first).
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
import uuid
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2

from vpce_guard.answers import read_answer_ahead
from vpce_guard.decisions.fair_queue import FairQueue
from vpce_guard.errors import MalformedError, TooLargeError, UnreadableError, VpceGuardError
from vpce_guard.folders import make_temporary_folder
from vpce_guard.formats import read_drafts
from vpce_guard.formats.document import Document, Extras
from vpce_guard.formats.terraform.archive import unpack
from vpce_guard.formats.terraform.hcl import Configuration
from vpce_guard.formats.text import parse
from vpce_guard.logs import Logger
from vpce_guard.model import Decision, Json
from vpce_guard.runtime.guard import Guard
from vpce_guard.surfaces.hooks import calling
from vpce_guard.surfaces.reports import Report, add_locations, endpoint_name
from vpce_guard.surfaces.reports.markdown import render
from vpce_guard.surfaces.reports.text import summary

log = Logger("vpce_guard.run_task")

SIGNATURE = "x-tfc-task-signature"
MEDIA_TYPE = "application/vnd.api+json"
_SOURCE = "configuration_version_download_url"
_LEVELS = {"deny": "error", "warn": "warning", "inform": "info"}
_ADVICE = "Set the run task's HMAC key to that of this service."
_SOURCE_SECONDS = 120.0  # for all of the source; the answer is due ten minutes after the question
_CALLER = "run-task"  # all of them together take turns with the callers of the service


def check_signed(signature: str | None) -> None:
    """Raise CredentialsError for what is no signature of any body, before there is one."""
    if signature is None or not re.fullmatch("[0-9a-fA-F]{128}", signature.strip()):
        raise calling.signature_error(_ADVICE)


def verify(body: bytes, signature: str | None, key: str) -> None:
    """Raise CredentialsError unless the body is signed with the key (HMAC-SHA512, in hex)."""
    expected = hmac.new(key.encode(), body, hashlib.sha512).hexdigest()
    calling.compare(signature.lower() if signature is not None else None, expected, advice=_ADVICE)


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
    for member in ("plan_json_api_url", "task_result_callback_url", _SOURCE):
        url = content.get(member)
        if member == _SOURCE and url is None:  # it is not kept, or may not be had
            continue
        if not isinstance(url, str) or _origin(url) != _origin(guard.settings.run_task_url):
            raise MalformedError(
                f"{member} is not at {guard.settings.run_task_url}.", advice="Set VPCE_GUARD_RUN_TASK_URL to its host."
            )
    return content


async def carry_out(task: Json, guard: Guard, queue: FairQueue) -> None:
    """Fetch the plan, judge it in its turn and report the outcome; what goes wrong is reported as failed."""
    request_id = str(task.get("run_id") or uuid.uuid4())
    headers = {"authorization": f"Bearer {task.get('access_token')}"}
    async with httpx2.AsyncClient(timeout=calling.SECONDS, headers=headers, follow_redirects=True) as client:
        try:
            answer = await _judge(client, task, guard, queue, request_id)
        except (VpceGuardError, httpx2.HTTPError) as error:
            log.error("run_task_failed", request_id=request_id, error=str(error))
            answer = _result("failed", f"vpce-guard could not decide: {error}"[:500])
        await _report(client, task["task_result_callback_url"], answer, request_id)


async def _judge(client: httpx2.AsyncClient, task: Json, guard: Guard, queue: FairQueue, request_id: str) -> Json:
    """What to answer: the decisions, with places in the source where that can be had, and why where it cannot."""
    limit = guard.settings.max_body
    plan = await _fetch(client, task["plan_json_api_url"], limit, what="The plan")
    archive, why_not = await _fetch_source(client, task.get(_SOURCE), limit)
    folder = task.get("workspace_working_directory")
    found, why_not = await asyncio.to_thread(_read, plan, archive, str(folder or ""), why_not, limit)
    ask = partial(guard.question_about, found, request_id=request_id, labels=_labels(task))
    question = await asyncio.to_thread(ask)  # the inventory may have to be read
    async with queue.turn(_CALLER) as end_turn:
        (decisions,) = await guard.decide([question], judged=end_turn)
    report = Report(
        request_id=request_id,
        decisions=tuple(add_locations(d, draft) for d, draft in zip(decisions, found.drafts, strict=True)),
        docs_url=guard.settings.docs_url,
        takes_context=False,
    )
    return _answer(report, why_not)


async def _fetch(client: httpx2.AsyncClient, url: str, limit: int, *, what: str) -> bytes:
    async with client.stream("GET", url) as response:
        response.raise_for_status()
        return await read_answer_ahead(response, most=limit, what=what, advice="Raise VPCE_GUARD_MAX_BODY.")


async def _fetch_source(client: httpx2.AsyncClient, url: str | None, limit: int) -> tuple[bytes | None, str]:
    """The archive of the configuration version; None, and why, where it cannot be had."""
    if url is None:
        return None, "HCP Terraform gives no address for it"
    try:
        async with asyncio.timeout(_SOURCE_SECONDS):
            return await _fetch(client, url, limit, what="The archive"), ""
    except TooLargeError as error:
        return None, str(error)
    except httpx2.HTTPStatusError as error:
        return None, f"HCP Terraform answers {error.response.status_code}"
    except (httpx2.HTTPError, TimeoutError) as error:
        return None, f"it cannot be fetched ({type(error).__name__})"


def _read(plan: bytes, archive: bytes | None, root: str, why_not: str, limit: int) -> tuple[Document, str]:
    """The plan, read with the source in an archive where there is one; and why it is read without."""
    document = parse(plan, limit=limit, what="The plan")
    with ExitStack() as stack:
        configuration = None
        if archive is not None:
            folder = Path(stack.enter_context(make_temporary_folder()))
            try:
                configuration = _unpack(archive, folder, root, limit)
            except (UnreadableError, TooLargeError) as error:
                why_not = str(error)
        given = Extras(configuration=configuration)
        return read_drafts(document, format_name="terraform_plan", given=given), why_not


def _unpack(archive: bytes, folder: Path, root: str, limit: int) -> Configuration:
    """The source in an archive, of which `root` is the folder that Terraform runs in."""
    unpack(archive, folder, limit=limit)
    directory = (folder / root.lstrip("/")).resolve()
    if not directory.is_relative_to(folder.resolve()):
        raise UnreadableError("The working directory is outside of the archive.", advice="Nothing of it is used.")
    return Configuration(directory, within=folder.resolve())


async def _report(client: httpx2.AsyncClient, url: str, answer: Json, request_id: str) -> None:
    """Tell the outcome; untold, HCP Terraform takes the task as errored after ten minutes."""
    try:
        await calling.tell(client, "PATCH", url, answer, request_id=request_id, headers={"content-type": MEDIA_TYPE})
    except (VpceGuardError, httpx2.HTTPError) as error:
        log.error("run_task_not_reported", request_id=request_id, error=str(error))


def _answer(report: Report, why_not: str) -> Json:
    status = "passed" if report.allowed and not report.has_failed else "failed"
    note = f" Judged without the Terraform source: {why_not.rstrip('.')}." if why_not and report.decisions else ""
    outcomes = [_outcome(d, report) for d in report.decisions if d.violations or d.error]
    return _result(status, f"{summary(report)}{note}", outcomes)


def _outcome(decision: Decision, report: Report) -> Json:
    worst = next((a for a in _LEVELS if any(v.enforcement_action == a for v in decision.violations)), "deny")
    status = {"label": "Allowed" if decision.allowed else "Denied", "level": "info" if decision.allowed else "error"}
    return {
        "type": "task-result-outcomes",
        "attributes": {
            "outcome-id": decision.decision_id,
            "description": f"{decision.operation} {endpoint_name(decision)}",
            "body": render(replace(report, decisions=(decision,))),
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
