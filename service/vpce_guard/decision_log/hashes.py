"""What hashes of the log are made over: values that cannot run into each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic_core import to_json

START = "0" * 64


def with_length(value: Any) -> bytes:
    """A value with its length before it, so that no two records read the same."""
    data = value if isinstance(value, bytes) else to_json(value)
    return len(data).to_bytes(8, "big") + data


def row_content(row: Mapping[str, Any]) -> bytes:
    """All columns of a row, by name, as they are hashed."""
    return b"".join(part for name in sorted(row) for part in (with_length(name), with_length(row[name])))
