"""The id of a request: the caller's where it is well-formed, else ours.

It is in the answer, in problems and in log lines, and kept per task, so that whatever answers a request finds it.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from contextvars import ContextVar

HEADER = b"x-request-id"
_WELL_FORMED = re.compile(rb"[A-Za-z0-9._-]{1,128}")
_current: ContextVar[str | None] = ContextVar("request_id", default=None)


def take_request_id(headers: Sequence[tuple[bytes, bytes]]) -> str:
    """The id of a request that begins, from its headers. Two that are given are none."""
    given = [value for name, value in headers if name == HEADER]
    found = given[0].decode() if len(given) == 1 and _WELL_FORMED.fullmatch(given[0]) else str(uuid.uuid4())
    _current.set(found)
    return found


def current_request_id() -> str:
    """The id of the request that is being answered, or another where none is."""
    return _current.get() or str(uuid.uuid4())
