"""Self-service actions of developer portals such as Port: the signature, the document in an action, and the answer.

Source: Port, Validating webhook signatures (`v1,` and HMAC-SHA256 in Base64 of timestamp, a dot and the body), Interact
with action runs (PATCH /v1/actions/runs/{run_id}) and Create an access token (POST /v1/auth/access_token).
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import click
import httpx2
from pydantic_core import from_json

from vpce_guard.decisions.fair_queue import FairQueue
from vpce_guard.decisions.question import Question
from vpce_guard.errors import CredentialsError, DecidedError, MalformedError, UnreadableError, VpceGuardError
from vpce_guard.formats import read_drafts
from vpce_guard.formats.document import Document, Extras
from vpce_guard.formats.text import read_text
from vpce_guard.logs import Logger
from vpce_guard.model import Decision, Json, RequestKey
from vpce_guard.runtime.guard import Guard
from vpce_guard.settings import Settings
from vpce_guard.surfaces.hooks import calling
from vpce_guard.surfaces.reports import Report, add_locations
from vpce_guard.surfaces.reports.text import render, summary

log = Logger("vpce_guard.portal")

SIGNATURE = "x-port-signature"
TIMESTAMP = "x-port-timestamp"
_AGE = 300  # seconds that a signature counts, either way
_CALLER = "portal"  # whose turn it is
_MOST_SUMMARY = 20_000  # characters of reasons that the portal is told
_MOST_LABEL = 200
_MOST_LINKS = 10
_ADVICE = "Set VPCE_GUARD_PORTAL_CLIENT_SECRET to the client secret of the portal."


@dataclass(frozen=True)
class PortalAction:
    """One run of an action: the document it is about (None where there is none), and who asked for what.

    `key` is the same for what is sent again, whenever it was signed.
    """

    run_id: str
    key: RequestKey
    document: Any
    labels: dict[str, str]


def check_signed(signature: str | None, timestamp: str | None) -> None:
    """Raise CredentialsError for what is no signature of any body, or an old one, before there is a body."""
    if signature is None or not re.fullmatch("v1,[A-Za-z0-9+/]{43}=", signature.strip()):
        raise calling.signature_error(_ADVICE)
    if timestamp is None or not re.fullmatch("[0-9]{1,12}", timestamp.strip()):
        raise calling.signature_error(_ADVICE)
    if abs(time.time() - int(timestamp)) > _AGE:
        raise CredentialsError(
            f"The request was not signed within the last {_AGE} seconds.",
            advice="Send it anew, and compare the clocks.",
        )


def verify(body: bytes, signature: str | None, timestamp: str | None, secret: str) -> None:
    """Raise CredentialsError unless body and timestamp are signed with the secret."""
    signed = f"{(timestamp or '').strip()}.".encode() + body
    expected = base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()
    calling.compare(signature, f"v1,{expected}", advice=_ADVICE)


def read_payload(content: Any, settings: Settings, body: bytes) -> PortalAction:
    """The action in a payload, the content of a body. Raises MalformedError for one that names no run to be told."""
    run_id = _at(content, "/context/runId")
    if not isinstance(run_id, str) or not re.fullmatch("[A-Za-z0-9_-]{1,128}", run_id):
        raise MalformedError(
            "The payload names no run at /context/runId.", advice="Have the action send the id of its run there."
        )
    who = _at(content, "/trigger/by/user/email") or _at(content, "/trigger/by/userId")
    labels = {"requested_by": who, "action": _at(content, "/action")}
    digest = hashlib.sha256(body).hexdigest()
    return PortalAction(
        run_id=run_id,
        key=RequestKey(_CALLER, f"run {run_id} {digest}", digest),  # a caller's own key has no space
        document=_at(content, settings.portal_document),
        labels={name: value for name, value in labels.items() if isinstance(value, str) and value},
    )


def _at(content: Any, pointer: str) -> Any:
    """What is at a JSON Pointer through objects; None where there is nothing."""
    for part in pointer.split("/")[1:]:
        if not isinstance(content, dict):
            return None
        content = content.get(part.replace("~1", "/").replace("~0", "~"))
    return content


async def carry_out(action: PortalAction, guard: Guard, queue: FairQueue) -> None:
    """Judge an action in its turn and tell the portal; what goes wrong is told as a failure."""
    try:
        told = await _judge(action, guard, queue)
    except DecidedError:  # by one that came at the same time, here or elsewhere, which is told
        log.info("portal_action_repeated", request_id=action.run_id)
        return
    except VpceGuardError as error:
        log.error("portal_action_failed", request_id=action.run_id, error=str(error))
        told = _failure(f"vpce-guard could not decide: {error}")
    except Exception as error:  # the run would never end
        log.error("portal_action_failed", request_id=action.run_id, exc_info=error)
        told = _failure(f"vpce-guard failed: {type(error).__name__}. Nothing was allowed.")
    try:
        await _report(action.run_id, told, guard.settings)
    except (VpceGuardError, httpx2.HTTPError) as error:
        log.error("portal_not_told", request_id=action.run_id, error=str(error) or type(error).__name__)


async def _judge(action: PortalAction, guard: Guard, queue: FairQueue) -> Json:
    found, question = await asyncio.to_thread(_read, action, guard)
    async with queue.turn(_CALLER) as end_turn:
        (decisions,) = await guard.decide([question], within=guard.settings.request_timeout, judged=end_turn)
    report = Report(
        request_id=action.run_id,
        decisions=tuple(add_locations(d, draft) for d, draft in zip(decisions, found.drafts, strict=True)),
        docs_url=guard.settings.docs_url,
        takes_context=False,
    )
    reasons = click.unstyle(render(report))
    if found.notes:
        reasons += "".join(f"\nNot read: {note}" for note in found.notes)
    passes = report.allowed and not report.has_failed
    answer = _answer("SUCCESS" if passes else "FAILURE", summary(report), reasons)
    links = _links(report.decisions, guard) if guard.settings.console_url and guard.decision_log is not None else []
    return {**answer, "link": links} if links else answer


def _read(action: PortalAction, guard: Guard) -> tuple[Document, Question]:
    """The document of an action, an object or text in JSON or YAML, and what it asks. Raises VpceGuardError."""
    settings, document, given = guard.settings, action.document, Extras()
    if document is None:
        raise UnreadableError(
            f"The payload has no document at {settings.portal_document}.",
            advice="Have the action send it there, or set VPCE_GUARD_PORTAL_DOCUMENT.",
        )
    if isinstance(document, str):
        text = read_text(document.encode(), file="The document", limit=settings.max_body, yaml_limit=settings.max_yaml)
        document, given = text.value, Extras(text=text)
    found = read_drafts(document, format_name="auto", given=given)
    signed = tuple(replace(draft, labels={**draft.labels, **action.labels}) for draft in found.drafts)
    found = replace(found, drafts=signed)  # who asked is what the portal says, not the form
    question = guard.question_about(found, request_id=action.run_id)
    return found, replace(question, key=action.key)


def _links(decisions: Sequence[Decision], guard: Guard) -> list[str]:
    """The pages of decisions, denied ones first."""
    ordered = sorted(decisions, key=lambda decision: decision.allowed)
    return [
        f"{guard.settings.console_url}/console/decisions/{decision.decision_id}" for decision in ordered[:_MOST_LINKS]
    ]


def _failure(reason: str) -> Json:
    return _answer("FAILURE", "Could not decide.", reason)


def _answer(status: str, label: str, reasons: str) -> Json:
    more = "\n... more in the decision log" if len(reasons) > _MOST_SUMMARY else ""
    return {"status": status, "statusLabel": label[:_MOST_LABEL], "summary": reasons[:_MOST_SUMMARY] + more}


async def _report(run_id: str, told: Json, settings: Settings) -> None:
    """Tell the portal, at the address that is set. Raises httpx2.HTTPError, VpceGuardError."""
    base = f"{settings.portal_url.rstrip('/')}/v1"
    credentials = {"clientId": settings.portal_client_id, "clientSecret": settings.portal_client_secret}
    async with httpx2.AsyncClient(timeout=calling.SECONDS) as client:
        answer = await calling.tell(client, "POST", f"{base}/auth/access_token", credentials, request_id=run_id)
        try:
            token = from_json(answer)["accessToken"]
        except (ValueError, KeyError, TypeError):
            raise UnreadableError("The portal answers without an accessToken.", advice="Check its address.") from None
        headers = {"authorization": f"Bearer {token}"}
        await calling.tell(client, "PATCH", f"{base}/actions/runs/{run_id}", told, request_id=run_id, headers=headers)
