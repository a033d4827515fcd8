"""Bytes to JSON, with an error that says where. The only place documents are parsed."""

from __future__ import annotations

from typing import Any

from pydantic_core import from_json

from vpce_guard.errors import TooLargeError, UnreadableError


def parse(data: bytes, *, limit: int, what: str = "The document") -> Any:
    """The JSON value in `data`, of at most `limit` bytes.

    Raises TooLargeError, or UnreadableError with the line and column. Nesting deeper than about 200
    levels is refused; no AWS or Terraform document comes near that.
    """
    if len(data) > limit:
        raise TooLargeError(
            f"{what} has {len(data)} bytes; the limit is {limit}.",
            advice="Send fewer endpoints at once or raise VPCE_GUARD_MAX_BODY.",
        )
    if not data.strip():
        raise UnreadableError(f"{what} is empty.", advice="Send a JSON document.")
    try:
        return from_json(data, allow_inf_nan=False)
    except ValueError as error:
        raise UnreadableError(
            f"{what} is not JSON: {error}.",
            advice="Send UTF-8 encoded JSON; for Terraform that is the output of `terraform show -json PLAN`.",
        ) from None
