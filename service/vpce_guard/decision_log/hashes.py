"""Hashes of the log: SHA-256, or HMAC-SHA-256 with a key, in hex, over values that cannot run into each other."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from pydantic_core import to_json

START = "0" * 64


def with_length(value: Any) -> bytes:
    """A value with its length before it, so that no two records read the same."""
    data = value if isinstance(value, bytes) else to_json(value)
    return len(data).to_bytes(8, "big") + data


def hash_content(content: bytes, key: bytes | None) -> str:
    """The hash of some bytes."""
    if key is None:
        return hashlib.sha256(content).hexdigest()
    return hmac.new(key, content, hashlib.sha256).hexdigest()


def hash_row(row: Mapping[str, Any], key: bytes | None) -> str:
    """The hash of all columns of a row, by name."""
    parts = [part for name in sorted(row) for part in (with_length(name), with_length(row[name]))]
    return hash_content(b"".join(parts), key)
