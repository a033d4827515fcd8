"""Keys that callers give their requests, so that one sent again is decided once: which decisions were made under each.

A key goes into the log in the transaction of its decisions, so that both are there or neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pydantic_core import from_json, to_json
from sqlalchemy import Engine as Database
from sqlalchemy import delete, select

from vpce_guard.decision_log.hashes import row_content
from vpce_guard.decision_log.keys import LogKeys
from vpce_guard.decision_log.tables import REQUEST_KEYS
from vpce_guard.errors import LogError, MalformedError, Pointer
from vpce_guard.instants import now
from vpce_guard.model import Json, KeyedRequest, RequestKey


class KeptAnswer(NamedTuple):
    """What was answered under a key: the ids of the decisions, and what was said beside them."""

    decisions: Sequence[str]
    notes: Sequence[str]
    strict: bool


def key_row(request: KeyedRequest, keys: LogKeys) -> Json:
    """What is kept of a request that was answered."""
    answer = {"decisions": request.decisions, "notes": request.notes, "strict": request.strict}
    row = {**request.key._asdict(), "timestamp": now(), "answer": to_json(answer)}
    return {**row, "hash": keys.hash(row_content(row))}


def find_answer(database: Database, request: RequestKey, keys: LogKeys) -> KeptAnswer | None:
    """What was answered to a request; None for one that was not.

    Raises MalformedError where the key stands for another body, and LogError where what is kept was changed, or cannot
    be verified.
    """
    mine = (REQUEST_KEYS.c.caller == request.caller, REQUEST_KEYS.c.key == request.key)
    with database.connect() as connection:
        found = connection.execute(select(REQUEST_KEYS).where(*mine)).mappings().one_or_none()
    if found is None:
        return None
    row = dict(found)
    told = row.pop("hash")
    if not keys.holds(row_content(row), told):
        raise LogError("What was decided under this Idempotency-Key was changed.", advice="Use another key.")
    if row["body"] != request.body:
        raise MalformedError(
            "The Idempotency-Key was given to another body before.",
            advice="Use a new key for each request, and the same for its repetitions only.",
            pointers=(Pointer(pointer="/Idempotency-Key", code="key_reused", detail="stands for another body"),),
        )
    return KeptAnswer(**from_json(row["answer"]))


def forget_keys(database: Database, before: str) -> int:
    """Take keys that were given before a time away; how many they were."""
    with database.begin() as connection:
        return connection.execute(delete(REQUEST_KEYS).where(REQUEST_KEYS.c.timestamp < before)).rowcount
