"""Ids of decisions. They grow with time, so that the log puts new ones at the end of its indexes, not all over."""

from __future__ import annotations

import os
import time
import uuid

_RANDOM = 10  # bytes
_VERSION, _VARIANT = 0x7 << 76, 0x2 << 62
_VERSION_BITS, _VARIANT_BITS = 0xF << 76, 0x3 << 62


def new_id() -> str:
    """A UUID of version 7 (RFC 9562, section 5.7): milliseconds since 1970, then random bits."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(_RANDOM), "big") & ~(_VERSION_BITS | _VARIANT_BITS)
    return str(uuid.UUID(int=milliseconds << 80 | _VERSION | _VARIANT | random))
