"""The body of a request as JSON, read so that a large one costs little of what others wait for.

A parser lets nobody else run while it makes objects. A plan loses what nobody asks about before there are any of it;
anything else may have so many values.
"""

from __future__ import annotations

from typing import Any

import msgspec

from vpce_guard.errors import TooLargeError
from vpce_guard.formats.terraform.slim import slim
from vpce_guard.formats.text import parse

MAX_VALUES = 1_000_000
_SMALL = 1 << 20  # bytes of a body that cannot have too many
_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])


def parse_body(data: bytes, *, limit: int) -> Any:
    """The JSON value of a body of at most `limit` bytes; a plan in its `document` is slimmed.

    Raises what parse() does, and TooLargeError for more values than may be.
    """
    if _SMALL < len(data) <= limit:
        members = _members(data)
        if "document" in members and (plan := slim(bytes(members["document"]))) is not None:
            return {name: plan if name == "document" else _parse(bytes(raw)) for name, raw in members.items()}
    return _parse(data, limit=limit)


def _members(data: bytes) -> dict[str, msgspec.Raw]:
    try:
        return _MEMBERS.decode(data)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return {}  # read in full, which says what is wrong


def _parse(data: bytes, *, limit: int | None = None) -> Any:
    if len(data) > _SMALL and sum(map(data.count, (b",", b"[", b"{"))) > MAX_VALUES:  # of which some may be in texts
        raise TooLargeError(f"The body has more than {MAX_VALUES:,} values.", advice="Send it in parts.")
    return parse(data, limit=len(data) if limit is None else limit, what="The body")
