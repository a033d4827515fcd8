"""Requests that are sent again under the same key: the answer is that of the first time, from the decision log."""

from __future__ import annotations

import hashlib

from fastapi import Request

from vpce_guard.decision_log import queries
from vpce_guard.decision_log.request_keys import find_answer
from vpce_guard.decision_log.writer import Writer
from vpce_guard.decisions.question import Question
from vpce_guard.errors import LogError, MalformedError, Pointer
from vpce_guard.model import Decision, Json, RequestKey
from vpce_guard.surfaces.api.asking import caller_of, guard_of
from vpce_guard.surfaces.api.reading import read_log


async def request_key(request: Request, question: Question, key: str | None) -> RequestKey | None:
    """The key of a request that is to be decided once; None without one, and where nothing is recorded.

    Raises MalformedError where the service keeps no log, and so could not know that it was asked before.
    """
    if key is None or not question.record:
        return None
    if guard_of(request).decision_log is None:
        raise MalformedError(
            "This service keeps no decision log, so it cannot tell whether it was asked before.",
            advice="Send no Idempotency-Key, or set VPCE_GUARD_DECISION_LOG=required.",
            pointers=(Pointer(pointer="/Idempotency-Key", code="no_log", detail="needs the decision log"),),
        )
    return RequestKey(caller_of(request) or "", key, hashlib.sha256(await request.body()).hexdigest())


async def first_answer(writer: Writer, key: RequestKey) -> Json | None:
    """What was answered under a key; None where nothing was. Raises MalformedError for another body, and LogError."""
    return await read_log(writer, _read_answer, writer, key)


async def is_decided(writer: Writer, key: RequestKey) -> bool:
    """Whether a request was decided under a key. Raises as first_answer()."""
    return await read_log(writer, find_answer, writer.database, key, writer.keys) is not None


def _read_answer(writer: Writer, key: RequestKey) -> Json | None:
    answer = find_answer(writer.database, key, writer.keys)
    if answer is None:
        return None
    events = [queries.find_event(writer.database, decision_id) for decision_id in answer.decisions]
    decisions = [Decision.model_validate(event["result"]) for event in events if event is not None]
    if not decisions or len(decisions) < len(events):
        raise LogError("What was decided under this Idempotency-Key is no longer kept.", advice="Use another key.")
    notes = {"notes": answer.notes} if answer.notes else {}
    return {
        "request_id": decisions[0].request_id,
        "allowed": all(decision.allowed for decision in decisions) and not (answer.strict and answer.notes),
        "decisions": decisions,
        **notes,
    }
